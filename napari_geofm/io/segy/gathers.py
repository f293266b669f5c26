"""Pre-stack files: traces that share a place and differ in offset (bytes 37-40 or others), and what is read of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError
from napari_geofm.io.segy.candidates import STANDARD, Candidate, count_pairs
from napari_geofm.io.segy.options import SegyOptions
from napari_geofm.io.segy.scan import HeaderSample

__all__ = ["LINE_BYTES", "Gathers", "find_gathers", "near_offset", "plausible", "require_choice"]

LINE_BYTES = (21, 9, 17)
"""Bytes that may number the gathers of a pre-stack line."""


@dataclass(frozen=True, slots=True)
class Gathers:
    """Gathers of a file, as a sample of its headers has them.

    Attributes
    ----------
    fields
        First byte and width of the numbers that tell the gathers apart: two of a volume, one of a line.
    fold
        Traces of a gather, on average.
    n_offsets
        Different offsets in the sample.
    lowest, highest
        Smallest and largest offset, in the file's unit of length.
    step
        Median distance of neighbouring offsets of a gather.
    """

    fields: tuple[tuple[int, int], ...]
    fold: float
    n_offsets: int
    lowest: int
    highest: int
    step: float

    @property
    def words(self) -> str:
        """The gathers, for the user."""
        return (
            f"about {self.fold:.0f} offsets at each place, {self.n_offsets} in all from {self.lowest} to {self.highest}"
        )


def find_gathers(
    sample: HeaderSample, fields: Sequence[tuple[int, int]], *, any_offset: bool = False
) -> Gathers | None:
    """Return the gathers that the numbers at ``fields`` make, or None where a place holds about one trace.

    Parameters
    ----------
    sample
        Headers of traces; runs of neighbours hold whole gathers.
    fields
        First byte and width of each number.
    any_offset
        Whether traces that share a place make a gather whatever stands where the offset should be.
    """
    offsets = sample.offsets
    distinct = np.unique(offsets)
    numbers = [sample.field(byte, f"i{width}") for byte, width in fields]
    if (distinct.size < 2 and not any_offset) or min(np.unique(each).size for each in numbers) < 2:
        return None
    _, found = np.unique(np.stack(numbers), axis=1, return_inverse=True)
    places = found.reshape(-1).astype(np.int64)
    gathers = int(places.max()) + 1
    # Traces with the same numbers must differ in offset: as many places and offsets together as traces.
    told_apart = any_offset or count_pairs(places, offsets) > 0.9 * offsets.size
    if gathers * 1.5 > offsets.size or not told_apart:
        return None
    order = np.lexsort((offsets, places))
    within = np.diff(offsets[order])[np.diff(places[order]) == 0]
    step = float(np.median(within[within > 0])) if (within > 0).any() else 1.0
    ends = int(distinct[0]), int(distinct[-1])
    return Gathers(tuple(fields), offsets.size / gathers, distinct.size, *ends, step)


def plausible(sample: HeaderSample, ranked: Sequence[Candidate]) -> list[Candidate]:
    """Leave out pairs that tell the traces of a pre-stack line apart by shot and channel, or by shot and CDP."""
    if find_gathers(sample, ((21, 4),)) is None:
        return list(ranked)
    return [
        each
        for each in ranked
        if each.named or each.lines == STANDARD or find_gathers(sample, each.lines.fields) is not None
    ]


def require_choice(path: Path, gathers: Gathers | None, options: SegyOptions) -> None:
    """Refuse a pre-stack file of which nobody has said what is read.

    Raises
    ------
    FormatError
        When there are gathers, and neither an offset nor the stack was chosen.
    """
    if gathers is not None and not options.chooses_gather:
        middle = gathers.lowest + round((gathers.highest - gathers.lowest) / 2 / gathers.step) * gathers.step
        raise FormatError(
            f"{path} is pre-stack ({gathers.words}); read the traces of one offset (--offset {middle:.0f}) or the mean "
            "of each gather (--stack)"
        )


def near_offset(offsets: NDArray[np.int32], wanted: int, step: float) -> tuple[NDArray[np.int64], int]:
    """Return the traces of the offset nearest to ``wanted``, and that offset.

    Where offsets vary from gather to gather, a trace counts that lies at most half a step beside; the nearest come
    first, so that they win their place.

    Parameters
    ----------
    offsets
        Of all traces.
    wanted
        What was asked for.
    step
        Distance of neighbouring offsets of a gather.
    """
    away = np.abs(offsets.astype(np.int64) - wanted)
    chosen = int(offsets[int(away.argmin())])
    away = np.abs(offsets.astype(np.int64) - chosen)
    traces = np.flatnonzero(2 * away <= step)
    # Regular offsets, the usual case, are in order as they are.
    away = away[traces]
    return (traces[np.argsort(away, kind="stable")] if away.any() else traces), chosen
