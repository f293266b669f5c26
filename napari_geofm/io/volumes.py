"""Results of whole surveys, written block by block, so that a killed run can be taken up where it ended.

The work lies in a hidden folder beside the output: ``.volume.zarr.partial`` holds ``data.npy`` and ``manifest.json``,
which lists the blocks that are safely on disk and the key of the run that made them.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import CancelledError, OutputError
from napari_geofm.io.atomic import require_absent, require_space
from napari_geofm.io.blocks import Block, ResumeCounts
from napari_geofm.io.result_files import finish_result, notes_of
from napari_geofm.io.results import FILL, PLANES, ResultSpec, outputs_of, require_target, work_bytes
from napari_geofm.io.unwritable import why_not_written

__all__ = ["VolumeWriter", "missing_blocks"]

_MANIFEST = "manifest.json"
_DATA = "data.npy"


def missing_blocks(*writers: "VolumeWriter") -> tuple[Block, ...]:
    """Return the blocks that at least one of several results of the same run still lacks, in order."""
    found = {block.index: block for writer in writers for block in writer.missing()}
    return tuple(found[index] for index in sorted(found))


class VolumeWriter:
    """Collects blocks of a result on disk and puts the whole in place at the end.

    Parameters
    ----------
    path
        The output; its ending chooses the format (see :mod:`napari_geofm.io.results`).
    spec
        What the result is.
    blocks
        Parts along ``spec.dims[along]``; positions in no block keep the fill value (255, NaN).
    run_key
        Hash of everything that determines the result (survey, model, region, blocks, precision).
    overwrite, resume
        ``overwrite``: replace an output that exists. ``resume``: take over the blocks of an interrupted run with the
        same key, and replace an output that exists.

    Raises
    ------
    OutputError
        When the output exists, the folder is read-only, the disk too small, the format cannot hold the result, (with
        ``resume``) the interrupted run was another one, or (with neither word) one left blocks to go on from.

    Examples
    --------
    ``with VolumeWriter(path, spec, blocks, run_key=key) as writer:`` then, for each block of ``writer.missing()``,
    ``writer.write(places, values)`` any number of times and ``writer.close_block(block)``; ``writer.finish()`` last.
    """

    def __init__(
        self,
        path: Path | str,
        spec: ResultSpec,
        blocks: tuple[Block, ...],
        *,
        run_key: str,
        overwrite: bool = False,
        resume: bool = False,
    ) -> None:
        self.path = Path(os.path.realpath(Path(path).expanduser()))
        self.spec = spec
        self.blocks = blocks
        self.run_key = run_key
        self._replace = overwrite or resume
        for file in (*outputs_of(self.path, spec), *notes_of(self.path)):
            require_absent(file, overwrite=self._replace)
        require_target(self.path, spec)
        self._folder = self.path.with_name(f".{self.path.name}.partial")
        if not self._replace:
            self._require_nothing_begun()
        self._done = self._found() if resume else []
        self._taken = len(self._done)
        self._finished = False
        if self._taken == 0:
            self._start_afresh()
        else:
            # A run that was killed while the result was put in place has all blocks, and needs space for the rest only.
            require_space(self.path, work_bytes(self.path, spec) - spec.n_bytes)
        self._data: NDArray[Any] | None = np.load(self._folder / _DATA, mmap_mode="r+", allow_pickle=False)

    def __enter__(self) -> "VolumeWriter":
        """Return the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the files; what is finished stays for ``--resume``, unless nothing is.

        Raises
        ------
        CancelledError
            Instead of one that says that nothing is kept, or of an interruption.
        """
        self._data = None
        if self._finished:
            return
        if not self._done:
            shutil.rmtree(self._folder, ignore_errors=True)
        elif isinstance(error, CancelledError | KeyboardInterrupt):
            msg = f"{len(self._done)} of {len(self.blocks)} blocks are kept beside {self.path}"
            raise CancelledError(f"Cancelled; {msg}: --resume goes on from there") from error

    @property
    def counts(self) -> ResumeCounts:
        """Blocks taken over, in all, and computed by this run."""
        return ResumeCounts(self._taken, len(self.blocks), len(self._done) - self._taken)

    def missing(self) -> Iterator[Block]:
        """Yield the blocks that are still to be computed, in order."""
        for block in self.blocks:
            if block.index not in self._done:
                yield block

    def write(self, places: tuple[int | slice, ...], values: NDArray[Any]) -> None:
        """Put values into the result.

        Parameters
        ----------
        places
            One int or slice per dimension of the survey (classes, the first dimension of probabilities, are not named).
        values
            uint8 classes (255 nothing), or float32; shape as ``places`` select, with classes first for probabilities.

        Raises
        ------
        OutputError
            When the disk is full.
        """
        if self._data is None:
            msg = f"{self.path} is closed; open it again to write"
            raise OutputError(msg)
        where = (slice(None), *places) if self.spec.quantity in PLANES else places
        self._data[where] = values

    def close_block(self, block: Block) -> None:
        """Have the disk hold the block, and only then list it as done.

        Raises
        ------
        OutputError
            When the disk is full or gone.
        """
        with _writing(self.path):
            if isinstance(self._data, np.memmap):
                self._data.flush()
            self._done.append(block.index)
            self._list()

    def finish(self) -> tuple[Path, ...]:
        """Put the whole result in place in its own format and remove the work; the old output is replaced only now.

        Returns
        -------
        tuple of Path
            What was written: several files where a SEG-Y holds one class or component.

        Raises
        ------
        OutputError
            When blocks are missing, or the output cannot be written; the work stays for ``--resume``.
        """
        left = sum(1 for _ in self.missing())
        if left:
            msg = f"{self.path}: {left} of {len(self.blocks)} blocks are missing; run again with --resume"
            raise OutputError(msg)
        self._data = None
        with _writing(self.path):
            files = finish_result(self._folder / _DATA, self.path, self.spec, overwrite=self._replace)
            self._finished = True
            shutil.rmtree(self._folder, ignore_errors=True)
        return files

    def _start_afresh(self) -> None:
        require_space(self.path, work_bytes(self.path, self.spec))
        with _writing(self.path):
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True)
            try:
                _filled(self._folder / _DATA, self.spec)
                self._list()
            except BaseException:
                shutil.rmtree(self._folder, ignore_errors=True)
                raise

    def _list(self) -> None:
        """Write the manifest beside and rename it, so that it is never half."""
        manifest = {
            "run_key": self.run_key,
            "shape": list(self.spec.stored_shape),
            "dtype": self.spec.dtype.name,
            "blocks": [[block.start, block.stop] for block in self.blocks],
            "done": sorted(self._done),
            "notes": {"quantity": self.spec.quantity, **self.spec.notes},
        }
        beside = self._folder / f"{_MANIFEST}.new"
        with beside.open("w", encoding="utf-8") as stream:
            json.dump(manifest, stream)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(self._folder / _MANIFEST)

    def _require_nothing_begun(self) -> None:
        """Refuse to throw away what an interrupted run has finished, unless told to.

        Raises
        ------
        OutputError
            When there are finished blocks.
        """
        try:
            manifest = json.loads((self._folder / _MANIFEST).read_text(encoding="utf-8"))
            done, whole = len(manifest["done"]), len(manifest["blocks"])
        except (OSError, ValueError, KeyError, TypeError):
            return
        if done:
            msg = (
                f"{self.path}: an interrupted run has finished {done} of {whole} blocks; "
                "add --resume to go on from there, or --overwrite to start afresh"
            )
            raise OutputError(msg)

    def _found(self) -> list[int]:
        """Return the finished blocks of an interrupted run of the same key, none where there was no run.

        Raises
        ------
        OutputError
            When the interrupted run was another one.
        """
        try:
            manifest = json.loads((self._folder / _MANIFEST).read_text(encoding="utf-8"))
            key, done = str(manifest["run_key"]), [int(number) for number in manifest["done"]]
            data = np.load(self._folder / _DATA, mmap_mode="r", allow_pickle=False)
            whole = (data.shape, data.dtype) == (self.spec.stored_shape, self.spec.dtype)
            same = [list(pair) for pair in manifest["blocks"]] == [[block.start, block.stop] for block in self.blocks]
        except (OSError, ValueError, KeyError, TypeError):
            # Nothing there, or the kill came before the first block: nothing is lost by starting afresh.
            return []
        if key != self.run_key or not whole or not same:
            msg = (
                f"--resume: the interrupted run for {self.path} used another survey, model or range; "
                "give the same options, or --overwrite to start afresh"
            )
            raise OutputError(msg)
        return sorted(set(done) & {block.index for block in self.blocks})


def _filled(path: Path, spec: ResultSpec) -> None:
    """Write an array full of the fill value.

    Through the file and not through a memory map: a disk that fills up is then an error and not a killed process.
    """
    header = {"descr": spec.dtype.str, "fortran_order": False, "shape": spec.stored_shape}
    left = int(np.prod(spec.stored_shape, dtype=np.int64))
    chunk = np.full(min(left, 2**22), FILL[spec.quantity], spec.dtype)
    with path.open("wb") as stream:
        np.lib.format.write_array_header_2_0(stream, header)
        while left > 0:
            stream.write(chunk[: min(left, chunk.size)].data)
            left -= chunk.size
        stream.flush()
        os.fsync(stream.fileno())


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Turn the system's errors into one line."""
    try:
        yield
    except OutputError:
        raise
    except OSError as error:
        line = why_not_written(path, error)
        raise OutputError(line or f"Cannot write {path}: {error.strerror or error}; write elsewhere") from error
