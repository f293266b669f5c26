"""Small rasters for tests."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.gdal import quiet_rasterio

MOON = (
    'GEOGCS["Moon",DATUM["Moon",SPHEROID["Moon",1737400,0]],PRIMEM["Reference Meridian",0],'
    'UNIT["degree",0.0174532925199433]]'
)


def marked(rows: int = 4, columns: int = 6) -> NDArray[np.uint8]:
    picture = np.zeros((rows, columns), np.uint8)
    picture[0, 1] = 200
    picture[3, 4] = 90
    return picture


def write_tif(path: Path, array: NDArray[Any], **profile: Any) -> Path:
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning

    bands = array if array.ndim == 3 else array[None]
    shape = {"count": bands.shape[0], "height": bands.shape[1], "width": bands.shape[2]}
    chosen = {"driver": "GTiff", "dtype": array.dtype.name} | shape | profile
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", **chosen) as out:
            out.write(bands)
    return path


def placed(a: float, e: float, c: float = 10.0, f: float = 20.0) -> Any:
    from affine import Affine

    return Affine(a, 0.0, c, 0.0, e, f)


@contextmanager
def changed(path: Path, **how: Any) -> Iterator[Any]:
    """Open a raster to change it."""
    import rasterio

    with quiet_rasterio(), rasterio.open(path, "r+", **how) as out:
        yield out
