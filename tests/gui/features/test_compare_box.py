"""Before and after: the line dragged with the mouse, what is left and right of it, and why it cannot be."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint

from napari_geofm.core.region import At
from napari_geofm.gui.features.compare_box import CompareBox
from napari_geofm.gui.features.divider import Divider
from napari_geofm.gui.workspace import Workspace
from napari_geofm.jobs.specs import FeatureResult, FeaturesSpec
from napari_geofm.jobs.view_specs import BasisResult, BasisSpec, PredictionResult, PredictionSpec
from napari_geofm.session import Session
from tests.gui.conftest import Asked, FakeEngine, plain_prediction, section_shape
from tests.gui.mouse import drag, press
from tests.gui.trained import result

BEFORE, AFTER = 40, 200


@pytest.fixture
def box(workspace: Workspace, qtbot: QtBot) -> CompareBox:
    made = CompareBox(workspace)
    qtbot.addWidget(made)
    window = workspace.viewer.window._qt_window
    window.resize(900, 700)
    window.show()
    qtbot.waitExposed(window)
    workspace.view.frame()
    return made


def model(session: Session, method: str, *, adapter: bool) -> Path:
    folder = session.new_model_folder(method)
    result(folder, method=method)
    if adapter:
        (folder / "adapter.safetensors").touch()
    session.use_model(folder)
    return folder


def last(engine: FakeEngine, **wanted: object) -> Asked:
    """Return the newest request whose spec has these values."""
    found = [
        each
        for each in engine.views
        if isinstance(each.spec, FeaturesSpec)
        and all(getattr(each.spec, name) == value for name, value in wanted.items())
    ]
    return found[-1]


def answer(request: Asked, level: int, *, tap: int = 6, provisional: bool = False) -> None:
    colours = np.full((7, 7, 3), level, np.uint8)
    request.done(FeatureResult(colours, None, (96, 96), 14.0, tap, provisional))


def shown(workspace: Workspace) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return the red of the feature layer."""
    found: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = workspace.view.layers.features.data[..., 0]
    return found


def swipe(box: CompareBox, workspace: Workspace, engine: FakeEngine) -> Path:
    """Have both maps on the screen."""
    adapted = model(workspace.session, "lora", adapter=True)
    press(box.features, QPoint(8, box.features.height() // 2))
    answer(last(engine, model_folder=None), 99, tap=12)
    answer(last(engine, model_folder=adapted), AFTER)
    answer(last(engine, model_folder=None, tap=6), BEFORE)
    return adapted


def test_without_an_adapted_model_it_says_why(box: CompareBox, session: Session) -> None:
    assert not box.features.isEnabled()
    assert "There is no adapted model yet" in box.note.text()
    assert "press Probe first" in box.prediction.toolTip()
    model(session, "probe", adapter=False)
    assert not box.features.isEnabled()
    lora = model(session, "lora", adapter=True)
    assert box.features.isEnabled()
    assert box.note.text() == ""
    probe = model(session, "probe", adapter=False)
    assert not box.features.isEnabled()
    assert (
        box.note.text()
        == f"{probe.name[0].upper()}{probe.name[1:]} leaves the network as it is; choose {lora.name} in Learn."
    )


def test_the_maps_meet_at_the_line_wherever_it_is_dragged(
    box: CompareBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot
) -> None:
    swipe(box, workspace, engine)
    divider = box.comparing.divider
    assert divider.isVisible()
    assert shown(workspace).shape == section_shape(workspace)
    handle = divider.handle
    for part in (0.62, 0.45):
        there = round(part * handle.parentWidget().width())  # type: ignore[union-attr]
        grasp = handle.rect().center()
        drag(handle, [grasp, grasp + QPoint(there - round(divider.line_px), 0)])
        qtbot.waitUntil(lambda: boundary(workspace) == box.comparing.column, timeout=2000)
        # The line on the screen is the edge between the traces.
        edge = workspace.view.layers.features.data_to_world((0, boundary(workspace) - 0.5))[1]
        camera = workspace.viewer.scene.camera
        on_screen = (edge - camera.center[-1]) * camera.zoom + handle.parentWidget().width() / 2  # type: ignore[union-attr]
        wide = workspace.view.layers.amplitude.scale[1] * camera.zoom
        assert abs(on_screen - divider.line_px) <= wide
        assert abs(divider.line_px - there) <= 2


def boundary(workspace: Workspace) -> int:
    """Return the first column that is the adapted network's; all rows have the same."""
    red = shown(workspace)
    assert set(np.unique(red)) <= {BEFORE, AFTER}
    (found,) = set((red == BEFORE).sum(axis=1).tolist())
    return int(found)


def test_the_line_stays_on_the_screen_when_the_view_is_moved(
    box: CompareBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot
) -> None:
    swipe(box, workspace, engine)
    before = boundary(workspace)
    camera = workspace.viewer.scene.camera
    scale = float(workspace.view.layers.amplitude.scale[1])
    camera.center = (camera.center[-2], camera.center[-1] + 10 * scale)
    qtbot.waitUntil(lambda: boundary(workspace) == before + 10, timeout=2000)


def test_off_again_the_network_as_it_was_is_shown(box: CompareBox, workspace: Workspace, engine: FakeEngine) -> None:
    swipe(box, workspace, engine)
    press(box.features, QPoint(8, box.features.height() // 2))
    assert box.comparing.divider.isHidden()
    answer(last(engine), 99, tap=12)
    assert set(np.unique(shown(workspace))) == {99}


def test_the_next_section_is_compared_too_and_late_answers_are_dropped(
    box: CompareBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot
) -> None:
    adapted = swipe(box, workspace, engine)
    late = last(engine, model_folder=adapted)
    workspace.session.go_to(At("inline", 1010))
    qtbot.waitUntil(lambda: workspace.view.at == At("inline", 1010), timeout=5000)
    answer(late, 7)
    answer(last(engine, model_folder=None, tap=None), 99, tap=12)
    assert set(np.unique(shown(workspace))) == {99}
    answer(last(engine, model_folder=adapted, at=At("inline", 1010)), AFTER)
    answer(last(engine, model_folder=None, tap=6, at=At("inline", 1010)), BEFORE)
    assert boundary(workspace) == box.comparing.column
    # The map in its final colours comes late, and is covered again.
    workspace.following.ask_features()
    answer(last(engine, model_folder=None, tap=None), 99, tap=12)
    assert boundary(workspace) == box.comparing.column


def test_provisional_colours_are_settled_once(box: CompareBox, workspace: Workspace, engine: FakeEngine) -> None:
    adapted = model(workspace.session, "lora", adapter=True)
    press(box.features, QPoint(8, box.features.height() // 2))
    answer(last(engine, model_folder=adapted), AFTER, provisional=True)
    answer(last(engine, tap=6), BEFORE, provisional=True)
    (fit,) = (each for each in engine.aheads if isinstance(each.spec, BasisSpec))
    assert (fit.spec.model_folder, fit.spec.tap) == (adapted, 6)
    asked = len(engine.views)
    fit.done(BasisResult(6, fitted=True))
    assert len(engine.views) == asked + 1
    answer(last(engine, model_folder=adapted), AFTER)
    answer(last(engine, tap=6), BEFORE)
    assert len([each for each in engine.aheads if isinstance(each.spec, BasisSpec)]) == 1
    assert boundary(workspace) == box.comparing.column


def test_another_model_ends_what_it_cannot_be_compared_with(
    box: CompareBox, workspace: Workspace, engine: FakeEngine, session: Session
) -> None:
    swipe(box, workspace, engine)
    model(session, "probe", adapter=False)
    assert box.comparing.divider.isHidden()
    assert not box.features.isChecked()


def test_predictions_of_two_models_are_swiped_and_what_is_accepted_is_the_newer(
    box: CompareBox, workspace: Workspace, engine: FakeEngine, session: Session
) -> None:
    earlier, _ = model(session, "probe", adapter=False), model(session, "lora", adapter=True)
    at = session.place
    classes, confidence = plain_prediction(workspace)
    press(box.prediction, QPoint(8, box.prediction.height() // 2))
    workspace.view.show_prediction(at, classes, confidence)
    asked = [each for each in engine.views if isinstance(each.spec, PredictionSpec)][-1]
    assert asked.spec.model_folder == earlier
    asked.done(PredictionResult(at, np.zeros_like(classes), np.zeros_like(confidence), ("a",)))
    column = box.comparing.column
    seen = workspace.view.layers.prediction.data
    assert 0 < column < seen.shape[1]
    assert (seen[:, :column] == 1).all()
    np.testing.assert_array_equal(seen[:, column:], classes[:, column:] + 1)
    assert workspace.view.prediction is not None
    np.testing.assert_array_equal(workspace.view.prediction[1], classes)
    press(box.prediction, QPoint(8, box.prediction.height() // 2))
    np.testing.assert_array_equal(workspace.view.layers.prediction.data, classes + 1)


def test_nothing_stays_on_the_canvas_when_the_panel_goes(
    box: CompareBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot
) -> None:
    canvas = box.comparing.divider.handle.parentWidget()
    assert canvas is not None
    kinds = (Divider, type(box.comparing.divider.handle))
    other = CompareBox(workspace)
    swipe(other, workspace, engine)
    assert [len(canvas.findChildren(kind)) for kind in kinds] == [2, 2]
    other.deleteLater()
    qtbot.waitUntil(lambda: [len(canvas.findChildren(kind)) for kind in kinds] == [1, 1], timeout=2000)
    canvas.resize(canvas.width() - 20, canvas.height())
    workspace.viewer.scene.camera.zoom *= 2
    workspace.session.step(-1)
    qtbot.waitUntil(lambda: workspace.view.at == workspace.session.place, timeout=5000)
