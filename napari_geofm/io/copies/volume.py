"""Reading a fast copy: what is wanted is asked of the disk at once, and then taken from the mapped shards."""

import mmap
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import GeoFMError, SourceError
from napari_geofm.io.copies.plan import CopyBlock, CopyPlan
from napari_geofm.io.copies.shard import read_columns
from napari_geofm.io.copies.store import AMPLITUDE, LIVE
from napari_geofm.io.lazy import read_box

__all__ = ["CopyVolume"]

Box = tuple[slice, ...]


class CopyVolume:
    """The amplitudes of a fast copy.

    Parameters
    ----------
    path
        The copy's folder.
    plan
        Its layout.
    """

    def __init__(self, path: Path, plan: CopyPlan) -> None:
        self._path, self._plan = path, plan
        self._shards: dict[tuple[int, int], _Shard] = {}
        self._blocks = {block.cell: block for block in plan.blocks}
        self._live: NDArray[np.bool_] | None = None

    def prepare(self) -> None:
        """Find out where the chunks of all shards lie, so that the first section does not wait for it.

        A shard that is damaged is told of when it is read.
        """
        files = {cell: self._path / AMPLITUDE / block.key for cell, block in self._blocks.items()}
        if hasattr(os, "posix_fadvise"):
            for file in files.values():
                with suppress(OSError), file.open("rb") as stream:
                    size = os.fstat(stream.fileno()).st_size
                    tail = min(size, 16 * self._plan.columns * self._plan.levels + 4)
                    os.posix_fadvise(stream.fileno(), size - tail, tail, os.POSIX_FADV_WILLNEED)
        for cell in files:
            with suppress(GeoFMError):
                self._shard(cell)

    def read(self, places: tuple[int | slice, ...]) -> NDArray[np.float32]:
        """Return the amplitudes at an int or slice per axis, ints dropped; NaN where there is no trace.

        Raises
        ------
        SourceError
            When a shard is gone or has become shorter.
        FormatError
            When one is damaged.
        """
        return read_box(places, self._plan.shape, self.read_box)

    def read_box(self, box: Box) -> NDArray[np.float32]:
        """Return a box: one slice per axis, step 1."""
        plan = self._plan
        out = np.empty([part.stop - part.start for part in box], plan.dtype)
        parts = [(shard, _overlap(shard.block, box)) for shard in self._overlapped(box)]
        for shard, inner in parts:
            shard.announce(inner)
        for shard, inner in parts:
            lines = (shard.block.inlines, shard.block.crosslines)
            where = tuple(
                slice(part.start + span[0] - whole.start, part.stop + span[0] - whole.start)
                for part, span, whole in zip(inner[:2], lines, box[:2], strict=True)
            )
            out[where] = shard.take(inner)
        if plan.dtype == "float32":
            return out
        found = out.astype(np.float32)
        found[~self.live[box[0], box[1]]] = np.nan
        return found

    @property
    def live(self) -> NDArray[np.bool_]:
        """Where there are traces: ndarray of bool, shape (inlines, crosslines)."""
        if self._live is None:
            plan = self._plan
            live = np.zeros(plan.shape[:2], np.bool_)
            for block in plan.blocks:
                file = self._path / LIVE / block.key.rsplit("/", 1)[0]
                stored = np.fromfile(file, np.uint8).reshape(plan.shard[:2]) if file.is_file() else None
                if stored is not None:
                    size = [stop - start for start, stop in (block.inlines, block.crosslines)]
                    live[slice(*block.inlines), slice(*block.crosslines)] = stored[: size[0], : size[1]]
            self._live = live
        return self._live

    def _overlapped(self, box: Box) -> list["_Shard"]:
        sides = self._plan.shard
        spans = [
            range(part.start // side, -(-part.stop // side)) for part, side in zip(box[:2], sides[:2], strict=True)
        ]
        return [self._shard((i, j)) for i in spans[0] for j in spans[1]]

    def _shard(self, cell: tuple[int, int]) -> "_Shard":
        if cell not in self._shards:
            block = self._blocks[cell]
            self._shards[cell] = _Shard(self._path / AMPLITUDE / block.key, self._plan, block)
        return self._shards[cell]


def _overlap(block: CopyBlock, box: Box) -> Box:
    """Return a box as counted from the shard's first line."""
    lines = [
        slice(max(part.start, start) - start, min(part.stop, stop) - start)
        for part, (start, stop) in zip(box[:2], (block.inlines, block.crosslines), strict=True)
    ]
    return (lines[0], lines[1], box[2])


class _Shard:
    """A mapped shard: columns of chunks, seen as one array of the shape (chunks, *chunk)."""

    def __init__(self, path: Path, plan: CopyPlan, block: CopyBlock) -> None:
        self.block = block
        self._path, self._plan = path, plan
        self._columns = read_columns(path, plan)
        self._chunks: NDArray[Any] | None = None
        count = int(self._columns.max(initial=-1))
        if count < 0:
            return
        n_chunks = count + plan.levels
        with path.open("rb") as stream:
            mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            self._descriptor = os.dup(stream.fileno())
        if hasattr(mmap, "MADV_RANDOM"):
            # What is needed is announced; reading around it would only fill memory.
            mapped.madvise(mmap.MADV_RANDOM)
        self._size = len(mapped)
        self._chunks = np.frombuffer(mapped, plan.dtype, n_chunks * int(np.prod(plan.chunk))).reshape(-1, *plan.chunk)

    def __del__(self) -> None:
        """Close the file."""
        descriptor = getattr(self, "_descriptor", None)
        if descriptor is not None:
            os.close(descriptor)

    def announce(self, box: Box) -> None:
        """Ask the system to read what a box needs, without waiting for it.

        Raises
        ------
        SourceError
            When the file is gone or has become shorter: reading past its end would end the process.
        """
        self._require_whole()
        if self._chunks is None or not hasattr(os, "posix_fadvise"):
            return
        plan, row = self._plan, self._plan.chunk_bytes // self._plan.chunk[0]
        for first, count in self._runs(box):
            if plan.band == 0 and box[0].stop - box[0].start <= plan.chunk[0] // 8:
                # A few inlines of a band lie together in each chunk: the rest need not be read.
                for chunk in range(first, first + count):
                    start = chunk * plan.chunk_bytes + box[0].start * row
                    self._will_need(start, (box[0].stop - box[0].start) * row)
            else:
                self._will_need(first * plan.chunk_bytes, count * plan.chunk_bytes)

    def take(self, box: Box) -> NDArray[Any]:
        """Return a box of the shard."""
        plan = self._plan
        across = 1 - plan.band
        side, deep = plan.chunk[across], plan.chunk[2]
        columns = range(box[across].start // side, -(-box[across].stop // side))
        levels = slice(box[2].start // deep, -(-box[2].stop // deep))
        # Within a single chunk only what is wanted is copied; across several, whole chunks are and then cut.
        near = _within(box[across], side) if len(columns) == 1 else slice(0, side)
        up = _within(box[2], deep) if levels.stop - levels.start == 1 else slice(0, deep)
        key = (box[0], near, up) if plan.band == 0 else (near, box[1], up)
        stack = self._stack(columns, levels, key)
        order = (2, 0, 3, 1, 4) if plan.band == 0 else (0, 2, 3, 1, 4)
        turned = stack.transpose(order)
        shape = turned.shape
        flat = (shape[0], shape[1] * shape[2], shape[3] * shape[4])
        if plan.band == 1:
            flat = (shape[0] * shape[1], shape[2], shape[3] * shape[4])
        whole = turned.reshape(flat)
        cuts = [slice(None), slice(None), slice(None)]
        if len(columns) > 1:
            cuts[across] = _from(box[across], columns.start * side)
        if levels.stop - levels.start > 1:
            cuts[2] = _from(box[2], levels.start * deep)
        return whole[tuple(cuts)]

    def _stack(self, columns: range, levels: slice, key: Box) -> NDArray[Any]:
        """Return parts of chunks, shape (columns, levels, *part); where nothing is stored, NaN or 0."""
        plan, chunks = self._plan, self._chunks
        starts = self._columns[columns.start : columns.stop]
        if (
            chunks is not None
            and (starts == starts[0] + plan.levels * np.arange(len(columns))).all()
            and starts[0] >= 0
        ):
            run = chunks[starts[0] : starts[0] + plan.levels * len(columns)]
            return run.reshape(len(columns), plan.levels, *plan.chunk)[:, levels][(slice(None), slice(None), *key)]
        sizes = [part.stop - part.start for part in key]
        stack = np.full(
            (len(columns), levels.stop - levels.start, *sizes), np.nan if plan.dtype == "float32" else 0, plan.dtype
        )
        for place, start in enumerate(starts.tolist()):
            if start >= 0 and chunks is not None:
                stack[place] = chunks[start + levels.start : start + levels.stop][(slice(None), *key)]
        return stack

    def _runs(self, box: Box) -> list[tuple[int, int]]:
        """Return which chunks a box needs: first and count of each run."""
        plan = self._plan
        side, deep = plan.chunk[1 - plan.band], plan.chunk[2]
        part = box[1 - plan.band]
        low, high = box[2].start // deep, -(-box[2].stop // deep)
        starts = self._columns[part.start // side : -(-part.stop // side)]
        runs: list[tuple[int, int]] = []
        for start in starts[starts >= 0].tolist():
            if runs and runs[-1][0] + runs[-1][1] == start + low:
                runs[-1] = (runs[-1][0], runs[-1][1] + high - low)
            else:
                runs.append((start + low, high - low))
        return runs

    def _will_need(self, start: int, length: int) -> None:
        os.posix_fadvise(self._descriptor, start, length, os.POSIX_FADV_WILLNEED)

    def _require_whole(self) -> None:
        if self._chunks is None:
            return
        try:
            size = self._path.stat().st_size
        except OSError as error:
            msg = f"A part of the fast copy {self._path} cannot be read ({error.strerror or error}); is its disk there?"
            raise SourceError(msg) from error
        if size < self._size:
            msg = f"A part of the fast copy, {self._path}, has become shorter since it was opened; make the copy anew"
            raise SourceError(msg)


def _within(part: slice, side: int) -> slice:
    start = part.start % side
    return slice(start, start + part.stop - part.start)


def _from(part: slice, start: int) -> slice:
    return slice(part.start - start, part.stop - start)
