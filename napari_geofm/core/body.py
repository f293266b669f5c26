"""Bodies of the solar system: names, radii, and lengths on them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_geofm.errors import UsageError

__all__ = ["BODIES", "Body", "body_named", "body_of_radii", "distance_m", "metres_per_degree", "wrapped"]


@dataclass(frozen=True, slots=True)
class Body:
    """A planet, moon or asteroid as an ellipsoid of rotation.

    Attributes
    ----------
    name
        Its name, ``"Moon"``; ``"unknown body"`` where nobody has told it.
    equatorial_m, polar_m
        Radii in m; equal on a sphere.
    naif
        Number of the body in IAU codes (301 of ``IAU_2015:30100``); 0 where unknown.
    """

    name: str
    equatorial_m: float
    polar_m: float
    naif: int = 0

    @property
    def mean_m(self) -> float:
        """Mean radius in m, (2 a + b) / 3."""
        return (2.0 * self.equatorial_m + self.polar_m) / 3.0

    @property
    def flattening(self) -> float:
        """(a - b) / a; 0 on a sphere."""
        return (self.equatorial_m - self.polar_m) / self.equatorial_m

    @property
    def longlat(self) -> str:
        """Its longitudes (east positive) and latitudes in degrees, as a PROJ string."""
        return f"+proj=longlat +a={self.equatorial_m:.10g} +b={self.polar_m:.10g} +no_defs"

    def on_sphere(self, radius_m: float) -> "Body":
        """Return the body as a sphere of another radius."""
        return Body(self.name, radius_m, radius_m, self.naif)


BODIES: tuple[Body, ...] = (
    Body("Mercury", 2440530.0, 2438260.0, 199),
    Body("Venus", 6051800.0, 6051800.0, 299),
    Body("Earth", 6378137.0, 6356752.314245, 399),
    Body("Moon", 1737400.0, 1737400.0, 301),
    Body("Mars", 3396190.0, 3376200.0, 499),
    Body("Phobos", 11080.0, 11080.0, 401),
    Body("Deimos", 6200.0, 6200.0, 402),
    Body("Io", 1821490.0, 1821490.0, 501),
    Body("Europa", 1560800.0, 1560800.0, 502),
    Body("Ganymede", 2631200.0, 2631200.0, 503),
    Body("Callisto", 2410300.0, 2410300.0, 504),
    Body("Mimas", 198200.0, 198200.0, 601),
    Body("Enceladus", 252100.0, 252100.0, 602),
    Body("Tethys", 531000.0, 531000.0, 603),
    Body("Dione", 561400.0, 561400.0, 604),
    Body("Rhea", 763500.0, 763500.0, 605),
    Body("Titan", 2575000.0, 2575000.0, 606),
    Body("Iapetus", 745700.0, 712100.0, 608),
    Body("Ariel", 578900.0, 578900.0, 701),
    Body("Umbriel", 584700.0, 584700.0, 702),
    Body("Titania", 788900.0, 788900.0, 703),
    Body("Oberon", 761400.0, 761400.0, 704),
    Body("Miranda", 235800.0, 235800.0, 705),
    Body("Triton", 1352600.0, 1352600.0, 801),
    Body("Charon", 606000.0, 606000.0, 901),
    Body("Pluto", 1188300.0, 1188300.0, 999),
    Body("Ceres", 487300.0, 446000.0, 2000001),
    Body("Vesta", 289000.0, 280000.0, 2000004),
)
"""Radii of Archinal et al. 2018 (the IAU's report of 2015), Celest. Mech. Dyn. Astr. 130:22; of Earth WGS 84."""

_NEAR = 0.004
"""How much a radius may differ from the table's and still tell a body; maps of Mars take 3,390 to 3,397 km."""


def body_named(name: str) -> Body:
    """Return a body by its name, in any case.

    Raises
    ------
    UsageError
        When there is none of that name; the message lists those that there are.

    Examples
    --------
    >>> body_named("moon").equatorial_m
    1737400.0
    """
    found = next((body for body in BODIES if body.name.casefold() == name.strip().casefold()), None)
    if found is None:
        msg = f"No body is named '{name}'; there are {', '.join(body.name for body in BODIES)}"
        raise UsageError(msg)
    return found


def body_of_radii(equatorial_m: float, polar_m: float, name: str = "", naif: int = 0) -> Body:
    """Return the body of an ellipsoid, with its own radii, called by its number, its name, or its size.

    Parameters
    ----------
    equatorial_m, polar_m
        Radii in m.
    name
        Words in which a body's name may stand (``"D_Moon_2000"``).
    naif
        Number of the body; 0 where unknown.

    Examples
    --------
    >>> body_of_radii(3396000.0, 3396000.0).name, body_of_radii(1737400.0, 1737400.0, "D_Moon").naif
    ('Mars', 301)
    """
    words = "".join(letter if letter.isalpha() else " " for letter in name).casefold().split()
    known = next((body for body in BODIES if naif and body.naif == naif), None)
    known = known or next((body for body in BODIES if body.name.casefold() in words), None)
    if known is None:
        gaps = [abs(body.equatorial_m / equatorial_m - 1.0) for body in BODIES]
        nearest = int(np.argmin(gaps))
        known = BODIES[nearest] if gaps[nearest] < _NEAR else None
    if known is None:
        return Body("unknown body", equatorial_m, polar_m, naif)
    return Body(known.name, equatorial_m, polar_m, known.naif)


def wrapped(lon: ArrayLike, centre: float = 0.0) -> NDArray[np.float64]:
    """Return longitudes in degrees within 180 degrees of ``centre``: 0 for -180..180, 180 for 0..360.

    Examples
    --------
    >>> wrapped([190.0, -180.0, 180.0]).tolist(), wrapped(-10.0, 180.0).tolist()
    ([-170.0, -180.0, -180.0], 350.0)
    """
    low = centre - 180.0
    return np.asarray(np.mod(np.asarray(lon, np.float64) - low, 360.0) + low)


def distance_m(
    body: Body, lon: ArrayLike, lat: ArrayLike, other_lon: ArrayLike, other_lat: ArrayLike
) -> NDArray[np.float64]:
    """Return the length in m of the shortest way on a body between places in degrees; NaN where one of them is.

    The great circle (haversine) on a sphere; on an ellipsoid with Lambert's correction for its flattening (of
    the order of 10 m in 1,000 km on Earth, J. Wash. Acad. Sci. 32:125, 1942). Latitudes there are planetographic.

    Examples
    --------
    >>> round(float(distance_m(body_named("Moon"), 0.0, 0.0, 1.0, 0.0)))
    30323
    """
    flat = body.flattening
    lat0, lat1 = (np.deg2rad(np.asarray(each, np.float64)) for each in (lat, other_lat))
    # Reduced latitudes: those on the sphere of the equator's radius.
    low, high = (np.arctan2((1.0 - flat) * np.sin(each), np.cos(each)) for each in (lat0, lat1))
    east = np.deg2rad(np.asarray(other_lon, np.float64) - np.asarray(lon, np.float64))
    half = np.sin((high - low) / 2) ** 2 + np.cos(low) * np.cos(high) * np.sin(east / 2) ** 2
    angle = 2.0 * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    if flat == 0.0:
        return np.asarray(body.equatorial_m * angle)
    middle, apart = (low + high) / 2, (high - low) / 2
    cosine, sine = np.cos(angle / 2) ** 2, np.sin(angle / 2) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        first = (angle - np.sin(angle)) * np.sin(middle) ** 2 * np.cos(apart) ** 2 / cosine
        second = (angle + np.sin(angle)) * np.cos(middle) ** 2 * np.sin(apart) ** 2 / sine
    # At one and the same place, and opposite to it, the correction is 0 / 0: the sphere's length stands there.
    term = np.where(np.isfinite(first), first, 0.0) + np.where(np.isfinite(second), second, 0.0)
    return np.asarray(body.equatorial_m * (angle - flat / 2 * term))


def metres_per_degree(body: Body, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lengths in m of one degree of latitude and of longitude at (planetographic) latitudes in degrees.

    Examples
    --------
    >>> north, east = metres_per_degree(body_named("Moon"), [0.0, 60.0])
    >>> north.round(1).tolist(), east.round(1).tolist()
    ([30323.4, 30323.4], [30323.4, 15161.7])
    """
    phi = np.deg2rad(np.asarray(lat, np.float64))
    square = 1.0 - (body.polar_m / body.equatorial_m) ** 2
    root: NDArray[Any] = np.sqrt(1.0 - square * np.sin(phi) ** 2)
    meridian = body.equatorial_m * (1.0 - square) / root**3
    parallel = body.equatorial_m / root * np.cos(phi)
    return np.asarray(np.deg2rad(meridian)), np.asarray(np.deg2rad(np.clip(parallel, 0.0, None)))
