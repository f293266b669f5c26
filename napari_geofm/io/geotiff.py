"""Results as GeoTIFF, on the grid of the raster that they were made from."""

from pathlib import Path
from typing import Any

import numpy as np

from napari_geofm.core.labels import ArrayLike
from napari_geofm.io.atomic import replacing
from napari_geofm.io.gdal import quiet_rasterio
from napari_geofm.io.raster import RasterTemplate

__all__ = ["write_geotiff"]

_AT_ONCE = 2**22
"""Samples that are written at once, about."""


def write_geotiff(
    values: ArrayLike,
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
        uint8, int16, int32 or float32, shape ``(bands, rows, columns)`` or, of one band, ``(rows, columns)``, rows in
        the raster's own order; read some rows at a time.
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
    from rasterio.windows import Window

    *several, height, width = values.shape
    profile: dict[str, Any] = {
        "driver": "GTiff",
        "count": several[0] if several else 1,
        "height": height,
        "width": width,
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
        # A strip is packed when it is whole: so many rows that none is packed twice.
        rows = max(1, _AT_ONCE // max(1, width * profile["count"])) * target.block_shapes[0][0]
        for start in range(0, height, rows):
            stop = min(height, start + rows)
            part = np.asarray(values[(*(slice(None) for _ in several), slice(start, stop))])
            target.write(part if several else part[None], window=Window(0, start, width, stop - start))
        for number, name in enumerate(bands, start=1):
            target.set_band_description(number, name)
