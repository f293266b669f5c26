"""A file becomes a survey in the viewer, by whatever way in; what was open before is neither lost nor left behind."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QEvent, Qt
from qtpy.QtWidgets import QMessageBox

from napari_geofm.core.region import At
from napari_geofm.gui.dock.key_list import KeyList
from napari_geofm.gui.importing.question import opened_or_asked
from napari_geofm.gui.opening.opening import Opening
from napari_geofm.gui.workspace import Workspace
from napari_geofm.session import Session
from tests.gui.conftest import FakeEngine, told
from tests.gui.mouse import press
from tests.tiny import TinySurvey

PATIENCE_MS = 20_000


class BusyEngine(FakeEngine):
    """Says that it does what the test wants."""

    doing = ""
    closed = False

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def file(survey_files: TinySurvey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    shutil.copy(survey_files.file, tmp_path / "one.sgy")
    shutil.copy(survey_files.file, tmp_path / "two.sgy")
    return tmp_path / "one.sgy"


@pytest.fixture
def opening(make_napari_viewer: Callable[..., Any], file: Path) -> Iterator[Opening]:
    found = Opening(make_napari_viewer(), BusyEngine)  # type: ignore[arg-type]
    yield found
    found.close()


def opened(opening: Opening, file: Path, qtbot: QtBot) -> Workspace:
    """Open a survey and wait until its first section is on the screen."""
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        opening.open(file)
    return shown(opening, qtbot)


def shown(opening: Opening, qtbot: QtBot) -> Workspace:
    workspace = opening.workspace
    assert workspace is not None
    qtbot.waitUntil(lambda: workspace.view.section is not None, timeout=PATIENCE_MS)
    return workspace


def stroke(session: Session) -> At:
    painted = session.labels_at(session.place)
    painted[10:20, 10:30] = 2
    session.record(session.place, painted, what="stroke")
    return session.place


def footprint(opening: Opening) -> dict[str, Any]:
    """Count what a survey puts into a viewer."""
    viewer = opening._viewer
    return {
        "layers": [layer.name for layer in viewer.layers],
        "docks": sorted(viewer.window.dock_widgets),
        "mouse": len(viewer.mouse_move_callbacks) + len(viewer.mouse_drag_callbacks),
        "keys": len(viewer.keymap),
        "inserted": len(viewer.layers.events.inserted.callbacks),
        "threads": sorted(each.name for each in threading.enumerate() if each.name.startswith("geofm")),
    }


def test_a_second_survey_replaces_the_first_without_leftovers(opening: Opening, file: Path, qtbot: QtBot) -> None:
    plain = footprint(opening)
    first = opened(opening, file, qtbot)
    labelled, one = stroke(first.session), footprint(opening)
    second = opened(opening, file.with_name("two.sgy"), qtbot)
    assert second.session.survey.name == "two"
    assert footprint(opening) == one
    assert not (first.session.folder / "lock").exists()
    assert first.engine.closed  # type: ignore[attr-defined]
    opening.close()
    assert footprint(opening) == plain
    again = opened(opening, file, qtbot)
    assert (again.session.labels_at(labelled)[10:20, 10:30] == 2).all()


def test_the_list_of_keys_goes_with_the_survey_that_has_them(opening: Opening, file: Path, qtbot: QtBot) -> None:
    opened(opening, file, qtbot)
    assert opening._dock is not None
    opening._dock.show_keys()
    canvas = opening._viewer.window._qt_viewer.canvas.native
    assert canvas.findChild(KeyList) is not None
    opened(opening, file.with_name("two.sgy"), qtbot)
    qtbot.waitUntil(lambda: canvas.findChild(KeyList) is None, timeout=5000)


def test_the_same_survey_again_is_not_read_only(opening: Opening, file: Path, qtbot: QtBot) -> None:
    stroke(opened(opening, file, qtbot).session)
    again = opened(opening, file, qtbot)
    assert not again.session.read_only
    assert len(again.session.labelled_sections()) == 1


def test_what_is_no_survey_is_told_and_the_open_one_stays(opening: Opening, file: Path, qtbot: QtBot) -> None:
    workspace = opened(opening, file, qtbot)
    empty = file.parent / "empty"
    empty.mkdir()
    bad = {
        file.with_name("text.sgy"): "no seismic in here\n" * 500,
        file.with_name("none.h5"): None,
        file.with_name("cut.tdms"): "TDSm",
        empty: None,
    }
    for path, text in bad.items():
        if text is not None:
            path.write_text(text)
        with qtbot.waitSignal(opening.failed, timeout=PATIENCE_MS):
            opening.open(path)
        assert path.name in told()[-1]
        assert "\n" not in told()[-1]
    assert opening.workspace is workspace
    assert opening._viewer.title == "one.sgy"
    stroke(workspace.session)


def test_a_disk_that_stalls_is_said_and_another_file_opened(
    opening: Opening, file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def stalling(path: Path, report: Any) -> Any:
        if path == file:
            go_on.wait(30)
        return opened_or_asked(path, report)

    monkeypatch.setattr("napari_geofm.gui.opening.opening.opened_or_asked", stalling)
    monkeypatch.setattr("napari_geofm.gui.opening.fetching.STALLED_S", 0.1)
    opening.open(file)
    qtbot.waitUntil(lambda: any("one.sgy is not open yet" in each for each in told()), timeout=PATIENCE_MS)
    try:
        workspace = opened(opening, file.with_name("two.sgy"), qtbot)
    finally:
        go_on.set()
    qtbot.waitUntil(
        lambda: not any(each.name == "geofm-opening" for each in threading.enumerate()), timeout=PATIENCE_MS
    )
    qtbot.wait(50)
    assert opening.workspace is workspace
    assert workspace.session.survey.path.name == "two.sgy"


def test_of_several_files_the_first_is_opened_and_the_rest_told(opening: Opening, file: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        for name in ("two.sgy", "one.sgy"):
            opening.open(file.with_name(name))
    assert opening.workspace is not None
    assert opening.workspace.session.survey.name == "two"
    assert "one.sgy not" in told()[-1]
    shown(opening, qtbot)


def test_a_picture_beside_a_survey_is_unharmed(opening: Opening, file: Path, qtbot: QtBot) -> None:
    picture = opening._viewer.add_image(np.zeros((20, 20)), name="mine")
    workspace = opened(opening, file, qtbot)
    labels = opening._viewer.add_labels(np.zeros((20, 20), np.uint8), name="my labels")
    workspace.session.step(1)
    qtbot.waitUntil(lambda: workspace.view.at == workspace.session.place, timeout=PATIENCE_MS)
    opened(opening, file.with_name("two.sgy"), qtbot)
    assert picture in opening._viewer.layers
    assert labels in opening._viewer.layers
    opening.close()
    assert [layer.name for layer in opening._viewer.layers] == ["mine", "my labels"]


@pytest.mark.parametrize("doing", ["training", "segmenting"])
def test_what_runs_is_not_stopped_unasked(opening: Opening, file: Path, qtbot: QtBot, doing: str) -> None:
    workspace = opened(opening, file, qtbot)
    workspace.engine.doing = doing  # type: ignore[misc]
    opening.open(file.with_name("two.sgy"))
    box = opening.question
    assert isinstance(box, QMessageBox)
    qtbot.waitExposed(box)
    assert "stop it and open two.sgy?" in box.text()
    QtBot.keyClick(box, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]
    qtbot.waitUntil(lambda: not opening._viewer.window._qt_window.findChildren(QMessageBox))
    assert opening.workspace is workspace
    opening.open(file.with_name("two.sgy"))
    stop = next(each for each in opening.question.buttons() if each.text().startswith("Stop"))
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        press(stop)
    assert workspace.engine.closed  # type: ignore[attr-defined]
    shown(opening, qtbot)


def test_headers_are_read_otherwise_only_when_what_runs_may_be_stopped(
    opening: Opening, file: Path, qtbot: QtBot
) -> None:
    workspace = opened(opening, file, qtbot)
    workspace.engine.doing = "training"  # type: ignore[misc]
    opening.ask_how(file)
    assert isinstance(opening.question, QMessageBox)
    assert f"stop it and open {file.name}?" in opening.question.text()
    QtBot.keyClick(opening.question, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]
    qtbot.waitUntil(lambda: not opening._viewer.window._qt_window.findChildren(QMessageBox))
    assert opening.workspace is workspace
    assert not workspace.engine.closed  # type: ignore[attr-defined]
    # Nothing is held up by the question that was declined.
    assert opening._coming is None


def test_closing_the_window_saves(opening: Opening, file: Path, qtbot: QtBot) -> None:
    workspace = opened(opening, file, qtbot)
    labelled = stroke(workspace.session)
    opening._viewer.window._qt_window.close()
    assert opening.workspace is None
    assert workspace.engine.closed  # type: ignore[attr-defined]
    assert not (workspace.session.folder / "lock").exists()
    again = Session.open(file)
    assert (again.labels_at(labelled)[10:20, 10:30] == 2).all()
    again.close()


@dataclass
class FromOutside:
    """An event of the window system, which Qt lets nobody make."""

    kind: QEvent.Type
    outside: bool

    def type(self) -> QEvent.Type:
        return self.kind

    def spontaneous(self) -> bool:
        return self.outside


def test_a_click_on_the_cross_may_be_taken_back(opening: Opening, file: Path, qtbot: QtBot) -> None:
    workspace = opened(opening, file, qtbot)
    stroke(workspace.session)
    cross = FromOutside(QEvent.Type.Close, outside=True)
    assert not opening.eventFilter(None, cross)  # type: ignore[arg-type]
    # napari's own question holds the window; its answer comes after any number of other events.
    qtbot.wait(50)
    still_open = [opening.workspace is workspace]
    assert not (workspace.session.labels_folder / "unsaved").exists()
    stroke(workspace.session)
    opening.eventFilter(None, cross)  # type: ignore[arg-type]
    qtbot.wait(50)
    opening.eventFilter(None, FromOutside(QEvent.Type.Hide, outside=False))  # type: ignore[arg-type]
    assert [*still_open, opening.workspace is None] == [True, True]
    assert not (workspace.session.folder / "lock").exists()


def test_napari_knows_what_runs(opening: Opening, file: Path, qtbot: QtBot) -> None:
    workspace = opened(opening, file, qtbot)
    tasks = opening._viewer.window._task_status_manager
    workspace.engine.doing = "training"  # type: ignore[misc]
    workspace.engine.busy_changed.emit(True)
    assert "A training is running" in tasks.get_status()[0]
    workspace.engine.busy_changed.emit(False)
    assert not tasks.get_status()
