"""Painting with real strokes: round, without gaps, kept on its own section; class 0, locks and dead traces."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from napari_geofm.core.region import At
from napari_geofm.gui.canvas.canvas_look import canvas_of
from napari_geofm.gui.workspace import Workspace
from napari_geofm.session import Session
from tests.gui.canvas_mouse import CONTROL, Canvas
from tests.gui.conftest import stroke
from tests.gui.mouse import type_keys


def labels(workspace: Workspace) -> NDArray[np.uint8]:
    """Return what the session holds of the section on the screen; the layer must show the same."""
    at = workspace.view.at
    assert at is not None
    kept = workspace.session.labels_at(at)
    assert np.array_equal(kept, workspace.view.layers.labels.data)
    return kept


@pytest.fixture
def layer(workspace: Workspace, canvas: Canvas) -> Any:
    """Return the labels layer, painted on with class 0 by a brush of seven samples."""
    found = workspace.view.layers.labels
    workspace.viewer.layers.selection.active = found
    workspace.session.current_class = 0
    found.selected_label = 1
    found.brush_size = 7
    found.mode = "paint"
    return found


def place_at(session: Session, index: int) -> At:
    axis = session.survey.axis("inline")
    return At("inline", axis.values[index].item())


def go(workspace: Workspace, at: At, qtbot: QtBot) -> None:
    workspace.session.go_to(at)
    qtbot.waitUntil(lambda: workspace.view.at == at, timeout=5000)


@pytest.mark.parametrize("exaggeration", [0.2, 1.0, 4.0])
def test_the_brush_is_round_on_the_screen(
    layer: Any, workspace: Workspace, canvas: Canvas, exaggeration: float
) -> None:
    workspace.session.change(exaggeration=exaggeration)
    layer.brush_size = 30
    canvas.click(48, 48)
    rows, columns = np.nonzero(labels(workspace))
    down, across = layer.scale
    high, wide = (np.ptp(rows) + 1) * down, (np.ptp(columns) + 1) * across
    assert abs(high - wide) <= max(down, across) * 1.01
    away = np.hypot((rows - 48) * down, (columns - 48) * across)
    inside = np.hypot((np.arange(96)[:, None] - 48) * down, (np.arange(96)[None] - 48) * across) < away.max()
    assert (labels(workspace)[inside] == 1).all()
    # The circle under the mouse is as large as what it paints.
    assert layer.cursor_size == pytest.approx(max(high, wide), abs=2 * max(down, across))


def test_a_quick_stroke_along_a_reflector_has_no_gaps(layer: Any, workspace: Workspace, canvas: Canvas) -> None:
    workspace.session.change(exaggeration=0.05)
    layer.brush_size = 5
    canvas.stroke([(30, 5), (32, 90)])
    painted = labels(workspace)[:, 5:91]
    assert painted.any(axis=0).all()


def test_paint_erase_fill_and_pick_with_the_first_class(layer: Any, workspace: Workspace, canvas: Canvas) -> None:
    canvas.stroke([(20, 20), (20, 40)])
    assert set(np.unique(labels(workspace))) == {0, 1}
    assert labels(workspace)[20, 30] == 1
    layer.mode = "erase"
    canvas.stroke([(20, 28), (20, 32)])
    assert labels(workspace)[20, 30] == 0
    assert labels(workspace)[20, 20] == 1
    layer.mode = "fill"
    canvas.click(80, 60)
    filled = labels(workspace)
    valid = workspace.view.section.valid if workspace.view.section else None
    assert (filled[valid] == 1).all()
    workspace.session.current_class = 2
    layer.selected_label = 3
    layer.mode = "pick"
    canvas.click(80, 60)
    assert layer.selected_label == 1
    assert workspace.session.current_class == 0
    workspace.session.undo()
    assert labels(workspace)[80, 60] == 0


def test_polygon_of_the_first_class(layer: Any, workspace: Workspace, canvas: Canvas) -> None:
    layer.mode = "polygon"
    for corner in ((20, 20), (20, 60), (60, 60)):
        canvas.click(*corner)
    canvas.double_click(60, 20)
    painted = labels(workspace)
    assert (painted[25:55, 25:55] == 1).all()
    assert not painted[:15].any()
    assert workspace.session.undo_text.startswith("polygon")


def test_picking_where_nothing_is_labelled_keeps_the_class(layer: Any, workspace: Workspace, canvas: Canvas) -> None:
    workspace.session.current_class = 1
    layer.selected_label = 2
    layer.mode = "pick"
    canvas.click(80, 60)
    assert workspace.session.current_class == 1


def test_dead_traces_and_locked_classes_stay(layer: Any, workspace: Workspace, canvas: Canvas, qtbot: QtBot) -> None:
    session = workspace.session
    go(workspace, place_at(session, 2), qtbot)
    assert workspace.view.section is not None
    dead = ~workspace.view.section.valid
    assert dead.any()
    stroke(session, 1, slice(40, 60))
    session.lock_class(1, on=True)
    canvas.stroke([(50, 5), (50, 90)])
    after = labels(workspace)
    assert not after[dead].any()
    assert (after[40:60, 10:30][~dead[40:60, 10:30]] == 2).all()
    assert after[50, 60] == 1
    layer.mode = "erase"
    canvas.stroke([(50, 5), (50, 90)])
    after = labels(workspace)
    assert (after[40:60, 10:30][~dead[40:60, 10:30]] == 2).all()
    assert after[50, 60] == 0


def test_preserved_labels_are_not_painted_over(layer: Any, workspace: Workspace, canvas: Canvas) -> None:
    stroke(workspace.session, 1, slice(10, 20))
    layer.preserve_labels = True
    canvas.stroke([(15, 20), (15, 60)])
    after = labels(workspace)
    assert (after[10:20, 10:30] == 2).all()
    assert after[15, 50] == 1
    layer.mode = "erase"
    canvas.stroke([(15, 20), (15, 60)])
    assert (labels(workspace)[10:20, 10:30] == 2).any() or not labels(workspace)[15, 50]


def test_ctrl_and_wheel_step_and_do_not_zoom(workspace: Workspace, canvas: Canvas, qtbot: QtBot) -> None:
    session, camera = workspace.session, workspace.viewer.scene.camera
    session.go_to(place_at(session, 1))
    zoom = camera.zoom
    canvas.wheel(1)
    assert session.place == place_at(session, 2)
    canvas.wheel(-2)
    assert session.place == place_at(session, 0)
    canvas.wheel(0.5)
    assert session.place == place_at(session, 0)
    canvas.wheel(0.5)
    assert session.place == place_at(session, 1)
    assert camera.zoom == zoom
    canvas.wheel(1, keys=Qt.KeyboardModifier.NoModifier)
    assert session.place == place_at(session, 1)
    qtbot.waitUntil(lambda: camera.zoom != zoom, timeout=2000)


def test_ctrl_held_for_stepping_paints_nothing(layer: Any, workspace: Workspace, canvas: Canvas) -> None:
    canvas.stroke([(20, 20), (20, 60)], keys=CONTROL)
    assert not labels(workspace).any()
    canvas.stroke([(20, 20), (20, 60)])
    assert labels(workspace).any()


@pytest.mark.parametrize("way", ["wheel", "key"])
def test_a_stroke_under_way_stays_on_its_section(
    layer: Any, workspace: Workspace, canvas: Canvas, qtbot: QtBot, way: str
) -> None:
    session = workspace.session
    before = place_at(session, 1)
    go(workspace, before, qtbot)
    canvas.press(20, 20)
    canvas.move(20, 40)
    if way == "wheel":
        canvas.wheel(1)
    else:
        workspace.viewer.bind_key(".", lambda _: session.step(1), overwrite=True)
        type_keys(canvas_of(workspace.viewer), ".")
    after = place_at(session, 2)
    qtbot.waitUntil(lambda: workspace.view.at == after, timeout=5000)
    canvas.move(60, 60)
    canvas.release(70, 70)
    assert not labels(workspace).any()
    kept = session.labels_at(before)
    assert (kept[20, 20:41] == 1).all()
    assert not kept[50:].any()
    assert session.undo_text.endswith(str(before.value))
    # The next stroke is one as any other.
    canvas.stroke([(60, 60), (60, 70)])
    assert (labels(workspace)[60, 60:71] == 1).all()
    session.undo()
    session.undo()
    assert not session.labels_at(before).any()


def test_a_stroke_is_recorded_although_another_section_comes_at_once(
    layer: Any, workspace: Workspace, canvas: Canvas, qtbot: QtBot
) -> None:
    session, view = workspace.session, workspace.view
    before, after = place_at(session, 1), place_at(session, 2)
    go(workspace, before, qtbot)
    canvas.press(20, 20)
    # The section arrives in the same turn of the event loop as the end of the stroke.
    canvas.send(canvas_release(), canvas.at(20, 20))
    view._show(session.section(after), session.labels_at(after))
    assert session.labels_at(before)[20, 20] == 1
    assert not session.labels_at(after).any()


def canvas_release() -> Any:
    from tests.gui.canvas_mouse import RELEASE

    return RELEASE


def test_half_a_polygon_goes_when_the_section_does(
    layer: Any, workspace: Workspace, canvas: Canvas, qtbot: QtBot
) -> None:
    session = workspace.session
    go(workspace, place_at(session, 1), qtbot)
    layer.mode = "polygon"
    canvas.click(20, 20)
    canvas.click(20, 60)
    go(workspace, place_at(session, 2), qtbot)
    for corner in ((50, 20), (50, 60), (80, 60)):
        canvas.click(*corner)
    canvas.double_click(80, 20)
    assert not labels(workspace)[:45].any()
    assert labels(workspace)[60, 30] == 1
