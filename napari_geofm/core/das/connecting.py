"""Which runs make one event: those of one class that touch, over small gaps, on neighbouring channels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.runs import Runs

__all__ = ["connected"]

WIDEST = 28
"""Channels behind a vehicle over which an event goes on."""


def connected(runs: Runs, gap: int, gap_channels: int, hiding: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
    """Return the event of each run, numbered from 0.

    Parameters
    ----------
    runs
        In order, and joined in time already.
    gap, gap_channels
        Samples and channels that may lie between two runs of one event.
    hiding
        ndarray of bool, shape ``(256,)``: classes that lie over others (vehicles); an event goes on behind them.

    Examples
    --------
    >>> from napari_geofm.core.das.runs import runs_in
    >>> mask = np.array([[1, 1, 0, 0, 0, 0], [0, 1, 1, 0, 0, 1]], np.uint8)
    >>> connected(runs_in(mask, np.arange(256) == 1), 0, 0).tolist()
    [0, 0, 1]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = runs.size
    if not count:
        return np.zeros(0, np.int64)
    index = _Index.of(runs, gap)
    every = np.arange(count)
    pairs = [index.touching(every, away) for away in range(1, gap_channels + 2)]
    if hiding is not None and hiding[runs.kind].any():
        pairs += _behind(index, hiding, gap_channels)
    ones, others = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
    graph = coo_array((np.ones(ones.size, np.bool_), (ones, others)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _Index:
    """One sorted list of starts and one of stops: class and channel lead, the time within them follows."""

    runs: Runs
    gap: int
    width: int
    length: int
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]

    @classmethod
    def of(cls, runs: Runs, gap: int) -> "_Index":
        # Classes lie so far apart that no channel's neighbour is of another class.
        width = int(runs.channel.max()) + 2 * WIDEST + 4
        length = int(runs.stop.max()) + 2 * (gap + 1) + 2
        rows = (runs.kind * np.int64(width) + runs.channel) * length
        return cls(runs, gap, width, length, rows + runs.start + gap + 1, rows + runs.stop + gap + 1)

    def span(
        self, which: NDArray[np.intp], away: int, kind: int | None = None
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return between which positions those lie that touch runs on the channel ``away`` from theirs.

        ``kind`` is their class where it is not the same. Runs that meet at a corner touch as well.
        """
        runs = self.runs
        lead = runs.kind[which] if kind is None else np.full(which.size, kind, np.int64)
        row = (lead * np.int64(self.width) + runs.channel[which] + away) * self.length
        low = np.searchsorted(self.stops, row + runs.start[which] + 1, "left")
        high = np.searchsorted(self.starts, row + runs.stop[which] + 2 * self.gap + 1, "right")
        return low, np.maximum(high, low)

    def touching(self, which: NDArray[np.intp], away: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return pairs of runs of one class that touch, ``away`` channels apart."""
        low, high = self.span(which, away)
        many = high - low
        one = np.repeat(which, many)
        other = np.arange(one.size) - np.repeat(np.cumsum(many) - many, many) + np.repeat(low, many)
        return one, other


def _behind(
    index: _Index, hiding: NDArray[np.bool_], gap_channels: int
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Return pairs of runs between which there is nothing but runs of a hiding class, channel by channel."""
    pairs = []
    over = np.unique(index.runs.kind[hiding[index.runs.kind]]).tolist()
    walking = np.flatnonzero(~hiding[index.runs.kind])
    for away in range(1, WIDEST + 1):
        low, high = index.span(walking, away)
        if away > gap_channels + 1:
            pairs.append(index.touching(walking, away))
        blocked = np.zeros(walking.size, np.bool_)
        for kind in over:
            first, last = index.span(walking, away, kind)
            blocked |= last > first
        walking = walking[(high <= low) & blocked]
    return pairs
