"""Images and maps of the Moon and other bodies: rasterio's files <-> core types."""

from napari_geofm.io.raster.folder import read_folder
from napari_geofm.io.raster.ground import Ground
from napari_geofm.io.raster.overview import overview
from napari_geofm.io.raster.reader import RASTER_ENDINGS, read_raster
from napari_geofm.io.raster.said import RasterSaid
from napari_geofm.io.raster.template import RasterTemplate

__all__ = ["RASTER_ENDINGS", "Ground", "RasterSaid", "RasterTemplate", "overview", "read_folder", "read_raster"]
