"""The steps with the real worker and the real encoder: strokes, probe, prediction, survey, export."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.core.labels import to_outside
from napari_geofm.core.region import At
from napari_geofm.gui.engine import Engine
from napari_geofm.gui.learn.learn_panel import LearnPanel
from napari_geofm.gui.learn.quick_row import QuickRow
from napari_geofm.gui.predict.predict_panel import PredictPanel
from napari_geofm.gui.workspace import Workspace
from napari_geofm.session import Session
from tests.gui.conftest import FakeEngine
from tests.gui.mouse import press
from tests.tiny import STROKED, TinySurvey

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("dinov2_weights")]

PATIENCE_MS = 120_000


@pytest.fixture
def engine() -> FakeEngine:
    """Stand in for the fake one."""
    return Engine()  # type: ignore[return-value]


def test_strokes_to_exported_survey(
    workspace: Workspace, session: Session, survey_files: TinySurvey, qtbot: QtBot
) -> None:
    axis, drawn = session.survey.axis("inline"), survey_files.drawn
    for place in STROKED:
        at = At("inline", axis.values[place].item())
        session.go_to(at)
        inside = np.where(drawn[place].T == 255, 0, drawn[place].T + 1).astype(np.uint8)
        assert session.record(at, inside, what="stroke")
    learn, predict = LearnPanel(workspace), PredictPanel(workspace)
    quick = QuickRow(learn.training)
    for panel in (learn, predict, quick):
        qtbot.addWidget(panel)
    press(quick.probe)
    qtbot.waitUntil(lambda: not learn.training.running, timeout=PATIENCE_MS)
    assert session.model is not None, quick.note.text()
    qtbot.waitUntil(lambda: workspace.view.prediction is not None, timeout=PATIENCE_MS)
    press(predict.volume.start)
    qtbot.waitUntil(lambda: "written" in predict.volume.note.text(), timeout=PATIENCE_MS)
    target = session.folder.parent / "labels.npy"
    predict.export.write(target)
    qtbot.waitUntil(target.exists, timeout=PATIENCE_MS)
    values = np.load(target)
    for place in STROKED:
        at = At("inline", axis.values[place].item())
        assert np.array_equal(values[place].T, to_outside(session.labels_at(at)))
    assert predict.volume.output is not None
    predict.export.refresh()
    offered = [predict.export.what.itemText(place) for place in range(predict.export.what.count())]
    assert offered == [
        "my labels",
        f"prediction by {session.model.name}",
        "features of this section",
        "features of the survey",
    ]
