"""A folder of DAS files in the viewer: its first scan is told of and can be stopped; the panel tells what it is."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from napari_geofm.gui.dock.dock import Dock
from napari_geofm.gui.opening.opening import Opening
from napari_geofm.io.das import index
from napari_geofm.io.das.scanning import scan_header
from tests.gui.mouse import activate, press
from tests.gui.opening.test_opening import PATIENCE_MS, BusyEngine, opened, stroke
from tests.io.das.recorder import noise, split, write

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    split(tmp_path / "run", noise(12, 600), 100, 200, 300, 400, 500, skip=(2,))
    return tmp_path / "run"


@pytest.fixture
def opening(make_napari_viewer: Callable[..., Any], folder: Path) -> Iterator[Opening]:
    found = Opening(make_napari_viewer(show=True), BusyEngine)  # type: ignore[arg-type]
    yield found
    found.close()


class Gate:
    """Lets headers be read one by one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read: list[str] = []
        self._go = threading.Semaphore(0)
        monkeypatch.setattr(index, "scan_header", self._scan)

    def open(self, count: int) -> None:
        for _ in range(count):
            self._go.release()

    def _scan(self, path: Path, *rest: Any) -> Any:
        assert self._go.acquire(timeout=20)
        self.read.append(path.name)
        return scan_header(path, *rest)


def test_the_first_scan_is_told_of(
    opening: Opening, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    opening.open(folder)
    gate.open(2)
    qtbot.waitUntil(lambda: opening.bar.isVisible() and opening.bar.bar.value() == 400, timeout=PATIENCE_MS)
    assert opening._viewer.status == "Opening run: reading headers 40%"
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        gate.open(3)
    assert not opening.bar.isVisible()
    assert gate.read == ["a.h5", "b.h5", "d.h5", "e.h5", "f.h5"]


@pytest.mark.parametrize("by_key", [False, True])
def test_a_scan_is_stopped_and_goes_on_the_next_time(
    opening: Opening, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, by_key: bool
) -> None:
    gate = Gate(monkeypatch)
    window = opening._viewer.window._qt_window
    activate(window, qtbot)
    opening.open(folder)
    gate.open(2)
    qtbot.waitUntil(lambda: opening.bar.isVisible() and len(gate.read) == 2, timeout=PATIENCE_MS)
    with qtbot.waitSignal(opening.failed, timeout=PATIENCE_MS):
        if by_key:
            QtBot.keyClick(window, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)  # type: ignore[no-untyped-call]
        else:
            press(opening.bar.cancel)
    assert not opening.bar.isVisible()
    assert (opening.workspace, opening._viewer.title) == (None, "GeoFM")
    gate.open(1)
    qtbot.waitUntil(
        lambda: not any(each.name == "geofm-opening" for each in threading.enumerate()), timeout=PATIENCE_MS
    )
    # The file that was being read is read to its end.
    assert len(gate.read) in {2, 3}
    gate.open(5)
    workspace = opened(opening, folder, qtbot)
    assert workspace.session.survey.shape == (12, 600)
    assert gate.read == ["a.h5", "b.h5", "d.h5", "e.h5", "f.h5"]


def test_what_is_open_stays_when_another_opening_is_stopped_by_the_docks_key(
    opening: Opening, folder: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "one.h5", noise(8, 200))
    workspace = opened(opening, tmp_path / "one.h5", qtbot)
    window = opening._viewer.window._qt_window
    activate(window, qtbot)
    gate = Gate(monkeypatch)
    opening.open(folder)
    gate.open(1)
    qtbot.waitUntil(lambda: opening.bar.isVisible(), timeout=PATIENCE_MS)
    with qtbot.waitSignal(opening.failed, timeout=PATIENCE_MS):
        QtBot.keyClick(window, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)  # type: ignore[no-untyped-call]
    gate.open(1)
    assert opening.workspace is workspace
    assert opening._viewer.title == "one.h5"
    stroke(workspace.session)


def test_the_survey_panel_tells_what_the_recording_is(opening: Opening, folder: Path, qtbot: QtBot) -> None:
    workspace = opened(opening, folder, qtbot)
    dock = opening._dock
    assert isinstance(dock, Dock)
    dock.open_step("Survey")
    line = dock.survey.recording
    qtbot.waitUntil(line.isVisible, timeout=PATIENCE_MS)
    assert line.text().splitlines() == [
        "12 channels every 4 m, gauge length 10 m",
        "500 Hz, strain rate in 1/s",
        "2024-03-01 12:00:00.000 UTC",
        "1.2 s in 5 files, 1 gap of 200 ms",
    ]
    assert "1 gap of 200 ms, from" in line.toolTip()
    section = workspace.view.section
    assert section is not None
    assert np.isnan(section.values[200:300]).all()
    at = stroke(workspace.session)
    opening.close()
    again = opened(opening, folder, qtbot)
    assert (again.session.labels_at(at)[10:20, 10:30] == 2).all()


def test_other_surveys_have_no_such_line(opening: Opening, tmp_path: Path, qtbot: QtBot) -> None:
    np.save(tmp_path / "a.npy", noise(30, 40))
    opened(opening, tmp_path / "a.npy", qtbot)
    assert opening._dock is not None
    assert opening._dock.survey.recording.text() == ""
