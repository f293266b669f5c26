"""Where pixels lie on a body, and the flat piece of ground around a place on it."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_geofm.core.body import Body, metres_per_degree, wrapped

__all__ = ["Ground", "PixelPlane", "Plane", "PlaneOnBody", "plane_at"]

Numbers = NDArray[np.float64]
Pair = tuple[Numbers, Numbers]


class Ground(Protocol):
    """What is needed of an image that has a place on a body; :class:`napari_geofm.io.raster.ground.Ground` has it."""

    @property
    def body(self) -> Body:
        """The body, with its radii."""
        ...

    @property
    def columns_around(self) -> float | None:
        """Columns in one turn of the body; None where columns are not meridians."""
        ...

    def lonlat(self, row: ArrayLike, column: ArrayLike) -> Pair:
        """Return longitudes and latitudes in degrees of pixels (whole numbers at their centres), NaN beyond a limb."""
        ...

    def pixel(self, lon: ArrayLike, lat: ArrayLike) -> Pair:
        """Return rows and columns of places on the body; NaN where the map cannot show them."""
        ...


class Plane(Protocol):
    """A flat piece of ground, right (east) and up (north) of its origin, in km or px."""

    @property
    def unit_px(self) -> float:
        """Pixels per unit of length: the geometric mean along and across the rows."""
        ...

    def flat(self, row: ArrayLike, column: ArrayLike) -> Pair:
        """Return what lies right and up of the origin."""
        ...

    def pixel(self, right: ArrayLike, up: ArrayLike) -> Pair:
        """Return rows and columns."""
        ...


@dataclass(frozen=True, slots=True)
class PixelPlane:
    """The image itself, in px: it has no place on a body."""

    row: float = 0.0
    column: float = 0.0

    @property
    def unit_px(self) -> float:
        """One: lengths are in px."""
        return 1.0

    def flat(self, row: ArrayLike, column: ArrayLike) -> Pair:
        """Return pixels right and up of the origin."""
        return np.asarray(column, np.float64) - self.column, self.row - np.asarray(row, np.float64)

    def pixel(self, right: ArrayLike, up: ArrayLike) -> Pair:
        """Return rows and columns."""
        return self.row - np.asarray(up, np.float64), self.column + np.asarray(right, np.float64)


@dataclass(frozen=True, slots=True)
class PlaneOnBody:
    """The ground around a place on a body, in km: azimuthal equidistant (Snyder 1987, USGS Professional Paper 1395).

    Distances from the origin are true, so that a circle around it is a circle whatever the map's projection, also
    close to a pole and for the largest basins. On an ellipsoid the sphere's lengths are scaled along and across the
    meridian by what a degree is there.

    Attributes
    ----------
    ground
        The image's place on the body.
    lat, lon
        Origin in degrees.
    """

    ground: Ground
    lat: float
    lon: float

    def flat(self, row: ArrayLike, column: ArrayLike) -> Pair:
        """Return km east and north of the origin."""
        return self.of_lonlat(*self.ground.lonlat(row, column))

    def of_lonlat(self, lon: ArrayLike, lat: ArrayLike) -> Pair:
        """Return km east and north of the origin of places in degrees."""
        phi, turn = np.radians(np.asarray(lat, np.float64)), np.radians(np.asarray(lon, np.float64) - self.lon)
        sin0, cos0 = math.sin(math.radians(self.lat)), math.cos(math.radians(self.lat))
        east = np.cos(phi) * np.sin(turn)
        north = cos0 * np.sin(phi) - sin0 * np.cos(phi) * np.cos(turn)
        across = np.hypot(east, north)
        angle = np.arctan2(across, sin0 * np.sin(phi) + cos0 * np.cos(phi) * np.cos(turn))
        # At the origin both are 0, and the ratio tends to 1.
        stretch = np.divide(angle, across, out=np.ones_like(angle), where=across > 1e-15)
        east_km, north_km = self._radii()
        return np.asarray(east * stretch * east_km), np.asarray(north * stretch * north_km)

    def lonlat(self, right: ArrayLike, up: ArrayLike) -> Pair:
        """Return longitudes (-180..180) and latitudes in degrees of km east and north of the origin."""
        east_km, north_km = self._radii()
        east, north = np.asarray(right, np.float64) / east_km, np.asarray(up, np.float64) / north_km
        angle, way = np.hypot(east, north), np.arctan2(east, north)
        sin0, cos0 = math.sin(math.radians(self.lat)), math.cos(math.radians(self.lat))
        sine = np.clip(sin0 * np.cos(angle) + cos0 * np.sin(angle) * np.cos(way), -1.0, 1.0)
        turn = np.arctan2(np.sin(way) * np.sin(angle), cos0 * np.cos(angle) - sin0 * np.sin(angle) * np.cos(way))
        return wrapped(self.lon + np.degrees(turn)), np.asarray(np.degrees(np.arcsin(sine)))

    def pixel(self, right: ArrayLike, up: ArrayLike) -> Pair:
        """Return rows and columns."""
        return self.ground.pixel(*self.lonlat(right, up))

    @property
    def unit_px(self) -> float:
        """Pixels per km at the origin."""
        row, column = (float(each) for each in self.ground.pixel(self.lon, self.lat))
        half = np.array([-0.5, 0.5])
        along = [float(np.ptp(each)) for each in self.flat(row + half, np.full(2, column))]
        across = [float(np.ptp(each)) for each in self.flat(np.full(2, row), column + half)]
        return 1.0 / math.sqrt(math.hypot(*along) * math.hypot(*across))

    def _radii(self) -> tuple[float, float]:
        """Return the radii in km of the curves east and north of the origin."""
        body = self.ground.body
        if body.flattening == 0.0:
            return body.equatorial_m / 1000, body.equatorial_m / 1000
        # Away from the pole itself, where a degree of longitude has no length.
        lat = max(-89.99, min(89.99, self.lat))
        north, east = (float(each) for each in metres_per_degree(body, lat))
        return math.degrees(east / math.cos(math.radians(lat))) / 1000, math.degrees(north) / 1000


def plane_at(ground: Ground | None, row: float, column: float) -> Plane:
    """Return the flat ground around a pixel, or the image itself where it has no place on a body there."""
    if ground is None:
        return PixelPlane(row, column)
    lon, lat = (float(each) for each in ground.lonlat(row, column))
    return PlaneOnBody(ground, lat, lon) if math.isfinite(lat) and math.isfinite(lon) else PixelPlane(row, column)
