"""Pick the onsets of events on the samples, and say what there is to say of each event."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.event_options import CELL, EventScales, sample_step
from napari_geofm.core.das.fibre_event import FibreEvent
from napari_geofm.core.das.grouping import Grouped
from napari_geofm.core.das.moveout import moveout_of
from napari_geofm.core.das.onsets import EMERGENT, SHARP, Arrival, Onsets, Stretch, onsets_of_edges, reach_of, refine
from napari_geofm.core.das.phases import is_vehicle, phase_hint
from napari_geofm.core.das.units import Units
from napari_geofm.core.survey import Survey

__all__ = ["EventPicker"]

MOTION = frozenset({"m/s", "m", "m/s/s", "m/s**2", "m/s2"})
"""Units, but for a prefix, of motion: what all channels share there is the instrument's; along the fibre it cancels."""

BLOCK = 128
"""Channels read at once: an event that moves slowly along the fibre is not read as one large box."""


class EventPicker:
    """Picks the events of one recording.

    Parameters
    ----------
    survey
        The recording.
    classes
        Names of the classes.
    scales
        The mask's coarseness.
    found
        All events: an onset is not looked for where another event begins.
    window
        First sample that was looked at, and the one behind the last.
    refine
        Whether the samples are asked.
    """

    def __init__(
        self,
        survey: Survey,
        classes: ClassTable,
        scales: EventScales,
        found: list[Grouped],
        window: tuple[int, int],
        *,
        refine: bool = True,
    ) -> None:
        self.survey, self.classes, self.scales, self.found, self.window = survey, classes, scales, found, window
        self.refine = refine
        self.place = survey.axis("distance").values.astype(np.float64)
        time = survey.axis("time")
        self.first_s, self.step = float(time.first), sample_step(time)
        self.moves = Units.parse(str(survey.data.attrs.get("units", ""))).plain in MOTION or (
            str(survey.data.attrs.get("quantity", "")) in {"velocity", "displacement", "acceleration"}
        )
        self._starts = _Starts.of(found)

    def event(self, number: int) -> FibreEvent:
        """Return an event, its onsets picked."""
        group = self.found[number]
        kind = int(group.runs.kind[0])
        name = self.classes.names[kind] if kind < len(self.classes) else ""
        vehicle = is_vehicle(name)
        picked = self._onsets(number, vehicle=vehicle)
        onset, error = self.seconds(picked.onset), picked.error * self.step
        place = self.place[group.first : group.last + 1]
        known = np.isfinite(onset)
        start = float(onset[known].min()) if known.any() else self.seconds_at(group.start)
        return FibreEvent(
            kind=kind,
            first=group.first,
            onset_s=onset,
            error_s=error,
            start_s=start,
            end_s=self.seconds_at(group.stop),
            moveout=moveout_of(place, onset, error, with_apex=not vehicle),
            peak=float(np.fmax.reduce(group.runs.peak)),
            confidence=group.sure,
            samples=group.samples,
            cut=self._cut(group),
            vehicle=vehicle,
        )

    def seconds(self, samples: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return times in s from the recording's start for samples with fractions."""
        return self.first_s + samples * self.step

    def seconds_at(self, sample: int) -> float:
        """Return the time of one sample, which may be the one behind the last."""
        return self.first_s + sample * self.step

    def _onsets(self, number: int, *, vehicle: bool) -> Onsets:
        group = self.found[number]
        runs = group.runs.taken(group.earliest())
        size = group.last - group.first + 1
        edge, error = np.full(size, np.nan), np.full(size, np.nan)
        edge[runs.channel - group.first] = runs.edge
        told = np.where(np.isfinite(runs.ramp), np.clip(runs.ramp, 0.5 * self.scales.prior, None), self.scales.prior)
        error[runs.channel - group.first] = told
        if vehicle:
            return Onsets(edge, error)
        prior = onsets_of_edges(edge, error)
        if not self.refine:
            return prior
        kind = int(group.runs.kind[0])
        name = self.classes.names[kind] if kind < len(self.classes) else ""
        arrival = EMERGENT if phase_hint(name) == "S" else SHARP
        picked = refine(self._stretch(number, prior, arrival), prior, arrival)
        # Nothing is earlier than the recording.
        return Onsets(np.clip(picked.onset, self.window[0], self.window[1] - 1), picked.error)

    def _stretch(self, number: int, prior: Onsets, arrival: Arrival) -> Stretch:
        """Read the samples around the prior onsets, some channels at a time."""
        group = self.found[number]
        there = np.flatnonzero(np.isfinite(prior.onset))
        every = np.interp(np.arange(prior.onset.size), there, prior.onset[there])
        centre = np.clip(np.round(every), 0, self.survey.shape[1] - 1).astype(np.int64)
        reach = reach_of(self.scales.prior, arrival)
        at = centre[:, None] + np.arange(-reach, reach + 1)
        low, high = self._starts.around(number, group.first, centre)
        usable = (at >= np.maximum(low, 0)[:, None]) & (at < np.minimum(high, self.survey.shape[1])[:, None])
        samples = np.zeros(at.shape, np.float64)
        for begin in range(0, centre.size, BLOCK):
            some = slice(begin, begin + BLOCK)
            samples[some] = self._read(group.first + begin, at[some])
        usable &= np.isfinite(samples)
        return Stretch(np.where(usable, samples, 0.0), usable, centre)

    def _read(self, first: int, at: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return samples ``at`` of channels from ``first`` on; NaN beyond the recording."""
        channels, length = self.survey.shape
        last = first + at.shape[0]
        # For the difference along the fibre the neighbours are read as well.
        low, high = max(0, first - self.moves), min(channels, last + self.moves)
        begin, end = max(0, int(at.min())), min(length, int(at.max()) + 1)
        box = self.survey.read((slice(low, high), slice(begin, end))).astype(np.float64)
        if self.moves and box.shape[0] > 1:
            box = np.gradient(box, axis=0)
        box = box[first - low : first - low + at.shape[0]]
        inside = (at >= begin) & (at < end)
        taken = np.take_along_axis(box, np.clip(at - begin, 0, end - begin - 1), axis=1)
        return np.where(inside, taken, np.nan)

    def _cut(self, group: Grouped) -> tuple[str, ...]:
        """Return where an event may go on unseen."""
        found = (
            ("start", group.start <= self.window[0]),
            ("end", group.stop >= self.window[1]),
            ("gap", bool(group.runs.gap.any())),
        )
        return tuple(word for word, is_so in found if is_so)


@dataclass(frozen=True, slots=True, eq=False)
class _Starts:
    """Where the runs of all events begin; arrays of shape ``(runs,)`` sorted by channel and sample."""

    channel: NDArray[np.int64]
    start: NDArray[np.int64]
    event: NDArray[np.int64]

    @classmethod
    def of(cls, found: list[Grouped]) -> "_Starts":
        if not found:
            nothing = np.zeros(0, np.int64)
            return cls(nothing, nothing, nothing)
        channel = np.concatenate([group.runs.channel for group in found])
        start = np.concatenate([group.runs.start for group in found])
        event = np.repeat(np.arange(len(found)), [group.runs.size for group in found])
        order = np.lexsort((start, channel))
        return cls(channel[order], start[order], event[order])

    def around(self, number: int, first: int, centre: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return, channel by channel, from where and up to where no other event begins, a cell's width apart."""
        low = np.full(centre.size, -1, np.int64)
        high = np.full(centre.size, np.iinfo(np.int64).max // 2, np.int64)
        begin = int(np.searchsorted(self.channel, first, "left"))
        end = int(np.searchsorted(self.channel, first + centre.size - 1, "right"))
        other = self.event[begin:end] != number
        row, start = self.channel[begin:end][other] - first, self.start[begin:end][other]
        before = start < centre[row]
        np.maximum.at(low, row[before], start[before] + CELL)
        np.minimum.at(high, row[~before], start[~before] - CELL)
        return np.minimum(low, centre - CELL), np.maximum(high, centre + CELL)
