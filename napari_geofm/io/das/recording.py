"""Several files read as one array ``(distance, time)``: NaN where nothing was recorded."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import UsageError
from napari_geofm.io.das.decoded import DecodedFiles
from napari_geofm.io.das.header import DasHeader
from napari_geofm.io.das.joining import Overlap, TimeGrid

__all__ = ["Recording"]

_COMPARED = 20_000_000
"""Samples of an overlap that are compared at most."""


class Recording:
    """Reads boxes of a recording; only the files that a box needs are opened.

    Parameters
    ----------
    paths, headers
        The files, in the order of their numbers.
    grid
        Where they lie.
    name
        What the recording is called in messages.
    """

    def __init__(self, paths: Sequence[Path], headers: Sequence[DasHeader], grid: TimeGrid, name: str) -> None:
        self.grid, self.name = grid, name
        self.shape = headers[0].traits.channels, grid.size
        self.files = DecodedFiles(paths, headers)

    def read(self, box: tuple[slice, ...]) -> NDArray[np.float32]:
        """Return a box ``(distance, time)`` of float32, an array of its own.

        Raises
        ------
        UsageError
            When it does not fit into memory.
        FormatError, GeometryError
            When a file is damaged, or has changed.
        """
        channels, times = box
        low, high = times.start, times.stop
        self._require_memory((channels.stop - channels.start) * (high - low))
        found = np.empty((channels.stop - channels.start, high - low), np.float32)
        reached = low
        for piece in self.grid.pieces(low, high):
            begin, first = int(self.grid.begins[piece]), int(self.grid.firsts[piece])
            start, stop = max(low, begin), min(high, begin + int(self.grid.counts[piece]))
            within = slice(first + start - begin, first + stop - begin)
            found[:, reached - low : start - low] = np.nan
            found[:, start - low : stop - low] = self.files.read(int(self.grid.files[piece]), channels, within)
            reached = stop
        found[:, reached - low :] = np.nan
        return found

    def agrees(self, overlap: Overlap) -> bool:
        """Return whether two files hold the same samples where they overlap; of a long overlap, its begin."""
        count = min(overlap.count, max(1, _COMPARED // self.shape[0]))
        every = slice(0, self.shape[0])
        one, other = (
            self.files.read(file, every, slice(first, first + count))
            for file, first in (
                (overlap.earlier, overlap.earlier_first),
                (overlap.later, overlap.later_first),
            )
        )
        return bool(np.array_equal(one, other, equal_nan=True))

    def _require_memory(self, samples: int) -> None:
        if samples < 1 << 26:
            return
        import psutil

        free = psutil.virtual_memory().available
        if 4 * samples > 0.8 * free:
            msg = (
                f"{self.name}: {4 * samples / 1e9:,.1f} GB are asked for at once, {free / 1e9:,.1f} GB are free; "
                "name a window, as in --at time=0/10"
            )
            raise UsageError(msg)
