"""From a mask to craters, scored against catalogues; and a template that learns nothing but the mean crater.

The Moon's elevation at 16 px per degree, latitudes -60 to 60: longitudes -120 to -60 are for tuning, -60 to 0 for
scores. Truth: Head et al. 2010 (20 km and more) with Povilaitis et al. 2018 (5 to 20 km). A crater is found where
circles on the ground overlap by an IoU of 0.3 and more, one to one; scored from 20 km and from 10 km (5 pixels) on.

Rows: *catalogue as a mask*, what the step from a mask to instances keeps of a perfect mask, without and with rims as a
class; *template*, the mean crater of the tuning longitudes matched at many sizes, with threshold, overlap and a factor
of the diameter chosen there by F1; a *mask* that ``--mask`` gives, classes of the test longitudes in the map's rows
and columns (.npy or .tif: 0 background, 1 crater, 2 rim). mIoU is that of discs and background. On the labelled tile of
Mars (pixels, 10 px and more) the template is that tile's own best: it is given the tile's mean crater and threshold.

Run: ``python -m benchmarks.craters``, with ``--mask FILE`` for a mask of your own.
"""

import argparse
import dataclasses
import itertools
import math
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.crater_template import found_by_template, mean_crater, strongest
from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.drawing import draw_craters
from napari_geofm.core.craters.finding import CraterSearch, find_craters
from napari_geofm.core.craters.label_mask import LabelMask
from napari_geofm.core.craters.matching import CraterScores, score_craters
from napari_geofm.core.progress import run_to_end
from napari_geofm.core.survey import Survey
from napari_geofm.io.craters.crater_table import read_crater_table
from napari_geofm.io.craters.placing import Laying, lay_catalogue
from napari_geofm.io.opening import open_survey
from napari_geofm.io.raster.ground import Ground
from napari_geofm.io.raster.template import RasterTemplate

PX = 16
TUNING, TEST, LATITUDE = (-120, -60), (-60, 0), 60
LIMITS_KM, MARS_PX = (20.0, 10.0), 10.0
LEAST = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85)
"""Strengths of matches that are tried."""

MOON = "+proj=longlat +R=1737400"


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A picture, its craters, its place on the body (or None), and width over height of a pixel for each row."""

    name: str
    values: NDArray[np.float32]
    truth: Catalogue
    ground: Ground | None
    squeeze: NDArray[np.float64]


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    folder = Path(os.environ.get("GEOFM_TEST_DATA", "../shared/data")) / "lunar"
    parser.add_argument("data", type=Path, nargs="?", default=folder, help="holds moon_maps and mars_labelled")
    parser.add_argument("--mask", type=Path, help="classes of the test longitudes")
    options = parser.parse_args()
    if not (options.data / "moon_maps").is_dir():
        print(f"no maps of the Moon in {options.data}; GEOFM_TEST_DATA names the folder that holds lunar/")
        return
    tuning, test = (moon(options.data / "moon_maps", longitudes) for longitudes in (TUNING, TEST))
    for rim in (None, 2):
        mask = draw_craters(test.truth, test.ground, shape_of(test), crater=1, rim=rim)
        tell(f"catalogue as a mask, {'with' if rim else 'without'} rims", test, of_mask(mask, test, rim), LIMITS_KM)
    if options.mask is not None:
        given = read_mask(options.mask)
        tell(options.mask.name, test, of_mask(given, test, 2 if (given == 2).any() else None), LIMITS_KM)
    best = tuned(tuning, LIMITS_KM[0])
    print(f"template tuned on {tuning.name}: {best[1]}")
    tell("template", test, of_template(test, *best[0]), LIMITS_KM)
    tile = mars(options.data / "mars_labelled")
    tell("template, tuned on the tile itself", tile, of_template(tile, *tuned(tile, MARS_PX)[0]), (MARS_PX,))


def moon(folder: Path, longitudes: tuple[int, int]) -> Case:
    """Return a part of the Moon's map."""
    import rasterio
    from PIL import Image

    with Image.open(folder / "ldem_16_uint_west.jpg") as picture:
        whole = np.asarray(picture.convert("L"), np.float32)
    left, right = ((each + 180) * PX for each in longitudes)
    values = whole[(90 - LATITUDE) * PX : (90 + LATITUDE) * PX, left:right]
    wkt = rasterio.CRS.from_proj4(MOON).to_wkt()
    template = RasterTemplate(values.shape, wkt, (1 / PX, 0.0, longitudes[0], 0.0, -1 / PX, LATITUDE))
    survey = survey_of(values, template)
    head, lroc = (
        lay_catalogue(read_crater_table(folder / f"{name}Craters_west.csv"), survey, Laying(smallest_px=2))
        for name in ("Head", "LROC")
    )
    craters = [each for each in head if each.size >= 20] + [each for each in lroc if each.size < 20]
    ground = Ground.of(template)
    lat = LATITUDE - (np.arange(values.shape[0]) + 0.5) / PX
    return Case(f"Moon {longitudes[0]}..{longitudes[1]}", values, Catalogue(tuple(craters), head.body), ground,
                np.cos(np.radians(lat)))  # fmt: skip


def mars(folder: Path) -> Case:
    """Return the labelled tile."""
    survey = open_survey(folder / "holdout_tile.pgm")
    truth = lay_catalogue(read_crater_table(folder / "holdout_tile_labels.csv"), survey)
    values = survey.read((slice(None), slice(None)))
    return Case("Mars tile", values, truth, None, np.ones(survey.shape[0]))


def survey_of(values: NDArray[np.float32], template: RasterTemplate) -> Survey:
    """Return an array as an image with a place."""
    import xarray as xr

    return Survey("image", xr.DataArray(values, dims=("row", "column")), Path("map"), "", template=template)


def shape_of(case: Case) -> tuple[int, int]:
    """Return rows and columns."""
    return case.values.shape[0], case.values.shape[1]


def of_mask(mask: NDArray[np.uint8], case: Case, rim: int | None) -> Catalogue:
    """Return the craters of a mask: what models are scored by."""
    return run_to_end(find_craters(LabelMask(mask, 1, rim), case.ground, CraterSearch(smallest_px=3)))


def of_template(case: Case, least: float, overlap: float, factor: float, template: Any) -> Catalogue:
    """Return the craters that a template finds."""
    return chosen(matched(case, template, least), least, overlap, factor)


def matched(case: Case, template: Any, least: float) -> Catalogue:
    """Return all matches as craters on the ground, their strength as confidence."""
    rings = found_by_template(case.values, template, case.squeeze, smallest_px=5.0, least=least)
    if case.ground is None:
        return Catalogue(
            tuple(Crater(each.row, each.column, each.diameter, confidence=each.strength) for each in rings)
        )
    lon, lat = case.ground.lonlat([each.row for each in rings], [each.column for each in rings])
    # Diameters are counted in rows, whose height in degrees is one everywhere.
    km = math.radians(1) * case.ground.body.mean_m / 1000 / PX
    wide = case.squeeze[np.clip([round(each.row) for each in rings], 0, len(case.squeeze) - 1)] ** 0.5
    craters = [
        Crater(each.row, each.column, each.diameter / w, y, x, each.diameter * km, confidence=each.strength)
        for each, x, y, w in zip(rings, lon.tolist(), lat.tolist(), wide.tolist(), strict=True)
    ]
    return Catalogue(tuple(craters), case.truth.body)


def chosen(found: Catalogue, least: float, overlap: float, factor: float) -> Catalogue:
    """Return matches of a strength, of other diameters, without those that overlap stronger ones."""
    strong = tuple(
        dataclasses.replace(
            each,
            diameter_px=each.diameter_px * factor,
            diameter_km=None if each.diameter_km is None else each.diameter_km * factor,
        )
        for each in found
        if each.confidence >= least
    )
    return strongest(Catalogue(strong, found.body), overlap)


def tuned(case: Case, limit: float) -> tuple[tuple[float, float, float, Any], str]:
    """Return threshold, overlap, factor of the diameter and template with the best F1 on a case."""
    middling = tuple(each for each in case.truth if limit <= each.size <= 4 * limit)
    template = mean_crater(case.values, Catalogue(middling, case.truth.body), case.squeeze)
    every = matched(case, template, min(LEAST))
    tried: list[tuple[CraterScores, tuple[float, float, float]]] = []
    for least, overlap in itertools.product(LEAST, (0.1, 0.3)):
        kept = chosen(every, least, overlap, 1.0)
        tried += [
            (score_craters(chosen(kept, least, 1.0, factor), case.truth, limit), (least, overlap, factor))
            for factor in (0.8, 0.9, 1.0, 1.1)
        ]
    scores, words = max(tried, key=lambda pair: pair[0].f1)
    return (*words, template), f"threshold {words[0]}, overlap {words[1]}, diameter x {words[2]}: {scores}"


def read_mask(path: Path) -> NDArray[np.uint8]:
    """Return classes from a file."""
    if path.suffix == ".npy":
        return np.asarray(np.load(path, allow_pickle=False), np.uint8)
    import rasterio

    with rasterio.open(path) as file:
        return np.asarray(file.read(1), np.uint8)


def tell(name: str, case: Case, found: Catalogue, limits: tuple[float, ...]) -> None:
    """Print the scores of craters whose centres lie in the picture, and the mIoU of their discs."""
    began = time.monotonic()
    rows, columns = shape_of(case)

    def within(catalogue: Catalogue) -> Catalogue:
        few = [each for each in catalogue if -0.5 <= each.row < rows - 0.5 and -0.5 <= each.column < columns - 0.5]
        return dataclasses.replace(catalogue, craters=tuple(few))

    discs = [draw_craters(each, case.ground, (rows, columns), crater=1) > 0 for each in (found, case.truth)]
    both = [np.mean([(a & b).sum() / max(1, (a | b).sum())]) for a, b in ((discs[0], discs[1]), (~discs[0], ~discs[1]))]
    print(f"{name}, {case.name}: mIoU {np.mean(both):.3f} ({time.monotonic() - began:.0f} s to score)")
    for limit in limits:
        print(f"  from {limit:g} {found.unit}: {score_craters(within(found), within(case.truth), limit)}", flush=True)


if __name__ == "__main__":
    main()
