"""The relief of a survey of elevation: its windows with the size of their pixels, and what the encoder sees of them."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.amplitude import GRAY
from napari_geofm.core.relief import REACH, ReliefFit, fit_relief, relief_picture
from napari_geofm.core.section import Section
from napari_geofm.core.survey import Survey
from napari_geofm.errors import UsageError
from napari_geofm.io.raster.ground import Ground
from napari_geofm.io.raster.pixel_sizes import pixel_sizes_m

__all__ = ["Patch", "ReliefMap", "is_elevation", "relief_of"]

_BLOCK = 1024
"""Side of the blocks in which what is typical of a large map is looked for."""

_EVEN = 1e-3
"""Columns by which a map may miss a whole turn of its body and still be closed."""


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A window of a map of elevation in display order, with a margin.

    Attributes
    ----------
    elevation
        float32, NaN where there is no data, and beyond the map.
    down_m, across_m
        Height and width of its pixels in m, shape ``(rows, 1)`` or ``(rows, columns)``; 1 where that is not known.
    inner
        The window without its margin.
    """

    elevation: NDArray[np.float32]
    down_m: NDArray[np.float64]
    across_m: NDArray[np.float64]
    inner: tuple[slice, slice]


def is_elevation(survey: Survey) -> bool:
    """Return whether a survey is a map of elevation."""
    return survey.data.attrs.get("quantity") == "elevation" and len(survey.shape) == 2


class ReliefMap:
    """A survey of elevation as relief.

    Parameters
    ----------
    survey
        A map of elevation.

    Raises
    ------
    UsageError
        When it is none.
    """

    def __init__(self, survey: Survey) -> None:
        if not is_elevation(survey):
            msg = (
                f"{survey.path.name} is not known to be a map of elevation, which channels = 'relief' needs; "
                "say so by --elevation M, the metres per stored unit"
            )
            raise UsageError(msg)
        self._survey = survey
        self.ground = Ground.of(survey.template)
        turn = self.ground.columns_around if self.ground is not None else None
        self.is_closed = turn is not None and abs(turn - survey.shape[1]) < _EVEN
        """Whether its first column is the neighbour of its last."""

    def patch(self, places: tuple[slice, slice], margin: int = 0) -> Patch:
        """Return a window (rows and columns of the survey) with a margin around it."""
        rows, columns = places
        tall, wide = self._survey.shape
        lines = np.arange(rows.start - margin, rows.stop + margin)
        across = np.arange(columns.start - margin, columns.stop + margin)
        values = np.full((lines.size, across.size), np.nan, np.float32)
        inside = (lines >= 0) & (lines < tall)
        down = slice(int(lines[inside][0]), int(lines[inside][-1]) + 1)
        for part in _runs(across, wide, closed=self.is_closed):
            taken = across[part] % wide
            read = self._survey.read((down, slice(int(taken[0]), int(taken[-1]) + 1)))
            values[np.flatnonzero(inside)[0] : np.flatnonzero(inside)[-1] + 1, part] = read
        down_m, across_m = pixel_sizes_m(self.ground, lines, across)
        layout = self._survey.layout(self._survey.whole())
        inner = tuple(slice(margin, values.shape[axis] - margin) for axis in (0, 1))
        shown = (np.broadcast_to(each, (lines.size, each.shape[1])) for each in (down_m, across_m))
        sizes = [layout.to_display(each) for each in shown]
        return Patch(layout.to_display(values), sizes[0], sizes[1], (inner[0], inner[1]))

    def around(self, section: Section) -> Patch:
        """Return a section that was read, as a patch; of a closed map that is seen whole with its ends' neighbours."""
        rows, columns = (each for each in section.places if isinstance(each, slice))
        tall, wide = self._survey.shape
        down = range(*rows.indices(tall))
        across = range(*columns.indices(wide))
        margin = int(self.is_closed and len(across) == wide)
        lines, places = np.arange(down[0], down[-1] + 1), np.arange(across[0] - margin, across[-1] + 1 + margin)
        down_m, across_m = pixel_sizes_m(self.ground, lines, places)
        shown = [
            section.layout.to_display(np.broadcast_to(each, (lines.size, places.size))) for each in (down_m, across_m)
        ]
        values = np.pad(section.values, ((0, 0), (margin, margin)), mode="wrap")
        return Patch(values, shown[0], shown[1], (slice(None), slice(margin, values.shape[1] - margin)))

    def fit(self) -> ReliefFit:
        """Return what is typical of the whole map; the same map always gives the same."""
        patches = [self.patch(place) for place in _samples(self._survey.shape)]
        return fit_relief([(each.elevation, each.down_m, each.across_m) for each in patches])

    def picture(self, places: tuple[slice, slice], fit: ReliefFit) -> NDArray[np.float32]:
        """Return what the encoder sees of a window, in display order.

        Returns
        -------
        ndarray of float32, shape ``(rows, columns, 3)``
            Red, green and blue are elevation above the local mean, hillshade and slope, 0..1; gray without data.
        """
        patch = self.patch(places, REACH)
        found = relief_picture(patch.elevation, patch.down_m, patch.across_m, fit)[patch.inner]
        return np.nan_to_num(found, nan=GRAY)


def _samples(shape: tuple[int, ...]) -> list[tuple[slice, slice]]:
    """Return the whole of a small map, or four blocks of a large one, from its upper left corner to the lower right."""
    tall, wide = (min(size, _BLOCK) for size in shape)
    count = 1 if (tall, wide) == shape else 4
    corners = [
        np.linspace(0, size - part, count).round().astype(int) for size, part in zip(shape, (tall, wide), strict=True)
    ]
    return [
        (slice(int(top), int(top) + tall), slice(int(left), int(left) + wide))
        for top, left in zip(*corners, strict=True)
    ]


_FITS: dict[object, ReliefFit] = {}
"""What is typical of maps that were looked at in this process."""


def relief_of(survey: Survey) -> tuple[ReliefMap, ReliefFit]:
    """Return the relief of a survey of elevation and what is typical of it, fitted once per map and process."""
    found = ReliefMap(survey)
    key = (survey.fingerprint, found.ground)
    if key not in _FITS:
        _FITS[key] = found.fit()
    return found, _FITS[key]


def _runs(across: NDArray[np.int_], wide: int, *, closed: bool) -> list[slice]:
    """Return the parts of a row of columns that can be read in one go; of a closed map the row runs on round it."""
    if not closed:
        inside = np.flatnonzero((across >= 0) & (across < wide))
        return [slice(int(inside[0]), int(inside[-1]) + 1)]
    breaks = np.flatnonzero(across % wide == 0)
    edges = sorted({0, *(int(each) for each in breaks), across.size})
    return [slice(first, last) for first, last in pairwise(edges)]
