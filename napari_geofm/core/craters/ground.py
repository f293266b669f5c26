"""Where pixels lie on a body, and the flat piece of ground around a place on it."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ground", "PixelPlane", "Plane", "PlaneOnBody", "plane_at"]

Numbers = NDArray[np.float64]


class Ground(Protocol):
    """What is needed of an image that has a place on a body."""

    @property
    def radius_km(self) -> float:
        """Mean radius of the body."""
        ...

    def lat_lon(self, rows: Numbers, columns: Numbers) -> tuple[Numbers, Numbers]:
        """Return latitudes and longitudes in degrees of pixels (0 at the first one's centre); NaN beyond the map."""
        ...

    def pixels(self, lat: Numbers, lon: Numbers) -> tuple[Numbers, Numbers]:
        """Return rows and columns of places on the body; NaN where the map's projection does not reach."""
        ...


class Plane(Protocol):
    """A flat piece of ground, right (east) and up (north) of its origin, in km or px."""

    def flat(self, rows: Numbers, columns: Numbers) -> tuple[Numbers, Numbers]:
        """Return what lies right and up of the origin."""
        ...

    def pixels(self, right: Numbers, up: Numbers) -> tuple[Numbers, Numbers]:
        """Return rows and columns."""
        ...

    @property
    def unit_px(self) -> float:
        """Pixels per unit of length: the geometric mean along and across the rows."""
        ...


@dataclass(frozen=True, slots=True)
class PixelPlane:
    """The image itself, in px: it has no place on a body."""

    row: float = 0.0
    column: float = 0.0

    def flat(self, rows: Numbers, columns: Numbers) -> tuple[Numbers, Numbers]:
        """Return pixels right and up of the origin."""
        return columns - self.column, self.row - rows

    def pixels(self, right: Numbers, up: Numbers) -> tuple[Numbers, Numbers]:
        """Return rows and columns."""
        return self.row - up, self.column + right

    @property
    def unit_px(self) -> float:
        """One: lengths are in px."""
        return 1.0


@dataclass(frozen=True, slots=True)
class PlaneOnBody:
    """The ground around a place on a body, in km: azimuthal equidistant (Snyder 1987, USGS Professional Paper 1395).

    Distances from the origin are true, so that a circle around it is a circle whatever the map's projection, also
    close to a pole and for the largest basins.

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

    def flat(self, rows: Numbers, columns: Numbers) -> tuple[Numbers, Numbers]:
        """Return km east and north of the origin."""
        return self.from_lat_lon(*self.ground.lat_lon(rows, columns))

    def from_lat_lon(self, lat: Numbers, lon: Numbers) -> tuple[Numbers, Numbers]:
        """Return km east and north of the origin of places in degrees."""
        phi, turn = np.radians(lat), np.radians(lon - self.lon)
        sin0, cos0 = math.sin(math.radians(self.lat)), math.cos(math.radians(self.lat))
        east = np.cos(phi) * np.sin(turn)
        north = cos0 * np.sin(phi) - sin0 * np.cos(phi) * np.cos(turn)
        across = np.hypot(east, north)
        distance = np.arctan2(across, sin0 * np.sin(phi) + cos0 * np.cos(phi) * np.cos(turn))
        # The ratio tends to 1 at the origin, where both are 0.
        scale = np.divide(distance, across, out=np.ones_like(distance), where=across > 1e-15) * self.ground.radius_km
        return east * scale, north * scale

    def to_lat_lon(self, right: Numbers, up: Numbers) -> tuple[Numbers, Numbers]:
        """Return places in degrees of km east and north of the origin; longitudes -180..180."""
        distance = np.hypot(right, up) / self.ground.radius_km
        way = np.arctan2(right, up)
        sin0, cos0 = math.sin(math.radians(self.lat)), math.cos(math.radians(self.lat))
        sine = np.clip(sin0 * np.cos(distance) + cos0 * np.sin(distance) * np.cos(way), -1.0, 1.0)
        turn = np.arctan2(np.sin(way) * np.sin(distance) * cos0, np.cos(distance) - sin0 * sine)
        return np.degrees(np.arcsin(sine)), (self.lon + np.degrees(turn) + 180.0) % 360.0 - 180.0

    def pixels(self, right: Numbers, up: Numbers) -> tuple[Numbers, Numbers]:
        """Return rows and columns."""
        return self.ground.pixels(*self.to_lat_lon(right, up))

    @property
    def unit_px(self) -> float:
        """Pixels per km at the origin."""
        row, column = (float(each[0]) for each in self.ground.pixels(np.array([self.lat]), np.array([self.lon])))
        half = np.array([-0.5, 0.5])
        along = [np.ptp(each) for each in self.flat(row + half, np.full(2, column))]
        across = [np.ptp(each) for each in self.flat(np.full(2, row), column + half)]
        return 1.0 / math.sqrt(float(np.hypot(*along) * np.hypot(*across)))


def plane_at(ground: Ground | None, row: float, column: float) -> Plane:
    """Return the flat ground around a pixel, or the image itself where it has no place on a body."""
    if ground is None:
        return PixelPlane(row, column)
    lat, lon = (float(each[0]) for each in ground.lat_lon(np.array([row]), np.array([column])))
    if not (math.isfinite(lat) and math.isfinite(lon)):
        return PixelPlane(row, column)
    return PlaneOnBody(ground, lat, lon)
