"""Vehicles whose tracks cross or touch are several events: each track is followed along the fibre.

A vehicle is at one place at a time and drives one way: where a track comes to a channel from both sides at once, or
leaves it to both, there are two.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.event_options import EventScales
from napari_geofm.core.das.grouping import Grouped
from napari_geofm.core.das.runs import Runs

__all__ = ["tracks_of"]

BEHIND = 20
"""Channels from which a track is continued."""

FEWEST = 3
"""Channels from which on a track has a slope."""

LOST = 8
"""Channels without a run after which a track has ended."""


@dataclass(slots=True, eq=False)
class _Track:
    """A vehicle so far: where it was seen alone, and all its runs by their number, start and stop."""

    channels: list[int] = field(default_factory=list)
    centres: list[float] = field(default_factory=list)
    parts: list[tuple[int, float, float]] = field(default_factory=list)
    last: int = 0

    def expected(self, channel: int) -> float:
        """Return the middle of its run on a channel, continued along a line."""
        if len(self.channels) < FEWEST:
            return self.centres[-1]
        at, middle = np.array(self.channels[-BEHIND:], np.float64), np.array(self.centres[-BEHIND:])
        slope, level = np.polyfit(at - channel, middle, 1)
        del slope
        return float(level)

    def see(self, channel: int, number: int, span: tuple[float, float]) -> None:
        """Note a run that is its alone."""
        self.channels.append(channel)
        self.centres.append(0.5 * (span[0] + span[1]))
        self.parts.append((number, *span))
        self.last = channel

    def share(self, channel: int, number: int, span: tuple[float, float]) -> None:
        """Note its part of a run that it shares with another."""
        self.parts.append((number, *span))
        self.last = channel


def tracks_of(group: Grouped, scales: EventScales) -> list[Grouped]:
    """Return the vehicles of an event, or the event as it is where there is one.

    Parameters
    ----------
    group
        Runs that touch.
    scales
        Sizes below which a track is a speck.
    """
    runs = group.runs
    channels, first, counts = np.unique(runs.channel, return_index=True, return_counts=True)
    if np.count_nonzero(counts > 1) < scales.least_channels:
        return _flanks(group, scales)
    width = float(np.median(runs.stop - runs.start))
    tracks: list[_Track] = []
    for channel, low, count in zip(channels.tolist(), first.tolist(), counts.tolist(), strict=True):
        _follow(tracks, channel, np.arange(low, low + count), runs, width)
    found = [_group(track, runs) for track in tracks]
    large = [each for each in found if _is_large(each, scales)]
    return [part for each in (large if len(large) > 1 else [group]) for part in _flanks(each, scales)]


def _is_large(group: Grouped, scales: EventScales) -> bool:
    return np.unique(group.runs.channel).size >= scales.least_channels and group.stop - group.start >= scales.least


def _flanks(group: Grouped, scales: EventScales) -> list[Grouped]:
    """Return the two vehicles of a track that is earliest, or latest, between its ends; else the track."""
    from scipy.ndimage import median_filter

    first, least = group.earliest(), scales.least_channels
    if first.size <= 2 * least:
        return [group]
    centre = median_filter(0.5 * (group.runs.start + group.runs.stop)[first].astype(np.float64), 5, mode="nearest")
    width = float(np.median(group.runs.stop - group.runs.start))
    for turned in (centre, -centre):
        tip = least + int(np.argmin(turned[least:-least]))
        rise = min(float(np.median(turned[:least])), float(np.median(turned[-least:]))) - float(turned[tip])
        if rise > max(width, scales.gap):
            tip_channel = group.runs.channel[first][tip]
            sides = (group.runs.channel <= tip_channel, group.runs.channel > tip_channel)
            parts = [_part(group, side) for side in sides]
            return parts if all(_is_large(part, scales) for part in parts) else [group]
    return [group]


def _part(group: Grouped, where: NDArray[np.bool_]) -> Grouped:
    """Return some runs of an event as one of their own."""
    runs = group.runs.taken(where)
    share = float((runs.stop - runs.start).sum()) / max(1.0, float((group.runs.stop - group.runs.start).sum()))
    return Grouped(runs, max(1, round(group.samples * share)))


def _follow(tracks: list[_Track], channel: int, numbers: NDArray[np.int64], runs: Runs, width: float) -> None:
    """Give the runs of one channel to the tracks that lead there, or begin new ones."""
    from scipy.optimize import linear_sum_assignment

    spans = np.stack([runs.start[numbers], runs.stop[numbers]], axis=1).astype(np.float64)
    going = [track for track in tracks if channel - track.last <= LOST]
    expected = np.array([track.expected(channel) for track in going])
    away = np.abs(expected[:, None] - spans.mean(axis=1)[None])
    outside = np.maximum(spans[None, :, 0] - expected[:, None], expected[:, None] - spans[None, :, 1])
    near = outside <= np.maximum(width, 0.1 * away.max(initial=0.0))
    one, other = linear_sum_assignment(away)
    taker = {int(run): int(track) for track, run in zip(one, other, strict=True) if near[track, run]}
    left = set(range(len(going))) - set(taker.values())
    for run, number in enumerate(numbers.tolist()):
        span = (float(spans[run, 0]), float(spans[run, 1]))
        inside = [track for track in left if outside[track, run] <= 0.5 * width]
        both = [*([taker[run]] if run in taker else []), *inside]
        if len(both) > 1:
            # Where tracks cross, each has of the run what it would have alone.
            for track in both:
                half = min(0.5 * width, 0.5 * (span[1] - span[0]))
                middle = float(np.clip(expected[track], span[0] + half, span[1] - half))
                going[track].share(channel, number, (middle - half, middle + half))
            left -= set(inside)
        elif both:
            going[both[0]].see(channel, number, span)
            left -= set(inside)
        else:
            tracks.append(_Track())
            tracks[-1].see(channel, number, span)


def _group(track: _Track, runs: Runs) -> Grouped:
    """Return a track as an event; of runs that it shares it has its part."""
    numbers = np.array([part[0] for part in track.parts])
    spans = np.array([part[1:] for part in track.parts])
    taken = runs.taken(numbers)
    start, stop = (np.round(spans[:, side]).astype(np.int64) for side in (0, 1))
    share = (stop - start) / np.maximum(taken.stop - taken.start, 1)
    own = replace(
        taken,
        start=start,
        stop=stop,
        confidence=taken.confidence * share,
        edge=np.where(share < 1, start, taken.edge),
        ramp=np.where(share < 1, np.nan, taken.ramp),
    )
    order = np.lexsort((own.start, own.channel))
    return Grouped(own.taken(order), max(1, int((stop - start).sum())))
