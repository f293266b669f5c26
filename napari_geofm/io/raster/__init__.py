"""Images and maps of the Moon and other bodies: rasterio's files <-> core types."""

from napari_geofm.io.raster.reader import RASTER_ENDINGS, read_raster
from napari_geofm.io.raster.template import RasterTemplate

__all__ = ["RASTER_ENDINGS", "RasterTemplate", "read_raster"]
