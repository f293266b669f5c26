"""What the header of one DAS file says: channels, samples, start, step, unit; no sample is read for it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["DasHeader", "DasTraits", "Run", "spaced"]


@dataclass(frozen=True, slots=True)
class Run:
    """Samples of a file between two gaps, at even steps.

    Attributes
    ----------
    first, count
        Which samples of the file.
    start_ns
        Time of the first, ns since 1970 UTC; since the file's start where it has no date.
    """

    first: int
    count: int
    start_ns: int


@dataclass(frozen=True, slots=True)
class DasTraits:
    """What the files of one recording share.

    Attributes
    ----------
    vendor, version
        Format as dascore names it; ``"xdas"`` for files of that package.
    fibre
        The vendor's name for the dimension along the fibre; ``"channel"`` where there are no distances.
    channels
        Count of channels.
    first, spacing
        Distance of the first channel and step; spacing 0 where the steps are uneven.
    places
        All distances where the steps are uneven, else empty.
    fibre_units
        ``"m"``; ``""`` for channel numbers.
    step_ns
        Time between samples in ns; 0 of a file with one sample, which does not tell.
    quantity, units
        As :func:`~napari_geofm.io.das.units.quantity_and_units` has them.
    gauge_length_m
        Gauge length in m, or None where the file has none.
    dated
        Whether the absolute time is known.
    """

    vendor: str
    version: str
    fibre: str
    channels: int
    first: float
    spacing: float
    places: tuple[float, ...]
    fibre_units: str
    step_ns: float
    quantity: str
    units: str
    gauge_length_m: float | None
    dated: bool

    @property
    def distances(self) -> NDArray[np.float64] | NDArray[np.int64]:
        """Places along the fibre: float64 in m, or int64 channel numbers."""
        even = self.first + np.arange(self.channels) * self.spacing
        found = np.array(self.places or even, np.float64)
        return np.rint(found).astype(np.int64) if self.fibre == "channel" else found


@dataclass(frozen=True, slots=True)
class DasHeader:
    """One file's header.

    Attributes
    ----------
    traits
        What it shares with its neighbours.
    runs
        Its samples, cut at gaps within the file; one run in most files.
    uneven
        Seconds from the start where the samples lie on no even grid, float64, shape ``(samples,)``; else None.
    jitter
        Part of a step by which a sample lies off the even grid.
    lack
        What the file lacks, in words; "" of a whole one.
    """

    traits: DasTraits
    runs: tuple[Run, ...]
    uneven: NDArray[np.float64] | None = field(default=None, compare=False)
    jitter: float = 0.0
    lack: str = ""

    @property
    def start_ns(self) -> int:
        """Time of the first sample in ns."""
        return self.runs[0].start_ns

    @property
    def samples(self) -> int:
        """Count of samples along time."""
        return sum(run.count for run in self.runs)

    @property
    def longest(self) -> int:
        """Count of samples of the longest run."""
        return max(run.count for run in self.runs)

    @property
    def shape(self) -> tuple[int, int]:
        """Channels and samples."""
        return self.traits.channels, self.samples


def spaced(places: NDArray[np.float64]) -> tuple[float, float, tuple[float, ...]]:
    """Return first distance and spacing, and all distances where the spacing is uneven (then it is 0).

    >>> spaced(np.array([2.0, 4.0, 6.0])), spaced(np.array([0.0, 1.0, 5.0]))
    ((2.0, 2.0, ()), (0.0, 0.0, (0.0, 1.0, 5.0)))
    """
    first = float(places[0])
    spacing = float(places[-1] - first) / (places.size - 1) if places.size > 1 else 1.0
    straight = first + np.arange(places.size) * spacing
    even = spacing != 0 and np.allclose(straight, places, rtol=0, atol=1e-3 * abs(spacing))
    return (first, spacing, ()) if even else (first, 0.0, tuple(places.tolist()))
