"""What it takes to turn labels, all over a survey, into others: a class into another one, today's into a backup's."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.session.edits import SampleChange
from napari_geofm.session.label_archive import Run
from napari_geofm.session.touched import Touched

__all__ = ["Part", "compared", "flat_positions", "packed", "recoloured"]

_BATCH = 2**22
"""Samples that change together in memory, before they are packed."""

Part = tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]
"""Flat positions; labels before and after; origins before and after."""


def flat_positions(
    places: tuple[int | slice, ...], chosen: NDArray[np.bool_], shape: tuple[int, ...]
) -> NDArray[np.int64]:
    """Return the flat positions, ascending, of chosen samples of a section that lies at ``places`` of the survey."""
    within = iter(np.nonzero(chosen))
    total = np.zeros(int(np.count_nonzero(chosen)), np.int64)
    for place, size in zip(places, shape, strict=True):
        total *= size
        total += next(within) + place.indices(size)[0] if isinstance(place, slice) else int(place)
    return total


def recoloured(
    labels: Any, origins: Any, runs: Iterable[slice], number: int, into: int | None
) -> tuple[SampleChange, ...]:
    """Return what it changes to make all samples of a class those of another, or unlabelled.

    Parameters
    ----------
    labels, origins
        Flat uint8 arrays: inside values, and where they came from.
    runs
        Where there may be labels.
    number, into
        The classes (outside numbers); ``into`` None for unlabelled.
    """

    def parts() -> Iterator[Part]:
        for run in runs:
            where = np.flatnonzero(np.asarray(labels[run]) == number + 1)
            if where.size:
                before = np.full(where.size, number + 1, np.uint8)
                sources = np.asarray(origins[run])[where]
                if into is None:
                    yield run.start + where, before, np.zeros_like(before), sources, np.zeros_like(sources)
                else:
                    yield run.start + where, before, np.full(where.size, into + 1, np.uint8), sources, sources

    return tuple(packed(parts()))


def compared(labels: Any, origins: Any, touched: Touched, runs: Iterable[Run]) -> Iterator[SampleChange]:
    """Yield what it changes to have the labels of an archive.

    Parameters
    ----------
    labels, origins
        Flat uint8 arrays as they are now.
    touched
        Where there may be labels now.
    runs
        What the archive holds.

    Yields
    ------
    SampleChange
        No sample twice.

    Raises
    ------
    ValueError
        When the archive is damaged.
    """

    def parts() -> Iterator[Part]:
        there: list[slice] = []
        for run, after, sources in runs:
            there.append(run)
            yield from _differing(labels, origins, run, after, sources)
        for run in touched.runs():
            for rest in _beside(run, there):
                nothing = np.zeros(rest.stop - rest.start, np.uint8)
                yield from _differing(labels, origins, rest, nothing, nothing)

    yield from packed(parts())


def _beside(run: slice, others: Sequence[slice]) -> Iterator[slice]:
    """Yield what of a run lies in none of others, which ascend."""
    low = run.start
    first = bisect_right(others, low, key=lambda each: each.stop)
    for number in range(first, len(others)):
        other = others[number]
        if other.start >= run.stop:
            break
        if other.start > low:
            yield slice(low, other.start)
        low = other.stop
    if low < run.stop:
        yield slice(low, run.stop)


def _differing(
    labels: Any, origins: Any, run: slice, after: NDArray[np.uint8], sources: NDArray[np.uint8]
) -> Iterator[Part]:
    before, old = np.asarray(labels[run]), np.asarray(origins[run])
    where = np.flatnonzero((before != after) | (old != sources))
    if where.size:
        yield run.start + where, before[where], after[where], old[where], sources[where]


def packed(parts: Iterator[Part]) -> Iterator[SampleChange]:
    """Pack many small parts into few changes."""
    batch: list[Part] = []
    for part in parts:
        batch.append(part)
        if sum(each[0].size for each in batch) >= _BATCH:
            yield _joined(batch)
            batch = []
    if batch:
        yield _joined(batch)


def _joined(batch: list[Part]) -> SampleChange:
    flat = np.concatenate([each[0] for each in batch])
    rest = [np.concatenate([each[place] for each in batch]) for place in range(1, 5)]
    order = np.argsort(flat, kind="stable")
    return SampleChange.of(flat[order], *(each[order] for each in rest))
