"""Coordinate reference systems that are named by a person: whether there is one of that name."""

from functools import lru_cache

from napari_geofm.errors import UsageError

__all__ = ["require_crs"]

_SURE = "EPSG:4326"
"""Known wherever anything is: without it the list of systems is missing, and nothing can be said of a name."""


def require_crs(name: str | None) -> None:
    """Refuse the name of a coordinate reference system that there is not.

    Parameters
    ----------
    name
        Authority and code (``"EPSG:23031"``), WKT or a PROJ string; None: there is nothing to check.

    Raises
    ------
    UsageError
        When it names none.
    """
    if name is None or _is_known(name) or not _is_known(_SURE):
        return
    shown = " ".join(name.split())[:60]
    example = f"EPSG:{shown}" if shown.isdecimal() and _is_known(f"EPSG:{shown}") else "EPSG:23031"
    raise UsageError(f"There is no coordinate system '{shown}'; give its code, as in {example}, or its WKT")


@lru_cache(maxsize=64)
def _is_known(name: str) -> bool:
    from rasterio.crs import CRS
    from rasterio.errors import RasterioError

    from napari_geofm.io.gdal import quiet_rasterio

    try:
        with quiet_rasterio():
            return bool(CRS.from_user_input(name))
    except (RasterioError, ValueError):
        return False
