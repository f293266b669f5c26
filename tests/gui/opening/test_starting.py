"""The viewer as a program: with files, without, and closed in the middle of work."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import napari
import psutil
import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.compute.worker_compute import WorkerCompute
from napari_geofm.gui.engine import Engine
from napari_geofm.gui.opening.opening import Opening, opening_of
from napari_geofm.gui.opening.recent_list import RecentList
from napari_geofm.gui.opening.starting import WELCOME, run_viewer, started
from napari_geofm.session import Session
from tests.compute.toys import UNDER, Train
from tests.gui.conftest import stroke, told
from tests.gui.mouse import press
from tests.gui.opening.test_opening import PATIENCE_MS, BusyEngine, file, opened, shown

__all__ = ["file"]


@pytest.fixture
def start(make_napari_viewer: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, file: Path) -> Iterator[Any]:
    """Return what ``geofm view`` calls; its viewer is one that the test closes."""
    monkeypatch.setattr(napari, "Viewer", make_napari_viewer)
    found: list[Opening] = []

    def start(*files: Path) -> Opening:
        opening = opening_of(started(files))
        opening._engine = BusyEngine  # type: ignore[assignment]
        found.append(opening)
        return opening

    yield start
    for opening in found:
        opening.close()


def test_with_files_the_first_opens(start: Callable[..., Opening], file: Path, qtbot: QtBot) -> None:
    opening = start(file.with_name("two.sgy"), file)
    qtbot.waitUntil(lambda: opening.workspace is not None, timeout=PATIENCE_MS)
    assert shown(opening, qtbot).session.survey.name == "two"
    assert "one.sgy not" in told()[-1]


@pytest.mark.parametrize("seen", [True, False])
def test_the_window_is_drawn_before_the_survey_is_opened(
    make_napari_viewer: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, file: Path, qtbot: QtBot, seen: bool
) -> None:
    viewer = make_napari_viewer(show=seen)
    monkeypatch.setattr(napari, "Viewer", lambda title: viewer)
    monkeypatch.setattr(napari, "run", lambda: None)
    window = viewer.window._qt_window
    before: list[bool] = []
    viewer.window._qt_viewer.canvas._scene_canvas.events.draw.connect(
        lambda _: before.append(window.findChild(Opening) is None)
    )
    run_viewer([file])
    assert window.findChild(Opening) is None
    # A window out of sight is never drawn, and waited for no longer than a moment.
    qtbot.waitUntil(lambda: window.findChild(Opening) is not None, timeout=PATIENCE_MS)
    assert before[:1] == ([True] if seen else [])
    opening = opening_of(viewer)
    opening._engine = BusyEngine  # type: ignore[assignment]
    qtbot.waitUntil(lambda: opening.workspace is not None, timeout=PATIENCE_MS)
    assert shown(opening, qtbot).session.survey.path == file
    opening.close()


def test_without_files_the_last_surveys_open_by_one_click(
    start: Callable[..., Opening], file: Path, qtbot: QtBot
) -> None:
    gone = file.with_name("gone.sgy")
    file.with_name("two.sgy").rename(gone)
    for each in (gone, file):
        session = Session.open(each)
        stroke(session, 1)
        session.close()
    gone.unlink()
    opening = start()
    docks = opening._viewer.window.dock_widgets
    welcome = docks[WELCOME]
    assert isinstance(welcome, RecentList)
    first, missing = welcome.rows
    assert (first.name.text(), first.place.text()) == ("one.sgy", str(file.parent))
    assert first.what.text().startswith("Today")
    assert first.what.text().endswith("1 labelled section")
    assert "moved, renamed or deleted" in missing.what.text()
    assert not missing.name.isEnabled()
    press(missing)
    assert opening._coming is None
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        press(first)
    shown(opening, qtbot)
    assert WELCOME not in opening._viewer.window.dock_widgets


def test_a_survey_is_taken_off_the_list(start: Callable[..., Opening], file: Path, qtbot: QtBot) -> None:
    Session.open(file).close()
    welcome = start()._viewer.window.dock_widgets[WELCOME]
    press(welcome.rows[0].drop)
    assert welcome.rows == []
    assert file.with_name("one.geofm").is_dir()


@pytest.mark.parametrize("deaf", [False, True])
def test_closing_while_something_runs_saves_and_leaves_no_process(
    make_napari_viewer: Callable[..., Any], file: Path, tmp_path: Path, qtbot: QtBot, deaf: bool
) -> None:
    compute = WorkerCompute(threads=1, bodies_under=UNDER)
    opening = Opening(make_napari_viewer(), lambda: Engine(compute))
    workspace = opened(opening, file, qtbot)
    gate = tmp_path / "never"
    workspace.engine.job(Train(1, {0: gate}, deaf=deaf), lambda _: None, lambda _: None)
    qtbot.waitUntil(gate.with_suffix(".reached").exists, timeout=PATIENCE_MS)
    assert workspace.engine.doing == "training"
    worker = psutil.Process(compute.status().pid)
    stroke(workspace.session, 1)
    began = time.monotonic()
    opening._viewer.window._qt_window.close()
    assert time.monotonic() - began < 5
    assert not worker.is_running()
    again = Session.open(file)
    assert not again.read_only
    assert len(again.labelled_sections()) == 1
    again.close()
