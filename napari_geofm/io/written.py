"""Where a mapped array of bytes was ever written: the rest of its sparse file is nothing, and is not read."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.extents import data_extents

__all__ = ["Written"]

AT_ONCE = 2**22
"""Samples in a run that is given out, so that what is read at once fits into memory."""


class Written:
    """Flat positions at which an array may be other than zero.

    Of an array in memory, of a part of a mapped one, and where the system cannot tell holes, these are all.

    Parameters
    ----------
    array
        uint8, C-contiguous, mapped from a file as a whole or not at all. Looked at when something is first asked: what
        is written later is not known.
    """

    def __init__(self, array: NDArray[np.uint8]) -> None:
        self._array = array
        self._extents: NDArray[np.int64] | None = None

    def within(self, low: int, high: int) -> list[slice]:
        """Return the runs of flat positions from ``low`` to below ``high``, ascending."""
        extents = self._looked()
        first = int(np.searchsorted(extents[:, 1], low, side="right"))
        last = int(np.searchsorted(extents[:, 0], high))
        return [slice(max(start, low), min(stop, high)) for start, stop in extents[first:last].tolist()]

    def runs(self, low: int, high: int) -> Iterator[slice]:
        """Yield the same, a few megabytes at a time."""
        for run in self.within(low, high):
            for start in range(run.start, run.stop, AT_ONCE):
                yield slice(start, min(start + AT_ONCE, run.stop))

    def untouched(self, low: int, high: int) -> bool:
        """Return whether nothing was written from ``low`` to below ``high``."""
        extents = self._looked()
        first = int(np.searchsorted(extents[:, 1], low, side="right"))
        return first == len(extents) or int(extents[first, 0]) >= high

    def _looked(self) -> NDArray[np.int64]:
        if self._extents is None:
            self._extents = np.array(list(_extents(self._array)), np.int64).reshape(-1, 2)
        return self._extents


def _extents(array: NDArray[np.uint8]) -> Iterator[tuple[int, int]]:
    """Yield the ranges that were written, joined where they touch."""
    name, offset = getattr(array, "filename", None), int(getattr(array, "offset", 0))
    if name is None or Path(name).stat().st_size != offset + array.size:
        # A part of a mapped array says of itself that it lies where the whole does.
        if array.size:
            yield 0, array.size
        return
    begin = end = 0
    for low, high in itertools.chain(data_extents(Path(name), offset), [(array.size, array.size)]):
        if low > end or low == array.size:
            if end > begin:
                yield begin, end
            begin = low
        end = high
