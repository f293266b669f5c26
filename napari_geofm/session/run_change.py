"""Samples before and after an edit, as runs of alike ones: what lies between two horizons is a run on each trace."""

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.session.touched import CHUNK

if TYPE_CHECKING:
    from napari_geofm.session.label_counts import LabelCounts
    from napari_geofm.session.touched import Touched

__all__ = ["RunChange", "Runs"]

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Runs of samples that were alike, and are alike afterwards.

    Attributes
    ----------
    starts, lengths
        ndarrays of int64, shape ``(runs,)``: flat positions in the survey, ascending, no run across two traces.
    before, after, origin_before, origin_after
        ndarrays of uint8, shape ``(runs,)``: inside values, and where they came from.
    """

    starts: Ints
    lengths: Ints
    before: Bytes
    after: Bytes
    origin_before: Bytes
    origin_after: Bytes

    @property
    def stops(self) -> Ints:
        """Flat positions after the last sample of each."""
        return self.starts + self.lengths

    def chunks(self, size: int) -> tuple[int, NDArray[np.bool_]]:
        """Return the first chunk of ``size`` samples that is touched, and which of those from there on are."""
        low, high = self.starts // size, (self.stops - 1) // size
        first = int(low.min())
        depth = np.zeros(int(high.max()) - first + 2, np.int64)
        np.add.at(depth, low - first, 1)
        np.add.at(depth, high - first + 1, -1)
        return first, np.cumsum(depth[:-1]) > 0


@dataclass(frozen=True, slots=True)
class RunChange:
    """Runs, compressed.

    Attributes
    ----------
    count, runs
        Samples, and in how many runs.
    packed
        Starts and lengths (int64), then labels before and after and origins before and after (uint8).
    """

    count: int
    runs: int
    packed: bytes

    @classmethod
    def of(cls, runs: Runs) -> "RunChange":
        """Pack runs."""
        parts = (
            np.diff(runs.starts, prepend=np.int64(0)),
            runs.lengths,
            runs.before,
            runs.after,
            runs.origin_before,
            runs.origin_after,
        )
        raw = b"".join(np.ascontiguousarray(part).tobytes() for part in parts)
        return cls(int(runs.lengths.sum()), runs.starts.size, zlib.compress(raw, 1))

    def unpacked(self) -> Runs:
        """Return the runs."""
        raw = zlib.decompress(self.packed)
        steps, lengths = np.frombuffer(raw, np.int64, 2 * self.runs).reshape(2, -1)
        rest = np.frombuffer(raw, np.uint8, offset=16 * self.runs).reshape(4, -1)
        return Runs(np.cumsum(steps), lengths, *rest)

    def pages(self, size: int) -> int:
        """Return how many pages of ``size`` samples are written to."""
        return int(np.count_nonzero(self.unpacked().chunks(size)[1]))

    def write(self, values: Bytes, origins: Bytes, touched: "Touched", counts: "LabelCounts", *, back: bool) -> None:
        """Put the labels and origins after (or before) into flat arrays, and note where and of which classes."""
        runs = self.unpacked()
        # Marked first: a backup made meanwhile may look a little too far, never not far enough.
        touched.mark_chunks(*runs.chunks(CHUNK))
        starts, stops = runs.starts.tolist(), runs.stops.tolist()
        chosen = (runs.before, runs.origin_before) if back else (runs.after, runs.origin_after)
        for array, numbers in zip((values, origins), chosen, strict=True):
            # A run is memory set to one number: quicker than any array of positions.
            for start, stop, number in zip(starts, stops, numbers.tolist(), strict=True):
                array[start:stop] = number
        counts.change_runs(runs, back=back)
