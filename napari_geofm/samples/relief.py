"""A synthetic cratered relief with truth: fractal terrain, craters of all ages and sizes, and its shaded image."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft2, rfft2

from napari_geofm.errors import UsageError
from napari_geofm.io.atomic import replacing
from napari_geofm.samples.noise import smoothstep
from napari_geofm.samples.shading import shade

__all__ = ["MOON_PROJ", "Crater", "ReliefSample", "ReliefSampleSpec", "make_relief", "write_relief"]

MOON_PROJ = "+proj=eqc +lat_ts=0 +lat_0=0 +lon_0=0 +x_0=0 +y_0=0 +R=1737400 +units=m +no_defs"
"""Equirectangular on the Moon_2000 sphere, R = 1,737,400 m (IAU 30110)."""


@dataclass(frozen=True, slots=True)
class ReliefSampleSpec:
    """A synthetic relief to make.

    Parameters
    ----------
    seed
        Chooses terrain and craters.
    rows, columns, pixel_m
        Size in pixels, and of a pixel in m.
    density
        Number of craters per 100 x 100 pixels, before younger ones bury older ones.
    smallest_px, largest_px
        Range of diameters in pixels.
    sun_azimuth_degrees, sun_height_degrees
        Where the light comes from: clockwise from north, and above the horizon.
    """

    seed: int = 0
    rows: int = 512
    columns: int = 512
    pixel_m: float = 10.0
    density: float = 8.0
    smallest_px: float = 7.0
    largest_px: float = 130.0
    sun_azimuth_degrees: float = 285.0
    sun_height_degrees: float = 28.0


@dataclass(frozen=True, slots=True)
class Crater:
    """One crater of the catalogue.

    Parameters
    ----------
    row, column
        Centre in pixels; may lie outside the picture.
    diameter_px
        From rim to rim.
    age
        0 fresh, 1 almost gone.
    """

    row: float
    column: float
    diameter_px: float
    age: float


@dataclass(frozen=True, slots=True)
class ReliefSample:
    """A synthetic relief with its truth; arrays (row, column), north up.

    Parameters
    ----------
    spec
        What it was made from.
    elevation_m
        ndarray of float32, in m.
    image
        ndarray of uint8: the shaded relief; 0 only in shadow.
    mask
        ndarray of uint8: 1 inside a crater's rim.
    craters
        The catalogue, oldest first, without those that younger ones have buried.
    """

    spec: ReliefSampleSpec
    elevation_m: NDArray[np.float32]
    image: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    craters: tuple[Crater, ...]


def make_relief(spec: ReliefSampleSpec) -> ReliefSample:
    """Make a synthetic relief with its truth.

    Parameters
    ----------
    spec
        Size, craters, light and seed. The same spec gives the same bytes.

    Returns
    -------
    ReliefSample
        Elevation, image and truth.

    Raises
    ------
    UsageError
        When the picture is smaller than 32 pixels, or the diameters or the sun make no sense.
    """
    if min(spec.rows, spec.columns) < 32 or not 2 < spec.smallest_px < spec.largest_px:
        raise UsageError("A relief needs 32 pixels a side and 2 < smallest_px < largest_px; change the size")
    if not 0 < spec.sun_height_degrees <= 90:
        raise UsageError(f"Sun height {spec.sun_height_degrees:g} gives no light; choose above 0 and up to 90 degrees")
    rng = np.random.default_rng([spec.seed, 43])
    ground = _terrain(rng, spec)
    owner = np.full(ground.shape, -1, np.int32)
    craters = _draw_craters(rng, spec)
    for number, crater in enumerate(craters):
        _dig(ground, owner, crater, number, spec.pixel_m, rng)
    kept = _unburied(craters, owner)
    mask = np.isin(owner, np.array(kept, np.int32)).astype(np.uint8)
    image = shade(ground, spec.pixel_m, spec.sun_azimuth_degrees, spec.sun_height_degrees)
    # Rocks and regolith of different brightness, and the camera's noise.
    albedo = 1 + 0.05 * _fractal(rng, ground.shape, 2.4) + 0.025 * rng.standard_normal(ground.shape)
    grey = np.clip(np.rint(178.0 * image * albedo), 1, 255) * (image > 0)
    return ReliefSample(spec, ground.astype(np.float32), grey.astype(np.uint8), mask, tuple(craters[n] for n in kept))


def write_relief(
    sample: ReliefSample,
    path: Path | str,
    *,
    layer: Literal["image", "elevation_m", "mask"] = "image",
    lat_lon: tuple[float, float] = (20.0, 30.0),
    overwrite: bool = False,
) -> None:
    """Write a layer of a synthetic relief as GeoTIFF on the Moon's sphere.

    Parameters
    ----------
    sample
        The relief.
    path
        The file to write.
    layer
        ``"image"`` uint8, ``"elevation_m"`` float32 in m, or ``"mask"`` uint8.
    lat_lon
        Planetocentric latitude and longitude of the upper left corner, in degrees.
    overwrite
        Whether an existing file is replaced.

    Raises
    ------
    OutputError
        When the file exists or cannot be written.
    """
    import rasterio

    values = getattr(sample, layer)
    metre = 1_737_400.0 * np.pi / 180.0
    corner = (lat_lon[1] * metre, lat_lon[0] * metre)
    profile = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": values.dtype.name,
        "crs": rasterio.CRS.from_proj4(MOON_PROJ),
        "transform": rasterio.Affine(sample.spec.pixel_m, 0.0, corner[0], 0.0, -sample.spec.pixel_m, corner[1]),
        "compress": "deflate",
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
    }
    with replacing(path, overwrite=overwrite) as temporary, rasterio.open(temporary, "w", **profile) as file:
        file.write(values, 1)
        if layer == "elevation_m":
            file.units = ("m",)


def _fractal(rng: np.random.Generator, shape: tuple[int, ...], slope: float) -> NDArray[np.float64]:
    """Return noise of standard deviation 1 whose power falls as wave number to the ``-slope``."""
    spectrum = rfft2(rng.standard_normal(shape))
    number = np.hypot(np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None])
    number[0, 0] = np.inf
    field = np.asarray(irfft2(spectrum * number ** (-slope / 2), s=shape))
    return np.asarray(field / field.std())


def _terrain(rng: np.random.Generator, spec: ReliefSampleSpec) -> NDArray[np.float64]:
    # Rms height of 0.7 % of the width: mare plains and subdued highlands.
    height = 0.007 * spec.pixel_m * max(spec.rows, spec.columns)
    return height * _fractal(rng, (spec.rows, spec.columns), 3.9)


def _draw_craters(rng: np.random.Generator, spec: ReliefSampleSpec) -> list[Crater]:
    """Draw craters, oldest first; numbers fall as diameter to the -2, as on surfaces near saturation."""
    margin = 0.3 * spec.largest_px
    area = (spec.rows + 2 * margin) * (spec.columns + 2 * margin)
    n = rng.poisson(spec.density * area / 1e4)
    low, high = spec.smallest_px**-2.0, spec.largest_px**-2.0
    diameter = (low - rng.random(n) * (low - high)) ** -0.5
    row, column = rng.uniform(-margin, [spec.rows + margin, spec.columns + margin], (n, 2)).T
    # Small craters fade first; so the large ones that are seen are old more often than not.
    age = np.sort(rng.beta(1.6, 1.2, n))[::-1]
    return [Crater(*map(float, values)) for values in zip(row, column, diameter, age, strict=True)]


def _dig(
    ground: NDArray[np.float64],
    owner: NDArray[np.int32],
    crater: Crater,
    number: int,
    pixel_m: float,
    rng: np.random.Generator,
) -> None:
    """Dig one crater into the ground, in place; ``owner`` gets its number inside the rim.

    A fresh simple crater is 0.2 diameters deep with a rim of 0.036 (Pike 1977); erosion fills and widens it.
    """
    reach = 1.6 * crater.diameter_px
    top, left = (max(0, int(np.floor(c - reach))) for c in (crater.row, crater.column))
    bottom = min(ground.shape[0], int(np.ceil(crater.row + reach)) + 1)
    right = min(ground.shape[1], int(np.ceil(crater.column + reach)) + 1)
    if top >= bottom or left >= right:
        return
    here = np.s_[top:bottom, left:right]
    dy, dx = np.arange(top, bottom)[:, None] - crater.row, np.arange(left, right)[None] - crater.column
    # Rims are not round: a few low harmonics make them lobed.
    angle = np.arctan2(dy, dx)
    wobble = np.ones(angle.shape)
    for k in (2, 3, 5):
        wobble = wobble + rng.normal(0, 0.025) * np.cos(k * angle + rng.uniform(0, 6.3))
    r = np.hypot(dy, dx) * 2 / crater.diameter_px / wobble
    size = crater.diameter_px * pixel_m
    depth, rim = 0.2 * size * (1 - 0.78 * crater.age), 0.036 * size * (1 - 0.9 * crater.age)
    bowl = np.maximum((depth + rim) * (r ** (2.4 - 0.6 * crater.age)) - depth, -0.93 * depth)
    ejecta = rim * np.clip(r, 1, None) ** -(3.4 - crater.age) * (1 - smoothstep((r - 1.8) / 1.3))
    # Weathering rounds the rim over a growing width.
    width = 0.06 + 0.3 * crater.age
    mix = smoothstep((r - 1 + width) / (2 * width))
    shape = (1 - mix) * bowl + mix * ejecta
    # The blast wipes out what was there; the ejecta cover it more and more thinly.
    wiped = (1 - smoothstep((r - 0.9) / 0.7)) * (1 - 0.6 * crater.age)
    inside = r < 1
    level = float(ground[here][inside].mean()) if inside.any() else 0.0
    ground[here] += wiped * (level - ground[here]) + shape
    owner[here][inside] = number


def _unburied(craters: list[Crater], owner: NDArray[np.int32]) -> list[int]:
    """Return the numbers of the craters of which at least 40 % of what lies in the picture is still theirs."""
    left = np.bincount(owner[owner >= 0], minlength=len(craters))
    rows, columns = owner.shape
    kept = []
    for number, crater in enumerate(craters):
        radius = crater.diameter_px / 2
        centred = 0 <= crater.row < rows and 0 <= crater.column < columns
        if (centred and left[number] >= 0.4 * np.pi * radius**2) or left[number] >= 0.8 * np.pi * radius**2:
            kept.append(number)
    return kept
