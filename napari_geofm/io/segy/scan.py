"""One pass over the trace headers, by strided views of the mapped file: nothing but the numbers is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.progress import Progress
from napari_geofm.io.segy.layout import TRACE_HEADER, Bytes, SegyLayout, require_size

__all__ = ["OFFSET_BYTE", "HeaderSample", "LineBytes", "LineNumbers", "Report", "sample_headers", "scan_lines"]

OFFSET_BYTE = 37
"""Where the standard has the offset."""

Report = Callable[[Progress], None]
"""Takes each progress; what it raises (``CancelledError``) ends the work."""

_BLOCK = 16384
"""Traces per step: their headers' cache lines are still at hand when the next field is read."""

_ALL = 65536
"""Files up to so many traces are sampled whole."""

_RUNS, _RUN = 32, 512
"""Larger files are sampled in runs of neighbours, since it is how numbers change along the file that tells the axes."""


@dataclass(frozen=True, slots=True)
class LineBytes:
    """First bytes (from 1) and widths in bytes of inline and crossline number in the trace headers."""

    iline: int
    xline: int
    iline_width: int = 4
    xline_width: int = 4

    @property
    def fields(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """First byte and width of each."""
        return (self.iline, self.iline_width), (self.xline, self.xline_width)


@dataclass(frozen=True, slots=True, eq=False)
class LineNumbers:
    """What the pass over all trace headers gave.

    Attributes
    ----------
    ilines, xlines
        ndarrays of int32, shape ``(n_traces,)``.
    dead
        ndarray of int64: traces whose identification code (bytes 29-30) is 2, dead, or 3, dummy.
    delays
        Smallest and largest delay recording time (bytes 109-110), unscaled.
    offsets
        ndarray of int32, shape ``(n_traces,)``; None where they were not asked for.
    all_marked
        Whether every trace was marked dead, so that the marks tell nothing and ``dead`` is empty.
    """

    ilines: NDArray[np.int32]
    xlines: NDArray[np.int32]
    dead: NDArray[np.int64]
    delays: tuple[int, int]
    offsets: NDArray[np.int32] | None = None
    all_marked: bool = False


def scan_lines(
    layout: SegyLayout, file: Bytes, lines: LineBytes, on_progress: Report | None = None, *, offsets: int | None = None
) -> LineNumbers:
    """Read the line numbers of all traces, and their offsets where the first byte of these is given."""
    total = layout.n_traces
    wanted = [*lines.fields, *([(offsets, 4)] if offsets is not None else [])]
    found = [np.empty(total, np.int32) for _ in wanted]
    fields = [
        (numbers, layout.field(file, byte, f"i{width}")) for numbers, (byte, width) in zip(found, wanted, strict=True)
    ]
    kinds, delays = layout.field(file, 29, "i2"), layout.field(file, 109, "i2")
    dead: list[NDArray[np.int64]] = []
    low, high = 1 << 15, -(1 << 15)
    for begin in range(0, total, _BLOCK):
        require_size(layout)
        block = slice(begin, begin + _BLOCK)
        for numbers, field in fields:
            numbers[block] = field[block]
        kind = kinds[block]
        dead.append(np.flatnonzero((kind == 2) | (kind == 3)) + begin)
        delay = delays[block]
        low, high = min(low, int(delay.min())), max(high, int(delay.max()))
        if on_progress is not None:
            on_progress(Progress(min(begin + _BLOCK, total), total, "reading trace headers"))
    return LineNumbers(found[0], found[1], np.concatenate(dead), (low, high), found[2] if offsets is not None else None)


@dataclass(frozen=True, slots=True, eq=False)
class HeaderSample:
    """Whole trace headers of a part of the traces.

    Attributes
    ----------
    headers
        ndarray of uint8, shape ``(n, 240)``.
    traces
        ndarray of int64, shape ``(n,)``: which traces they are.
    order
        Byte order.
    whole
        Whether these are all traces.
    offset_byte
        First byte of the number that tells the traces of a gather apart.
    """

    headers: Bytes
    traces: NDArray[np.int64]
    order: str
    whole: bool
    offset_byte: int = OFFSET_BYTE

    @property
    def offsets(self) -> NDArray[np.int64]:
        """The numbers that tell the traces of a gather apart, shape ``(n,)``."""
        return self.field(self.offset_byte)

    def field(self, byte: int, kind: str = "i4") -> NDArray[np.int64]:
        """Return the field that begins at ``byte`` (counted from 1) as int64, shape ``(n,)``."""
        width = np.dtype(kind).itemsize
        raw = np.ascontiguousarray(self.headers[:, byte - 1 : byte - 1 + width])
        numbers: NDArray[Any] = raw.view(self.order + kind)[:, 0]
        return numbers.astype(np.int64)

    def lines(self, lines: LineBytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of inline and crossline, each of shape ``(n,)``."""
        first, second = (self.field(byte, f"i{width}") for byte, width in lines.fields)
        return first, second

    def first(self, count: int) -> "HeaderSample":
        """Return the first ``count`` of these headers."""
        if len(self.headers) <= count:
            return self
        return HeaderSample(self.headers[:count], self.traces[:count], self.order, False, self.offset_byte)

    @property
    def neighbours(self) -> NDArray[np.bool_]:
        """Whether each trace but the first follows the one before it in the file too, shape ``(n - 1,)``."""
        return np.asarray(np.diff(self.traces) == 1)


def sample_headers(layout: SegyLayout, file: Bytes, offset_byte: int | None = None) -> HeaderSample:
    """Read the headers of all traces of small files, and of evenly spread runs of neighbours of large ones."""
    total = layout.n_traces
    whole = total <= _ALL
    if whole:
        traces = np.arange(total, dtype=np.int64)
    else:
        begins = np.linspace(0, total - _RUN, _RUNS).astype(np.int64)
        traces = np.unique((begins[:, None] + np.arange(_RUN)).reshape(-1))
    view: Bytes = np.ndarray((total, TRACE_HEADER), np.uint8, file.data, layout.start, (layout.trace_bytes, 1))
    headers = view[traces] if not whole else view.copy()
    return HeaderSample(headers, traces, layout.order, whole, offset_byte or OFFSET_BYTE)
