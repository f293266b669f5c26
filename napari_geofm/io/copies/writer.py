"""Writing a fast copy, shard by shard, so that an interrupted run goes on where it ended.

The work lies in a hidden folder beside the output: ``.cube.zarr.partial`` holds ``store`` (the copy to be) and
``manifest.json``, which lists the shards that are safely on the disk.
"""

import json
import os
import shutil
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, OutputError, SourceError
from napari_geofm.io.atomic import publish, require_absent, require_folder_place, require_space
from napari_geofm.io.copies.origin import Origin
from napari_geofm.io.copies.plan import CopyBlock, CopyPlan
from napari_geofm.io.copies.shard import ShardWriter, fill_column, read_columns
from napari_geofm.io.copies.store import AMPLITUDE, LIVE, create_store

__all__ = ["CopyWriter"]

_MANIFEST, _STORE = "manifest.json", "store"
_HOLDS = ("zarr.json", ".zgroup", ".zarray")

WORKERS = 2
"""Threads that read, decode and write columns: with more, the disk and the memory are waited for."""

AHEAD = 2 * WORKERS
"""Columns that are under way at once."""


class CopyWriter:
    """Copies a volume into chunks.

    Parameters
    ----------
    survey
        The volume, read from its own file.
    plan
        The layout.
    output
        The copy's folder.
    overwrite, resume
        ``overwrite``: replace a folder that exists. ``resume``: take over what an interrupted run of the same source
        has finished.

    Raises
    ------
    OutputError
        When the output exists or cannot be written, the disk is too small, the interrupted run was of another source,
        or (with neither word) there is one to go on from.
    """

    def __init__(
        self, survey: Survey, plan: CopyPlan, output: Path, *, overwrite: bool = False, resume: bool = False
    ) -> None:
        self.output = Path(os.path.realpath(output.expanduser()))
        self.plan, self._survey, self._overwrite = plan, survey, overwrite
        require_absent(self.output, overwrite=overwrite)
        require_folder_place(self.output, overwrite=overwrite, holds=_HOLDS)
        self._folder = self.output.with_name(f".{self.output.name}.partial")
        self._store = self._folder / _STORE
        self.origin = Origin.of(survey, self.output)
        self._done = self._found(resume=resume)
        self.kept = len(self._done)
        left = (len(plan.blocks) - self.kept) / len(plan.blocks)
        require_space(self.output, int(left * plan.n_bytes))
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="geofm-ingest")
        self._finished = False
        # In one piece, which numpy gets in large pages.
        self._spare = list(np.empty((WORKERS, plan.levels, *plan.chunk), plan.dtype))
        if not self._done:
            self._start_afresh()

    def __enter__(self) -> "CopyWriter":
        """Return the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Note what is finished; it stays for ``--resume``, unless nothing is."""
        self._pool.shutdown()
        if not self._finished and not self._done:
            shutil.rmtree(self._folder, ignore_errors=True)

    def missing(self) -> tuple[CopyBlock, ...]:
        """Return the shards that are still to be written, in order."""
        return tuple(block for block in self.plan.blocks if block.index not in self._done)

    def write(self, block: CopyBlock) -> Iterator[float]:
        """Copy a shard, and yield the share of it that is done after each column.

        Raises
        ------
        GeoFMError
            When the source cannot be read, or the disk is full.
        """
        final = self._store / AMPLITUDE / block.key
        part = final.with_name(f"{final.name}.part")
        patches = self._patches(block)
        live = np.zeros(self.plan.shard[:2], np.uint8)
        with _writing(self.output):
            shard = ShardWriter(part, self.plan)
            try:
                for place, alive in enumerate(self._copied(shard, patches)):
                    live[_inside(patches[place], block)] = alive
                    yield (place + 1) / len(patches)
            except BaseException:
                shard.abandon()
                part.unlink(missing_ok=True)
                raise
            self._close(shard, part, final, block, live)

    def finish(self) -> None:
        """Put the copy in place; an older one is replaced only now.

        Raises
        ------
        OutputError
            When it cannot be written; what is finished stays for ``--resume``.
        SourceError
            When the source changed while it was copied.
        """
        with _writing(self.output):
            if not self.origin.is_fresh(self.origin.path):
                self._done = []
                msg = f"{self.origin.path} changed or went away while it was copied; the copy is dropped, make it anew"
                raise SourceError(msg)
            publish(self._store, self.output, overwrite=self._overwrite)
            self._finished = True
            shutil.rmtree(self._folder, ignore_errors=True)

    def _patches(self, block: CopyBlock) -> list[tuple[slice, slice]]:
        """Return where the columns of a shard lie in the survey."""
        across, side = 1 - self.plan.band, self.plan.chunk[1 - self.plan.band]
        spans = (block.inlines, block.crosslines)
        low, high = spans[across]
        pieces = [slice(start, min(start + side, high)) for start in range(low, high, side)]
        whole = slice(*spans[self.plan.band])
        return [(whole, piece) if across else (piece, whole) for piece in pieces]

    def _copied(self, shard: ShardWriter, patches: list[tuple[slice, slice]]) -> Iterator[NDArray[np.bool_]]:
        """Copy the columns of a shard in other threads, and yield of each, in order, where traces are alive."""
        coming: deque[Future[NDArray[np.bool_]]] = deque()
        todo = iter(enumerate(patches))
        try:
            for place, patch in islice(todo, AHEAD):
                coming.append(self._pool.submit(self._copy, shard, place, patch))
            while coming:
                alive = coming.popleft().result()
                for place, patch in islice(todo, 1):
                    coming.append(self._pool.submit(self._copy, shard, place, patch))
                yield alive
        finally:
            # The file may be closed only when nobody writes to it any more.
            for each in coming:
                each.cancel()
            wait(coming)

    def _copy(self, shard: ShardWriter, place: int, patch: tuple[slice, slice]) -> NDArray[np.bool_]:
        chunks = self._spare.pop()
        try:
            live = fill_column(self.plan, self._survey, patch, chunks)
            if live.any():
                shard.add(place, chunks)
            return live
        finally:
            self._spare.append(chunks)

    def _close(self, shard: ShardWriter, part: Path, final: Path, block: CopyBlock, live: NDArray[np.uint8]) -> None:
        """End a shard, give it its name and list it.

        As ``cp`` does, without waiting for the disk: its index is written last and has a checksum, by which a shard
        that a power cut left unfinished is known.
        """
        shard.close()
        map_file = self._store / LIVE / block.key.rsplit("/", 1)[0]
        map_file.parent.mkdir(parents=True, exist_ok=True)
        map_file.write_bytes(live.tobytes())
        part.replace(final)
        self._done.append(block.index)
        self._list()

    def _start_afresh(self) -> None:
        with _writing(self.output):
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True)
            try:
                create_store(self._store, self._survey, self.plan, self.origin)
                self._list()
            except BaseException:
                shutil.rmtree(self._folder, ignore_errors=True)
                raise

    def _list(self) -> None:
        """Write the manifest beside and rename it, so that it is never half."""
        manifest = {"key": self._key(), "shards": len(self.plan.blocks), "done": sorted(self._done)}
        beside = self._folder / f"{_MANIFEST}.new"
        beside.write_text(json.dumps(manifest), encoding="utf-8")
        beside.replace(self._folder / _MANIFEST)

    def _key(self) -> str:
        return f"{self.origin.stamp} {self.origin.fingerprint} {self.plan}"

    def _found(self, *, resume: bool) -> list[int]:
        """Return the shards that an interrupted run has finished.

        Raises
        ------
        OutputError
            When there are some and nothing is said about them, or they are of another source.
        """
        if self._overwrite and not resume:
            return []
        try:
            manifest = json.loads((self._folder / _MANIFEST).read_text(encoding="utf-8"))
            key, done, count = str(manifest["key"]), [int(each) for each in manifest["done"]], int(manifest["shards"])
        except (OSError, ValueError, KeyError, TypeError):
            return []
        if not done:
            return []
        if not resume:
            msg = (
                f"{self.output}: an interrupted run has finished {len(done)} of {count} parts; "
                "add --resume to go on from there, or --overwrite to start afresh"
            )
            raise OutputError(msg)
        if key != self._key():
            msg = (
                f"--resume: the interrupted run for {self.output} copied another file, or this one before it changed; "
                "start afresh with --overwrite"
            )
            raise OutputError(msg)
        blocks = {block.index: block for block in self.plan.blocks}
        return sorted(each for each in set(done) if self._is_whole(blocks[each]))

    def _is_whole(self, block: CopyBlock) -> bool:
        try:
            read_columns(self._store / AMPLITUDE / block.key, self.plan)
        except FormatError:
            return False
        return (self._store / LIVE / block.key.rsplit("/", 1)[0]).is_file()


def _inside(patch: tuple[slice, slice], block: CopyBlock) -> tuple[slice, slice]:
    (i, _), (j, _) = block.inlines, block.crosslines
    return slice(patch[0].start - i, patch[0].stop - i), slice(patch[1].start - j, patch[1].stop - j)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Turn the system's errors into one line."""
    try:
        yield
    except (OutputError, SourceError):
        raise
    except OSError as error:
        msg = f"Cannot write {path}: {error.strerror or error}; free some space, or write elsewhere"
        raise OutputError(msg) from error
