"""An event that two windows cut is one event: what a window shows of it is joined with what is known from beside."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.event_options import CELL, GAP_CHANNELS
from napari_geofm.core.das.fibre_event import FibreEvent
from napari_geofm.core.das.moveout import moveout_of

__all__ = ["Look", "taken_in"]

NEAR = 3 * CELL
"""Samples by which onsets of neighbouring channels on either side of a border may differ."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was looked at.

    Attributes
    ----------
    times
        First and last time in s.
    channels
        Positions of the first and last channel.
    """

    times: tuple[float, float]
    channels: tuple[int, int]

    def holds(self, event: FibreEvent) -> bool:
        """Return whether an event begins in it, with its middle among its channels."""
        (low, high), (left, right) = self.times, self.channels
        return low <= event.start_s <= high and 2 * left <= event.first + event.last <= 2 * right


def taken_in(before: EventList, found: EventList, look: Look) -> EventList:
    """Return the list with what was found in a window; what began in it is replaced.

    Parameters
    ----------
    before
        The list, in the classes of ``found``.
    found
        Events of the window.
    look
        The window.
    """
    stay = [event for event in before.events if not look.holds(event)]
    gone = [event for event in before.events if look.holds(event)]
    joined: list[FibreEvent] = []
    for event in found.events:
        one = event
        for other in [*stay, *gone]:
            if _goes_on(one, other, look, before.step_s):
                one = _one(other, one, found.place, look, seen_last=True)
                stay = [each for each in stay if each is not other]
        # Two pieces in the window may be of one event beside it.
        for other in [each for each in joined if _touch(each, one) and _goes_on(each, one, look, before.step_s)]:
            one = _one(other, one, found.place, look)
            joined.remove(other)
        joined.append(one)
    return found.with_events((*stay, *joined))


def _goes_on(event: FibreEvent, other: FibreEvent, look: Look, step: float) -> bool:
    """Return whether another event is the same, seen before the window, behind it or beside it."""
    if event.kind != other.kind or other is event:
        return False
    gap, (low, high) = CELL * step, look.times
    before = "start" in event.cut and other.start_s < low and other.end_s >= low - gap
    after = "end" in event.cut and other.end_s > event.end_s and other.start_s <= high + step + gap
    if before or after:
        parts = (other, event) if before else (event, other)
        return _drives_on(*parts, step) if event.vehicle else _touch(event, other)
    return _beside(event, other, look, step)


def _touch(event: FibreEvent, other: FibreEvent) -> bool:
    """Return whether two events have channels in common, or all but have."""
    return max(event.first, other.first) <= min(event.last, other.last) + GAP_CHANNELS + 1


def _drives_on(early: FibreEvent, late: FibreEvent, step: float) -> bool:
    """Return whether a vehicle is where another, seen before, had got to, or on its very track."""
    low, high = max(early.first, late.first), min(early.last, late.last) + 1
    if low < high:
        off = early.onset_s[low - early.first : high - early.first] - late.onset_s[low - late.first : high - late.first]
        if np.isfinite(off).any() and float(np.nanmedian(np.abs(off))) <= NEAR * step:
            return True
    got = early.channels[early.onset_s[early.channels - early.first] >= np.nanmax(early.onset_s) - NEAR * step]
    begun = late.channels[late.onset_s[late.channels - late.first] <= np.nanmin(late.onset_s) + NEAR * step]
    apart = max(int(got.min()), int(begun.min())) - min(int(got.max()), int(begun.max()))
    return apart <= GAP_CHANNELS + 1


def _beside(event: FibreEvent, other: FibreEvent, look: Look, step: float) -> bool:
    """Return whether both end at the window's first or last channel, and set in there at about the same time."""
    left, right = look.channels
    first, last = _ends(event)
    begin, end = _ends(other)
    over_left = end < left and end >= left - 1 - GAP_CHANNELS and first <= left + GAP_CHANNELS
    over_right = begin > right and begin <= right + 1 + GAP_CHANNELS and last >= right - GAP_CHANNELS
    if not (over_left or over_right):
        return False
    ours, theirs = (first, end) if over_left else (last, begin)
    return abs(event.onset_on(ours) - other.onset_on(theirs)) <= NEAR * step


def _ends(event: FibreEvent) -> tuple[int, int]:
    """Return the first and the last channel with an onset."""
    there = event.channels
    return (int(there[0]), int(there[-1])) if there.size else (event.first, event.last)


def _one(
    other: FibreEvent, event: FibreEvent, place: NDArray[np.float64], look: Look, *, seen_last: bool = False
) -> FibreEvent:
    """Return two parts of an event as one; ``seen_last``: how long ``event`` is inside the window is known better."""
    first, last = min(event.first, other.first), max(event.last, other.last)
    onset, error = np.full((2, last - first + 1), np.nan), np.full((2, last - first + 1), np.nan)
    for row, each in enumerate((other, event)):
        part = slice(each.first - first, each.last - first + 1)
        onset[row, part], error[row, part] = each.onset_s, each.error_s
    # Where both say something, the later one is the border at which it was cut.
    chosen = np.argmin(np.where(np.isfinite(onset), onset, np.inf), axis=0)
    columns = np.arange(onset.shape[1])
    onset, error = onset[chosen, columns], error[chosen, columns]
    inside = seen_last and "end" not in event.cut and other.end_s <= look.times[1]
    end = event.end_s if inside else max(event.end_s, other.end_s)
    samples = (other.samples, event.samples)
    sure = [each.confidence if np.isfinite(each.confidence) else 0.0 for each in (other, event)]
    known = [count if np.isfinite(each.confidence) else 0 for count, each in zip(samples, (other, event), strict=True)]
    return replace(
        event,
        first=first,
        onset_s=onset,
        error_s=error,
        start_s=min(other.start_s, event.start_s),
        end_s=end,
        moveout=moveout_of(place[first : last + 1], onset, error, with_apex=not event.vehicle),
        peak=float(np.fmax(other.peak, event.peak)),
        confidence=float(np.average(sure, weights=known)) if any(known) else float("nan"),
        samples=sum(samples),
        cut=_cut((other, event), end),
    )


def _cut(parts: Sequence[FibreEvent], end: float) -> tuple[str, ...]:
    """Return where two parts, joined, may still go on unseen."""
    earliest = min(parts, key=lambda each: each.start_s)
    said = {
        "start": "start" in earliest.cut,
        "end": any("end" in each.cut and each.end_s >= end for each in parts),
        "gap": any("gap" in each.cut for each in parts),
    }
    return tuple(word for word, so in said.items() if so)
