"""The grid of a raster: where it lies, and the axes of its survey."""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.raster.crs import is_geographic, is_west_positive
from napari_geofm.io.raster.georeference import Georeference
from napari_geofm.io.raster.longitudes import counts_west, eastward, mirrored
from napari_geofm.io.raster.template import RasterTemplate

__all__ = ["Coordinates", "axes_of", "is_straight", "template_of"]

Coordinates = dict[str, tuple[str, NDArray[Any], dict[str, str]]]

_Transform = tuple[float, float, float, float, float, float]

_WORLD_ENDINGS = (".wld", ".tfw", ".tifw", ".tiffw", ".pgw", ".pngw", ".jgw", ".jpgw", ".jpegw", ".pgmw")


def template_of(path: Path, source: Any, said: Georeference | None = None, band: int = 1) -> RasterTemplate:
    """Return size, place and scaling of an opened raster; what the user says about its place wins.

    Parameters
    ----------
    path
        The file, beside which a world file may lie.
    source
        The opened rasterio dataset.
    said
        What the user says.
    band
        Of which no data and scaling are taken, from 1.
    """
    crs = source.crs.to_wkt() if source.crs else None
    if crs is not None and source.driver == "PDS" and counts_west(path, source):
        crs = mirrored(crs)

    def known() -> _Transform | None:
        a, b, c, d, e, f = (float(part) for part in tuple(source.transform)[:6])
        # Some drivers leave the transform of a plain picture unset or filled with noise: alone it counts only where a
        # world file or a GeoTIFF's tags wrote it.
        told = crs is not None or has_world_file(path) or source.driver == "GTiff"
        sound = all(map(math.isfinite, (a, b, c, d, e, f))) and abs(a * e - b * d) > 1e-300
        plain = (a, b, c, d, e, f) == (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
        return (a, b, c, d, e, f) if told and sound and not plain else None

    transform = known() if said is None else said.transform(known)
    system = crs if said is None else said.crs
    if system is not None and is_west_positive(system):
        system, transform = eastward(system, transform)
    nodata = source.nodatavals[band - 1]
    return RasterTemplate(
        (int(source.height), int(source.width)),
        system,
        transform,
        None if nodata is None else float(nodata),
        float(source.scales[band - 1]),
        float(source.offsets[band - 1]),
    )


def has_world_file(path: Path) -> bool:
    """Return whether a world file lies beside a picture."""
    return any(path.with_suffix(ending).is_file() for ending in _WORLD_ENDINGS) or any(
        path.with_name(path.name + ending).is_file() for ending in ("w", ".wld")
    )


def is_straight(transform: _Transform | None) -> bool:
    """Return whether rows and columns run along the axes of the coordinate system."""
    return transform is not None and transform[1] == 0.0 == transform[3]


def axes_of(template: RasterTemplate) -> tuple[tuple[str, str], Coordinates, frozenset[str]]:
    """Return dims, coordinates, and the dims that are reversed on the screen so that north is up and east is right."""
    rows, columns = (np.arange(size, dtype=np.int64) for size in template.shape)
    transform = template.transform
    geographic = template.crs is not None and is_geographic(template.crs) and is_straight(transform)
    names = ("lat", "lon") if geographic else ("row", "column")
    flips: frozenset[str] = frozenset()
    if transform is not None and is_straight(transform):
        reverse = (transform[4] > 0, transform[0] < 0)
        flips = frozenset(name for name, turn in zip(names, reverse, strict=True) if turn)
    if transform is None or not geographic:
        return names, {n: (n, v, {"units": "px"}) for n, v in zip(names, (rows, columns), strict=True)}, flips
    lat = transform[5] + transform[4] * (rows + 0.5)
    lon = transform[2] + transform[0] * (columns + 0.5)
    return names, {"lat": ("lat", lat, {"units": "deg"}), "lon": ("lon", lon, {"units": "deg"})}, flips
