"""Pixels of a georeferenced raster <-> longitude and latitude, and their size in km on the body."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_geofm.core.body import Body, distance_m, wrapped
from napari_geofm.io.raster.crs import body_of, is_geographic, is_west_positive
from napari_geofm.io.raster.template import RasterTemplate

__all__ = ["Ground"]

_ERRORS = 20
"""After so many GDAL falls silent."""

_LOBED = frozenset({"sinu", "moll", "eck4", "eck6", "robin", "hammer", "aitoff", "goode", "igh", "natearth", "wintri"})
"""Projections in PROJ's words of which a rectangle around the body holds places that are none."""

_Number = NDArray[np.float64]
_Pair = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the pixels of a raster lie on their body.

    Rows and columns are those of the file (``survey.data``), counted from 0, whole numbers at pixel centres; they may
    have fractions. Longitudes are degrees, east positive, in -180..180; latitudes are of the kind (centric or graphic)
    that the coordinate system has.

    Attributes
    ----------
    body
        With the radii of the coordinate system.
    crs
        WKT.
    transform
        As of :class:`RasterTemplate`.
    shape
        Rows and columns.
    """

    body: Body
    crs: str
    transform: tuple[float, float, float, float, float, float]
    shape: tuple[int, int]

    @classmethod
    def of(cls, template: object) -> "Ground | None":
        """Return the ground under a survey (its ``template``), or None where it has no place on a body.

        Examples
        --------
        >>> Ground.of(RasterTemplate((4, 6))) is None
        True
        """
        if not isinstance(template, RasterTemplate) or template.crs is None or template.transform is None:
            return None
        body = body_of(template.crs)
        return None if body is None else cls(body, template.crs, template.transform, template.shape)

    @property
    def is_geographic(self) -> bool:
        """Whether the grid counts degrees."""
        return is_geographic(self.crs)

    def xy(self, row: ArrayLike, column: ArrayLike) -> _Pair:
        """Return x and y in the coordinate system's units (degrees or m) at pixels."""
        a, b, c, d, e, f = self.transform
        down, across = np.asarray(row, np.float64) + 0.5, np.asarray(column, np.float64) + 0.5
        return np.asarray(a * across + b * down + c), np.asarray(d * across + e * down + f)

    def row_column(self, x: ArrayLike, y: ArrayLike) -> _Pair:
        """Return the pixels, with fractions, at x and y of the coordinate system."""
        a, b, c, d, e, f = self.transform
        right, up = np.asarray(x, np.float64) - c, np.asarray(y, np.float64) - f
        det = a * e - b * d
        return np.asarray((a * up - d * right) / det - 0.5), np.asarray((e * right - b * up) / det - 0.5)

    def lonlat(self, row: ArrayLike, column: ArrayLike) -> _Pair:
        """Return longitudes and latitudes in degrees at pixels; NaN where the map shows no place (beyond a limb)."""
        x, y = self.xy(row, column)
        if self.is_geographic:
            lon, lat = (-x if is_west_positive(self.crs) else x), y
        else:
            lon, lat = _transformed(self.crs, self.body.longlat, x, y)
            if _is_lobed(self.crs):
                # Beside the map's outline PROJ goes on around the body: what does not come back there is nowhere.
                back = _transformed(self.body.longlat, self.crs, lon, lat)
                there = np.hypot(back[0] - x, back[1] - y)
                lon = np.where(there < 0.01 * math.hypot(self.transform[0], self.transform[3]), lon, np.nan)
        nowhere = ~(np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) <= 90.0 + 1e-9))
        return np.where(nowhere, np.nan, wrapped(np.where(nowhere, 0.0, lon))), np.where(nowhere, np.nan, lat)

    def pixel(self, lon: ArrayLike, lat: ArrayLike) -> _Pair:
        """Return rows and columns, with fractions, of places; NaN where the map cannot show them.

        Any turn of the longitude may be given; a place that lies twice on the map (at its two ends) is the one within.
        """
        east, north = np.broadcast_arrays(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        if self.is_geographic:
            x, y = (-east if is_west_positive(self.crs) else east), north
        else:
            x, y = _transformed(self.body.longlat, self.crs, wrapped(east), north)
        row, column = self.row_column(x, y)
        turn = self.columns_around
        if turn is not None:
            row, column = self._within(row, column, turn)
        return np.where(np.isfinite(column), row, np.nan), np.where(np.isfinite(row), column, np.nan)

    @property
    def columns_around(self) -> float | None:
        """Columns, with fractions, in one turn of the body; None where columns are not meridians."""
        return _columns_around(self)

    def pixel_km(self, row: ArrayLike, column: ArrayLike) -> _Pair:
        """Return the height and width of pixels in km, along the surface; NaN where the map shows no place."""
        lines, columns = np.broadcast_arrays(np.asarray(row, np.float64), np.asarray(column, np.float64))
        return self._step_km(lines, columns, 1.0, 0.0), self._step_km(lines, columns, 0.0, 1.0)

    def km_per_px(self, row: ArrayLike, column: ArrayLike) -> NDArray[np.float64]:
        """Return the geometric mean of a pixel's height and width in km."""
        down, across = self.pixel_km(row, column)
        return np.asarray(np.sqrt(down * across))

    def distance_km(self, row: ArrayLike, column: ArrayLike, other_row: ArrayLike, other_column: ArrayLike) -> _Number:
        """Return the shortest way in km on the body between two pixels."""
        lon, lat = self.lonlat(row, column)
        other_lon, other_lat = self.lonlat(other_row, other_column)
        return np.asarray(distance_m(self.body, lon, lat, other_lon, other_lat) / 1000.0)

    def _step_km(
        self, row: NDArray[np.float64], column: NDArray[np.float64], down: float, across: float
    ) -> NDArray[np.float64]:
        """Return the length of a step of one pixel around the given ones."""
        first = self.lonlat(row - 0.5 * down, column - 0.5 * across)
        second = self.lonlat(row + 0.5 * down, column + 0.5 * across)
        return np.asarray(distance_m(self.body, *first, *second) / 1000.0)

    def _within(self, row: NDArray[np.float64], column: NDArray[np.float64], turn: float) -> _Pair:
        """Return columns moved by whole turns onto the map, or as near to it as they come."""
        centre = 0.5 * (self.shape[1] - 1)
        return row, np.asarray(column - turn * np.round((column - centre) / turn))


@lru_cache(maxsize=64)
def _is_lobed(crs: str) -> bool:
    """Return whether a projected map of the whole body has an outline that is no rectangle and no disc."""
    from rasterio.crs import CRS

    return CRS.from_wkt(crs).to_dict().get("proj") in _LOBED


@lru_cache(maxsize=64)
def _columns_around(ground: Ground) -> float | None:
    from rasterio.crs import CRS

    a, b, _, d, _, _ = ground.transform
    if b != 0.0 or d != 0.0:
        return None
    if ground.is_geographic:
        return 360.0 / abs(a)
    parts = CRS.from_wkt(ground.crs).to_dict()
    if parts.get("proj") not in {"eqc", "merc", "cea"}:
        return None
    # The way from one meridian to the next is the same at every row of these projections.
    x, _ = _transformed(
        ground.body.longlat, ground.crs, wrapped(float(parts.get("lon_0", 0.0)) + np.array([-45.0, 45.0])), np.zeros(2)
    )
    return float(4.0 * abs(x[1] - x[0]) / abs(a))


def _transformed(source: str, target: str, x: NDArray[np.float64], y: NDArray[np.float64]) -> _Pair:
    """Return x and y in another system; NaN where the projection has no place, as beyond the limb of a full disc."""
    from rasterio.crs import CRS

    from napari_geofm.io.gdal import quiet_rasterio

    shape = np.broadcast_shapes(x.shape, y.shape)
    flat = [np.broadcast_to(each, shape).ravel() for each in (x, y)]
    with quiet_rasterio():
        there = _patiently(CRS.from_user_input(source), CRS.from_user_input(target), *flat)
    right, up = (np.asarray(each, np.float64).reshape(shape) for each in there)
    nowhere = ~(np.isfinite(right) & np.isfinite(up))
    return np.where(nowhere, np.nan, right), np.where(nowhere, np.nan, up)


def _patiently(source: Any, target: Any, x: NDArray[np.float64], y: NDArray[np.float64]) -> _Pair:
    """Transform places of which some are nowhere.

    GDAL gives infinity for these, but tells an error for each of the first twenty of a pair of systems, at which
    rasterio throws all places away: so it is asked again until the errors are used up.
    """
    from rasterio._err import CPLE_BaseError
    from rasterio.warp import transform

    for _ in range(_ERRORS + 2):
        try:
            right, up = transform(source, target, x, y)[:2]
        except CPLE_BaseError:
            continue
        return np.asarray(right, np.float64), np.asarray(up, np.float64)
    return np.full(x.shape, np.nan), np.full(x.shape, np.nan)
