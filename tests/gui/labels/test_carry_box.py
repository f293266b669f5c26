"""Labels carried to neighbours, by mouse and keyboard."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from napari_geofm.core.labels import UNLABELLED, Origin
from napari_geofm.core.progress import Progress
from napari_geofm.core.region import At
from napari_geofm.gui.dock.dock import Dock
from napari_geofm.gui.labels.carry_box import CarryBox
from napari_geofm.gui.workspace import Workspace
from napari_geofm.jobs.carry_specs import CarriedSection, CarryNextSpec, CarryResult, CarrySpec
from napari_geofm.session import Session
from tests.gui.conftest import Asked, FakeEngine, section_shape, stroke, told
from tests.gui.mouse import activate, press

FIRST, SECOND, THIRD = (At("inline", 1000 + 10 * place) for place in range(3))


@pytest.fixture
def dock(workspace: Workspace, qtbot: QtBot) -> Dock:
    dock = Dock(workspace)
    qtbot.addWidget(dock)
    workspace.viewer.window._qt_window.show()
    dock.show()
    go(workspace, FIRST, qtbot)
    return dock


@pytest.fixture
def box(dock: Dock) -> CarryBox:
    return dock.labels.carry


def go(workspace: Workspace, at: At, qtbot: QtBot) -> None:
    workspace.session.go_to(at)
    arrived(workspace, at, qtbot)


def arrived(workspace: Workspace, at: At, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: workspace.view.at == at, timeout=10_000)


def key(dock: Dock, qtbot: QtBot, which: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    window = dock.workspace.viewer.window._qt_window
    activate(window, qtbot)
    QtBot.keyClick(window, which, modifier)  # type: ignore[no-untyped-call]


def carried(workspace: Workspace, *places: At, stopped: str = "") -> CarryResult:
    """Return classes 1 above and 2 below, nothing at the left edge, unsure at the right one."""
    shape = section_shape(workspace)
    classes = np.ones(shape, np.uint8)
    classes[shape[0] // 2 :] = 2
    classes[:, :5] = UNLABELLED
    confidence = np.tile(np.linspace(1, 0.8, shape[1], dtype=np.float32), (shape[0], 1))
    sections = tuple(CarriedSection(at, classes.copy(), confidence, 0.9) for at in places)
    return CarryResult(sections, stopped, 1.0)


def asked(engine: FakeEngine) -> Asked:
    return [each for each in engine.views if isinstance(each.spec, CarryNextSpec)][-1]


def test_nothing_is_carried_where_nothing_is_labelled(box: CarryBox, engine: FakeEngine) -> None:
    for button in (box.back, box.next, box.on):
        assert button.reason == "nothing is labelled on this section yet"
    assert box.note.text() == "Nothing is labelled on this section yet."
    press(box.next)
    assert not [each for each in engine.views if isinstance(each.spec, CarryNextSpec)]


def test_the_next_section_is_proposed_and_gone_to(
    box: CarryBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot
) -> None:
    session = workspace.session
    stroke(session, 1)
    assert box.next.text() == "inline 1010 ›"
    assert box.back.text() == "‹ no section"
    assert box.back.reason == "there is no section on that side"
    press(box.next)
    assert box.next.reason == "labels are being carried"
    assert box.note.text() == "Carrying labels to inline 1010…"
    spec = asked(engine).spec
    assert (spec.source, spec.to, spec.through) == (FIRST, (SECOND,), ())
    assert set(np.unique(spec.labels)) == {1, UNLABELLED}
    asked(engine).done(carried(workspace, SECOND))
    arrived(workspace, SECOND, qtbot)
    assert not session.is_labelled(SECOND), "a proposal is no label"
    layers = workspace.viewer.layers
    assert set(np.unique(layers["carried labels"].data)) == {0, 2, 3}
    assert layers.index("carried labels") < layers.index("labels")
    assert layers.selection.active is layers["labels"]
    assert not layers["prediction"].visible
    assert "Carried from inline 1000: 90% of it is sure and proposed." in box.note.text()


def proposed(box: CarryBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot) -> None:
    """Carry to the second section."""
    stroke(workspace.session, 1)
    press(box.next)
    asked(engine).done(carried(workspace, SECOND))
    arrived(workspace, SECOND, qtbot)


def test_keys_carry_accept_and_undo(
    dock: Dock, box: CarryBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot
) -> None:
    session = workspace.session
    stroke(session, 1)
    key(dock, qtbot, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    asked(engine).done(carried(workspace, SECOND))
    arrived(workspace, SECOND, qtbot)
    assert dock.labels.accept.heading.text() == "Accept what was carried"
    assert dock.labels.accept.accept.isEnabled()
    key(dock, qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    found, origins = session.labels_at(SECOND), session.origins_at(SECOND)
    section = workspace.view.section
    assert section is not None
    assert set(np.unique(found)) == {0, 2, 3}
    assert (found[:, :5] == 0).all()
    assert (origins[found > 0] == Origin.CARRIED).all()
    assert "carried labels" not in workspace.viewer.layers
    assert workspace.viewer.layers["prediction"].visible
    assert dock.labels.accept.heading.text() == "Accept the prediction"
    assert dock.labels.accept.what.currentText() == "the chosen class"
    assert session.undo_text == "carried labels from inline 1000 to inline 1010"
    dock.labels.sections.refresh()
    assert "carried" in dock.labels.sections.origin.text()
    session.undo()
    assert not session.is_labelled(SECOND)
    assert session.is_labelled(FIRST)


def test_key_rejects(dock: Dock, box: CarryBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot) -> None:
    proposed(box, workspace, engine, qtbot)
    key(dock, qtbot, Qt.Key.Key_Backspace, Qt.KeyboardModifier.AltModifier)
    assert box.carrying.shown is None
    assert "carried labels" not in workspace.viewer.layers
    assert not workspace.session.is_labelled(SECOND)
    assert box.note.text() == "Nothing is proposed for inline 1010 any more."


def test_accepting_a_class_keeps_the_rest_proposed(
    dock: Dock, box: CarryBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot
) -> None:
    proposed(box, workspace, engine, qtbot)
    accept = dock.labels.accept
    assert accept.what.currentText() == "all classes"
    workspace.session.current_class = 2
    accept.what.setCurrentIndex(0)
    accept.above.setValue(90)
    press(accept.accept)
    assert set(np.unique(workspace.session.labels_at(SECOND))) == {0, 3}
    assert box.carrying.shown is not None
    assert not workspace.session.labels_at(SECOND)[:, -5:].any(), "surer than 90 % only"


def test_how_sure_is_shown_instead(box: CarryBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot) -> None:
    proposed(box, workspace, engine, qtbot)
    layers = workspace.viewer.layers
    assert not layers["carried: how sure"].visible
    box.sure.click()
    assert layers["carried: how sure"].visible
    assert not layers["carried labels"].visible
    assert layers["carried: how sure"].scale.tolist() == layers["amplitude"].scale.tolist()
    workspace.session.change(exaggeration=3.0)
    assert layers["carried: how sure"].scale.tolist() == layers["amplitude"].scale.tolist()


def test_three_dimensions_have_no_proposal(
    dock: Dock, box: CarryBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot
) -> None:
    proposed(box, workspace, engine, qtbot)
    layers = workspace.viewer.layers
    workspace.volume.toggle()
    qtbot.waitUntil(lambda: "carried labels" not in layers, timeout=5000)
    workspace.volume.toggle()
    qtbot.waitUntil(lambda: "carried labels" in layers, timeout=5000)
    press(dock.labels.accept.accept)
    assert layers["prediction"].visible


def test_one_goes_on_from_where_the_labels_came_from(
    box: CarryBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot
) -> None:
    proposed(box, workspace, engine, qtbot)
    press(box.next)
    spec = asked(engine).spec
    assert (spec.source, spec.through, spec.to) == (FIRST, (SECOND,), (THIRD,))
    assert set(np.unique(spec.labels)) == {1, UNLABELLED}
    asked(engine).done(CarryResult((), "Stopped before inline 1020, 50% of which is unsure.", 1.0))
    assert workspace.session.place == SECOND
    assert "Stopped before inline 1020" in box.note.text()
    # What is painted by hand is what counts from then on.
    stroke(workspace.session, 2)
    press(box.next)
    assert (asked(engine).spec.source, asked(engine).spec.through) == (SECOND, ())


def job(engine: FakeEngine) -> Asked:
    return [each for each in engine.jobs if isinstance(each.spec, CarrySpec)][-1]


def test_carrying_on_shows_progress_and_is_accepted_in_one_step(
    dock: Dock, box: CarryBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot
) -> None:
    session = workspace.session
    stroke(session, 1)
    box.to.setValue(1030)
    box.every.setValue(2)
    assert box.next.text() == "inline 1020 ›"
    press(box.on)
    assert [at.value for at in job(engine).spec.to] == [1020, 1030]
    assert box.stop.isVisibleTo(box)
    report = job(engine).progress
    assert report is not None
    report(Progress(1, 2, "carrying labels to inline=1030"))
    assert box.note.text() == "Carrying labels to inline 1030"
    assert box.bar.value() == 500
    key(dock, qtbot, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)
    assert job(engine).stopped
    fourth = At("inline", 1030)
    job(engine).done(carried(workspace, THIRD, fourth, stopped="Stopped before inline 1040, as was asked."))
    arrived(workspace, THIRD, qtbot)
    assert not box.stop.isVisibleTo(box)
    assert box.accept_all.text() == "Accept all 2"
    press(box.other)
    arrived(workspace, fourth, qtbot)
    assert "carried labels" in workspace.viewer.layers
    press(box.accept_all)
    assert session.is_labelled(THIRD)
    assert session.is_labelled(fourth)
    assert [str(at) for at in session.labelled_sections()] == ["inline=1000", "inline=1020", "inline=1030"]
    assert session.undo_text == "carried labels from inline 1000 to inline 1020 and 1 more"
    assert "on 2 sections accepted" in box.note.text()
    session.undo()
    assert not session.is_labelled(THIRD)
    assert not session.is_labelled(fourth)


def test_a_deleted_class_leaves_the_proposal(
    box: CarryBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot
) -> None:
    proposed(box, workspace, engine, qtbot)
    workspace.session.delete_class(0)
    assert set(np.unique(workspace.viewer.layers["carried labels"].data)) == {0, 1, 2}
    box.carrying.accept_all()
    assert set(np.unique(workspace.session.labels_at(SECOND))) == {0, 1, 2}


def test_failures_are_told_and_one_can_go_on(box: CarryBox, workspace: Workspace, engine: FakeEngine) -> None:
    stroke(workspace.session, 1)
    press(box.next)
    failed = asked(engine).failed
    assert failed is not None
    failed("The weights cannot be had; check the network")
    assert told() == ["The weights cannot be had; check the network"]
    assert box.next.isEnabled()


def test_time_slices_have_no_neighbours(box: CarryBox, workspace: Workspace, session: Session, qtbot: QtBot) -> None:
    session.turn("twt")
    qtbot.waitUntil(lambda: workspace.view.at is not None and workspace.view.at.axis == "twt", timeout=10_000)
    assert box.next.reason == "labels are carried between inlines or crosslines: turn to one"


def test_narrow(box: CarryBox) -> None:
    assert box.minimumSizeHint().width() <= 300
