"""The template baseline of benchmarks.craters: the mean crater of the training longitudes, matched at many sizes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.matching import overlapping

if TYPE_CHECKING:
    from napari_geofm.core.craters.crater import Crater

__all__ = ["Ring", "band_rows", "found_by_template", "mean_crater", "strongest"]

Numbers = NDArray[np.float64]

SIDE, REACH = 48, 1.6
"""Pixels of the mean crater, and its width in diameters."""

STEP = 1.13
"""Ratio of one diameter that is tried to the next."""

LARGEST_PX, BAND_PX = 120.0, 160
"""Largest diameter, and rows of a band whose columns are evened out alike."""


@dataclass(frozen=True, slots=True)
class Ring:
    """What a match says: place in pixels of the image, diameter in rows of a pixel's height, and strength 0..1."""

    row: float
    column: float
    diameter: float
    strength: float


def band_rows(count: int) -> list[tuple[int, int]]:
    """Return first and last row of each band."""
    return [(top, min(count, top + BAND_PX)) for top in range(0, count, BAND_PX)]


def mean_crater(values: NDArray[np.float32], craters: Catalogue, squeeze: Numbers) -> Numbers:
    """Return the mean of craters of one size, float64, shape ``(SIDE, SIDE)``, mean 0 and deviation 1.

    Parameters
    ----------
    values
        The picture.
    craters
        Those to average, in its pixels.
    squeeze
        Width of a pixel over its height, for each row.
    """
    from scipy.ndimage import map_coordinates

    grid = (np.arange(SIDE) + 0.5) / SIDE - 0.5
    patches = []
    for each in craters:
        aspect = float(squeeze[int(np.clip(round(each.row), 0, len(squeeze) - 1))])
        size = each.diameter_px * np.sqrt(aspect) * REACH
        rows = each.row + grid[:, None] * size + np.zeros(SIDE)[None]
        columns = each.column + grid[None] * size / aspect + np.zeros(SIDE)[:, None]
        inside = rows.min() > 0 and columns.min() > 0
        if inside and rows.max() < values.shape[0] - 1 and columns.max() < values.shape[1] - 1:
            patch = map_coordinates(values, [rows, columns], order=1)
            patches.append((patch - patch.mean()) / (patch.std() + 1e-6))
    mean = np.mean(patches, axis=0)
    return np.asarray((mean - mean.mean()) / mean.std(), np.float64)


def found_by_template(
    values: NDArray[np.float32], template: Numbers, squeeze: Numbers, *, smallest_px: float, least: float
) -> list[Ring]:
    """Return all matches of a strength and more; on maps of degrees columns are evened out band by band."""
    from scipy.ndimage import zoom

    found: list[Ring] = []
    margin = int(LARGEST_PX)
    for top, bottom in band_rows(values.shape[0]):
        first, last = max(0, top - margin), min(values.shape[0], bottom + margin)
        aspect = float(squeeze[(top + bottom - 1) // 2])
        even = zoom(values[first:last], (1, aspect), order=1) if aspect < 0.999 else values[first:last]
        for ring in _matches(np.asarray(even, np.float32), template, smallest_px, least):
            row = ring.row + first
            if top <= row < bottom:
                found.append(Ring(row, (ring.column + 0.5) / aspect - 0.5, ring.diameter, ring.strength))
    return found


def _matches(even: NDArray[np.float32], template: Numbers, smallest_px: float, least: float) -> list[Ring]:
    from skimage.feature import match_template, peak_local_max
    from skimage.transform import resize

    found = []
    diameter = smallest_px
    while diameter <= min(LARGEST_PX, min(even.shape) / REACH - 2):
        side = max(5, round(diameter * REACH) | 1)
        small = resize(template, (side, side), anti_aliasing=True)
        score = match_template(even, small.astype(np.float32), pad_input=True)
        peaks = peak_local_max(score, min_distance=max(1, int(diameter / 4)), threshold_abs=least, exclude_border=False)
        found += [Ring(float(r), float(c), diameter, float(score[r, c])) for r, c in peaks]
        diameter *= STEP
    return found


def strongest(craters: Catalogue, overlap: float) -> Catalogue:
    """Return craters of which no two overlap by so much: of two the stronger stays."""
    order = sorted(range(len(craters)), key=lambda k: -craters.craters[k].confidence)
    one, other, _ = overlapping(craters, craters, overlap)
    near: dict[int, list[int]] = {}
    for first, second in zip(one.tolist(), other.tolist(), strict=True):
        near.setdefault(first, []).append(second)
    gone = np.zeros(len(craters), bool)
    kept: list[Crater] = []
    for place in order:
        if not gone[place]:
            kept.append(craters.craters[place])
            gone[near.get(place, [])] = True
    return Catalogue(tuple(kept), craters.body)
