"""Blank layers are not drawn, and are as soon as there is something on them."""

from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.gui.workspace import Workspace
from tests.gui.canvas_mouse import Canvas
from tests.gui.conftest import plain_prediction


def drawn(workspace: Workspace, name: str) -> bool:
    visuals = workspace.viewer.window._qt_viewer.canvas.layer_to_visual
    node: Any = visuals[workspace.viewer.layers[name]].node
    return bool(node.visible)


def test_what_is_blank_is_visible_in_the_list_and_not_drawn(workspace: Workspace, canvas: Canvas) -> None:
    assert drawn(workspace, "amplitude")
    for name in ("labels", "prediction"):
        assert workspace.viewer.layers[name].visible
        assert not drawn(workspace, name)


def test_a_stroke_is_seen_while_it_is_painted(workspace: Workspace, canvas: Canvas, qtbot: QtBot) -> None:
    workspace.view.layers.labels.mode = "paint"
    canvas.press(20, 20)
    assert drawn(workspace, "labels")
    canvas.move(30, 30)
    canvas.release(30, 30)
    qtbot.wait(20)
    assert drawn(workspace, "labels")
    workspace.session.undo()
    qtbot.wait(20)
    assert not drawn(workspace, "labels")


def test_a_polygon_is_seen_on_a_blank_section(workspace: Workspace, canvas: Canvas, qtbot: QtBot) -> None:
    # napari draws its corners as a part of the layer.
    workspace.view.layers.labels.mode = "polygon"
    assert drawn(workspace, "labels")
    workspace.view.layers.labels.mode = "paint"
    assert not drawn(workspace, "labels")


@pytest.mark.parametrize("name", ["prediction", "confidence"])
def test_a_prediction_is_seen_on_its_section(workspace: Workspace, canvas: Canvas, qtbot: QtBot, name: str) -> None:
    workspace.viewer.layers[name].visible = True
    place = workspace.session.place
    workspace.view.show_prediction(place, *plain_prediction(workspace))
    assert drawn(workspace, name)
    workspace.viewer.layers[name].visible = False
    assert not drawn(workspace, name)
    workspace.viewer.layers[name].visible = True
    assert drawn(workspace, name)
    workspace.session.step(1)
    qtbot.waitUntil(lambda: workspace.view.at != place)
    assert not drawn(workspace, name)
    assert np.count_nonzero(workspace.viewer.layers[name].data) == 0
