"""Results as GeoTIFF, on the grid of the raster that they were made from."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.atomic import replacing
from napari_geofm.io.gdal import quiet_rasterio
from napari_geofm.io.raster import RasterTemplate

__all__ = ["write_geotiff"]


def write_geotiff(
    values: NDArray[Any],
    out: Path | str,
    *,
    template: RasterTemplate | None,
    corner: tuple[int, int] = (0, 0),
    nodata: float,
    bands: tuple[str, ...] = (),
    overwrite: bool = False,
) -> None:
    """Write bands with the raster's coordinate system and position.

    Parameters
    ----------
    values
        ndarray of uint8, int16, int32 or float32, shape ``(bands, rows, columns)``, rows in the raster's own order.
    out
        The file to be.
    template
        Of the raster (``survey.template``); None: without position.
    corner
        Row and column of the raster at which ``values`` begins.
    nodata
        Value of pixels without data.
    bands
        Names of the bands.
    overwrite
        Whether an existing file is replaced.

    Raises
    ------
    OutputError
        When the output exists or cannot be written.
    """
    import rasterio

    profile: dict[str, Any] = {
        "driver": "GTiff",
        "count": values.shape[0],
        "height": values.shape[1],
        "width": values.shape[2],
        "dtype": values.dtype.name,
        "nodata": None if np.issubdtype(values.dtype, np.integer) and np.isnan(nodata) else nodata,
        "compress": "deflate",
        "BIGTIFF": "IF_SAFER",
    }
    if template is not None and template.transform is not None:
        a, b, c, d, e, f = template.transform
        row, column = corner
        moved = (a, b, c + a * column + b * row, d, e, f + d * column + e * row)
        profile |= {"crs": template.crs, "transform": rasterio.Affine(*moved)}
    with (
        replacing(out, overwrite=overwrite) as beside,
        quiet_rasterio(),
        rasterio.open(beside, "w", **profile) as target,
    ):
        target.write(values)
        for number, name in enumerate(bands, start=1):
            target.set_band_description(number, name)
