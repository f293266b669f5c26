"""Which body a coordinate reference system is of, and whether it counts in degrees."""

import re
from functools import lru_cache

from napari_geofm.core.body import Body, body_of_radii
from napari_geofm.errors import UsageError

__all__ = ["body_of", "is_geographic", "is_west_positive", "wkt_of"]

_ELLIPSOID = re.compile(r'(?:SPHEROID|ELLIPSOID)\["([^"]*)",\s*([\d.eE+-]+),\s*([\d.eE+-]+)')
"""Name, equatorial radius in m and inverse flattening (0: a sphere), in WKT 1 and 2."""

_IAU_CODE = re.compile(r'(?:AUTHORITY\["IAU(?:_\d+)?","|ID\["IAU",)(\d+)')
_NAMES = re.compile(r'\["([^"]*)"')


@lru_cache(maxsize=64)
def wkt_of(words: str) -> str:
    """Return the WKT of a coordinate reference system given as WKT, ``IAU_2015:30100`` or ``+proj=... +R=...``.

    Raises
    ------
    UsageError
        When it cannot be read.
    """
    from rasterio.crs import CRS
    from rasterio.errors import CRSError

    from napari_geofm.io.gdal import quiet_rasterio

    try:
        with quiet_rasterio():
            found: str = CRS.from_user_input(words).to_wkt()
    except (CRSError, ValueError):
        found = ""
    if not found:
        shown = words if len(words) <= 60 else f"{words[:57]}..."
        msg = f"'{shown}' is no coordinate system; write one as IAU_2015:30100, +proj=longlat +R=1737400, or WKT"
        raise UsageError(msg)
    return found


@lru_cache(maxsize=64)
def body_of(wkt: str) -> Body | None:
    """Return the body whose surface a coordinate reference system (WKT) lies on, with the radii that it says.

    Returns
    -------
    Body or None
        Called by its IAU code, by its name in the WKT, or by its size; None where the system is of no body at all
        (an engineering or image system).
    """
    found = _ELLIPSOID.search(wkt)
    if found is None or not float(found[2]) > 0:
        return None
    equatorial, inverse = float(found[2]), float(found[3])
    polar = equatorial * (1.0 - 1.0 / inverse) if inverse > 1.0 else equatorial
    code = _IAU_CODE.search(wkt)
    naif = int(code[1]) // 100 if code else 0
    return body_of_radii(equatorial, polar, " ".join(_NAMES.findall(wkt)), naif)


def is_geographic(wkt: str) -> bool:
    """Return whether a system (WKT) counts longitudes and latitudes; planetocentric ones do, too."""
    return wkt.lstrip().startswith(("GEOGCS", "GEOGCRS", "GEODCRS", "GEOGRAPHICCRS", "GEODETICCRS"))


def is_west_positive(wkt: str) -> bool:
    """Return whether a geographic system (WKT) counts longitudes to the west."""
    return is_geographic(wkt) and re.search(r'AXIS\["[^"]*longitude[^"]*",\s*WEST', wkt, re.IGNORECASE) is not None
