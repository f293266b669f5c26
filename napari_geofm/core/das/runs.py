"""Runs: where a class stands without a break on one channel. A mask of any length becomes a short list of them."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.event_options import CELL

__all__ = ["Runs", "joined_in_time", "runs_in"]


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Runs in the order of class, channel and start; arrays of shape ``(runs,)``.

    Attributes
    ----------
    kind
        int64: class number.
    channel
        int64: position along the fibre, from 0.
    start, stop
        int64: first sample, and the one after the last, from the recording's start.
    confidence
        float64: sum of the confidence over the samples; NaN where there is none.
    peak
        float64: largest absolute amplitude; NaN where it is not known.
    gap
        bool: whether a sample in it, or next to it, is missing.
    edge
        float64: where the class begins, in samples with fractions.
    ramp
        float64: standard error of ``edge`` in samples as the probabilities tell it; NaN where there are none.
    """

    kind: NDArray[np.int64]
    channel: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    confidence: NDArray[np.float64]
    peak: NDArray[np.float64]
    gap: NDArray[np.bool_]
    edge: NDArray[np.float64]
    ramp: NDArray[np.float64]

    @property
    def size(self) -> int:
        """Count of runs."""
        return int(self.kind.size)

    def taken(self, where: NDArray[Any]) -> "Runs":
        """Return the runs at positions, or where a mask is True."""
        return Runs(**{each.name: getattr(self, each.name)[where] for each in fields(self)})

    @classmethod
    def none(cls) -> "Runs":
        """Return no runs."""
        types = {"kind": np.int64, "channel": np.int64, "start": np.int64, "stop": np.int64, "gap": np.bool_}
        return cls(**{each.name: np.zeros(0, types.get(each.name, np.float64)) for each in fields(cls)})

    @classmethod
    def together(cls, parts: "list[Runs]") -> "Runs":
        """Return the runs of several parts in order."""
        if not parts:
            return cls.none()
        every = cls(**{each.name: np.concatenate([getattr(p, each.name) for p in parts]) for each in fields(cls)})
        return every.taken(np.lexsort((every.start, every.channel, every.kind)))


def runs_in(
    mask: NDArray[np.uint8],
    wanted: NDArray[np.bool_],
    first: int = 0,
    confidence: NDArray[np.floating[Any]] | None = None,
    samples: NDArray[np.float32] | None = None,
    probabilities: NDArray[np.floating[Any]] | None = None,
) -> Runs:
    """Return the runs of one page of a mask.

    Parameters
    ----------
    mask
        ndarray of uint8, shape ``(channels, samples)``: outside classes, 255 unlabelled.
    wanted
        ndarray of bool, shape ``(256,)``: which classes are events.
    first
        Number of the page's first sample in the recording.
    confidence, samples
        ndarrays of the mask's shape: how sure the mask is, and the amplitudes (NaN where there are none).
    probabilities
        ndarray of shape ``(classes, channels, samples)``.

    Examples
    --------
    >>> events = np.arange(256) == 1
    >>> found = runs_in(np.array([[0, 1, 1, 0], [1, 0, 0, 1]], np.uint8), events, first=100)
    >>> found.channel.tolist(), found.start.tolist(), found.stop.tolist()
    ([0, 1, 1], [101, 100, 103], [103, 101, 104])
    """
    channels, length = mask.shape
    walled = np.full((channels, length + 2), 255, np.uint8)
    walled[:, 1:-1] = np.where(wanted[mask], mask, 255)
    steps = walled[:, 1:] != walled[:, :-1]
    channel, start = np.nonzero(steps & (walled[:, 1:] != 255))
    _, stop = np.nonzero(steps & (walled[:, :-1] != 255))
    kind = mask[channel, start].astype(np.int64)
    nothing = np.full(kind.size, np.nan)
    peak, missing = nothing, np.zeros(kind.size, np.bool_)
    if samples is not None and kind.size:
        peak = _over(np.fmax, np.abs(samples), channel, start, stop, np.nan)
        missing = _over(np.logical_or, np.isnan(samples), channel, start - 1, stop + 1, 0.0).astype(np.bool_)
    sure = nothing
    if confidence is not None and kind.size:
        sure = _over(np.add, np.asarray(confidence, np.float64), channel, start, stop, 0.0)
    edge, ramp = start.astype(np.float64), nothing
    if probabilities is not None and kind.size:
        edge, ramp = _edges(probabilities, kind, channel, start)
    found = Runs(
        kind, channel.astype(np.int64), start + np.int64(first), stop + np.int64(first), sure, peak, missing,
        edge + first, ramp,
    )  # fmt: skip
    return found.taken(np.lexsort((found.start, found.channel, found.kind)))


def joined_in_time(runs: Runs, gap: int, hiding: NDArray[np.bool_] | None = None) -> tuple[Runs, NDArray[np.int64]]:
    """Join runs of one class on one channel over gaps of at most ``gap`` samples, and pages over their borders.

    Parameters
    ----------
    runs
        In order.
    gap
        Samples without the class that are bridged.
    hiding
        ndarray of bool, shape ``(256,)``: classes that lie over others (vehicles). What lies behind one of them, up
        to the length of the runs on both sides, is bridged as well.

    Returns
    -------
    tuple
        The joined runs, and ndarray of int64, shape ``(runs,)``: how many samples of the class each holds.
    """
    if not runs.size:
        return runs, np.zeros(0, np.int64)
    same = (runs.kind[1:] == runs.kind[:-1]) & (runs.channel[1:] == runs.channel[:-1])
    between = runs.start[1:] - runs.stop[:-1]
    near = between <= gap
    if hiding is not None:
        length = runs.stop - runs.start
        seen = between - _hidden(runs, hiding, same)
        near |= same & (seen <= gap) & (between <= np.maximum(length[1:], length[:-1]))
    begins = np.concatenate(([True], ~(same & near)))
    first = np.flatnonzero(begins)
    last = np.concatenate((first[1:], [runs.size])) - 1
    joined = Runs(
        runs.kind[first],
        runs.channel[first],
        runs.start[first],
        runs.stop[last],
        np.add.reduceat(runs.confidence, first),
        np.fmax.reduceat(runs.peak, first),
        np.logical_or.reduceat(runs.gap, first),
        runs.edge[first],
        runs.ramp[first],
    )
    return joined, np.add.reduceat(runs.stop - runs.start, first)


def _hidden(runs: Runs, hiding: NDArray[np.bool_], same: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many samples of hiding classes lie between each run and the next one of its class and channel."""
    over = runs.taken(hiding[runs.kind])
    order = np.lexsort((over.start, over.channel))
    length = int(runs.stop.max()) + 1
    keys = over.channel[order] * np.int64(length) + over.start[order]
    passed = np.concatenate(([0], np.cumsum((over.stop - over.start)[order])))
    row = runs.channel[:-1] * np.int64(length)
    low = np.searchsorted(keys, row + runs.stop[:-1])
    high = np.searchsorted(keys, row + np.where(same, runs.start[1:], runs.stop[:-1]))
    return np.asarray(passed[np.maximum(high, low)] - passed[low], np.int64)


def _over(
    fold: np.ufunc,
    page: NDArray[Any],
    channel: NDArray[np.intp],
    start: NDArray[np.intp],
    stop: NDArray[np.intp],
    wall: float,
) -> NDArray[np.float64]:
    """Fold each run of a page into one number; ``start`` may be -1 and ``stop`` one beyond the end."""
    channels, length = page.shape
    # reduceat folds from each index to the next: start, stop, start, stop...; a column at each end keeps them inside,
    # and that stop of one run may lie behind the start of the next does it no harm.
    walled = np.full((channels, length + 3), wall, page.dtype)
    walled[:, 1:-2] = page
    bounds = np.stack((start + 1, stop + 1), axis=1) + channel[:, None] * (length + 3)
    folded = fold.reduceat(walled.reshape(-1), bounds.reshape(-1))[::2]
    return np.asarray(folded, np.float64)


def _edges(
    probabilities: NDArray[Any], kind: NDArray[np.int64], channel: NDArray[np.intp], start: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where a class overtakes the others, between two samples, and the standard error from its ramp."""
    count, _, length = probabilities.shape

    def lead(at: NDArray[np.intp]) -> NDArray[np.float64]:
        there = np.asarray(probabilities[:, channel, at], np.float64)
        own = there[np.minimum(kind, count - 1), np.arange(kind.size)]
        there[np.minimum(kind, count - 1), np.arange(kind.size)] = -np.inf
        return np.asarray(own - there.max(axis=0))

    here, before = lead(start), lead(np.maximum(start - 1, 0))
    part = np.divide(here, here - before, out=np.zeros_like(here), where=(here > 0) & (before < 0))
    edge = start - np.clip(part, 0, 1)
    half = CELL // 2
    low, high = np.maximum(start - half, 0), np.minimum(start + half, length - 1)
    own = np.minimum(kind, count - 1)
    rise = np.asarray(probabilities[own, channel, high], np.float64) - probabilities[own, channel, low]
    # Evenly likely within the ramp's width: its standard error is the width over the square root of 12.
    width = (high - low) / np.clip(rise, 0.1, 1.0)
    return edge, np.maximum(width / np.sqrt(12.0), 1.0)
