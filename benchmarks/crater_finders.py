"""Finders of craters that are compared: models of masks, rings in the edges (Hough), and a template."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.crater_cases import CraterCase
from napari_geofm.core.amplitude import fit_stretch
from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.finding import CraterSearch, find_craters
from napari_geofm.core.craters.label_mask import LabelMask
from napari_geofm.core.local_contrast import local_contrast
from napari_geofm.core.progress import run_to_end

Numbers = NDArray[np.float64]
Find = Callable[[CraterCase], Callable[[float], Catalogue]]
"""Looks at a case once, and returns what gives the craters for a threshold."""

SMALLEST_PX, LARGEST_PX = 5.0, 120.0
REACH_PX = 16.0


@dataclass(frozen=True, slots=True)
class Finder:
    """A way to find craters.

    Attributes
    ----------
    name
        For the tables.
    find
        See :data:`Find`.
    thresholds
        Among which one is chosen on the part that is for tuning.
    """

    name: str
    find: Find
    thresholds: tuple[float, ...]


def of_model(name: str, folder: Path) -> Finder:
    """Return a model's finder; its threshold is how probable crater or rim has to be."""
    return Finder(
        name, lambda case: _by_mask(case, folder), (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
    )


def baselines() -> tuple[Finder, ...]:
    """Return the finders that learn nothing: circles in the edges, and a template."""
    return (
        Finder("Hough circles", _by_circles, (0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)),
        Finder("template", _by_template, (0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)),
    )


def probabilities_of(case: CraterCase, folder: Path) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Return what a model says of a case's picture, and its classes."""
    from napari_geofm.jobs.specs import Where
    from napari_geofm.jobs.workbench import workbench

    predictor = workbench().predictor(folder, Where())
    stretch = fit_stretch(case.values, predictor.recipe.input.percent, symmetric=False)
    return predictor.probabilities(stretch.apply(case.values)), predictor.recipe.classes.names


def _by_mask(case: CraterCase, folder: Path) -> Callable[[float], Catalogue]:
    from napari_geofm.core.classes import ClassTable

    said, names = probabilities_of(case, folder)
    table = ClassTable.named(list(names))

    def found(threshold: float) -> Catalogue:
        classes = np.where(1 - said[0] >= threshold, 1 + said[1:].argmax(0), 0).astype(np.uint8)
        mask = LabelMask.of(classes, table, None, said)
        return run_to_end(find_craters(mask, case.ground, CraterSearch(smallest_px=SMALLEST_PX)))

    return found


def _by_circles(case: CraterCase) -> Callable[[float], Catalogue]:
    """Find edges (Canny 1986), and circles through them (Duda and Hart 1972)."""
    from skimage.feature import canny
    from skimage.transform import hough_circle, hough_circle_peaks

    flat, stretches = _evened(case)
    edges = canny(local_contrast(_scaled(flat), REACH_PX), sigma=1.0)
    radii = np.unique(np.geomspace(SMALLEST_PX / 2, LARGEST_PX / 2, 24).round().astype(int))
    votes = hough_circle(edges, radii)
    strength, columns, rows, sizes = hough_circle_peaks(
        votes, radii, min_xdistance=3, min_ydistance=3, threshold=0.3, total_num_peaks=6000
    )
    return _thresholded(case, stretches, rows, columns, 2.0 * sizes, strength)


def _by_template(case: CraterCase) -> Callable[[float], Catalogue]:
    """Match a bowl with a raised rim, or one in the light from the side that suits best, at 18 sizes."""
    from skimage.feature import match_template, peak_local_max

    flat, stretches = _evened(case)
    picture = local_contrast(_scaled(flat), REACH_PX)
    rows, columns, sizes, strengths = [], [], [], []
    for diameter in np.geomspace(SMALLEST_PX, LARGEST_PX, 18):
        scores = [match_template(picture, each, pad_input=True) for each in _templates(diameter, case.elevation)]
        best = np.max(scores, axis=0)
        peaks = peak_local_max(best, min_distance=max(2, int(diameter / 3)), threshold_abs=0.3)
        rows.append(peaks[:, 0])
        columns.append(peaks[:, 1])
        sizes.append(np.full(len(peaks), diameter))
        strengths.append(best[tuple(peaks.T)])
    return _thresholded(case, stretches, *(np.concatenate(each) for each in (rows, columns, sizes, strengths)))


def _templates(diameter: float, elevation: bool) -> list[Numbers]:
    half = int(np.ceil(0.75 * diameter))
    down, right = np.mgrid[-half : half + 1, -half : half + 1] * 2 / diameter
    r = np.hypot(down, right)
    height = np.where(r < 1, -1 + 1.3 * r**2, 0.3 * np.clip(r, 1, None) ** -3.5)
    if elevation:
        return [height]
    slope_down, slope_right = np.gradient(height)
    ways = np.deg2rad(np.arange(0, 360, 45))
    return [slope_down * np.sin(way) + slope_right * np.cos(way) for way in ways]


def _scaled(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return fit_stretch(values, 99.9, symmetric=False).apply(values)


def _evened(case: CraterCase) -> tuple[NDArray[np.float32], Numbers]:
    """Return a picture whose pixels are as wide as high, and for each row how much wider it was made.

    Both baselines look for circles; on a map of degrees craters are wider the farther from the equator.
    """
    rows = len(case.values)
    if case.ground is None:
        return case.values, np.ones(rows)
    _, lat = case.ground.lonlat(np.arange(rows), np.zeros(rows))
    shrink = np.cos(np.deg2rad(lat))
    count = case.values.shape[1]
    flat = np.zeros_like(case.values)
    middle = (count - 1) / 2
    for row, factor in enumerate(shrink):
        flat[row] = np.interp((np.arange(count) - middle) / factor + middle, np.arange(count), case.values[row])
    return flat, shrink


def _thresholded(
    case: CraterCase, shrink: Numbers, rows: Numbers, columns: Numbers, sizes: Numbers, strength: Numbers
) -> Callable[[float], Catalogue]:
    """Return what gives the craters of a strength and more; of two that overlap by half the stronger stays."""
    from napari_geofm.core.craters.matching import iou_of_circles

    order = np.argsort(-np.asarray(strength, np.float64))
    places = np.stack([rows, columns, sizes, strength], axis=1).astype(np.float64)[order]
    kept = np.zeros((0, 4))
    for each in places:
        near = kept[np.abs(kept[:, 0] - each[0]) < each[2]]
        apart = np.hypot(near[:, 0] - each[0], near[:, 1] - each[1])
        if not near.size or (iou_of_circles(apart, near[:, 2] / 2, each[2] / 2) < 0.3).all():
            kept = np.vstack([kept, each])
    middle = (case.values.shape[1] - 1) / 2

    def crater(each: Numbers) -> Crater | None:
        row, column, size = float(each[0]), float(each[1]), float(each[2])
        if case.ground is None:
            return Crater(row, column, size, confidence=float(each[3]))
        # Back from the evened picture to the map.
        column = (column - middle) / float(shrink[int(row)]) + middle
        if not 0 <= column <= case.values.shape[1] - 1:
            return None
        lon, lat = (float(part) for part in case.ground.lonlat(row, column))
        top, bottom = (float(case.ground.lonlat(row + side, column)[1]) for side in (-0.5, 0.5))
        km = size * abs(top - bottom) * np.pi / 180 * case.ground.body.mean_m / 1000
        return Crater(row, column, size, lat, lon, float(km), confidence=float(each[3]))

    def found(threshold: float) -> Catalogue:
        craters = (crater(each) for each in kept if each[3] >= threshold)
        return Catalogue(tuple(each for each in craters if each is not None), case.truth.body)

    return found
