"""Results back to SEG-Y: the survey's own file with other samples, every other byte as it was."""

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.progress import Job, Progress, run_to_end
from napari_geofm.errors import LabelError, OutputError
from napari_geofm.io.atomic import replacing, require_space
from napari_geofm.io.segy.binary import FORMAT_OFFSET
from napari_geofm.io.segy.encode import SampleWriter
from napari_geofm.io.segy.formats import format_named
from napari_geofm.io.segy.layout import Bytes, map_file
from napari_geofm.io.segy.scan import Report
from napari_geofm.io.segy.template import SegyTemplate
from napari_geofm.io.segy.text import TEXT_BYTES, fill_blank_lines

__all__ = ["Blocks", "segy_like_job", "sidecar_of", "write_segy_like"]

_BLOCK_BYTES = 1 << 24
"""Bytes of traces that are written at once."""


class Blocks(Protocol):
    """An array of which parts can be read: numpy's, memory-mapped or zarr's."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes."""

    @property
    def dtype(self) -> Any:
        """Type of the elements."""

    def __getitem__(self, key: Any, /) -> Any:
        """Return a part."""


def sidecar_of(out: Path) -> Path:
    """Return where the provenance of ``out`` is written: ``faults.sgy.json`` beside ``faults.sgy``."""
    return out.with_name(out.name + ".json")


def segy_like_job(
    template: SegyTemplate,
    array: Blocks,
    out: Path | str,
    *,
    sample_format: str | None = None,
    null: float = -1.0,
    describe: Sequence[str] = (),
    overwrite: bool = False,
    provenance: Mapping[str, object] | None = None,
) -> Job[None]:
    """Write ``array`` as SEG-Y that differs from the survey's own file in nothing but the samples.

    A job: it is told where it stands after every few megabytes, and closing it leaves everything as it was.
    Traces that repeat another's numbers get its samples; traces that are marked dead, and the samples of a last
    trace that is cut short, get ``null``. Trailing bytes are kept.

    Parameters
    ----------
    template
        Of the survey (``survey.template``).
    array
        Shape of the survey, its order. uint8: classes, 255 = unlabelled, written as ``null``. Other whole numbers
        and booleans: as they are. Floats: NaN is written as ``null``. Read in parts, so that it may be larger than
        memory.
    out
        The file to be.
    sample_format
        ``"int8"``, ``"uint8"``, ``"int16"``, ``"ieee"``, ``"ibm"`` ...; None: as the input. Changes only the format
        word (bytes 3225-3226) and the width of samples.
    null
        Number for what has no value.
    describe
        Lines for blank lines of the text header.
    overwrite
        Whether an existing output (and its sidecar) is replaced.
    provenance
        Written as JSON beside the output, as :func:`sidecar_of` names it; None: no sidecar.

    Raises
    ------
    LabelError
        When the array has another shape than the survey, or numbers that the format cannot hold.
    UsageError
        When ``null`` does not fit the format, or the text header has too few blank lines.
    OutputError
        When the output exists, is the input itself, or cannot be written.
    SourceError
        When the input cannot be read any more.
    """
    layout, target = template.layout, Path(out)
    if tuple(array.shape) != template.shape:
        raise LabelError(
            f"The array has shape {_times(array.shape)} and {layout.path.name} {_times(template.shape)}; "
            "give an array in the survey's shape and order"
        )
    if target.exists() and target.samefile(layout.path):
        raise OutputError(f"{target} is the survey itself, which is never written to; choose another name")
    chosen = format_named(sample_format) if sample_format is not None else layout.sample_format
    samples = SampleWriter(chosen, layout.order, null, np.dtype(array.dtype))
    job = _Job(template, array, samples, map_file(layout.path))
    head = job.head(describe)
    require_space(target, len(head) + template.n_written * job.trace_bytes + layout.size - layout.end)
    with ExitStack() as stack:
        stream = _opened(stack, target, overwrite)
        if provenance is not None:
            note = stack.enter_context(replacing(sidecar_of(target), overwrite=overwrite))
            note.write_text(json.dumps(dict(provenance), indent=2, default=str) + "\n", encoding="utf-8")
        stream.write(head)
        for done, block in job.blocks():
            stream.write(block)
            yield Progress(done, template.n_written, f"writing {target.name}")
        stream.write(job.tail())


def write_segy_like(
    template: SegyTemplate, array: Blocks, out: Path | str, *, on_progress: Report | None = None, **options: Any
) -> None:
    """Do what :func:`segy_like_job` does, to its end.

    Parameters
    ----------
    template, array, out
        As there; so are the ``options``.
    on_progress
        Takes each Progress; what it raises ends the writing and leaves everything as it was.
    """
    run_to_end(segy_like_job(template, array, out, **options), on_progress)


def _opened(stack: ExitStack, target: Path, overwrite: bool) -> BinaryIO:
    beside = stack.enter_context(replacing(target, overwrite=overwrite))
    # Entered last, so that it is closed before the file gets its name.
    return stack.enter_context(beside.open("wb"))


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """One export: the input's bytes and the array's samples, trace block by trace block."""

    template: SegyTemplate
    array: Blocks
    samples: SampleWriter
    file: Bytes

    @property
    def trace_bytes(self) -> int:
        """Bytes from one trace of the output to the next."""
        return self.template.layout.header + self.template.layout.n_samples * self.samples.format.width

    def head(self, describe: Sequence[str]) -> bytes:
        """Return everything before the first trace."""
        layout = self.template.layout
        head = bytearray(self.file[: layout.start].tobytes())
        head[:TEXT_BYTES] = fill_blank_lines(bytes(head[:TEXT_BYTES]), describe) if describe else head[:TEXT_BYTES]
        head[FORMAT_OFFSET : FORMAT_OFFSET + 2] = struct.pack(layout.order + "H", self.samples.format.code)
        return bytes(head)

    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """Yield traces in the file's order, with the count of those done."""
        layout, kept = self.template.layout, self.template.kept
        cells = self.template.cells()
        size = max(1, _BLOCK_BYTES // self.trace_bytes)
        traces: Bytes = np.ndarray(
            (layout.n_traces, layout.header), np.uint8, self.file.data, layout.start, (layout.trace_bytes, 1)
        )
        total = self.template.n_written
        for begin in range(0, total, size):
            end = min(begin + size, total)
            here = slice(begin, end) if kept is None else kept[begin:end]
            block = np.empty((end - begin, self.trace_bytes), np.uint8)
            block[:, : layout.header] = traces[here]
            block[:, layout.header :] = self._samples(cells[here])
            yield end, block.tobytes()

    def tail(self) -> bytes:
        """Return everything after the last whole trace; the samples of a trace that is cut short become null."""
        layout = self.template.layout
        if layout.cut and self.template.kept is not None:
            return b""  # whether it belongs to what was read cannot be told
        tail = self.file[layout.end :].tobytes()
        if not layout.cut or len(tail) <= layout.header:
            return tail
        whole, part = divmod(len(tail) - layout.header, layout.sample_format.width)
        return tail[: layout.header] + self.samples.nulls(1, whole).tobytes() + bytes(part)

    def _samples(self, cells: NDArray[np.int64]) -> Bytes:
        """Return the encoded samples of the traces at ``cells``."""
        template = self.template
        encoded = self.samples.nulls(cells.size, template.layout.n_samples)
        wanted = np.flatnonzero(cells >= 0)
        if wanted.size:
            places = np.unravel_index(cells[wanted], template.grid.index.shape)
            encoded[wanted] = self.samples.encode(_gather(self.array, places))
        return encoded


def _gather(array: Blocks, places: tuple[NDArray[np.intp], ...]) -> NDArray[Any]:
    """Return the traces of ``array`` at ``places``, by reading boxes no larger than a few times what is wanted."""
    lows, highs = [int(each.min()) for each in places], [int(each.max()) + 1 for each in places]
    cells = int(np.prod([high - low for low, high in zip(lows, highs, strict=True)]))
    if len(places) == 1 or cells <= 4 * places[0].size or highs[0] - lows[0] <= 2:
        box = np.asarray(array[tuple(slice(low, high) for low, high in zip(lows, highs, strict=True))])
        found: NDArray[Any] = box[tuple(each - low for each, low in zip(places, lows, strict=True))]
        return found
    gathered = np.empty((places[0].size, array.shape[-1]), array.dtype)
    for line in np.unique(places[0]).tolist():
        here = np.flatnonzero(places[0] == line)
        columns = places[1][here]
        low = int(columns.min())
        row = np.asarray(array[line : line + 1, low : int(columns.max()) + 1])[0]
        gathered[here] = row[columns - low]
    return gathered


def _times(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape))
