"""Maps with catalogues on which crater finders are tuned and scored."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.body import Body
from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.ground import Ground
from napari_geofm.io.raster.ground import Ground as RasterGround
from napari_geofm.io.raster.template import RasterTemplate
from tools.crater_lessons import MoonSplit
from tools.crater_pictures import KM_PER_DEGREE, PX_PER_DEGREE, catalogue, enlarged, moon_part

MOON = "+proj=longlat +R=1737400 +no_defs"


@dataclass(frozen=True, slots=True)
class Bounds:
    """A part of the map, in degrees."""

    west: float
    east: float
    south: float = -60.0
    north: float = 60.0

    def __str__(self) -> str:
        """Return its name for the tables."""
        return f"Moon {self.west:g} to {self.east:g}"


_SPLIT = MoonSplit()
TUNING = Bounds(_SPLIT.judged_west, _SPLIT.east, _SPLIT.judged_south, _SPLIT.latitude)
TEST = Bounds(_SPLIT.east, 0.0)
"""Nothing was learned from the first, which decides thresholds; the second is for scores."""


@dataclass(frozen=True, slots=True, eq=False)
class CraterCase:
    """A picture and what is true of it.

    Attributes
    ----------
    name
        For the tables.
    values
        float32 ``(rows, columns)``: elevation or brightness.
    truth
        Craters whose centres lie in it.
    ground
        Its place on the body; None: sizes are in pixels.
    limit
        Diameter from which on the catalogue is complete, km or px.
    elevation
        Whether the picture is one of heights: a crater is low all over, not bright here and dark there.
    """

    name: str
    values: NDArray[np.float32]
    truth: Catalogue
    ground: Ground | None
    limit: float
    elevation: bool


def moon_case(maps: Path, bounds: Bounds, limit_km: float, scale: float = 1.0) -> CraterCase:
    """Return a part of the Moon's elevation map, so many times as fine."""
    import rasterio

    west, east, south, north = bounds.west, bounds.east, bounds.south, bounds.north
    latitude = max(-south, north)
    rows = (round((latitude - lat) * PX_PER_DEGREE) for lat in (north, south))
    values = enlarged(moon_part(maps, west, east, latitude).elevation[slice(*rows)], scale)
    step = 1.0 / (PX_PER_DEGREE * scale)
    template = RasterTemplate(
        values.shape, rasterio.CRS.from_proj4(MOON).to_wkt(), (step, 0.0, west, 0.0, -step, north)
    )
    ground = RasterGround.of(template)
    lon, lat, km = catalogue(maps)
    inside = (lon >= west) & (lon < east) & (lat > south) & (lat < north)
    craters = []
    for at_lon, at_lat, size in zip(lon[inside].tolist(), lat[inside].tolist(), km[inside].tolist(), strict=True):
        row, column = (north - at_lat) / step - 0.5, (at_lon - west) / step - 0.5
        across = size / KM_PER_DEGREE / step / np.sqrt(np.cos(np.deg2rad(at_lat)))
        craters.append(Crater(row, column, float(across), at_lat, at_lon, size))
    body = ground.body if ground is not None else Body("Moon", 1737400.0, 1737400.0)
    return CraterCase(str(bounds), values, Catalogue(tuple(craters), body), ground, limit_km, elevation=True)


def mars_case(folder: Path, limit_px: float, scale: float = 1.0) -> CraterCase:
    """Return the labelled tile of Mars, an image with shadows; share-alike, and so for scores only."""
    from napari_geofm.io.opening import open_survey

    survey = open_survey(folder / "holdout_tile.pgm")
    values = enlarged(survey.read((slice(None), slice(None))), scale)
    with (folder / "holdout_tile_labels.csv").open(encoding="utf-8", newline="") as file:
        rows = [(float(r["lat"]), float(r["long"]), float(r["diameter"])) for r in csv.DictReader(file)]
    craters = tuple(
        Crater((row + 0.5) * scale - 0.5, (column + 0.5) * scale - 0.5, size * scale) for row, column, size in rows
    )
    return CraterCase("Mars tile", values, Catalogue(craters), None, limit_px * scale, elevation=False)
