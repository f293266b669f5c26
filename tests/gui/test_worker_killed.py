"""The worker is killed in the middle of each job: one sentence, labels and model as they were, and it goes on."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from napari_geofm.core.region import At
from napari_geofm.gui.dock.dock import Dock
from napari_geofm.gui.engine import Engine
from napari_geofm.gui.workspace import Workspace
from napari_geofm.session import Session
from tests.gui.conftest import FakeEngine, told
from tests.gui.mouse import press
from tests.tiny import STROKED, TinySurvey

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("dinov2_weights")]

PATIENCE_MS = 120_000


@pytest.fixture
def engine() -> FakeEngine:
    """Stand in for the fake one."""
    return Engine()  # type: ignore[return-value]


def painted(session: Session, survey: TinySurvey) -> dict[At, NDArray[np.uint8]]:
    """Paint two lines, and return what is labelled there."""
    axis = session.survey.axis("inline")
    for place in STROKED:
        at = At("inline", axis.values[place].item())
        session.go_to(at)
        drawn = survey.drawn[place].T
        session.record(at, np.where(drawn == 255, 0, drawn + 1).astype(np.uint8), what="stroke")
    return {at: session.labels_at(at) for at in session.labelled_sections()}


def kill_worker(workspace: Workspace, qtbot: QtBot, under_way: Callable[[], bool]) -> None:
    """Kill the worker once a job is under way, and wait until that is told."""
    compute = workspace.engine._started()
    many = len(told())
    qtbot.waitUntil(under_way, timeout=PATIENCE_MS)
    pid = compute.status().pid  # type: ignore[attr-defined]
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: len(told()) > many, timeout=PATIENCE_MS)
    (sentence,) = told()[many:]
    assert "killed" in sentence or "ended" in sentence
    assert "Traceback" not in sentence
    assert "\n" not in sentence


def test_in_each_job(workspace: Workspace, session: Session, survey_files: TinySurvey, qtbot: QtBot) -> None:
    dock = Dock(workspace)
    qtbot.addWidget(dock)
    labels = painted(session, survey_files)
    training, volume, export = dock.learn.training, dock.predict.volume, dock.predict.export

    def doing(word: str) -> Callable[[], bool]:
        return lambda: word in workspace.engine._started().status().doing  # type: ignore[attr-defined]

    press(dock.quick.probe)
    kill_worker(workspace, qtbot, doing("training"))
    assert not session.models
    assert not training.running

    press(dock.quick.probe)
    qtbot.waitUntil(lambda: session.model is not None, timeout=PATIENCE_MS)
    kept = session.model
    assert kept is not None

    dock.learn.form.minutes.setValue(5)
    press(dock.learn.finetune)
    kill_worker(workspace, qtbot, lambda: len(dock.learn.curves.loss.points) > 2)
    assert session.model == kept
    assert dock.learn.finetune.isEnabled()

    press(volume.start)
    kill_worker(workspace, qtbot, doing("segmenting"))
    press(volume.start)
    qtbot.waitUntil(lambda: volume.output is not None and volume.output.exists(), timeout=PATIENCE_MS)

    target = session.folder.parent / "labels.npy"
    export.write(target)
    qtbot.waitUntil(target.exists, timeout=PATIENCE_MS)

    # Nothing that was painted is lost, and the next view is answered.
    for at, inside in labels.items():
        np.testing.assert_array_equal(session.labels_at(at), inside)
    workspace.view.forget_prediction()
    workspace.following.ask_prediction()
    qtbot.waitUntil(lambda: workspace.view.prediction is not None, timeout=PATIENCE_MS)
    assert not list(Path(session.folder / "models").glob("*.partial"))
