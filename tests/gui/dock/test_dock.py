"""The dock as a whole: stepping, appearance, keys, tabs, width."""

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFileDialog, QLabel, QLineEdit, QShortcut, QWidget

from napari_geofm.core.progress import Progress
from napari_geofm.core.region import At
from napari_geofm.gui.dock.dock import WIDTH, Dock
from napari_geofm.gui.dock.job_line import JobLine
from napari_geofm.gui.dock.key_list import KeyList
from napari_geofm.gui.dock.keys import key_list
from napari_geofm.gui.parts.page import Page
from napari_geofm.gui.workspace import Workspace
from tests.gui.conftest import FakeEngine, stroke, told
from tests.gui.mouse import activate, press, type_keys


@pytest.fixture
def dock(workspace: Workspace, qtbot: QtBot) -> Iterator[Dock]:
    made = Dock(workspace)
    workspace.viewer.window.add_dock_widget(made, name="GeoFM", area="right")
    workspace.viewer.window._qt_window.resize(1366, 768)
    activate(workspace.viewer.window._qt_window, qtbot)
    yield made
    workspace.viewer.window.remove_dock_widget(made)


def shown(dock: Dock, qtbot: QtBot, at: At) -> None:
    qtbot.waitUntil(lambda: dock.workspace.view.at == at, timeout=5000)


def test_a_typed_number_goes_to_the_nearest_line(dock: Dock, qtbot: QtBot) -> None:
    box = dock.navigation.number
    box.selectAll()
    type_keys(box, "1014", end=Qt.Key.Key_Return)
    shown(dock, qtbot, At("inline", 1010))
    assert box.value() == 1010
    press(dock.navigation.way.back)
    shown(dock, qtbot, At("inline", 1030))
    press(dock.navigation.way.forward)
    shown(dock, qtbot, At("inline", 1010))


def test_axes_are_turned_to_by_their_buttons(dock: Dock, qtbot: QtBot) -> None:
    navigation = dock.navigation
    for name in ("crossline", "twt", "inline"):
        press(navigation.axes[name])
        qtbot.waitUntil(lambda: dock.workspace.view.at == dock.workspace.session.place, timeout=5000)
        assert dock.workspace.session.place.axis == name
        assert navigation.axes[name].isChecked()
        section = dock.workspace.view.section
        assert section is not None
        assert dock.workspace.view.layers.labels.data.shape == section.shape
        assert navigation.scrub.slider.maximum() == dock.workspace.session.survey.axis(name).size - 1


def test_scrubbing_shows_the_newest_section(dock: Dock, qtbot: QtBot) -> None:
    navigation = dock.navigation
    for position in (0, 5, 1, 4, 2):
        navigation.scrub.slider.setValue(position)
    shown(dock, qtbot, At("inline", 1020))
    amplitudes = dock.workspace.view.layers.amplitude.data
    np.testing.assert_array_equal(amplitudes, dock.workspace.session.section(At("inline", 1020)).values)


def test_keys_step_and_undo(dock: Dock, qtbot: QtBot) -> None:
    session, viewer = dock.workspace.session, dock.workspace.viewer
    canvas = viewer.window._qt_viewer.canvas.native
    for text, line in ((".", 1040), (",", 1030)):
        type_keys(canvas, text)
        shown(dock, qtbot, At("inline", line))
    stroke(session, 1)
    QtBot.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)  # type: ignore[no-untyped-call]
    assert not session.labels_at(session.place).any()
    assert not dock.workspace.view.layers.labels.data.any()


def test_keys_work_from_the_dock_but_not_in_a_name(dock: Dock, qtbot: QtBot) -> None:
    session = dock.workspace.session
    dock.labels.classes.setFocus()
    type_keys(dock.labels.classes, ".")
    shown(dock, qtbot, At("inline", 1040))
    dock.labels.classes.edit_name(0)
    editor = dock.labels.classes.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    type_keys(editor, "k.n", end=Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.classes.names[0] == "k.n", timeout=2000)
    assert session.place == At("inline", 1040)


def test_a_key_that_cannot_act_says_why(dock: Dock) -> None:
    type_keys(dock.workspace.viewer.window._qt_viewer.canvas.native, "n")
    assert told()[-1] == "Not now: paint strokes of at least two classes first."


def test_boxes_of_work_have_keys(dock: Dock, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    canvas, tabs = dock.workspace.viewer.window._qt_viewer.canvas.native, dock.tabs

    def shift(key: Qt.Key) -> None:
        QtBot.keyClick(canvas, key, Qt.KeyboardModifier.ShiftModifier)  # type: ignore[no-untyped-call]

    shift(Qt.Key.Key_E)
    assert tabs.tabText(tabs.currentIndex()) == "Predict"
    assert told()[-1] == "Not now: nothing is labelled yet."
    target = dock.workspace.session.folder.parent / "fast.zarr"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(target), ""))
    shift(Qt.Key.Key_F)
    assert tabs.tabText(tabs.currentIndex()) == "Survey"
    assert engine.views[-1].spec.output == target
    dock.survey.copy.run(target)
    shift(Qt.Key.Key_Escape)
    assert engine.jobs[-1].cancelled
    shift(Qt.Key.Key_Escape)
    assert told()[-1].startswith("Not now: nothing is running")


def test_every_key_is_bound_once_and_none_is_naparis(dock: Dock) -> None:
    from napari.utils.action_manager import action_manager

    keys = [key.shown for key in key_list(dock)]
    assert len(set(keys)) == len(keys)
    names = {"PageDown": "Page Down", "PageUp": "Page Up", "Ctrl+Enter": "Ctrl+Return"}
    naparis = {str(key) for each in action_manager._shortcuts.values() for key in each}
    # Undo of the labels layer is ours: napari's knows one section only.
    assert set(keys) & {names.get(key, key) for key in naparis} <= {"Ctrl+Z", "Ctrl+Shift+Z"}
    window = dock.workspace.viewer.window._qt_window
    bound = [shortcut.key().toString() for shortcut in window.findChildren(QShortcut)]
    assert len([each for each in bound if each in {".", "N", "?", "Ctrl+Z"}]) == 4


def test_the_list_of_keys_names_all(dock: Dock, qtbot: QtBot) -> None:
    canvas = dock.workspace.viewer.window._qt_viewer.canvas.native
    type_keys(canvas, "?")
    (box,) = canvas.findChildren(KeyList)
    words = {label.text() for label in box.findChildren(QLabel)}
    assert {key.what for key in key_list(dock)} - {""} <= words
    assert "paint with salt" in words
    assert "brush, eraser, fill" in words
    assert canvas.rect().contains(box.geometry())
    type_keys(box, "", end=Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not canvas.findChildren(KeyList), timeout=2000)


def test_keys_that_the_list_leaves_to_napari_are_naparis(dock: Dock) -> None:
    viewer, labels = dock.workspace.viewer, dock.workspace.view.layers.labels
    viewer.layers.selection.active = labels
    canvas = viewer.window._qt_viewer.canvas.native
    for key, mode in (("p", "paint"), ("e", "erase"), ("f", "fill"), ("3", "polygon"), ("z", "pan_zoom")):
        type_keys(canvas, key)
        assert str(labels.mode) == mode
    size = labels.brush_size
    type_keys(canvas, "]")
    assert labels.brush_size > size


def test_a_section_that_cannot_be_read_is_not_gone_to(dock: Dock, qtbot: QtBot) -> None:
    session = dock.workspace.session
    file, here = session.survey.path, session.place
    away = file.rename(file.with_name("away.sgy"))
    type_keys(dock.workspace.viewer.window._qt_viewer.canvas.native, ".")
    qtbot.waitUntil(lambda: any("Cannot read" in text for text in told()), timeout=5000)
    # What is filled or ticked now belongs to the section that is seen.
    assert session.place == here == dock.workspace.view.at
    assert dock.navigation.number.value() == here.value
    assert not session.can_go_back
    away.rename(file)
    # The next step goes on from the section that was missed, so that a damaged one stops nobody.
    for key, line in ((".", 1050), (",", 1040)):
        type_keys(dock.workspace.viewer.window._qt_viewer.canvas.native, key)
        shown(dock, qtbot, At("inline", line))


def test_keys_go_to_labelled_sections(dock: Dock, qtbot: QtBot) -> None:
    session = dock.workspace.session
    canvas = dock.workspace.viewer.window._qt_viewer.canvas.native
    for line in (1010, 1050):
        session.go_to(At("inline", line))
        stroke(session, 0)
    session.go_to(At("inline", 1030))
    shown(dock, qtbot, At("inline", 1030))
    for key, line in (("k", 1050), ("k", 1010), ("K", 1050)):
        type_keys(canvas, key)
        shown(dock, qtbot, At("inline", line))


def test_appearance_follows_and_is_kept(dock: Dock) -> None:
    layer = dock.workspace.view.layers.amplitude
    dock.survey.look.colours.setCurrentText("red-white-blue")
    before = layer.colormap.colors[0].copy()
    press(dock.survey.look.flipped)
    np.testing.assert_allclose(layer.colormap.colors[-1], before)
    height = layer.scale[0]
    dock.survey.look.exaggeration.setValue(20)
    assert layer.scale[0] == pytest.approx(10 * height)
    assert dock.workspace.view.layers.labels.scale[0] == layer.scale[0]
    limits = list(layer.contrast_limits)
    dock.survey.look.clip.setValue(80)
    assert layer.contrast_limits[1] < limits[1]
    assert (dock.workspace.session.settings.colormap, dock.workspace.session.settings.percent) == ("red-white-blue", 80)


def test_features_are_asked_for_when_they_are_wanted(dock: Dock, engine: FakeEngine) -> None:
    assert not engine.views
    press(dock.features.show_map)
    assert engine.views[-1].spec.at == At("inline", 1030)
    assert "feature map" in dock.features.waiting.text()
    assert dock.workspace.view.layers.features.visible


def test_the_dock_is_narrow(dock: Dock, qtbot: QtBot) -> None:
    assert dock.maximumWidth() == WIDTH == 320
    assert dock.minimumSizeHint().width() <= WIDTH
    names = [dock.tabs.tabText(place) for place in range(dock.tabs.count())]
    assert names == ["Survey", "Features", "Labels", "Learn", "Predict"]
    for name in names:
        dock.open_step(name)
        page = dock.tabs.currentWidget()
        assert isinstance(page, Page)
        qtbot.waitUntil(page.isVisible, timeout=2000)
        port = page.viewport()
        assert port is not None
        # Nothing lies where nobody can scroll to.
        for part in page.panel.findChildren(QWidget):
            if part.isVisible() and part.parent() is page.panel:
                assert part.mapTo(port, part.rect().topRight()).x() <= port.width(), (name, part)
    bar = dock.tabs.tabBar()
    assert bar is not None
    assert bar.tabRect(4).right() <= dock.width()


def test_three_dimensions_and_back_by_the_button(dock: Dock, qtbot: QtBot) -> None:
    dock.open_step("Survey")
    viewer, button = dock.workspace.viewer, dock.survey.solid
    press(button)
    qtbot.waitUntil(lambda: viewer.dims.ndisplay == 3, timeout=20_000)
    assert button.text() == "Back to the section"
    press(button)
    qtbot.waitUntil(lambda: viewer.dims.ndisplay == 2, timeout=5000)
    assert button.text() == "3-D view"
    assert not button.isChecked()


def test_tabs_are_clicked(dock: Dock) -> None:
    bar = dock.tabs.tabBar()
    assert bar is not None
    press(bar, bar.tabRect(3).center())
    page = dock.tabs.currentWidget()
    assert isinstance(page, Page)
    assert page.panel is dock.learn


def test_a_job_is_seen_from_every_step(dock: Dock, engine: FakeEngine) -> None:
    line = dock.findChild(JobLine)
    assert line is not None
    assert line.isHidden()
    engine.busy_changed.emit(True)
    engine.job_advanced.emit("training", Progress(30.0, 60.0, "training"))
    assert not line.isHidden()
    assert line.text.text().startswith("Training: 50%")
    assert (line.bar.value(), line.bar.maximum()) == (500, 1000)
    # A section that is predicted meanwhile waits its turn.
    engine.view_advanced.emit("predicting the section", Progress(20, 80, "predicting"))
    engine.view_ended.emit()
    assert line.text.text().startswith("Training: 50%")
    engine.busy_changed.emit(False)
    assert line.isHidden()
    engine.view_advanced.emit("predicting the section", Progress(20, 80, "predicting"))
    assert not line.isHidden()
    assert line.text.text().startswith("Predicting the section: 25%")
    engine.view_ended.emit()
    assert line.isHidden()
