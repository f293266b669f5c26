"""What is kept of a raster beside its pixels, so that results can be written on the same grid."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["RasterTemplate", "Thinned"]

Thinned = Callable[[tuple[slice, ...], tuple[int, int]], NDArray[np.float32]]
"""Reads a window (two slices) at a smaller size, float32, NaN where there is no data."""


@dataclass(frozen=True, slots=True)
class RasterTemplate:
    """What is needed to write results on the same grid.

    Attributes
    ----------
    shape
        Rows and columns of the file.
    crs
        Coordinate reference system as WKT, or None.
    transform
        ``(a, b, c, d, e, f)``: x = a * column + b * row + c, y = d * column + e * row + f, at pixel corners; None where
        the file is not georeferenced.
    nodata
        Stored value of no data, or None.
    scale, offset
        Physical value = scale * stored + offset.
    thinned
        Reads the survey small; None where it can only be read whole.
    """

    shape: tuple[int, int]
    crs: str | None = None
    transform: tuple[float, float, float, float, float, float] | None = None
    nodata: float | None = None
    scale: float = 1.0
    offset: float = 0.0
    thinned: Thinned | None = field(default=None, repr=False, compare=False)
