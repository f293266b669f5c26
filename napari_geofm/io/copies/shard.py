"""Shards of a fast copy, as zarr 3 stores them: chunks one after the other, then where each of them lies."""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError
from napari_geofm.io.copies.plan import CopyPlan

__all__ = ["Column", "ShardWriter", "column_of", "read_columns"]

_ABSENT = np.uint64(2**64 - 1)
"""What the index says of a chunk that holds nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The chunks below a patch of 32 x 32 traces.

    Attributes
    ----------
    chunks
        ndarray of the copy's type, shape (levels, *chunk); None where no trace is.
    live
        ndarray of bool, the patch's lines: False where the trace is missing or dead.
    """

    chunks: NDArray[np.generic] | None
    live: NDArray[np.bool_]


def column_of(plan: CopyPlan, values: NDArray[np.float32], into: NDArray[np.generic]) -> Column:
    """Return a patch of traces in chunks.

    Parameters
    ----------
    plan
        The layout.
    values
        ndarray of float32, shape (inlines, crosslines, samples), NaN where the trace is dead.
    into
        Memory for the chunks, of the copy's type, shape (levels, *chunk): new memory for each column would take longer
        to get than to fill.
    """
    live = ~np.isnan(values[..., values.shape[2] // 2])
    doubtful = ~live
    if doubtful.any():
        live[doubtful] = ~np.isnan(values[doubtful]).all(axis=-1)
    if not live.any():
        return Column(None, live)
    fill = np.float32(np.nan if plan.dtype == "float32" else 0)
    if plan.dtype != "float32" and not live.all():
        values = np.where(live[..., None], values, fill)
    n_inlines, n_crosslines, n_samples = values.shape
    deep = plan.chunk[2]
    full = n_samples // deep
    patch = into[:, :n_inlines, :n_crosslines]
    parts = values[..., : full * deep].reshape(n_inlines, n_crosslines, full, deep)
    np.copyto(patch[:full], parts.transpose(2, 0, 1, 3), casting="unsafe")
    if full < plan.levels:
        np.copyto(patch[full, ..., : n_samples - full * deep], values[..., full * deep :], casting="unsafe")
        into[full, ..., n_samples - full * deep :] = fill
    into[:, n_inlines:] = fill
    into[:, :, n_crosslines:] = fill
    return Column(into, live)


class ShardWriter:
    """Writes one shard: columns in order, then the index.

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
        self._at = 0

    def add(self, place: int, column: Column) -> None:
        """Write the column at a place along the shard."""
        if column.chunks is None:
            return
        size = self._plan.chunk_bytes
        _write_all(self._stream.fileno(), column.chunks.data.cast("B"))
        self._index[place, :, 0] = self._at + size * np.arange(self._plan.levels, dtype=np.uint64)
        self._index[place, :, 1] = size
        self._at += size * self._plan.levels

    def close(self) -> None:
        """Write the index, and with it the file's end."""
        from google_crc32c import value as crc32c

        index = self._index.astype("<u8").tobytes()
        try:
            _write_all(self._stream.fileno(), memoryview(index + struct.pack("<I", crc32c(index))))
        finally:
            self._stream.close()

    def abandon(self) -> None:
        """Let go of the file, unfinished."""
        self._stream.close()


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


def _write_all(descriptor: int, data: memoryview) -> None:
    for start in _pieces(len(data)):
        view = data[start : start + _PIECE]
        while view:
            view = view[os.write(descriptor, view) :]


_PIECE = 1 << 28


def _pieces(size: int) -> Iterator[int]:
    yield from range(0, size, _PIECE)
