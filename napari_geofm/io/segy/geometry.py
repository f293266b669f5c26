"""From line numbers to a grid: which trace lies where."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import GeometryError

__all__ = ["FileOrder", "Gatherings", "Grid", "file_order", "grid_of", "line_of"]

_FULLNESS = 0.1
"""Share of a grid's places that must have a trace; numbers that are none of a grid's fill far less."""

_ROOM = 1 << 24
"""Places that a grid of trusted numbers may have whatever its fill: a narrow strip may run across the lines."""

_PLAIN = 1 << 22
"""Span of numbers up to which they are counted in a table instead of sorted."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Which trace lies where.

    Attributes
    ----------
    lines
        One ndarray of int64 per dimension: the numbers that occur, ascending.
    index
        ndarray of int32 or int64 (by count of traces), one dimension per entry of ``lines``: trace number,
        -1 where there is none. Of several traces with the same numbers the first counts.
    repeats, repeat_cells
        Traces left out for that reason, and the flat place in ``index`` that each repeats.
    gathered
        All traces of each place, where they are stacked.
    """

    lines: tuple[NDArray[np.int64], ...]
    index: NDArray[np.integer]
    repeats: NDArray[np.int64]
    repeat_cells: NDArray[np.int64]
    gathered: "Gatherings | None" = None

    @property
    def is_areal(self) -> bool:
        """Whether traces share lines both ways, as those of a volume do and those of one long line do not."""
        return self.index.ndim == 2 and self.index.size - self.n_missing >= 1.5 * max(self.index.shape)

    @property
    def n_missing(self) -> int:
        """Places without a trace."""
        return int(np.count_nonzero(self.index < 0))


@dataclass(frozen=True, slots=True, eq=False)
class Gatherings:
    """All traces of each place of a grid.

    Attributes
    ----------
    traces
        ndarray of int32 or int64: trace numbers, those of a place together, places in the grid's order.
    starts
        ndarray of int64, shape ``(places + 1,)``: where those of each place begin in ``traces``.
    """

    traces: NDArray[np.integer]
    starts: NDArray[np.int64]


def grid_of(
    path: Path,
    names: tuple[str, ...],
    *numbers: NDArray[np.integer],
    chosen: NDArray[np.int64] | None = None,
    shared: bool = False,
    trusted: bool = False,
) -> Grid:
    """Lay traces out by their numbers.

    Parameters
    ----------
    path
        File, for messages.
    names
        What the numbers are, for messages.
    *numbers
        One ndarray of integers per dimension, shape ``(n_traces,)``.
    chosen
        Traces that are laid out, of several at one place the first of them; None: all, in the file's order.
    shared
        Whether all traces of a place belong to it, as in gathers that are stacked: none is a repetition.
    trusted
        Whether the numbers are known to be those of lines, however few of the grid's places they fill.

    Raises
    ------
    GeometryError
        When the numbers fill less than a tenth of the grid that they span and are not trusted, or most traces share a
        place.
    """
    total = numbers[0].size
    if chosen is not None:
        numbers = tuple(each[chosen] for each in numbers)
    n_traces = numbers[0].size
    lines, places = zip(*(_numbered(each) for each in numbers), strict=True)
    shape = tuple(line.size for line in lines)
    cells = int(np.prod([float(size) for size in shape]))
    strip = trusted and cells <= _ROOM and n_traces >= 1.5 * max(shape)
    if cells * _FULLNESS > n_traces and not strip:
        spans = " x ".join(f"{size} {name}{'s' * (size > 1)}" for name, size in zip(names, shape, strict=True))
        raise GeometryError(
            f"{path}: the header bytes give {spans}, of which {n_traces} traces fill "
            f"{100 * n_traces / cells:.2g} %: no grid; name the bytes that hold the "
            "line numbers with --iline-byte and --xline-byte"
        )
    where = np.ravel_multi_index(places, shape).astype(np.int64)
    index = np.full(cells, -1, np.int32 if total < 1 << 31 else np.int64)
    traces = np.arange(n_traces, dtype=index.dtype) if chosen is None else chosen.astype(index.dtype)
    index[where[::-1]] = traces[::-1]  # numpy keeps the last assignment: the first trace
    if shared:
        order = np.argsort(where, kind="stable")
        starts = np.searchsorted(where[order], np.arange(cells + 1))
        nothing = np.empty(0, np.int64)
        gathered = Gatherings(traces[order], starts.astype(np.int64))
        return Grid(tuple(lines), index.reshape(shape), nothing, nothing, gathered)
    repeats = np.flatnonzero(index[where] != traces)
    if repeats.size > n_traces // 2:
        different = n_traces - repeats.size
        raise GeometryError(
            f"{path}: the header bytes give {n_traces} traces only {different} different place{'s' * (different > 1)}: "
            "of a pre-stack file without offsets in bytes 37-40 read the mean at each place (--stack), or name the "
            "byte that tells its traces apart (--offset-byte); if other bytes hold the line numbers, name those with "
            "--iline-byte and --xline-byte"
        )
    return Grid(tuple(lines), index.reshape(shape), traces[repeats].astype(np.int64), where[repeats])


def line_of(path: Path, numbers: NDArray[np.integer], **options: Any) -> Grid:
    """Lay the traces of a 2-D line out by CDP number; ``options`` are those of :func:`grid_of`.

    Raises
    ------
    GeometryError
        When most traces share a number.
    """
    return grid_of(path, ("CDP",), numbers, **options)


def _numbered(numbers: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the numbers that occur, ascending, and for each trace the place of its own."""
    low, high = int(numbers.min()), int(numbers.max())
    if high - low >= _PLAIN:
        values, places = np.unique(numbers, return_inverse=True)
        return values.astype(np.int64), places.astype(np.int64)
    shifted = numbers.astype(np.int64) - low
    table = np.zeros(high - low + 1, np.int64)
    table[shifted] = 1
    values = np.flatnonzero(table) + low
    table = np.cumsum(table) - 1
    return values.astype(np.int64), table[shifted]


@dataclass(frozen=True, slots=True)
class FileOrder:
    """The regular order of a grid's traces in the file.

    Attributes
    ----------
    slow
        Dimension whose lines follow each other: 0 inlines, 1 crosslines; of a line 0.
    falls
        For each dimension, whether its numbers fall along the file.
    """

    slow: int
    falls: tuple[bool, ...]


def file_order(index: NDArray[np.integer]) -> FileOrder | None:
    """Return in which order the traces of a grid lie, gaps apart; None where it is no regular one."""
    if index.ndim == 1:
        return next((FileOrder(0, (falls,)) for falls in (False, True) if _rises(_turned(index, (falls,)))), None)
    numbers = np.where(index < 0, np.iinfo(index.dtype).max, index)
    ends = (np.unravel_index(int(each), index.shape) for each in (numbers.argmin(), index.argmax()))
    first, last = ([int(place) for place in end] for end in ends)
    for slow in (0, 1):
        # Along the lines that follow each other the first and last trace tell the direction; across, an irregular
        # outline may hide it.
        down = last[slow] < first[slow]
        for across in (False, True):
            falls = (down, across) if slow == 0 else (across, down)
            turned = _turned(index, falls)
            if _rises(turned if slow == 0 else turned.T):
                return FileOrder(slow, falls)
    return None


def _turned(index: NDArray[np.integer], falls: tuple[bool, ...]) -> NDArray[np.integer]:
    return index[tuple(slice(None, None, -1 if down else 1) for down in falls)]


def _rises(index: NDArray[np.integer]) -> bool:
    """Return whether the traces of each line follow the line's before, gaps apart."""
    flat = index.reshape(-1)
    traces = flat[flat >= 0]
    return bool((np.diff(traces) > 0).all())
