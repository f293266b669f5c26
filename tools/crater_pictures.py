"""Pictures of craters with labels: the Moon's elevation map with its catalogues, and synthetic relief."""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import UNLABELLED

MAP = "ldem_16_uint_west.jpg"
CATALOGUES = (
    ("HeadCraters_west.csv", "Lon", "Lat", "Diam_km"),
    ("LROCCraters_west.csv", "Long", "Lat", "Diameter (km)"),
)
"""Tables with the columns of longitude, latitude (degrees) and diameter (km)."""

FILES = (MAP, *(name for name, *_ in CATALOGUES))

PX_PER_DEGREE = 16
WEST, NORTH = -180.0, 90.0
"""Of the map's upper left corner, in degrees."""

KM_PER_DEGREE = np.pi * 1737.4 / 180.0
METRES_PER_LEVEL = 78.0
"""Elevation of one of the map's 256 steps: the Moon's relief spans about 20 km."""

BACKGROUND, CRATER, RIM = 0, 1, 2
LEAST_PX, LEAST_TOLD_PX = 6.0, 3.0
"""Diameters from which on craters are labelled; smaller ones are neither crater nor background, down to the second."""
MOST_PX = 100.0
"""Diameter of the largest: larger ones are landscape to a window of the encoder."""
RIM_SHARE, RIM_PX = 0.12, 0.75
"""Half of the width of a rim, the crest in its middle: of the radius, and at least so many pixels."""


@dataclass(frozen=True, slots=True)
class Discs:
    """Craters of a picture in its pixels, float64 ``(n,)`` each: centre (pixel middles at whole numbers), radii."""

    row: NDArray[np.float64]
    column: NDArray[np.float64]
    down: NDArray[np.float64]
    across: NDArray[np.float64]

    def scaled(self, factor: float) -> "Discs":
        """Return them in a picture that is so many times as large."""
        row, column = (factor * (part + 0.5) - 0.5 for part in (self.row, self.column))
        return Discs(row, column, factor * self.down, factor * self.across)


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPicture:
    """A picture, float32 ``(rows, columns)``, and its classes, uint8, 255 where nothing is said."""

    name: str
    values: NDArray[np.float32]
    labels: NDArray[np.uint8]

    def write(self, folder: Path, name: str) -> Path:
        """Write the picture as a TIFF; return its path."""
        import rasterio
        from rasterio.errors import NotGeoreferencedWarning

        rows, columns = self.values.shape
        profile = {"driver": "GTiff", "height": rows, "width": columns, "count": 1, "dtype": "float32"}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(folder / f"{name}.tif", "w", **profile) as target:
                target.write(self.values, 1)
        return folder / f"{name}.tif"


@dataclass(frozen=True, slots=True, eq=False)
class MoonPart:
    """A part of the elevation map.

    Attributes
    ----------
    elevation
        float32 ``(rows, columns)``, in the map's 256 steps.
    discs
        Catalogued craters that touch it.
    diameters_km
        Theirs, float64 ``(n,)``.
    """

    elevation: NDArray[np.float32]
    discs: Discs
    diameters_km: NDArray[np.float64]


def moon_part(folder: Path, west: float, east: float, latitude: float = 60.0) -> MoonPart:
    """Return the map between two longitudes, up to a latitude in degrees north and south.

    Parameters
    ----------
    folder
        Holds :data:`MAP` and :data:`CATALOGUES`.
    west, east
        Longitudes in degrees, -180 to 0.
    latitude
        Beyond it circles are stretched more than twice.
    """
    from napari_geofm.io.opening import open_survey

    top, bottom = (round((NORTH - lat) * PX_PER_DEGREE) for lat in (latitude, -latitude))
    left, right = (round((lon - WEST) * PX_PER_DEGREE) for lon in (west, east))
    elevation = open_survey(folder / MAP).read((slice(top, bottom), slice(left, right)))
    lon, lat, km = catalogue(folder)
    down = km / 2 / KM_PER_DEGREE * PX_PER_DEGREE
    across = down / np.cos(np.deg2rad(lat))
    row = (NORTH - lat) * PX_PER_DEGREE - top - 0.5
    column = (lon - WEST) * PX_PER_DEGREE - left - 0.5
    inside = (np.abs(row - (bottom - top) / 2) < (bottom - top) / 2 + down) & (
        np.abs(column - (right - left) / 2) < (right - left) / 2 + across
    )
    discs = Discs(*(part[inside] for part in (row, column, down, across)))
    return MoonPart(elevation.astype(np.float32), discs, km[inside])


def catalogue(folder: Path) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return longitudes, latitudes (degrees) and diameters (km) of both catalogues, the largest first."""
    import csv

    rows: list[tuple[float, float, float]] = []
    for name, *columns in CATALOGUES:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            rows += [(float(r[columns[0]]), float(r[columns[1]]), float(r[columns[2]])) for r in csv.DictReader(file)]
    lon, lat, km = np.array(sorted(rows, key=lambda row: -row[2])).T
    return lon, lat, km


def drawn(shape: tuple[int, int], discs: Discs, *, rim: bool) -> NDArray[np.uint8]:
    """Return labels of craters, smaller ones over larger ones.

    Parameters
    ----------
    shape
        Rows and columns.
    discs
        Craters.
    rim
        Whether rims are a class of their own, the crest in the middle.
    """
    labels = np.full(shape, BACKGROUND, np.uint8)
    for place in np.argsort(-discs.down):
        row, column = discs.row[place], discs.column[place]
        down, across = discs.down[place], discs.across[place]
        if not LEAST_TOLD_PX <= 2 * down <= MOST_PX:
            continue
        half = max(RIM_SHARE, RIM_PX / down) if rim else 0.0
        reach, reach_across = (1 + half) * down, (1 + half) * across
        rows = np.arange(max(0, int(row - reach)), min(shape[0], int(row + reach) + 2))
        columns = np.arange(max(0, int(column - reach_across)), min(shape[1], int(column + reach_across) + 2))
        if not rows.size or not columns.size:
            continue
        distance = np.hypot((rows[:, None] - row) / down, (columns[None] - column) / across)
        here = labels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        if 2 * down < LEAST_PX:
            here[distance < 1] = UNLABELLED
            continue
        here[distance < 1 + half] = RIM if rim else CRATER
        here[distance < 1 - half] = CRATER
    return labels


def enlarged(values: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """Return a picture at a finer sampling, cubic."""
    from scipy.ndimage import zoom

    if factor == 1:
        return values
    grown: NDArray[np.float32] = zoom(values, factor, order=3, mode="nearest", grid_mode=True).astype(np.float32)
    return grown


def shaded(elevation: NDArray[np.float32], pixel_m: float, sun: tuple[float, float]) -> NDArray[np.float32]:
    """Return the picture of an elevation (m) under a sun at an azimuth and a height in degrees."""
    from scipy.ndimage import gaussian_filter

    from napari_geofm.samples.shading import shade

    # The steps of eight bits would be terraces in the light.
    smooth = gaussian_filter(elevation, 1.0)
    return np.asarray(shade(smooth, pixel_m, *sun), np.float32)


def synthetic_pictures(count: int, side: int, rng: np.random.Generator, *, rim: bool) -> list[LabelledPicture]:
    """Return synthetic reliefs, elevation and image by turns."""
    from napari_geofm.samples.relief import ReliefSampleSpec, make_relief

    found = []
    for number in range(count):
        spec = ReliefSampleSpec(
            seed=1000 + number,
            rows=side,
            columns=side,
            density=float(rng.uniform(2, 10)),
            largest_px=float(rng.uniform(60, 180)),
            sun_azimuth_degrees=float(rng.uniform(0, 360)),
            sun_height_degrees=float(rng.uniform(8, 60)),
        )
        sample = make_relief(spec)
        each = np.array([(c.row, c.column, c.diameter_px / 2, c.diameter_px / 2) for c in sample.craters]).reshape(
            -1, 4
        )
        labels = drawn((side, side), Discs(*each.T), rim=rim)
        values = sample.image if number % 2 else sample.elevation_m
        found.append(LabelledPicture(f"synthetic {number}", values.astype(np.float32), labels))
    return found
