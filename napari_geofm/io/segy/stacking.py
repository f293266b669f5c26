"""Pre-stack gathers as their mean, computed for what is read and no more."""

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.segy.template import SegyTemplate
from napari_geofm.io.segy.volume import Key, TraceVolume, outer

__all__ = ["StackVolume"]

_BLOCK_SAMPLES = 1 << 23
"""Samples that are in memory at once: 32 MB of them, and as much again for what is alive."""


class StackVolume:
    """Reads sections, slices and boxes as the mean of the live traces at each place.

    A trace is dead where it is marked so, or holds only zeros; a sample that is NaN is left out of its mean.

    Parameters
    ----------
    template
        The file's layout and grid, with the traces of each place.
    zeros_are_dead
        As of :class:`~napari_geofm.io.segy.volume.TraceVolume`.
    """

    def __init__(self, template: SegyTemplate, *, zeros_are_dead: bool = True) -> None:
        self.template = template
        self.shape = template.shape
        self._traces = TraceVolume(template, zeros_are_dead=zeros_are_dead)

    def read(self, key: tuple[Key, ...]) -> NDArray[np.float32]:
        """Read what ``key`` names, as :meth:`TraceVolume.read` does; NaN where no trace is alive.

        Raises
        ------
        SourceError
            When the file is no longer there, or has changed since it was opened.
        """
        index = self.template.grid.index
        cells = np.asarray(outer(np.arange(index.size).reshape(index.shape), key[:-1]))
        samples = key[-1]
        width = np.arange(self.shape[-1])[samples].shape
        flat = cells.reshape(-1)
        values = np.full((flat.size, *width), np.nan, np.float32)
        for begin, end in self._blocks(flat, int(np.prod(width))):
            self._mean(flat[begin:end], samples, values[begin:end])
        return values.reshape((*cells.shape, *width))

    def zero_share(self) -> float:
        """Return which share of a few hundred evenly spread traces hold only zeros, 0 to 1."""
        return self._traces.zero_share()

    def strange_share(self) -> float:
        """Return which share of the traces are NaN or infinite somewhere, as :class:`TraceVolume` does."""
        return self._traces.strange_share()

    def _blocks(self, cells: NDArray[np.int64], width: int) -> list[tuple[int, int]]:
        """Return ranges of ``cells`` whose traces fit into memory together."""
        gathered = self.template.grid.gathered
        assert gathered is not None
        ends = np.cumsum(gathered.starts[cells + 1] - gathered.starts[cells])
        begin, blocks = 0, []
        while begin < cells.size:
            before = int(ends[begin - 1]) if begin else 0
            end = int(np.searchsorted(ends, before + max(1, _BLOCK_SAMPLES // max(1, width)), "right"))
            blocks.append((begin, max(end, begin + 1)))
            begin = blocks[-1][1]
        return blocks

    def _mean(self, cells: NDArray[np.int64], samples: Key, out: NDArray[np.float32]) -> None:
        """Fill ``out`` with the means of a few places."""
        gathered = self.template.grid.gathered
        assert gathered is not None
        starts, counts = gathered.starts[cells], gathered.starts[cells + 1] - gathered.starts[cells]
        there = np.flatnonzero(counts)
        if not there.size:
            return
        counts = counts[there]
        first = np.concatenate([[0], np.cumsum(counts)[:-1]])
        places = np.repeat(starts[there] - first, counts) + np.arange(int(counts.sum()))
        values = self._traces.read_traces(gathered.traces[places], samples)
        alive = ~np.isnan(values)
        number = np.add.reduceat(alive, first, axis=0, dtype=np.float32)
        values[~alive] = 0.0
        with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
            out[there] = np.add.reduceat(values, first, axis=0, dtype=np.float64) / number
