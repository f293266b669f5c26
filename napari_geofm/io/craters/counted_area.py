"""The area of an image's pixels with data, and the craters whose centres lie on it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.size_frequency import AREA_BINS, area_km2
from napari_geofm.core.progress import Control
from napari_geofm.core.survey import Survey
from napari_geofm.io.raster.ground import Ground

__all__ = ["CountedArea", "counted_area"]

_AT_ONCE = 2**22
"""Pixels that are looked at at once."""


@dataclass(frozen=True, slots=True)
class CountedArea:
    """Where craters are counted.

    Attributes
    ----------
    craters
        Those whose centres lie on pixels with data.
    beside
        Count of those in the image whose centres lie on missing pixels: their area is not counted either.
    area, unit
        Of the pixels with data, in square km (``"km"``), or px (``"px"``).
    """

    craters: tuple[Crater, ...]
    beside: int
    area: float
    unit: str


def counted_area(survey: Survey, craters: Iterable[Crater], control: Control | None = None) -> CountedArea:
    """Return the area of an image's pixels with data on the body, and the craters whose centres lie on it.

    The image is read some rows at a time; missing pixels, and those beside a map's outline, have no area.
    """
    ground, (rows, columns) = Ground.of(survey.template), survey.shape
    inside = [each for each in craters if each.lies_within(0, 0, rows, columns)]
    places = np.array([(each.row, each.column) for each in inside]).reshape(-1, 2).round().astype(np.int64)
    # A centre half a pixel beyond the last one's middle belongs to that one.
    places = np.minimum(places, (rows - 1, columns - 1))
    there = np.zeros(len(inside), np.bool_)
    starts = np.unique(np.linspace(0, columns, AREA_BINS + 1).astype(np.int64)[:-1])
    known = np.zeros((rows, starts.size))
    step = max(1, _AT_ONCE // columns)
    for top in range(0, rows, step):
        if control is not None:
            control.check()
        bottom = min(rows, top + step)
        valid = np.isfinite(survey.read((slice(top, bottom), slice(0, columns))))
        known[top:bottom] = np.add.reduceat(valid, starts, axis=1, dtype=np.int64)
        here = (places[:, 0] >= top) & (places[:, 0] < bottom)
        there[here] = valid[places[here, 0] - top, places[here, 1]]
    kept = tuple(each for each, on_data in zip(inside, there.tolist(), strict=True) if on_data)
    area, unit = (float(known.sum()), "px") if ground is None else (area_km2(known, columns, ground), "km")
    return CountedArea(kept, len(inside) - len(kept), area, unit)
