from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.finding import EventSource, find_events
from napari_geofm.core.progress import run_to_end
from napari_geofm.errors import OutputError
from napari_geofm.samples.das import DAS_CLASSES, DasSample, DasSampleSpec, make_das, write_das
from napari_geofm.session import Session
from napari_geofm.session.event_file import EVENTS


@pytest.fixture(scope="module")
def sample() -> DasSample:
    return make_das(DasSampleSpec(seed=1, channels=80, samples=1500))


@pytest.fixture
def session(sample: DasSample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    write_das(sample, tmp_path / "fibre.h5")
    opened = Session.open(tmp_path / "fibre.h5")
    opened.set_classes(ClassTable.named(DAS_CLASSES))
    yield opened
    opened.close()


def found(session: Session, sample: DasSample) -> EventList:
    return run_to_end(find_events(EventSource(sample.classes, session.classes), session.survey))


def names(session: Session) -> list[str]:
    assert session.events is not None
    return [session.events.name(event) for event in session.events.events]


def test_events_are_taken_in_and_each_step_is_undone(session: Session, sample: DasSample) -> None:
    told: list[int] = []
    session.events_changed.connect(lambda: told.append(len(names(session))))
    count = session.take_events(found(session, sample))
    before = names(session)
    assert count == len(before) > 2
    session.remove_events([0])
    session.reclass_events([0, 1], "noise")
    assert names(session) == ["noise", "noise", *before[3:]]
    assert session.undo() == "2 events are noise"
    assert session.undo() == "took out an event"
    assert names(session) == before
    session.redo()
    assert names(session) == before[1:]
    assert told == [count, count - 1, count - 1, count - 1, count, count - 1]


def test_a_window_takes_the_place_of_what_began_in_it(session: Session, sample: DasSample) -> None:
    whole = found(session, sample)
    session.take_events(whole)
    (late,) = [event for event in whole.events if event.start_s == max(each.start_s for each in whole.events)]
    session.take_events(whole.with_events(()), (0.0, late.start_s - 0.01))
    assert names(session) == [whole.name(late)]
    renamed = EventList.of(session.survey, ClassTable.named(["nothing", "tremor"]), whole.events[:1])
    session.take_events(renamed, (0.0, late.start_s - 0.01))
    assert names(session)[1] == whole.name(late)


def test_a_window_leaves_the_events_of_other_channels(session: Session, sample: DasSample) -> None:
    whole = found(session, sample)
    session.take_events(whole)
    always, middles = (0.0, 1e6), [(event.first + event.last) / 2 for event in whole.events]
    beside = [middle for middle in middles if not 10 <= middle <= 30]
    session.take_events(whole.with_events(()), always, (10, 30))
    assert session.events is not None
    assert [(event.first + event.last) / 2 for event in session.events.events] == beside
    session.take_events(whole.with_events(()), always, (0, 79))
    assert names(session) == []


def test_events_are_kept_with_the_session(session: Session, sample: DasSample, tmp_path: Path) -> None:
    session.take_events(found(session, sample))
    kept = session.events
    session.close()
    again = Session.open(tmp_path / "fibre.h5")
    assert again.events is not None
    assert kept is not None
    for one, other in zip(kept.events, again.events.events, strict=True):
        np.testing.assert_array_equal(one.onset_s, other.onset_s)
        assert (one.kind, one.start_s, one.end_s, one.cut, one.vehicle) == (
            other.kind, other.start_s, other.end_s, other.cut, other.vehicle,
        )  # fmt: skip
        assert str(one.moveout) == str(other.moveout)
    again.close()
    (session.folder / EVENTS).write_bytes(b"damaged")
    third = Session.open(tmp_path / "fibre.h5")
    assert third.events is not None
    assert len(third.events) == 0
    assert any("find them anew" in notice for notice in third.notices)
    third.close()


def test_a_full_disk_is_told_and_the_list_is_there(
    session: Session, sample: DasSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OutputError("events.npz cannot be written: no space left")

    monkeypatch.setattr("napari_geofm.session.event_keeping.write_kept", full)
    told: list[int] = []
    session.events_changed.connect(lambda: told.append(len(names(session))))
    count = session.take_events(found(session, sample))
    assert told == [count]
    assert "events.npz cannot be written: no space left" in session.notices
    session.undo()
    assert names(session) == []


def test_a_new_class_of_an_event_comes_from_the_session(session: Session, sample: DasSample) -> None:
    session.take_events(found(session, sample))
    session.add_class("blast", "#112233")
    session.reclass_events([1], "blast")
    assert session.events is not None
    assert names(session)[1] == "blast"
    assert session.events.classes.infos[-1].colour == "#112233"
