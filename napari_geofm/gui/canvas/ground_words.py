"""Where on its body a pixel lies, in words."""

import math
from typing import TYPE_CHECKING

from napari_geofm.core.body import wrapped

if TYPE_CHECKING:
    from napari_geofm.io.raster import Ground

__all__ = ["ground_words", "place_on_body"]


COARSE_M = 100.0
"""Size of a pixel from which on places on a map are told in km."""


def place_on_body(lon: float, lat: float, *, around: bool = False, degrees_px: float = 0.001) -> str:
    """Return longitude and latitude as they are written for the Moon and planets.

    Parameters
    ----------
    lon, lat
        Degrees, east positive.
    around
        Whether longitudes run from 0 to 360 degrees east, or to 180 east and west.
    degrees_px
        Degrees of a pixel, which tell how many digits mean something.

    Examples
    --------
    >>> place_on_body(-11.36, -43.3), place_on_body(-11.36, -43.3, around=True, degrees_px=0.5)
    ('43.3000° S  11.3600° W', '43.30° S  348.64° E')
    """
    digits = min(6, max(0, 1 - math.floor(math.log10(degrees_px)))) if degrees_px > 0 else 4
    north = f"{abs(lat):.{digits}f}° {'S' if lat < 0 else 'N'}"
    if around:
        return f"{north}  {float(wrapped(lon, 180.0)):.{digits}f}° E"
    east = float(wrapped(lon))
    return f"{north}  {abs(east):.{digits}f}° {'W' if east < 0 else 'E'}"


def ground_words(ground: "Ground", row: float, column: float, *, around: bool = False) -> list[str]:
    """Return where a pixel (of the file) lies: latitude and longitude, and in a projection its place on the map.

    Returns
    -------
    list of str
        ``["beyond the body"]`` where the map shows no place.
    """
    lon, lat = (float(each) for each in ground.lonlat(row, column))
    if not math.isfinite(lat):
        return ["beyond the body's edge"]
    a, b, _, d, e, _ = ground.transform
    size = math.sqrt(abs(a * e - b * d))
    degree = 1.0 if ground.is_geographic else math.radians(1.0) * ground.body.equatorial_m
    words = [place_on_body(lon, lat, around=around, degrees_px=size / degree)]
    if not ground.is_geographic:
        x, y = (float(each) for each in ground.xy(row, column))
        coarse = size >= COARSE_M
        words.append(f"X {x / 1000:.1f} km  Y {y / 1000:.1f} km" if coarse else f"X {x:.1f}  Y {y:.1f}")
    return words
