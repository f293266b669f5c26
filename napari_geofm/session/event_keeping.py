"""The events of a recording in a session: found, taken out, given another class; each a step of undo."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from psygnal import Signal

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.border_joining import Look, taken_in
from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.phases import is_vehicle
from napari_geofm.errors import GeoFMError, OutputError
from napari_geofm.session.edits import Edit
from napari_geofm.session.event_file import EVENTS, read_kept, write_kept
from napari_geofm.session.recording import Recording

__all__ = ["EventKeeping"]


class EventKeeping(Recording):
    """A recording whose events are kept with the session.

    Signal (psygnal): ``events_changed()``.
    """

    events_changed = Signal()

    _events: EventList | None = None
    _kept_in: Path | None = None

    @property
    def events(self) -> EventList | None:
        """The events; None where the survey is no DAS recording. Empty until some were found."""
        return self._events

    def take_events(
        self, found: EventList, window: tuple[float, float] | None = None, channels: tuple[int, int] | None = None
    ) -> int:
        """Take in what was found, as one step of undo; return how many events are listed then.

        Parameters
        ----------
        found
            The events.
        window
            First and last time in s that was looked at: events that begin elsewhere stay, and one that its border cuts
            is joined with what is listed of it. None: all of the recording.
        channels
            Positions of the first and last channel that were looked at: events whose middle lies beside them stay.
            None: all.
        """
        before = self._events
        if before is None:
            return 0
        if window is not None:
            look = Look(window, channels or (0, before.place.size - 1))
            found = taken_in(*_in_one_table(before, found), look)
        count = len(found)
        self._list(found, f"found events: {count} listed")
        return count

    def remove_events(self, positions: Collection[int]) -> None:
        """Take events out of the list, as one step of undo."""
        before = self._events
        if before is None or not positions:
            return
        kept = tuple(event for number, event in enumerate(before.events) if number not in positions)
        words = f"{len(positions)} events" if len(positions) > 1 else "an event"
        self._list(before.with_events(kept), f"took out {words}")

    def reclass_events(self, positions: Collection[int], name: str) -> None:
        """Give events another class, as one step of undo; the name is one of the session's classes or of the list's."""
        before = self._events
        if before is None or not positions:
            return
        table = _with_class(before.classes, name, self.classes)
        number = table.number(name)
        changed = tuple(
            replace(event, kind=number, vehicle=is_vehicle(name)) if place in positions else event
            for place, event in enumerate(before.events)
        )
        words = f"{len(positions)} events are" if len(positions) > 1 else "an event is"
        self._list(replace(before, classes=table).with_events(changed), f"{words} {name}")

    def _list(self, events: EventList, what: str) -> None:
        if self._events is None:
            return
        if self._writable:
            self._do(Edit(what, events=(self._events, events)))
        else:
            self._list_events(events)

    def _list_events(self, events: EventList) -> None:
        self._events = events
        if self._writable and self._kept_in is not None:
            try:
                write_kept(events, self._kept_in)
            except OutputError as error:
                # What was done is done and can be undone; as of the session's own file, it is told.
                self.notice.emit(str(error))
        self.events_changed.emit()

    def _take_up_events(self, folder: Path) -> None:
        """Begin with the events that are kept; damaged ones are told of and found anew."""
        if self.survey.kind != "das":
            return
        self._kept_in = folder / EVENTS
        self._events = EventList.of(self.survey, self.classes)
        if self._kept_in.is_file():
            try:
                self._events = read_kept(self._kept_in, self.survey)
            except GeoFMError as error:
                self.notice.emit(str(error))


def _in_one_table(kept: EventList, found: EventList) -> tuple[EventList, EventList]:
    """Return both lists with the classes of both; a class is known by its name."""
    table = found.classes
    for event in kept.events:
        table = _with_class(table, kept.name(event), kept.classes)
    moved = tuple(replace(event, kind=table.number(kept.name(event))) for event in kept.events)
    return replace(kept, classes=table).with_events(moved), replace(found, classes=table)


def _with_class(table: ClassTable, name: str, other: ClassTable) -> ClassTable:
    """Return a table that has a class of that name, in the colour that it has in the other."""
    if name in table.names:
        return table
    colour = next((info.colour for info in other if info.name == name), None)
    return ClassTable.named([*table.names, name], [*(info.colour for info in table), colour])
