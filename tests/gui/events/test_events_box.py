"""Events in the viewer: found, gone to, sorted, taken out, renamed, written, and picks as labels."""

import csv
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from qtpy.QtWidgets import QCheckBox, QFileDialog

from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.event_options import EventOptions
from napari_geofm.gui.dock.dock import Dock
from napari_geofm.gui.dock.keys import key_list
from napari_geofm.gui.events.event_marks import CHOSEN, event_marks
from napari_geofm.gui.events.events_box import EventsBox
from napari_geofm.gui.workspace import Workspace
from napari_geofm.jobs.find_events_spec import FindEventsSpec, FindWindowEventsSpec
from napari_geofm.samples.das import DasSample
from napari_geofm.session import Session
from tests.gui.conftest import FakeEngine, told
from tests.gui.events.conftest import answer, label_all
from tests.gui.mouse import activate, press, type_keys


@pytest.fixture
def box(workspace: Workspace, fibre: DasSample, qtbot: QtBot) -> EventsBox:
    box = EventsBox(workspace)
    box.resize(300, 420)
    qtbot.addWidget(box)
    box.show()
    qtbot.waitExposed(box)
    label_all(workspace, fibre)
    choose(box, "my labels in this window")
    return box


def choose(box: EventsBox, words: str) -> None:
    box.where.setCurrentIndex(box.where.findText(words))
    box.where.activated.emit(box.where.currentIndex())


def looked(box: EventsBox, engine: FakeEngine) -> EventList:
    """Press the button, and have the request answered."""
    press(box.start)
    asked = [each for each in (*engine.views, *engine.jobs) if isinstance(each.spec, FindEventsSpec)][-1]
    answer(asked)
    assert box.session.events is not None
    return box.session.events


def tick(check: QCheckBox) -> None:
    press(check, QPoint(8, check.height() // 2))


def cell(box: EventsBox, row: int, column: int = 1) -> QPoint:
    return box.table.visualRect(box.table.sorted.index(row, column)).center()


def names(box: EventsBox) -> list[str]:
    model = box.table.sorted
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_events_of_the_window_are_listed_and_said(box: EventsBox, engine: FakeEngine) -> None:
    events = looked(box, engine)
    assert names(box) == [events.name(event) for event in events.events]
    assert f"{names(box).count('P wave')} × P wave" in box.job.note.text()
    row = names(box).index("P wave")
    assert box.table.sorted.index(row, 1).data() == events.utc(events.events[row].start_s)[11:22]
    assert "onsets to ±" in box.table.sorted.index(row, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_numbers_are_whole_in_the_narrow_dock(box: EventsBox, engine: FakeEngine) -> None:
    looked(box, engine)
    table, metrics = box.table, box.table.fontMetrics()
    for column in range(1, table.sorted.columnCount() - 1):
        for row in range(table.sorted.rowCount()):
            text = str(table.sorted.index(row, column).data())
            assert metrics.horizontalAdvance(text) < table.columnWidth(column), text
    assert table.columnWidth(0) > metrics.horizontalAdvance("P wave") + table.iconSize().width()


def test_what_counts_as_an_event_is_chosen(box: EventsBox, engine: FakeEngine) -> None:
    every = len(looked(box, engine))
    assert not box.thresholds.sure.isVisible()
    tick(box.thresholds.own)
    assert box.thresholds.sure.isVisible()
    # What is shown first is what is taken without a choice.
    shown = {name: field.value() for name, field in box.thresholds.lengths.items()}
    assert shown == {"least_s": 0.14, "gap_s": 0.14, "least_m": 50.0, "gap_m": 40.0}
    assert len(looked(box, engine)) == every
    field = box.thresholds.lengths["least_m"]
    field.setFocus()
    field.selectAll()
    type_keys(field, "500", end=Qt.Key.Key_Return)
    assert 0 < len(looked(box, engine)) < every
    tick(box.thresholds.refine)
    press(box.start)
    assert engine.views[-1].spec.options == EventOptions(0.14, 40.0, 0.14, 500.0, refine=False)


def test_events_of_an_unsure_prediction_are_left_out(
    box: EventsBox, workspace: Workspace, engine: FakeEngine, fibre: DasSample
) -> None:
    section = workspace.view.section
    assert section is not None
    shown = section.layout.to_display(fibre.classes)
    workspace.view.show_prediction(section.at, shown, np.full(shown.shape, 0.75, np.float32))
    choose(box, "prediction of this window")
    tick(box.thresholds.own)
    box.thresholds.sure.setValue(0.7)
    assert len(looked(box, engine)) > 0
    box.thresholds.sure.setValue(0.8)
    assert len(looked(box, engine)) == 0


def test_nothing_to_look_in_is_said(box: EventsBox) -> None:
    choose(box, "prediction of this window")
    assert not box.start.isEnabled()
    assert "not predicted" in box.start.toolTip()


def test_the_prediction_is_looked_in_with_its_confidence(
    box: EventsBox, workspace: Workspace, engine: FakeEngine, fibre: DasSample
) -> None:
    section = workspace.view.section
    assert section is not None
    shown = section.layout.to_display(fibre.classes)
    workspace.view.show_prediction(section.at, shown, np.full(shown.shape, 0.75, np.float32))
    choose(box, "prediction of this window")
    events = looked(box, engine)
    assert isinstance(engine.views[-1].spec, FindWindowEventsSpec)
    assert {round(event.confidence, 3) for event in events.events} == {0.75}


def test_the_whole_recording_is_a_job_with_progress_and_cancel(
    box: EventsBox, engine: FakeEngine, session: Session
) -> None:
    session.save()
    choose(box, "my labels, whole recording")
    press(box.start)
    (job,) = engine.jobs
    assert job.spec.labels == session.labels_folder
    press(box.job.cancel)
    assert job.cancelled
    assert "list stays" in box.job.note.text()
    assert len(looked(box, engine)) > 2


def test_a_click_frames_the_event_and_draws_it_with_its_error(
    box: EventsBox, workspace: Workspace, engine: FakeEngine
) -> None:
    events = looked(box, engine)
    row = names(box).index("P wave")
    camera = workspace.viewer.scene.camera
    before = float(camera.zoom)
    press(box.table.viewport(), cell(box, row))
    event = events.events[row]
    assert float(camera.zoom) != before
    section = workspace.view.section
    assert section is not None
    middle = section.rows.places(np.array([np.nanmedian(event.onset_s)]))[0] * workspace.view.layers.amplitude.scale[0]
    span = 0.5 * workspace.viewer.window._qt_viewer.canvas.size[0] / camera.zoom
    assert abs(float(camera.center[-2]) - middle) < span
    drawn = workspace.picks.overlay.drawn
    assert [each.colour for each in drawn].count(CHOSEN) == 1
    assert drawn[-1].colour == CHOSEN
    assert len(drawn[-1].thin) >= 2
    assert not drawn[0].thin


def test_it_goes_to_another_window_for_an_event_there(
    box: EventsBox, workspace: Workspace, engine: FakeEngine, qtbot: QtBot
) -> None:
    events = looked(box, engine)
    workspace.session.set_page(400)
    qtbot.waitUntil(
        lambda: workspace.view.section is not None and workspace.view.section.shape[0] == 400, timeout=20_000
    )
    section = workspace.view.section
    assert section is not None
    last = int(np.argmax([event.start_s for event in events.events]))
    assert events.events[last].start_s > float(section.rows.last)
    with qtbot.waitSignal(workspace.view.shown, timeout=20_000):
        press(box.table.viewport(), cell(box, last))
    section = workspace.view.section
    assert section is not None
    assert float(section.rows.first) <= events.events[last].start_s <= float(section.rows.last)


def test_headings_sort(box: EventsBox, engine: FakeEngine) -> None:
    looked(box, engine)
    header = box.table.horizontalHeader()
    assert header is not None
    place = QPoint(header.sectionViewportPosition(0) + 8, header.height() // 2)
    press(header.viewport(), place)
    press(header.viewport(), place)
    assert names(box) in (sorted(names(box)), sorted(names(box), reverse=True))


def test_delete_class_and_undo(box: EventsBox, session: Session, engine: FakeEngine, qtbot: QtBot) -> None:
    looked(box, engine)
    before = names(box)
    assert not box.delete.isEnabled()
    press(box.table.viewport(), cell(box, 1))
    qtbot.keyClick(box.table, Qt.Key.Key_Delete)  # type: ignore[no-untyped-call]
    assert names(box) == [*before[:1], *before[2:]]
    press(box.table.viewport(), cell(box, 0))
    press(box.classes)
    menu = box.question
    (action,) = [each for each in menu.actions() if each.text() == "surface wave"]
    action.trigger()
    menu.close()
    assert names(box)[0] == "surface wave"
    session.undo()
    session.undo()
    assert names(box) == before


def test_files_are_written(box: EventsBox, engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not box.export.isEnabled()
    events = looked(box, engine)
    for name, kind in (("e.csv", "events (*.csv)"), ("o", "onsets per channel (*.csv)"), ("q", "QuakeML (*.xml)")):
        answered = (str(tmp_path / name), kind)
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, answered=answered, **__: answered)
        press(box.export)
    with (tmp_path / "e.csv").open(newline="") as stream:
        assert len(list(csv.DictReader(stream))) == len(events)
    with (tmp_path / "o.csv").open(newline="") as stream:
        assert len(list(csv.DictReader(stream))) == sum(event.channels.size for event in events.events)
    assert "<pick " in (tmp_path / "q.xml").read_text()


def test_picks_become_labels_in_one_step(
    box: EventsBox, session: Session, fibre: DasSample, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.undo()
    assert not any(each.samples for each in session.statistics())
    onset = fibre.events[0].onset_s
    lines = [f"{channel},{time}" for channel, time in enumerate(onset) if np.isfinite(time)]
    (tmp_path / "p.csv").write_text("\n".join(["channel,p_time", *lines]) + "\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(tmp_path / "p.csv"), ""))
    press(box.importing)
    qtbot.waitUntil(lambda: "samples labelled" in box.job.note.text(), timeout=20_000)
    by_name = {each.name: each.samples for each in session.statistics()}
    assert by_name["P wave"] == 50 * len(lines)
    session.undo()
    assert not any(each.samples for each in session.statistics())
    (tmp_path / "p.csv").write_text("a,b\n1,2\n")
    press(box.importing)
    assert any("channel or distance" in each for each in told())


def test_marks_break_where_a_channel_has_no_onset(workspace: Workspace, box: EventsBox, engine: FakeEngine) -> None:
    events = looked(box, engine)
    event = next(each for each in events.events if events.name(each) == "P wave")
    event.onset_s[20] = np.nan
    section = workspace.view.section
    assert section is not None
    (mark,) = event_marks(events.with_events((event,)), section)
    known = np.isfinite(event.onset_s)
    assert sum(len(line) for line in mark.lines) == known.sum()
    assert len(mark.lines) == 1 + np.count_nonzero(np.diff(known.astype(int)) == -1) - int(not known[-1])


def test_keys_go_from_event_to_event(workspace: Workspace, engine: FakeEngine, fibre: DasSample, qtbot: QtBot) -> None:
    dock = Dock(workspace)
    workspace.viewer.window.add_dock_widget(dock, name="GeoFM", area="right")
    activate(workspace.viewer.window._qt_window, qtbot)
    keys = [key.shown for key in key_list(dock)]
    assert len(set(keys)) == len(keys)
    label_all(workspace, fibre)
    box = dock.predict.events
    assert box is not None
    choose(box, "my labels in this window")
    looked(box, engine)
    canvas = workspace.viewer.window._qt_viewer.canvas.native
    for _ in range(2):
        qtbot.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)  # type: ignore[no-untyped-call]
    qtbot.waitUntil(lambda: box.table.chosen == [1], timeout=5000)
    qtbot.keyClick(canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)  # type: ignore[no-untyped-call]
    qtbot.waitUntil(lambda: box.table.chosen == [0], timeout=5000)
    workspace.viewer.window.remove_dock_widget(dock)
