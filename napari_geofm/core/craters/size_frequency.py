"""How many craters there are of each size.

Bins, plots and errors are those of the Crater Analysis Techniques Working Group 1979, Icarus 37:467-474.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.ground import Ground
from napari_geofm.errors import LabelError

__all__ = ["AREA_BINS", "SizeFrequency", "area_km2", "completeness_limit", "size_frequency"]

Numbers = NDArray[np.float64]

AREA_BINS = 128
"""Bins of columns within which pixels are taken to be of one area."""

RATIO = 2.0**0.5
"""Of the ends of a bin; 1 km is an end."""


@dataclass(frozen=True, slots=True, eq=False)
class SizeFrequency:
    """The size-frequency distribution of craters on an area.

    Attributes
    ----------
    edges
        ndarray of float64, shape ``(n + 1,)``: ends of the bins, in ``unit``.
    counts
        ndarray of int64, shape ``(n,)``: craters in each bin.
    area
        In square ``unit``.
    unit
        ``"km"``, or ``"px"`` where there is no ground.
    limit
        Diameter from which on all craters seem to have been found; NaN where there are too few to tell.
    """

    edges: Numbers
    counts: NDArray[np.int64]
    area: float
    unit: str
    limit: float

    @property
    def centres(self) -> Numbers:
        """Geometric mean of the ends of each bin."""
        return np.asarray(np.sqrt(self.edges[:-1] * self.edges[1:]))

    @property
    def cumulative(self) -> Numbers:
        """Craters of a bin's lower end and larger, per area."""
        return self._larger / self.area

    @property
    def cumulative_error(self) -> Numbers:
        """Its standard deviation by Poisson: the square root of the count, per area."""
        return np.asarray(np.sqrt(self._larger) / self.area)

    @property
    def r_values(self) -> Numbers:
        """Relative frequency: cube of the mean diameter times count per area and width of the bin; without a unit."""
        return np.asarray(self.centres**3 * self.counts / (self.area * np.diff(self.edges)))

    @property
    def r_error(self) -> Numbers:
        """Its standard deviation by Poisson: R over the square root of the count; NaN where there is none."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.r_values / np.sqrt(self.counts))

    @property
    def _larger(self) -> Numbers:
        return np.cumsum(self.counts[::-1])[::-1].astype(np.float64)


def size_frequency(craters: Iterable[Crater], area: float, unit: str, *, limit: float | None = None) -> SizeFrequency:
    """Return the size-frequency distribution of craters whose centres lie on an area.

    Parameters
    ----------
    craters
        Those whose centres lie on the area: a crater cut by the border counts where its centre is within, and its
        whole area is then not counted twice nor lost on average (the working group's rule).
    area
        In square km, or px.
    unit
        ``"km"`` or ``"px"``.
    limit
        Completeness limit, where it is known; None: estimated.

    Raises
    ------
    LabelError
        When there are no craters.
    """
    sizes = np.array([each.size for each in craters], np.float64)
    if not sizes.size:
        raise LabelError("No craters, so there is no size-frequency distribution; find or import some")
    if not area > 0:
        raise LabelError("The area is empty, so there is no size-frequency distribution; choose one with pixels")
    first, last = (np.log(end) / np.log(RATIO) for end in (sizes.min(), sizes.max()))
    edges = RATIO ** np.arange(np.floor(first + 1e-9), np.floor(last + 1e-9) + 2)
    counts = np.histogram(sizes, edges)[0].astype(np.int64)
    return SizeFrequency(edges, counts, area, unit, completeness_limit(sizes) if limit is None else limit)


def completeness_limit(sizes: Sequence[float] | Numbers) -> float:
    """Return the diameter from which on a catalogue seems complete; NaN for fewer than 20 craters.

    Small craters are the more the smaller they are; where a catalogue has fewer again it begins to miss them. The
    limit is the lower end of the interval, one square root of 2 wide, that holds most craters: the maximum of the
    differential distribution, without bins that could hide it.

    Examples
    --------
    >>> sizes = 10 / np.linspace(1, 0.01, 2000) ** 0.5
    >>> bool(9.9 < completeness_limit(sizes) < 10.5)
    True
    """
    plain = np.sort(np.asarray(sizes, np.float64))
    if plain.size < 20:
        return float("nan")
    held = np.searchsorted(plain, plain * RATIO) - np.arange(plain.size)
    return float(plain[int(held.argmax())])


def area_km2(known: Numbers, columns: int, ground: Ground) -> float:
    """Return the area of an image's pixels with data, in square km on the body.

    Parameters
    ----------
    known
        ndarray of float64, shape ``(rows, bins)``: count of pixels with data in each row, in bins of (nearly) as many
        columns each; one bin will do where columns are meridians.
    columns
        Columns of the image.
    ground
        Where it lies; places that it does not show have no area.
    """
    # The area of a pixel changes slowly: it is measured on some rows in the middle of each bin.
    count, bins = known.shape
    rows = np.arange(count, dtype=np.float64)
    at = np.unique(np.linspace(0, count - 1, min(count, 513)).round())
    across = (np.arange(bins) + 0.5) * columns / bins - 0.5
    areas = np.nan_to_num(_pixel_km2(ground, *np.meshgrid(at, across, indexing="ij")))
    return float(sum(np.interp(rows, at, areas[:, place]) @ known[:, place] for place in range(bins)))


def _pixel_km2(ground: Ground, rows: Numbers, columns: Numbers) -> Numbers:
    """Return the areas of pixels: both radii of curvature times the solid angle of the vertical over a pixel."""
    steps = []
    for down, right in ((-0.5, 0.0), (0.5, 0.0), (0.0, -0.5), (0.0, 0.5)):
        lon, lat = (np.radians(each) for each in ground.lonlat(rows + down, columns + right))
        steps.append(np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1))
    body = ground.body
    square = 1 - (body.polar_m / body.equatorial_m) ** 2
    bulge = 1 - square * np.sin(np.radians(ground.lonlat(rows, columns)[1])) ** 2
    radii = (body.equatorial_m / 1000) ** 2 * (1 - square) / bulge**2
    cross = np.cross(steps[1] - steps[0], steps[3] - steps[2])
    return np.asarray(radii * np.linalg.norm(cross, axis=-1))
