"""Interpretations of a 2-D line in the viewer: imported, seen on the line, filled, exported."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QFileDialog

from napari_geofm.core.classes import ClassTable
from napari_geofm.gui.picks.fill_dialog import FillDialog
from napari_geofm.gui.survey.survey_panel import SurveyPanel
from napari_geofm.gui.workspace import Workspace
from napari_geofm.io.interpretations import read_interpretations
from napari_geofm.session import Session
from tests.gui.mouse import press
from tests.io.segy.build import write_line


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    opened = Session.open(write_line(tmp_path / "L07.sgy", n_samples=100))
    opened.set_classes(ClassTable.named(["sand", "shale"]))
    yield opened
    opened.close()


def test_a_line_is_interpreted_as_a_volume_is(
    workspace: Workspace, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = SurveyPanel(workspace)
    qtbot.addWidget(panel)
    panel.resize(300, 700)
    panel.show()
    (tmp_path / "top.csv").write_text("cdp,twt\n" + "".join(f"{cdp},{40 + cdp - 101}\n" for cdp in range(101, 141)))
    (tmp_path / "base.csv").write_text("sp,twt\n1001,200\n1020,200\n")
    (tmp_path / "F.csv").write_text("fault,cdp,twt,stick\nF,110,20,1\nF,120,300,1\n")
    box = panel.picks
    box.take_in([tmp_path / name for name in ("top.csv", "base.csv", "F.csv")])
    qtbot.waitUntil(lambda: not box.work.busy and box.list.count() == 3, timeout=5000)
    assert "placed by shot point" in box.note.text()
    drawn = workspace.picks.overlay.drawn
    np.testing.assert_allclose(drawn[0].lines[0][[0, -1]], np.array([[0, 10], [39, 19.75]]))
    assert len(drawn[2].dots) == 2
    press(box.fill)
    dialog = box.dialog
    assert isinstance(dialog, FillDialog)
    dialog.form.way.setCurrentText("between two horizons")
    assert dialog.fill is not None
    press(dialog.fill)
    qtbot.waitUntil(lambda: not dialog.work.busy, timeout=5000)
    labels = workspace.session.labels_at(workspace.session.place)
    assert labels.shape == (100, 40)
    # The lower horizon is picked from the first shot point's middle to the last one's.
    expected = [50 - int(np.ceil((40 + n) / 4)) for n in range(2, 38)]
    assert (labels == 1).sum(axis=0).tolist()[2:-2] == expected
    dialog.reject()
    asked: list[str] = []

    def save(_parent: object, _title: str, _start: str, filters: str) -> tuple[str, str]:
        asked.append(filters)
        return str(tmp_path / "out.dat"), filters.split(";;")[0]

    monkeypatch.setattr(QFileDialog, "getSaveFileName", save)
    box.list.setCurrentRow(0)
    box.ask_export()
    qtbot.waitUntil(lambda: not box.work.busy and (tmp_path / "out.dat").exists(), timeout=5000)
    assert "grid" not in asked[0]
    (again,) = read_interpretations(tmp_path / "out.dat", workspace.session.survey).interpretations
    assert (again.name, again.span) == ("out", (40, 79))
