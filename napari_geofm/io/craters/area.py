"""The area of an image's pixels with data."""

import numpy as np

from napari_geofm.core.craters.size_frequency import area_km2
from napari_geofm.core.survey import Survey
from napari_geofm.io.raster.ground import Ground

__all__ = ["area_of"]

_AT_ONCE = 2**24
"""Pixels that are looked at at once."""


def area_of(survey: Survey) -> tuple[float, str]:
    """Return the area of an image's pixels with data, and its unit: in square km (``"km"``), or px (``"px"``)."""
    ground = Ground.of(survey.template)
    rows, columns = survey.shape
    step = max(1, _AT_ONCE // columns)
    valid = np.concatenate(
        [
            np.isfinite(survey.read((slice(top, min(rows, top + step)), slice(0, columns)))).sum(axis=1)
            for top in range(0, rows, step)
        ]
    ).astype(np.float64)
    return (float(valid.sum()), "px") if ground is None else (area_km2(valid, columns, ground), "km")
