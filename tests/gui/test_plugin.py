"""What napari finds in the manifest, and every way in that it offers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from npe2 import PluginManager, PluginManifest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QMimeData, QPointF, Qt, QUrl
from qtpy.QtGui import QDropEvent
from qtpy.QtWidgets import QFileDialog

from napari_geofm.gui.opening.opening import Opening, opening_of
from napari_geofm.gui.opening.recent_list import RecentList
from napari_geofm.plugin import reader
from tests.gui.conftest import told
from tests.gui.opening.test_opening import PATIENCE_MS, BusyEngine, file, shown
from tests.io.das.recorder import noise, split

__all__ = ["file"]


@pytest.fixture
def manifest() -> PluginManifest:
    """Return what napari discovers."""
    manager = PluginManager.instance()
    if "napari-geofm" not in manager:
        manager.discover()
    return manager.get_manifest("napari-geofm")


@pytest.fixture
def viewer(make_napari_viewer: Callable[..., Any], manifest: PluginManifest, file: Path) -> Iterator[Any]:
    found = make_napari_viewer()
    opening = Opening(found, BusyEngine)  # type: ignore[arg-type]
    yield found
    opening.close()


def opened_name(viewer: Any, act: Callable[[], Any], qtbot: QtBot) -> str:
    """Do something that opens a survey; return the survey's name once it is on the screen."""
    opening = opening_of(viewer)
    with qtbot.waitSignal(opening.opened, timeout=2 * PATIENCE_MS):
        act()
    return shown(opening, qtbot).session.survey.name


def test_the_manifest_is_whole(manifest: PluginManifest) -> None:
    manifest.validate_imports()
    # The distribution's name, to the letter: command ids begin with it.
    assert manifest.name == "napari-geofm"


@pytest.mark.parametrize(
    "name", ["a.sgy", "a.SEGY", "line 1.segy", "a.h5", "a.hdf5", "a.tdms", "a.cub", "a.IMG", "a.lbl"]
)
def test_files_of_ours(manifest: PluginManifest, name: str) -> None:
    found = {reader.command for reader in PluginManager.instance().iter_compatible_readers([name])}
    # napari's own reader claims some of them, too, and gives way.
    assert found - {"napari.get_reader"} == {"napari-geofm.read"}


@pytest.mark.parametrize("name", ["a.tif", "a.png", "a.npy", "a.jpg", "a.zarr", "a.csv"])
def test_files_of_others(manifest: PluginManifest, name: str) -> None:
    found = PluginManager.instance().iter_compatible_readers([name])
    assert "napari-geofm.read" not in {reader.command for reader in found}


def test_open_and_command_line(viewer: Any, file: Path, qtbot: QtBot) -> None:
    # File > Open and `napari FILE` both end here.
    assert opened_name(viewer, lambda: viewer.open(str(file), plugin="napari-geofm"), qtbot) == "one"


def test_dropped_on_the_canvas(viewer: Any, file: Path, qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file.with_name("two.sgy"))), QUrl.fromLocalFile(str(file))])
    drop = QDropEvent(
        QPointF(100, 100), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    assert opened_name(viewer, lambda: viewer.window._qt_viewer.dropEvent(drop), qtbot) == "two"
    assert "one.sgy not" in told()[-1]


def test_a_file_that_vanished(viewer: Any, file: Path, qtbot: QtBot) -> None:
    gone = file.with_name("gone.sgy")
    with qtbot.waitSignal(opening_of(viewer).failed, timeout=PATIENCE_MS):
        assert reader(str(gone))(str(gone)) == [(None,)]
    assert "gone.sgy" in told()[-1]


@pytest.mark.parametrize(
    ("key", "name"), [("seismic", "synthetic"), ("das", "synthetic-das"), ("relief", "synthetic-elevation")]
)
def test_samples(viewer: Any, key: str, name: str, qtbot: QtBot) -> None:
    assert opened_name(viewer, lambda: viewer.open_sample("napari-geofm", key), qtbot) == name


def test_the_menu_asks_for_a_file(viewer: Any, file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    assert opened_name(viewer, _action(viewer, "Open survey…").trigger, qtbot) == "one"


def test_the_menu_asks_for_a_folder_of_recordings(
    viewer: Any, tmp_path: Path, own_cache: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    split(tmp_path / "run", noise(8, 300), 100, 200)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "run"))
    assert opened_name(viewer, _action(viewer, "Open folder of DAS files").trigger, qtbot) == "run"


def test_the_widget(viewer: Any, file: Path, qtbot: QtBot) -> None:
    _, widget = viewer.window.add_plugin_dock_widget("napari-geofm", "Open survey (recent)")
    assert isinstance(widget, RecentList)
    assert "Nothing was opened yet" in widget.note.text()
    assert opened_name(viewer, lambda: viewer.open(str(file), plugin="napari-geofm"), qtbot) == "one"
    assert [row.survey for row in widget.rows] == [file]


def test_napari_opens_its_own_beside_a_survey(viewer: Any, file: Path, qtbot: QtBot) -> None:
    opened_name(viewer, lambda: viewer.open(str(file), plugin="napari-geofm"), qtbot)
    before = [layer.name for layer in viewer.layers]
    viewer.add_image(np.zeros((30, 40)), name="picture")
    workspace = opening_of(viewer).workspace
    assert workspace is not None
    workspace.session.step(1)
    qtbot.waitUntil(lambda: workspace.view.at == workspace.session.place, timeout=PATIENCE_MS)
    assert [layer.name for layer in viewer.layers] == [*before, "picture"]
    assert viewer.layers["picture"].data.shape == (30, 40)


def _action(viewer: Any, text: str) -> Any:
    """Find an entry of the File menu and what is below it."""
    found: list[Any] = []
    seen: list[str] = []

    def look(menu: Any) -> None:
        menu.aboutToShow.emit()
        for action in menu.actions():
            seen.append(action.text())
            if action.menu() is not None:
                look(action.menu())
            elif action.text().startswith(text):
                found.append(action)

    look(viewer.window.file_menu)
    assert len(found) == 1, seen
    return found[0]
