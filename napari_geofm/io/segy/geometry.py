"""From line numbers to a grid: which header bytes hold them, and which trace lies where."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, GeometryError
from napari_geofm.io.segy.scan import HeaderSample

__all__ = ["PAIRS", "Grid", "cdp_byte", "grid_of", "line_of", "rank_pairs", "refuse_prestack"]

PAIRS = ((189, 193), (9, 21), (5, 21), (17, 13), (73, 77))
"""Bytes of inline and crossline number, the standard's first."""

CDP_BYTES = (21, 193, 189)
"""Bytes that may number the traces of a line."""

_FULLNESS = 0.1
"""Share of a grid's places that must have a trace; numbers that are none of a grid's fill far less."""

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
    """

    lines: tuple[NDArray[np.int64], ...]
    index: NDArray[np.integer]
    repeats: NDArray[np.int64]
    repeat_cells: NDArray[np.int64]

    @property
    def is_areal(self) -> bool:
        """Whether traces share lines both ways, as those of a volume do and those of one long line do not."""
        return self.index.ndim == 2 and self.index.size - self.n_missing >= 1.5 * max(self.index.shape)

    @property
    def n_missing(self) -> int:
        """Places without a trace."""
        return int(np.count_nonzero(self.index < 0))


def grid_of(path: Path, names: tuple[str, ...], *numbers: NDArray[np.integer]) -> Grid:
    """Lay traces out by their numbers.

    Parameters
    ----------
    path
        File, for messages.
    names
        What the numbers are, for messages.
    *numbers
        One ndarray of integers per dimension, shape ``(n_traces,)``.

    Raises
    ------
    GeometryError
        When the numbers fill less than a tenth of the grid that they span, or most traces share a place.
    """
    n_traces = numbers[0].size
    lines, places = zip(*(_numbered(each) for each in numbers), strict=True)
    shape = tuple(line.size for line in lines)
    cells = int(np.prod([float(size) for size in shape]))
    if cells * _FULLNESS > n_traces:
        spans = " x ".join(f"{size} {name}s" for name, size in zip(names, shape, strict=True))
        raise GeometryError(
            f"{path}: the header bytes give {spans}, of which {n_traces} traces fill "
            f"{100 * n_traces / cells:.2g} %: no grid; write the line numbers to bytes 189 and 193"
        )
    where = np.ravel_multi_index(places, shape).astype(np.int64)
    index = np.full(cells, -1, np.int32 if n_traces < 1 << 31 else np.int64)
    traces = np.arange(n_traces, dtype=index.dtype)
    index[where[::-1]] = traces[::-1]  # numpy keeps the last assignment: the first trace
    repeats = np.flatnonzero(index[where] != traces)
    if repeats.size > n_traces // 2:
        raise GeometryError(
            f"{path}: the header bytes give {n_traces} traces only {n_traces - repeats.size} different places: "
            "it is pre-stack (stack it), or other bytes hold the numbers: name those of the inline and crossline"
        )
    return Grid(tuple(lines), index.reshape(shape), repeats, where[repeats])


def line_of(path: Path, numbers: NDArray[np.integer]) -> Grid:
    """Lay the traces of a 2-D line out by CDP number.

    Raises
    ------
    GeometryError
        When most traces share a number.
    """
    return grid_of(path, ("CDP",), numbers)


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


def rank_pairs(sample: HeaderSample) -> list[tuple[int, int]]:
    """Return the pairs of :data:`PAIRS` that may be inline and crossline, best first.

    A pair scores by how few traces share the same numbers, times the larger of two signs of a grid: that its
    places are filled, and that of neighbours in the file only one number changes. The standard's pair comes first
    whenever it scores at all.
    """
    scored = [(_score(sample, pair), -place, pair) for place, pair in enumerate(PAIRS)]
    good = [item for item in scored if item[0] > 0.0]
    good.sort(key=lambda item: (item[2] == PAIRS[0] and item[0] >= 0.3, round(item[0], 1), item[1]), reverse=True)
    return [pair for _, _, pair in good]


def _score(sample: HeaderSample, pair: tuple[int, int]) -> float:
    first, second = sample.field(pair[0]), sample.field(pair[1])
    sizes = np.unique(first).size, np.unique(second).size
    if min(sizes) < 2:
        return 0.0
    different = _count_pairs(first, second)
    filled = different / (sizes[0] * sizes[1])
    near = sample.neighbours
    moved = (np.diff(first) != 0)[near] ^ (np.diff(second) != 0)[near]
    steady = float(moved.mean()) if moved.size else 0.0
    return different / first.size * max(filled, steady)


def _count_pairs(first: NDArray[np.int64], second: NDArray[np.int64]) -> int:
    order = np.lexsort((second, first))
    changed = (np.diff(first[order]) != 0) | (np.diff(second[order]) != 0)
    return int(np.count_nonzero(changed)) + 1


def cdp_byte(sample: HeaderSample) -> int | None:
    """Return the byte whose numbers tell the traces of a 2-D line apart, or None where none does."""
    for byte in CDP_BYTES:
        numbers = sample.field(byte)
        if np.unique(numbers).size > max(1, numbers.size // 2):
            return byte
    return None


def refuse_prestack(path: Path, sample: HeaderSample, keys: tuple[tuple[int, ...], ...]) -> None:
    """Refuse a file whose traces share line numbers and differ in offset (bytes 37-40).

    Parameters
    ----------
    path
        File, for the message.
    sample
        Headers of traces; runs of neighbours hold whole gathers.
    keys
        Bytes that may number the gathers: pairs of a volume, single ones of a line.

    Raises
    ------
    FormatError
        When the file is pre-stack.
    """
    offsets = sample.field(37)
    if np.unique(offsets).size < 2:
        return
    for key in keys:
        numbers = [sample.field(byte) for byte in key]
        if min(np.unique(each).size for each in numbers) < 2:
            continue
        _, places = np.unique(np.stack(numbers), axis=1, return_inverse=True)
        places = places.reshape(-1)
        gathers = int(places.max()) + 1
        if gathers * 1.5 > offsets.size:
            continue
        # Traces with the same numbers must differ in offset: as many places and offsets together as traces.
        if _count_pairs(places.astype(np.int64), offsets) > 0.9 * offsets.size:
            fold = offsets.size / gathers
            raise FormatError(
                f"{path} is pre-stack (about {fold:.0f} offsets at each place, {np.unique(offsets).size} in all); "
                "post-stack data is read: stack it, or write one offset to a file of its own"
            )
