"""The events of a recording, and what is needed to say where and when they were."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.fibre_event import FibreEvent
from napari_geofm.core.das.phases import phase_hint
from napari_geofm.core.survey import Survey

__all__ = ["EventList"]

SHARED = 0.5
"""Part of the S wave's channels that must have a P wave of the same earthquake."""


@dataclass(frozen=True, slots=True, eq=False)
class EventList:
    """Events in the order of their starts.

    Attributes
    ----------
    events
        The events.
    classes
        Names and colours.
    place
        ndarray of float64, shape ``(channels,)``: distance of every channel of the fibre, or its number.
    unit
        Unit of ``place``; "" where channels are numbered.
    start_utc
        ISO 8601 with nanoseconds of time 0; "" where the recording has no date.
    amplitude_unit
        Unit of the samples; "" where it is not known.
    step_s
        Seconds between two samples.
    survey
        Name of the recording's file.
    """

    events: tuple[FibreEvent, ...]
    classes: ClassTable
    place: NDArray[np.float64]
    unit: str
    start_utc: str
    amplitude_unit: str
    step_s: float
    survey: str = ""

    @classmethod
    def of(cls, survey: Survey, classes: ClassTable, events: tuple[FibreEvent, ...] = ()) -> "EventList":
        """Return the events of a recording, in the order of their starts."""
        distance, time, attrs = survey.axis("distance"), survey.axis("time"), survey.data.attrs
        return cls(
            tuple(sorted(events, key=lambda event: (event.start_s, event.kind, event.first))),
            classes,
            distance.values.astype(np.float64),
            distance.units,
            str(attrs.get("start_utc", "")),
            str(attrs.get("units", "")),
            float(time.step or 0.0),
            survey.path.name,
        )

    def __len__(self) -> int:
        """Count of events."""
        return len(self.events)

    @property
    def onsets(self) -> int:
        """Channels of all events, with an onset or without."""
        return sum(event.onset_s.size for event in self.events)

    def counts(self) -> dict[str, int]:
        """Return how many events there are of each class, in the order of their first ones."""
        found: dict[str, int] = {}
        for event in self.events:
            found[self.name(event)] = found.get(self.name(event), 0) + 1
        return found

    def with_events(self, events: tuple[FibreEvent, ...]) -> "EventList":
        """Return the same recording with other events."""
        return replace(self, events=tuple(sorted(events, key=lambda each: (each.start_s, each.kind, each.first))))

    @property
    def speed_unit(self) -> str:
        """Unit of apparent velocities."""
        return f"{self.unit or 'channels'}/s"

    def name(self, event: FibreEvent) -> str:
        """Return the name of an event's class."""
        return self.classes.names[event.kind] if event.kind < len(self.classes) else f"class {event.kind}"

    def channel(self, position: int) -> int:
        """Return the number of a channel: as the file numbers it, else its position from 0."""
        return position if self.unit else round(float(self.place[position]))

    def utc(self, seconds: float) -> str:
        """Return a time as ISO 8601 UTC to the microsecond; "" where the recording has no date."""
        if not self.start_utc or not np.isfinite(seconds):
            return ""
        start = np.datetime64(self.start_utc.removesuffix("Z"), "ns")
        when = start + np.timedelta64(round(seconds * 1e6) * 1000, "ns")
        return f"{np.datetime_as_string(when, unit='us')}Z"

    def earthquakes(self) -> list[list[FibreEvent]]:
        """Return the events in groups: each S wave with the P wave before it on the same channels, all others alone."""
        groups: list[list[FibreEvent]] = []
        for event in self.events:
            mate = self._mate(event, groups) if phase_hint(self.name(event)) == "S" else None
            if mate is None:
                groups.append([event])
            else:
                mate.append(event)
        return groups

    def _mate(self, event: FibreEvent, groups: list[list[FibreEvent]]) -> list[FibreEvent] | None:
        """Return the group of the latest P wave that arrives before an S wave on at least half of its channels."""
        for group in reversed(groups):
            first = group[0]
            if phase_hint(self.name(first)) != "P" or first.start_s >= event.start_s:
                continue
            shared = np.array([first.onset_on(int(each)) for each in event.channels])
            there = np.isfinite(shared)
            later = event.onset_s[event.channels - event.first][there] > shared[there]
            taken = any(phase_hint(self.name(other)) == "S" for other in group)
            if not taken and there.sum() >= SHARED * event.channels.size and later.mean() > SHARED:
                return group
            if there.any():
                return None
        return None
