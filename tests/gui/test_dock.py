"""The dock as a whole: stepping, appearance, keys, folding, width."""

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLabel

from napari_geofm.core.region import At
from napari_geofm.gui.dock import WIDTH, Dock
from napari_geofm.gui.keys import key_list
from napari_geofm.gui.workspace import Workspace
from tests.gui.conftest import FakeEngine
from tests.gui.mouse import press, type_keys


@pytest.fixture
def dock(workspace: Workspace, qtbot: QtBot) -> Iterator[Dock]:
    made = Dock(workspace)
    workspace.viewer.window.add_dock_widget(made, name="GeoFM", area="right")
    workspace.viewer.window._qt_window.resize(1366, 768)
    yield made
    workspace.viewer.window.remove_dock_widget(made)


def shown(dock: Dock, qtbot: QtBot, at: At) -> None:
    qtbot.waitUntil(lambda: dock.workspace.view.at == at, timeout=5000)


def test_a_typed_number_goes_to_the_nearest_line(dock: Dock, qtbot: QtBot) -> None:
    box = dock.survey.navigation.number
    box.selectAll()
    type_keys(box, "1014", end=Qt.Key.Key_Return)
    shown(dock, qtbot, At("inline", 1010))
    assert box.value() == 1010
    press(dock.survey.navigation.back)
    shown(dock, qtbot, At("inline", 1030))
    press(dock.survey.navigation.forward)
    shown(dock, qtbot, At("inline", 1010))


def test_axes_are_turned_to_by_their_buttons(dock: Dock, qtbot: QtBot) -> None:
    navigation = dock.survey.navigation
    for name in ("crossline", "twt", "inline"):
        press(navigation.axes[name])
        qtbot.waitUntil(lambda: dock.workspace.view.at == dock.workspace.session.place, timeout=5000)
        assert dock.workspace.session.place.axis == name
        assert navigation.axes[name].isChecked()
        section = dock.workspace.view.section
        assert section is not None
        assert dock.workspace.view.layers.labels.data.shape == section.shape
        assert navigation.slider.maximum() == dock.workspace.session.survey.axis(name).size - 1


def test_scrubbing_shows_the_newest_section(dock: Dock, qtbot: QtBot) -> None:
    navigation = dock.survey.navigation
    for position in (0, 5, 1, 4, 2):
        navigation.slider.setValue(position)
    shown(dock, qtbot, At("inline", 1020))
    amplitudes = dock.workspace.view.layers.amplitude.data
    np.testing.assert_array_equal(amplitudes, dock.workspace.session.section(At("inline", 1020)).values)


def test_keys_step_and_undo(dock: Dock, qtbot: QtBot) -> None:
    session, viewer = dock.workspace.session, dock.workspace.viewer
    canvas = viewer.window._qt_viewer.canvas.native
    for text, line in ((".", 1040), (",", 1030)):
        type_keys(canvas, text)
        shown(dock, qtbot, At("inline", line))
    labels = dock.workspace.view.layers.labels
    with labels.block_history():
        labels.paint((20, 20), 2)
    qtbot.waitUntil(lambda: bool(session.labels_at(session.place).any()), timeout=2000)
    undo = next(key for key in key_list(dock) if key.shown == "Ctrl+Z")
    undo.act()
    assert not labels.data.any()


def test_every_key_is_bound_once_and_none_is_naparis(dock: Dock) -> None:
    from napari.utils.action_manager import action_manager

    keys = [key.key for key in key_list(dock)]
    assert len(set(keys)) == len(keys)
    napari_keys = {str(key).replace("Ctrl", "Control") for each in action_manager._shortcuts.values() for key in each}
    taken = {key.replace("-", "+") for key in keys} & {key.replace("-", "+") for key in napari_keys}
    # Undo of the labels layer is ours: napari's knows one section only.
    assert taken <= {"Control+Z", "Control+Shift+Z"}


def test_the_list_of_keys_names_all(dock: Dock, qtbot: QtBot) -> None:
    box = dock.show_keys()
    words = {label.text() for label in box.findChildren(QLabel)}
    assert {key.what for key in key_list(dock)} <= words
    box.close()


def test_appearance_follows_and_is_kept(dock: Dock) -> None:
    layer = dock.workspace.view.layers.amplitude
    dock.survey.colours.setCurrentText("red-white-blue")
    before = layer.colormap.colors[0].copy()
    press(dock.survey.flipped)
    np.testing.assert_allclose(layer.colormap.colors[-1], before)
    height = layer.scale[0]
    dock.survey.exaggeration.setValue(20)
    assert layer.scale[0] == pytest.approx(10 * height)
    assert dock.workspace.view.layers.labels.scale[0] == layer.scale[0]
    limits = list(layer.contrast_limits)
    dock.survey.clip.setValue(80)
    assert layer.contrast_limits[1] < limits[1]
    assert (dock.workspace.session.settings.colormap, dock.workspace.session.settings.percent) == ("red-white-blue", 80)


def test_features_are_asked_for_when_they_are_wanted(dock: Dock, engine: FakeEngine) -> None:
    assert not engine.views
    press(dock.features.show_map)
    assert engine.views[-1].spec.at == At("inline", 1030)
    assert "feature map" in dock.features.waiting.text()
    assert dock.workspace.view.layers.features.visible


def test_the_dock_is_narrow(dock: Dock) -> None:
    assert dock.maximumWidth() == WIDTH == 320
    inside = dock.widget()
    assert inside is not None
    assert inside.minimumSizeHint().width() <= WIDTH
    for name in ("Survey", "Features", "Labels", "Learn", "Predict and take home"):
        assert name in dock.steps
