"""How a volume is laid out in its fast copy.

Chunks of 32 samples a side, uncompressed, in one shard (a file) for each band of 32 lines: a section in any direction
then reads a few per cent of the volume, in few pieces, and nothing has to be unpacked. ``benchmarks/ingest_layouts.py``
compares others.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from napari_geofm.core.survey import Survey
from napari_geofm.errors import UsageError

__all__ = ["CHUNK", "CopyBlock", "CopyPlan", "plan_copy"]

CHUNK = 32
"""Samples along each side of a chunk."""

SHARD_BYTES = 256 << 20
"""Most bytes of a shard: what an interrupted run has to do again."""

WHOLE_NUMBERS = ("int8", "uint8", "int16", "uint16")
"""Types kept as they are; others are float32, as every survey reads them."""


@dataclass(frozen=True, slots=True)
class CopyBlock:
    """A shard of the copy: what is written, and taken up again, at once.

    Attributes
    ----------
    index
        Number, from 0.
    key
        Name of its file, below the array's folder.
    cell
        Place of the shard along (inline, crossline).
    inlines, crosslines
        Positions of its lines in the survey.
    """

    index: int
    key: str
    cell: tuple[int, int]
    inlines: tuple[int, int]
    crosslines: tuple[int, int]


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """Shape, type, chunks and shards of a copy.

    Attributes
    ----------
    shape
        Of the volume: (inlines, crosslines, samples).
    dtype
        ``"float32"``, or the whole numbers of the source.
    chunk
        Sides of a chunk.
    shard
        Sides of a shard: a multiple of the chunk's.
    band
        Along which of the two line axes a shard is one chunk thick: the one that changes slowest in the source.
    """

    shape: tuple[int, int, int]
    dtype: str
    chunk: tuple[int, int, int]
    shard: tuple[int, int, int]
    band: int

    @property
    def columns(self) -> int:
        """Columns of chunks, from the first sample to the last, in a shard."""
        across = 1 - self.band
        return self.shard[across] // self.chunk[across]

    @property
    def levels(self) -> int:
        """Chunks in a column."""
        return self.shard[2] // self.chunk[2]

    @property
    def chunk_bytes(self) -> int:
        """Bytes of a chunk."""
        return int(np.prod(self.chunk)) * np.dtype(self.dtype).itemsize

    @property
    def n_bytes(self) -> int:
        """Bytes of the copy at most: where traces are missing it is less."""
        cells = [-(-size // side) for size, side in zip(self.shape, self.chunk, strict=True)]
        return int(np.prod(cells)) * self.chunk_bytes + self.shape[0] * self.shape[1]

    @property
    def blocks(self) -> tuple[CopyBlock, ...]:
        """All shards, in the source's order."""
        return tuple(self._blocks())

    def _blocks(self) -> Iterator[CopyBlock]:
        counts = [-(-size // side) for size, side in zip(self.shape[:2], self.shard[:2], strict=True)]
        cells = [(i, j) for i in range(counts[0]) for j in range(counts[1])]
        for index, cell in enumerate(cells if self.band == 0 else sorted(cells, key=lambda cell: cell[::-1])):
            spans = [
                (place * side, min((place + 1) * side, size))
                for place, side, size in zip(cell, self.shard[:2], self.shape[:2], strict=True)
            ]
            yield CopyBlock(index, f"c/{cell[0]}/{cell[1]}/0", cell, spans[0], spans[1])


def plan_copy(survey: Survey) -> CopyPlan:
    """Return how a volume is laid out.

    Raises
    ------
    UsageError
        When the survey is no volume: a line or an image is one section, which nothing makes quicker.
    """
    if survey.kind != "seismic-3d":
        more = "; a recording is written as it is after --process, to a .nc file" if survey.kind == "das" else ""
        msg = f"{survey.path.name} is {survey.kind}; a fast copy is made of 3-D seismic only{more}"
        raise UsageError(msg)
    n_inlines, n_crosslines, n_samples = survey.shape
    shape = (n_inlines, n_crosslines, n_samples)
    word = survey.sample_format.split()[0] if survey.sample_format else ""
    dtype = word if word in WHOLE_NUMBERS else "float32"
    chunk = (min(CHUNK, n_inlines), min(CHUNK, n_crosslines), min(CHUNK, n_samples))
    deep = -(-n_samples // chunk[2]) * chunk[2]
    band = _slow_axis(survey)
    across = 1 - band
    column = chunk[0] * chunk[1] * deep * np.dtype(dtype).itemsize
    columns = max(1, min(-(-shape[across] // chunk[across]), SHARD_BYTES // column))
    sides = [chunk[0], chunk[1]]
    sides[across] *= columns
    return CopyPlan(shape, dtype, chunk, (sides[0], sides[1], deep), band)


def _slow_axis(survey: Survey) -> int:
    """Return which line axis changes slowest in a SEG-Y: bands along it are read in one go."""
    grid = getattr(survey.template, "grid", None)
    index = getattr(grid, "index", None)
    if index is None or min(index.shape) < 2:
        return 0
    along, across = (float(np.abs(np.diff(index.astype(np.float64), axis=axis)).mean()) for axis in (0, 1))
    return 0 if along >= across else 1
