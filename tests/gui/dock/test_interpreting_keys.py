"""Keys of interpretations, and the table of keys in the documentation."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFileDialog

from napari_geofm.core.horizon import Horizon
from napari_geofm.core.region import At
from napari_geofm.gui.dock.dock import Dock
from napari_geofm.gui.dock.keys import key_list
from napari_geofm.gui.picks.boundary_dialog import BoundaryDialog
from napari_geofm.gui.picks.fill_dialog import FillDialog
from napari_geofm.gui.workspace import Workspace
from tests.gui.conftest import told
from tests.gui.mouse import activate


def shift(dock: Dock, letter: str) -> None:
    canvas = dock.workspace.viewer.window._qt_viewer.canvas.native
    key = getattr(Qt.Key, f"Key_{letter}")
    QtBot.keyClick(canvas, key, Qt.KeyboardModifier.ShiftModifier)  # type: ignore[no-untyped-call]


DOCS = Path(__file__).resolve().parents[3] / "docs" / "viewer.md"


@pytest.fixture
def dock(workspace: Workspace, qtbot: QtBot) -> Iterator[Dock]:
    made = Dock(workspace)
    workspace.viewer.window.add_dock_widget(made, name="GeoFM", area="right")
    activate(workspace.viewer.window._qt_window, qtbot)
    yield made
    workspace.viewer.window.remove_dock_widget(made)


def test_interpretations_by_keys(dock: Dock, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    session, box = dock.workspace.session, dock.survey.picks
    shift(dock, "M")
    assert told()[-1] == "Not now: nothing is imported yet."
    asked: list[str] = []
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda _parent, title, *_: (asked.append(title), ([], ""))[1])
    shift(dock, "O")
    assert asked == ["Import interpretations"]
    z = np.full((6, 96), np.nan, np.float32)
    z[4:] = 100
    session.picks.add([Horizon("Top", z), Horizon("Base", z + 50)])
    shift(dock, "W")
    assert [pick.visible for pick in session.picks.items] == [False, False]
    shift(dock, "W")
    assert [pick.visible for pick in session.picks.items] == [True, True]
    shift(dock, "G")
    qtbot.waitUntil(lambda: session.place in {At("inline", 1040), At("inline", 1050)}, timeout=5000)
    for key, kind in (("M", FillDialog), ("B", BoundaryDialog)):
        shift(dock, key)
        assert isinstance(box.dialog, kind)
        box.dialog.reject()


def test_the_documentation_names_all_keys(dock: Dock) -> None:
    table = DOCS.read_text(encoding="utf-8").split("## Keys", 1)[1].split("\n## ", 1)[0]
    named = set(re.findall(r"[`*]([^`*]+)[`*]", table))
    missing = {key.shown for key in key_list(dock) if key.what and not key.shown.startswith("Alt+")} - named
    assert missing == set()
