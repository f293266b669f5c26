"""What is kept of a raster beside its pixels, so that results can be written on the same grid."""

from dataclasses import dataclass

__all__ = ["RasterTemplate"]


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
        Physical value = scale * stored + offset; samples are kept as stored.
    """

    shape: tuple[int, int]
    crs: str | None = None
    transform: tuple[float, float, float, float, float, float] | None = None
    nodata: float | None = None
    scale: float = 1.0
    offset: float = 0.0
