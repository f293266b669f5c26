"""Shards of a fast copy, as zarr 3 stores them: chunks one after the other, then where each of them lies."""

import os
import struct
import sys
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError
from napari_geofm.io.copies.plan import CopyPlan

__all__ = ["ShardWriter", "fill_column", "read_columns"]

_ABSENT = np.uint64(2**64 - 1)
"""What the index says of a chunk that holds nothing."""

_PIECE = 1 << 28
"""Bytes that are handed to the system at once: some take no more than 2 GB."""


def fill_column(plan: CopyPlan, survey: Survey, lines: tuple[slice, slice], into: NDArray[Any]) -> NDArray[np.bool_]:
    """Read the chunks below a patch of traces.

    Parameters
    ----------
    plan
        The layout.
    survey
        What is copied.
    lines
        The patch: inlines and crosslines, at most a chunk's sides.
    into
        Memory for the chunks, of the copy's type, shape (levels, *chunk): new memory for each column would take longer
        to get than to fill. Where there is no live trace it holds the copy's value for that.

    Returns
    -------
    ndarray of bool
        The patch's lines: False where the trace is missing or dead.
    """
    if survey.fill_chunks is not None:
        live = survey.fill_chunks(lines, into)
    else:
        live = _fill_from(survey.read((*lines, slice(0, plan.shape[2]))), into)
    n_inlines, n_crosslines = live.shape
    if plan.dtype == "float32":
        _drop_nan(plan, into[:, :n_inlines, :n_crosslines], live)
    fill = np.nan if plan.dtype == "float32" else 0
    over = plan.shape[2] - (plan.levels - 1) * plan.chunk[2]
    into[-1, ..., over:] = fill
    into[:, n_inlines:] = fill
    into[:, :, n_crosslines:] = fill
    if not live.all():
        into[:, :n_inlines, :n_crosslines][:, ~live] = fill
    return live


def _fill_from(values: NDArray[np.float32], into: NDArray[Any]) -> NDArray[np.bool_]:
    """Cut amplitudes, NaN where a trace is dead, into chunks, and return which traces are alive."""
    live = ~np.isnan(values[..., values.shape[2] // 2])
    doubtful = ~live
    if doubtful.any():
        live[doubtful] = ~np.isnan(values[doubtful]).all(axis=-1)
    n_inlines, n_crosslines, n_samples = values.shape
    deep = into.shape[-1]
    full = n_samples // deep
    patch = into[:, :n_inlines, :n_crosslines]
    parts = values[..., : full * deep].reshape(n_inlines, n_crosslines, full, deep)
    with np.errstate(invalid="ignore"):
        np.copyto(patch[:full], parts.transpose(2, 0, 1, 3), casting="unsafe")
        if full < len(into):
            np.copyto(patch[full, ..., : n_samples - full * deep], values[..., full * deep :], casting="unsafe")
    return live


def _drop_nan(plan: CopyPlan, patch: NDArray[np.float32], live: NDArray[np.bool_]) -> None:
    """Take the traces that hold nothing but NaN from those that are alive."""
    level, sample = divmod(plan.shape[2] // 2, plan.chunk[2])
    doubtful = live & np.isnan(patch[level, ..., sample])
    if doubtful.any():
        traces = np.moveaxis(patch[:, doubtful], 0, 1).reshape(int(doubtful.sum()), -1)
        live[doubtful] = ~np.isnan(traces[:, : plan.shape[2]]).all(axis=-1)


class ShardWriter:
    """Writes one shard: columns in any order, each at its own place, from any thread; then the index.

    What holds no trace is not written: it takes no room on disks that know files with holes, as nearly all do.

    Parameters
    ----------
    path
        The file; its folder is made.
    plan
        The layout.
    """

    def __init__(self, path: Path, plan: CopyPlan) -> None:
        self._plan = plan
        path.parent.mkdir(parents=True, exist_ok=True)
        # One write for each column is as large as a write should be.
        self._stream = path.open("wb", buffering=0)
        self._index = np.full((plan.columns, plan.levels, 2), _ABSENT, np.uint64)
        self._turn = threading.Lock()

    def add(self, place: int, chunks: NDArray[Any]) -> None:
        """Write the column, shape (levels, *chunk), at a place along the shard."""
        size = self._plan.chunk_bytes
        start = place * self._plan.levels * size
        self._write(start, chunks.data.cast("B"))
        self._index[place, :, 0] = start + size * np.arange(self._plan.levels, dtype=np.uint64)
        self._index[place, :, 1] = size

    def close(self) -> None:
        """Write the index, and with it the file's end."""
        from google_crc32c import value as crc32c

        index = self._index.astype("<u8").tobytes()
        end = self._plan.columns * self._plan.levels * self._plan.chunk_bytes
        written = self._index[:, 0, 0] != _ABSENT
        try:
            start = end if written.any() else 0
            self._write(start, memoryview(index + struct.pack("<I", crc32c(index))))
        finally:
            self._stream.close()

    def abandon(self) -> None:
        """Let go of the file, unfinished."""
        self._stream.close()

    def _write(self, start: int, data: memoryview) -> None:
        # One at a time: systems let one thread write to a file, and the others spin until it is their turn.
        with self._turn:
            _room()(self._stream.fileno(), 0, start, len(data))
            self._stream.seek(start)
            while data:
                data = data[self._stream.write(data[:_PIECE]) :]


@cache
def _room() -> Callable[[int, int, int, int], int]:
    """Return what has the system find room on the disk for a part of a file at once, not page by page as it is written.

    That takes a quarter off the time of writing. Python's own ``os.posix_fallocate`` will not do: where a disk knows no
    such thing it fills the part with zeros.
    """
    import ctypes

    if not sys.platform.startswith("linux"):
        return lambda *_: -1
    found = ctypes.CDLL(None).fallocate
    found.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
    return found


def read_columns(path: Path, plan: CopyPlan) -> NDArray[np.int64]:
    """Return where each column of a shard begins, counted in chunks from the file's start; -1 where there is none.

    Raises
    ------
    FormatError
        When the file is cut short, or of another layout.
    """
    from google_crc32c import value as crc32c

    count = plan.columns * plan.levels
    try:
        with path.open("rb") as stream:
            stream.seek(-16 * count - 4, os.SEEK_END)
            body = stream.tell()
            stored = stream.read(16 * count)
            whole = struct.pack("<I", crc32c(stored)) == stream.read(4)
            index = np.frombuffer(stored, "<u8").reshape(plan.columns, plan.levels, 2)
    except (OSError, ValueError) as error:
        raise _damaged(path) from error
    if not whole:
        raise _damaged(path)
    there = index[:, 0, 1] != _ABSENT
    starts = np.where(there, index[:, 0, 0] // np.uint64(plan.chunk_bytes), 0).astype(np.int64)
    levels = np.arange(plan.levels, dtype=np.uint64) * np.uint64(plan.chunk_bytes)
    even = index[there, :, 0] == index[there, :1, 0] + levels
    if not even.all() or ((starts + plan.levels) * plan.chunk_bytes)[there].max(initial=0) > body:
        raise _damaged(path)
    return np.where(there, starts, -1)


def _damaged(path: Path) -> FormatError:
    return FormatError(f"{path}: this part of the fast copy is damaged or cut short; make the copy anew")
