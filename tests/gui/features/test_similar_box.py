"""Click to see what is similar: with the mouse on the canvas, by threshold to labels, and with Escape out again."""

from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from qtpy.QtWidgets import QWidget

from napari_geofm.core.labels import Origin
from napari_geofm.core.region import At
from napari_geofm.gui.features.heat_layer import NAME
from napari_geofm.gui.features.similar_box import SimilarBox
from napari_geofm.gui.workspace import Workspace
from napari_geofm.jobs.view_specs import SimilarityResult, SimilaritySpec
from tests.gui.conftest import Asked, FakeEngine, section_shape, stroke, told
from tests.gui.mouse import activate, canvas_spot, drag, press, type_keys
from tests.tiny import DEAD


@pytest.fixture
def box(workspace: Workspace, qtbot: QtBot) -> SimilarBox:
    made = SimilarBox(workspace)
    qtbot.addWidget(made)
    workspace.viewer.window._qt_window.resize(900, 700)
    workspace.viewer.window._qt_window.show()
    qtbot.waitExposed(workspace.viewer.window._qt_window)
    workspace.view.frame()
    return made


def canvas(workspace: Workspace) -> QWidget:
    found: QWidget = workspace.viewer.window._qt_viewer.canvas.native
    return found


def heat(workspace: Workspace) -> Any:
    return next((layer for layer in workspace.viewer.layers if layer.name == NAME), None)


def asked(engine: FakeEngine) -> list[Asked]:
    return [each for each in engine.views if isinstance(each.spec, SimilaritySpec)]


def answer(workspace: Workspace, request: Asked) -> None:
    """Answer: 1 in the left column, falling to -1 in the right; NaN on the dead trace."""
    rows, columns = section_shape(workspace)
    values = np.tile(np.linspace(1, -1, columns, dtype=np.float32), (rows, 1))
    if request.spec.at == At("inline", 1000 + 10 * DEAD[0]):
        values[:, DEAD[1]] = np.nan
    request.done(SimilarityResult(request.spec.at, values, (0, 0), (1.0, 0.0)))


def test_a_click_on_the_section_asks_for_that_place(
    box: SimilarBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot
) -> None:
    press(canvas(workspace), canvas_spot(workspace, 30, 40))
    assert asked(engine) == []
    press(box.toggle)
    press(canvas(workspace), canvas_spot(workspace, 30, 40))
    qtbot.waitUntil(lambda: len(asked(engine)) == 1, timeout=2000)
    (request,) = asked(engine)
    assert (request.spec.at, request.spec.direction) == (workspace.view.at, None)
    assert abs(request.spec.row - 30) <= 1
    assert abs(request.spec.column - 40) <= 1
    assert "Looking" in box.note.text()
    answer(workspace, request)
    assert heat(workspace).data.shape == section_shape(workspace)
    names = [layer.name for layer in workspace.viewer.layers]
    assert names.index(NAME) < names.index("labels")
    assert workspace.viewer.layers.selection.active is workspace.view.layers.labels


def test_a_drag_moves_the_view_and_asks_nothing(
    box: SimilarBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot
) -> None:
    press(box.toggle)
    start = canvas_spot(workspace, 30, 40)
    centre = workspace.viewer.scene.camera.center
    drag(canvas(workspace), [start, start + QPoint(20, 10), start + QPoint(60, 30)])
    qtbot.waitUntil(lambda: workspace.viewer.scene.camera.center != centre, timeout=2000)
    assert asked(engine) == []


def test_what_is_alike_enough_is_labelled_where_nothing_was(
    box: SimilarBox, workspace: Workspace, engine: FakeEngine
) -> None:
    session = workspace.session
    stroke(session, 0)  # sand, on rows 10 to 20 of columns 10 to 30
    workspace.view.layers.labels.selected_label = 3
    press(box.toggle)
    assert "click on the section first" in box.label.toolTip()
    box.similar.ask(5, 5)
    answer(workspace, asked(engine)[-1])
    assert box.label.text() == "Label as salt"
    box.above.setValue(50)
    before = session.labels_at(session.place)
    expected = before.copy()
    alike = np.linspace(1, -1, before.shape[1]) >= 0.5
    expected[:, alike & (np.arange(before.shape[1]) != DEAD[1])] = 3
    expected[before != 0] = before[before != 0]
    press(box.label)
    np.testing.assert_array_equal(session.labels_at(session.place), expected)
    changed = expected != before
    assert (session.origins_at(session.place)[changed] == Origin.ACCEPTED).all()
    assert f"{changed.sum():,} samples" in box.note.text()
    assert not box.label.isEnabled()
    assert "nothing that is not labelled yet" in box.label.toolTip()
    session.undo()
    np.testing.assert_array_equal(session.labels_at(session.place), before)
    assert box.label.isEnabled()


def test_the_threshold_decides_what_is_seen(box: SimilarBox, workspace: Workspace, engine: FakeEngine) -> None:
    press(box.toggle)
    box.similar.ask(5, 5)
    answer(workspace, asked(engine)[-1])
    type_keys(box.above, "", end=Qt.Key.Key_End)
    assert heat(workspace).contrast_limits == [0.95, 1.0]
    assert box.above_text.text() == "95 %"
    assert heat(workspace).colormap.map(0.0)[0][3] == 0


def test_the_next_section_is_compared_with_the_same_place(
    box: SimilarBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot
) -> None:
    press(box.toggle)
    box.similar.ask(5, 5)
    first = asked(engine)[-1]
    answer(workspace, first)
    workspace.session.go_to(At("inline", 1010))
    qtbot.waitUntil(lambda: workspace.view.at == At("inline", 1010), timeout=5000)
    assert heat(workspace) is None
    again = asked(engine)[-1]
    assert (again.spec.at, again.spec.direction) == (At("inline", 1010), (1.0, 0.0))
    answer(workspace, first)  # late, of the section before
    assert heat(workspace) is None
    answer(workspace, again)
    assert heat(workspace) is not None


@pytest.mark.parametrize("way", ["escape", "toggle", "brush"])
def test_it_ends_by_escape_by_its_button_and_by_taking_a_brush(
    box: SimilarBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot, way: str
) -> None:
    labels = workspace.view.layers.labels
    labels.mode = "fill"
    press(box.toggle)
    assert str(labels.mode) == "pan_zoom"
    box.similar.ask(5, 5)
    answer(workspace, asked(engine)[-1])
    if way == "escape":
        activate(workspace.viewer.window._qt_window, qtbot)
        canvas(workspace).setFocus()
        type_keys(canvas(workspace), "", end=Qt.Key.Key_Escape)
    elif way == "toggle":
        press(box.toggle)
    else:
        labels.mode = "paint"
    qtbot.waitUntil(lambda: not box.similar.on, timeout=2000)
    assert heat(workspace) is None
    assert not box.toggle.isChecked()
    assert str(labels.mode) == ("paint" if way == "brush" else "fill")
    assert box.above.isHidden()
    asked_before = len(asked(engine))
    labels.mode = "pan_zoom"
    press(canvas(workspace), canvas_spot(workspace, 30, 40))
    assert len(asked(engine)) == asked_before


def test_what_cannot_be_answered_is_told(box: SimilarBox, workspace: Workspace, engine: FakeEngine) -> None:
    press(box.toggle)
    box.similar.ask(5, 5)
    failed = asked(engine)[-1].failed
    assert failed is not None
    failed("The disk is gone; check it")
    assert told() == ["The disk is gone; check it"]
    assert "Click on the section" in box.note.text()
