"""The survey in three dimensions by real clicks: there, to a section, and back with everything as it was."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from qtpy.QtWidgets import QApplication

from napari_geofm.core.region import At
from napari_geofm.gui.dock.dock import Dock
from napari_geofm.gui.solid import volume_view as module
from napari_geofm.gui.solid.volume_view import VolumeView
from napari_geofm.gui.workspace import Workspace
from napari_geofm.session import Session
from tests.gui.canvas_mouse import MOVE, NONE, PRESS, RELEASE, Canvas
from tests.gui.conftest import told
from tests.gui.mouse import activate, type_keys


def inline(session: Session, index: int) -> At:
    return At("inline", session.survey.axis("inline").values[index].item())


@pytest.fixture
def view(workspace: Workspace, canvas: Canvas) -> VolumeView:
    """Return the view of a survey with a block of the first class on the fourth inline."""
    at = inline(workspace.session, 3)
    painted = workspace.session.labels_at(at)
    painted[30:70, 50:80] = 1
    workspace.session.record(at, painted, what="stroke")
    return workspace.volume


def number(workspace: Workspace) -> float | str:
    value = workspace.session.place.value
    assert value is not None
    return value


def enter(view: VolumeView, qtbot: QtBot) -> None:
    view.toggle()
    qtbot.waitUntil(lambda: view.active, timeout=10_000)
    for _ in range(3):
        QApplication.processEvents()


def state(workspace: Workspace) -> tuple[Any, ...]:
    viewer = workspace.viewer
    camera = viewer.scene.camera
    return (
        viewer.dims.ndisplay,
        viewer.dims.ndim,
        [(layer.name, layer.visible, layer.data.shape) for layer in viewer.layers],
        viewer.layers.selection.active.name if viewer.layers.selection.active else None,
        str(workspace.view.layers.labels.mode),
        tuple(np.round(camera.center[-2:], 6)),
        round(camera.zoom, 6),
    )


def on_canvas(workspace: Workspace, layer: Any, place: tuple[int, ...]) -> QPoint:
    """Return where a sample of a layer lies on the canvas."""
    canvas = workspace.viewer.window._qt_viewer.canvas
    node = canvas.layer_to_visual[layer].node
    x, y, _, w = node.get_transform("visual", "canvas").map([*(np.array(place[::-1]) + 0.5), 1.0])
    return QPoint(round(x / w), round(y / w))


def click(canvas: Canvas, at: QPoint, *, by: QPoint | None = None) -> None:
    canvas.send(MOVE, at, held=NONE)
    canvas.send(PRESS, at)
    end = at + by if by is not None else at
    if by is not None:
        canvas.send(MOVE, end)
    canvas.send(RELEASE, end)
    QApplication.processEvents()


def test_from_a_time_slice_too_the_survey_fills_the_canvas(
    view: VolumeView, workspace: Workspace, canvas: Canvas, qtbot: QtBot
) -> None:
    workspace.session.go_to(At("twt", 40.0))
    qtbot.waitUntil(lambda: workspace.view.at == At("twt", 40.0), timeout=5000)
    # A slice in metres is much larger than anything that is drawn in three dimensions.
    for layer in workspace.view.layers.all:
        layer.scale = tuple(50 * side for side in layer.scale)
    enter(view, qtbot)
    assert view.layers is not None
    corners = [[0 if bit >> dim & 1 else side - 1 for dim, side in enumerate(view.layers.shape)] for bit in range(8)]
    seen = [on_canvas(workspace, view.layers.planes[0], tuple(corner)) for corner in corners]
    across = max(at.x() for at in seen) - min(at.x() for at in seen)
    down = max(at.y() for at in seen) - min(at.y() for at in seen)
    assert max(across / canvas.widget.width(), down / canvas.widget.height()) > 0.4
    view.toggle()


def test_there_and_back_everything_is_as_it_was(
    view: VolumeView, workspace: Workspace, canvas: Canvas, qtbot: QtBot
) -> None:
    workspace.view.layers.labels.mode = "erase"
    workspace.viewer.scene.camera.zoom *= 1.7
    before = state(workspace)
    labels = workspace.view.layers.labels.data.copy()
    enter(view, qtbot)
    assert workspace.viewer.dims.ndisplay == 3
    assert view.layers is not None
    assert not any(layer.visible for layer in workspace.view.layers.all)
    assert workspace.view.furniture.rulers.top.isHidden()
    view.toggle()
    assert not view.active
    assert state(workspace) == before
    assert np.array_equal(workspace.view.layers.labels.data, labels)
    QApplication.processEvents()
    assert not workspace.view.furniture.rulers.top.isHidden()
    # The survey is not read again.
    enter(view, qtbot)
    view.toggle()
    assert state(workspace) == before


def test_what_is_shown_is_the_survey(view: VolumeView, workspace: Workspace, qtbot: QtBot) -> None:
    enter(view, qtbot)
    assert view.layers is not None
    survey = workspace.session.survey
    assert view.layers.shape == (survey.shape[0], survey.shape[2], survey.shape[1])
    assert [layer.name for layer in view.layers.marks] == ["survey, labelled"]
    shown = np.asarray(view.layers.marks[0].data)
    assert set(np.unique(shown)) == {0, 1}
    assert (shown[3, 30:70, 50:80] == 1).all()
    plane = view.layers.planes[0]
    assert plane.plane.position[0] == survey.axis("inline").index(number(workspace))
    workspace.session.go_to(inline(workspace.session, 1))
    assert plane.plane.position[0] == 1
    workspace.session.turn("twt")
    assert view.layers.planes[1].plane.position[1] == survey.axis("twt").index(number(workspace))


@pytest.mark.parametrize("axis", ["inline", "crossline"])
def test_a_click_on_a_label_of_the_first_class_goes_to_its_section(
    view: VolumeView, workspace: Workspace, canvas: Canvas, qtbot: QtBot, axis: str
) -> None:
    session = workspace.session
    session.turn(axis)
    session.go_to(At(axis, session.survey.axis(axis).values[0].item()))
    enter(view, qtbot)
    assert view.layers is not None
    click(canvas, on_canvas(workspace, view.layers.marks[0], (3, 50, 65)))
    if axis == "inline":
        assert session.place == inline(session, 3)
    else:
        assert abs(session.survey.axis(axis).index(session.place.value or 0) - 65) <= 2
        session.turn("inline")
        assert session.place == inline(session, 3)
    assert view.active
    view.toggle()
    qtbot.waitUntil(lambda: workspace.view.at == session.place, timeout=5000)
    assert workspace.viewer.dims.ndisplay == 2
    assert workspace.view.framing.untouched


def test_empty_space_and_a_turn_of_the_view_go_nowhere(
    view: VolumeView, workspace: Workspace, canvas: Canvas, qtbot: QtBot
) -> None:
    session = workspace.session
    session.go_to(inline(session, 0))
    enter(view, qtbot)
    assert view.layers is not None
    block = on_canvas(workspace, view.layers.marks[0], (3, 50, 65))
    click(canvas, QPoint(3, 3))
    assert session.place == inline(session, 0)
    assert "Nothing" in view._note.text()
    click(canvas, on_canvas(workspace, view.layers.marks[0], (5, 90, 5)))
    assert session.place == inline(session, 0)
    click(canvas, block, by=QPoint(40, 10))
    assert session.place == inline(session, 0)


def test_a_click_meets_what_is_in_front(view: VolumeView, workspace: Workspace, canvas: Canvas, qtbot: QtBot) -> None:
    session = workspace.session
    for index in range(session.survey.shape[0]):
        painted = session.labels_at(inline(session, index))
        painted[10:90, 5:90] = 1 + index % 3
        session.record(inline(session, index), painted, what="stroke")
    enter(view, qtbot)
    assert view.layers is not None
    direction = workspace.viewer.scene.camera.view_direction
    nearest = 0 if direction[0] > 0 else session.survey.shape[0] - 1
    click(canvas, on_canvas(workspace, view.layers.marks[0], (nearest, 50, 50)))
    assert session.place == inline(session, nearest)


def test_the_commonest_class_of_a_prediction_does_not_hide_the_others(
    view: VolumeView, workspace: Workspace, canvas: Canvas, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def predictions(_session: object, grid: Any, _report: object) -> NDArray[np.uint8]:
        values = np.full(grid.shape, 2, np.uint8)
        values[4, 40:60, 40:60] = 1
        return values

    monkeypatch.setattr(module, "predictions_of", predictions)
    workspace.session.go_to(inline(workspace.session, 0))
    enter(view, qtbot)
    assert view.layers is not None
    assert [layer.name for layer in view.layers.marks] == ["survey, predicted", "survey, labelled"]
    shown = view.layers.marks[0]
    assert set(np.unique(np.asarray(shown.data))) == {0, 1}
    view.layers.marks[1].visible = False
    click(canvas, on_canvas(workspace, shown, (4, 50, 50)))
    assert workspace.session.place == inline(workspace.session, 4)


def test_reading_says_how_far_it_is_and_can_be_stopped(
    view: VolumeView, workspace: Workspace, canvas: Canvas, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    held = threading.Event()

    def slow(_survey: object, grid: Any, _limits: object, report: Any) -> NDArray[np.uint8] | None:
        report(0.5)
        held.wait(10)
        return np.zeros(grid.shape, np.uint8) if report(1.0) else None

    monkeypatch.setattr(module, "amplitudes_of", slow)
    before = state(workspace)
    view.toggle()
    qtbot.waitUntil(lambda: "40 %" in view._note.text(), timeout=5000)
    view.toggle()
    held.set()
    qtbot.waitUntil(lambda: not view.reading, timeout=5000)
    assert not view.active
    assert state(workspace) == before
    assert view._note.text() == ""


def test_settings_changed_meanwhile_count_afterwards(view: VolumeView, workspace: Workspace, qtbot: QtBot) -> None:
    enter(view, qtbot)
    workspace.session.change(show_features=True, show_prediction=False)
    assert not workspace.view.layers.features.visible
    view.toggle()
    assert workspace.view.layers.features.visible
    assert not workspace.view.layers.prediction.visible


def test_the_array_s_numbers_are_not_shown(
    view: VolumeView, workspace: Workspace, canvas: Canvas, qtbot: QtBot
) -> None:
    enter(view, qtbot)
    canvas.send(MOVE, QPoint(200, 200), held=NONE)
    workspace.viewer.status = {"layer_base": "x", "source_type": "", "plugin": "", "coordinates": "[1 2 3]"}
    QApplication.processEvents()
    assert workspace.viewer.status == ""


def test_a_line_has_no_third_dimension(view: VolumeView, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(workspace.session.survey), "cuts", property(lambda _: ()))
    view.toggle()
    assert not view.reading
    assert "no volume" in told()[-1]


def shift_d(canvas: Canvas) -> None:
    QtBot.keyClick(canvas.widget, Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)  # type: ignore[no-untyped-call]


def test_keys_turn_it_and_the_legend_on_and_off(
    view: VolumeView, workspace: Workspace, canvas: Canvas, qtbot: QtBot
) -> None:
    window = workspace.viewer.window
    window.add_dock_widget(Dock(workspace), area="right")
    activate(window._qt_window, qtbot)
    canvas.widget.setFocus()
    shift_d(canvas)
    qtbot.waitUntil(lambda: view.active, timeout=10_000)
    shift_d(canvas)
    assert not view.active
    legend = workspace.view.furniture.legend
    assert not legend.isHidden()
    type_keys(canvas.widget, "g")
    assert legend.isHidden()
    type_keys(canvas.widget, "g")
    assert not legend.isHidden()
