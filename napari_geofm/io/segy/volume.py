"""The samples of a SEG-Y file as one array, of which only what is asked for is read."""

import mmap
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.segy.guarding import FileGuard
from napari_geofm.io.segy.layout import Bytes, map_file
from napari_geofm.io.segy.scratch import CACHED_SAMPLES, Scratch
from napari_geofm.io.segy.template import SegyTemplate

__all__ = ["Key", "TraceVolume", "outer"]

Key = int | slice | NDArray[np.integer]
"""Along one dimension: a place, an even range, or places one by one."""

_UNKNOWN, _ALIVE, _DEAD = 0, 1, 2

_AHEAD_BYTES = 1 << 26
"""Bytes that the system is asked to read ahead at most."""

_BLOCK_SAMPLES = 1 << 21
"""Samples that are looked through at once: 8 MB of them, whatever the length of a trace."""

_LOOKED_AT = 256
"""Traces of large files that are looked at when it is opened: each may be a page of its own on a disk."""

_LOOKED_THROUGH = 1 << 22
"""Samples of files that are looked through when they are opened, in some hundredths of a second."""


class TraceVolume:
    """Reads sections, slices and boxes from the mapped file.

    Where traces lie in regular order, in whatever direction, the grid is a strided view of the file and a section
    one copy out of it; otherwise traces are gathered by number. A trace that holds only zeros is dead, like one
    that is marked so; this is found out when a part of it is read, and remembered.

    Parameters
    ----------
    template
        The file's layout and grid.
    zeros_are_dead
        Whether a trace of zeros is dead (amplitudes), or is what it says (a class, a probability).
    """

    def __init__(self, template: SegyTemplate, *, zeros_are_dead: bool = True) -> None:
        self.template = template
        self.zeros_are_dead = zeros_are_dead
        self.shape = template.shape
        self._map()

    def __getstate__(self) -> dict[str, object]:
        """Leave the mapped file out: another process maps it itself."""
        return {"template": self.template, "zeros_are_dead": self.zeros_are_dead}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.template = state["template"]
        self.zeros_are_dead = state["zeros_are_dead"]
        self.shape = self.template.shape
        self._map()

    def _map(self) -> None:
        layout, index = self.template.layout, self.template.grid.index
        self._file: Bytes = map_file(layout.path)
        self._guard = FileGuard(layout)
        self._at_random = False
        self._asked = (0, 0)
        self._scratch = Scratch()
        self._traces = layout.raw_samples(self._file)
        self._state = np.full(layout.n_traces, _UNKNOWN if self.zeros_are_dead else _ALIVE, np.uint8)
        self._state[self.template.dead] = _DEAD
        self._gaps = int(index.min()) < 0
        steps = None if self._gaps else _even_steps(index)
        self._view: NDArray[Any] | None = None
        if steps is not None:
            strides = (*(step * layout.trace_bytes for step in steps), self._traces.strides[1])
            offset = layout.start + layout.header + int(index.flat[0]) * layout.trace_bytes
            self._view = np.ndarray(self.shape, self._traces.dtype, self._file.data, offset, strides)

    @property
    def is_regular(self) -> bool:
        """Whether the grid is a strided view of the file."""
        return self._view is not None

    def read(self, key: tuple[Key, ...]) -> NDArray[np.float32]:
        """Read what ``key`` names: one int, slice or list of places per dimension, each taken by itself.

        Returns
        -------
        ndarray of float32
            As ``whole[numpy.ix_(...)]`` would be, ints dropped; NaN where a trace is missing or dead.

        Raises
        ------
        SourceError
            When the file is no longer there, or has changed since it was opened.
        """
        self._look()
        layout = self.template.layout
        rows = np.asarray(outer(self.template.grid.index, key[:-1]))
        self._expect(rows)
        if self._view is not None:
            raw = outer(self._view, key)
        else:
            raw = outer(self._traces, (slice(None), key[-1]))[np.maximum(rows, 0)]
        values = layout.sample_format.decode(raw, layout.order)
        if self._gaps:
            values[rows < 0] = np.nan
        if self.zeros_are_dead or self.template.dead.size:
            self._blank_dead(rows, values)
        return values

    def read_traces(self, traces: NDArray[np.integer], samples: Key) -> NDArray[np.float32]:
        """Read traces by number in the file, shape ``(traces, ...)``, NaN where one is dead; as :meth:`read`."""
        self._look()
        layout = self.template.layout
        raw = outer(self._traces, (slice(None), samples))[traces]
        values = layout.sample_format.decode(raw, layout.order)
        if self.zeros_are_dead or self.template.dead.size:
            self._blank_dead(traces, values)
        return values

    def fill_chunks(self, lines: tuple[slice, slice], out: NDArray[Any]) -> NDArray[np.bool_]:
        """Fill the chunks below a patch of lines with all its samples, while they are in the processor's cache.

        Parameters
        ----------
        lines
            The patch: inlines and crosslines.
        out
            ndarray of float32, or of the format's whole numbers, shape ``(levels, lines, lines, samples)``, at least as
            large as the patch; what is beyond it stays as it was, and dead traces hold nothing of use.

        Returns
        -------
        ndarray of bool
            Where in the patch there is a trace that is not dead.

        Raises
        ------
        SourceError
            When the file is no longer there, or has changed since it was opened.
        """
        self._look()
        layout, deep = self.template.layout, out.shape[-1]
        rows = self.template.grid.index[lines]
        self._expect(rows, onward=True)
        full = self.shape[-1] // deep
        n_inlines, n_crosslines = rows.shape
        # Not too many lines at a time: what is decoded is still in the processor's cache when it is put in place.
        step = max(1, CACHED_SAMPLES // (n_crosslines * self.shape[-1]))
        for begin in range(0, n_inlines, step):
            few = rows[begin : begin + step]
            view = self._view
            raw = self._traces[np.maximum(few, 0)] if view is None else view[lines][begin : begin + step]
            values = layout.sample_format.decode(raw, layout.order, self._scratch.words)
            target = out[:, begin : begin + step, :n_crosslines][:, : len(few)]
            parts = values[..., : full * deep].reshape(*few.shape, full, deep)
            np.copyto(target[:full], parts.transpose(2, 0, 1, 3), casting="unsafe")
            if full < len(out):
                np.copyto(target[full, ..., : self.shape[-1] - full * deep], values[..., full * deep :], "unsafe")
        level, sample = divmod(self.shape[-1] // 2, deep)
        live = rows >= 0
        if self.zeros_are_dead:
            live &= ~self._dead_among(rows, np.asarray(out[level, :n_inlines, :n_crosslines, sample] == 0))
        if self.template.dead.size:
            live &= self._state[rows] != _DEAD
        return np.asarray(live)

    def _look(self) -> None:
        """Make sure that the map may be read from."""
        if not self._guard.require_unchanged():
            self._map()

    def _expect(self, rows: NDArray[np.integer], *, onward: bool = False) -> None:
        """Tell the system which traces come next: far from each other, so that it reads no neighbours along, or near.

        From a cold disk a section takes a tenth of the time that way, or a quarter. Who reads ``onward``, patch by
        patch, asks only for what was not asked for with the patch before.
        """
        base, layout = cast("object", self._file.base), self.template.layout
        if not isinstance(base, mmap.mmap) or not hasattr(base, "madvise") or not rows.size:
            return
        apart = rows.size > 1 and abs(int(rows.flat[1]) - int(rows.flat[0])) > 1
        at_random = rows.size == 1 or (apart and 8 * rows.size < layout.n_traces)
        if at_random != self._at_random:
            base.madvise(mmap.MADV_RANDOM if at_random else mmap.MADV_NORMAL)
            self._at_random = at_random
        if at_random or rows.size * layout.trace_bytes > _AHEAD_BYTES:
            return
        begin = layout.start + max(0, int(rows.min())) * layout.trace_bytes
        begin -= begin % mmap.PAGESIZE
        end = layout.start + (int(rows.max()) + 1) * layout.trace_bytes
        low, high = self._asked
        self._asked = (begin, end)
        if onward and low <= begin <= high:
            begin = high - high % mmap.PAGESIZE
        if 0 < end - begin <= _AHEAD_BYTES:
            base.madvise(mmap.MADV_WILLNEED, begin, end - begin)

    def _blank_dead(self, rows: NDArray[np.integer], values: NDArray[np.float32]) -> None:
        """Set dead traces to NaN; those that are marked, and those that turn out to hold only zeros."""
        if self.zeros_are_dead:
            doubtful = np.asarray(values == 0.0 if values.ndim == rows.ndim else _only_zeros(values))
            values[self._dead_among(rows, doubtful)] = np.nan
        if self.template.dead.size:
            values[(self._state[rows] == _DEAD) & (rows >= 0)] = np.nan

    def _dead_among(self, rows: NDArray[np.integer], doubtful: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which of the doubtful traces are dead, having looked through those that nobody has yet."""
        if doubtful.any():
            traces = rows[doubtful]
            self._look_through(np.unique(traces[self._state[traces] == _UNKNOWN]))
            doubtful[doubtful] = self._state[traces] == _DEAD
        return doubtful

    def _look_through(self, traces: NDArray[np.integer]) -> None:
        """Find out which traces hold only zeros: by a few samples, and those that are still in doubt by all."""
        stride = max(1, self.shape[-1] // 16)
        size = max(1, _BLOCK_SAMPLES // max(1, self.shape[-1]))
        for begin in range(0, traces.size, size):
            block = traces[begin : begin + size]
            for samples in (slice(stride // 2, None, stride), slice(None)):
                silent = self._silent(block, samples)
                self._state[block[~silent]] = _ALIVE
                block = block[silent]
            self._state[block] = _DEAD

    def _silent(self, traces: NDArray[np.integer], samples: slice) -> NDArray[np.bool_]:
        layout = self.template.layout
        values = layout.sample_format.decode(self._traces[:, samples][traces], layout.order)
        return np.asarray(~(values != 0.0).any(axis=-1))

    def strange_share(self) -> float:
        """Return which share of a few hundred spread traces, of small files all, are NaN or infinite somewhere."""
        layout = self.template.layout
        if layout.sample_format.kind not in {"f4", "f8", "gain"}:
            return 0.0
        whole = layout.n_traces * self.shape[-1] <= _LOOKED_THROUGH
        sample = np.unique(np.linspace(0, layout.n_traces - 1, _LOOKED_AT).astype(np.int64))
        values = layout.sample_format.decode(self._traces[:] if whole else self._traces[sample], layout.order)
        return float((~np.isfinite(values)).any(axis=-1).mean())

    def zero_share(self) -> float:
        """Return which share of a few hundred evenly spread traces hold only zeros, 0 to 1."""
        if not self.zeros_are_dead:
            return 0.0
        gathered, kept = self.template.grid.gathered, self.template.kept
        read = gathered.traces if gathered is not None else kept
        total = self.template.layout.n_traces if read is None else read.size
        sample = np.unique(np.linspace(0, total - 1, _LOOKED_AT).astype(np.int64))
        sample = sample if read is None else read[sample].astype(np.int64)
        sample = sample[self._state[sample] != _DEAD]
        self._look_through(sample)
        return float((self._state[sample] == _DEAD).mean()) if sample.size else 0.0


def outer(array: NDArray[Any], key: Sequence[Key]) -> NDArray[Any]:
    """Index each dimension by itself; ints and slices come first, since they copy nothing."""
    basic = tuple(slice(None) if isinstance(part, np.ndarray) else part for part in key)
    found = array[basic]
    place = 0
    for part in key:
        if isinstance(part, np.ndarray):
            found = found[(slice(None),) * place + (part,)]
        place += not isinstance(part, int | np.integer)
    return found


def _only_zeros(values: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return where the last axis holds only zeros; most traces are cleared by one look at a middle sample."""
    if values.shape[-1] == 0:
        return np.zeros(values.shape[:-1], np.bool_)
    zero = np.asarray(values[..., values.shape[-1] // 2] == 0.0)
    if zero.any():
        zero[zero] = ~(values[zero] != 0.0).any(axis=-1)
    return zero


def _even_steps(index: NDArray[np.integer]) -> tuple[int, ...] | None:
    """Return by how many traces neighbours along each dimension lie apart, or None where that differs."""
    first = int(index.flat[0])
    steps = tuple(
        int(np.take(index, 1, axis).flat[0]) - first if size > 1 else 0 for axis, size in enumerate(index.shape)
    )
    last = np.arange(index.shape[-1], dtype=np.int64) * steps[-1] + first
    if index.ndim == 1:
        return steps if np.array_equal(index, last) else None
    even = all(np.array_equal(row, last + place * steps[0]) for place, row in enumerate(index))
    return steps if even else None
