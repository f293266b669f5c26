"""What the step from a mask to craters keeps: masks of the Moon's catalogues, scored against those catalogues.

The Moon's elevation at 16 px per degree, latitudes -60 to 60, longitudes -60 to 0. Truth: Head et al. 2010 (20 km and
more) with Povilaitis et al. 2018 (5 to 20 km). A crater is found where circles on the ground overlap by an IoU of 0.3
and more, one to one; scored from 20 km and from 10 km (5 pixels) on.

Rows: *catalogue as a mask*, the catalogue's craters drawn, without and with rims as a class; a *mask* that ``--mask``
gives, classes of these longitudes in the map's rows and columns (.npy or .tif: 0 background, 1 crater, 2 rim). mIoU is
that of discs and background. Models and other finders are compared by ``benchmarks.crater_models``.

Run: ``python -m benchmarks.crater_masks``, with ``--mask FILE`` for a mask of your own.
"""

import argparse
import dataclasses
import os
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.crater_cases import TEST, CraterCase, moon_case
from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.drawn_craters import draw_craters
from napari_geofm.core.craters.finding import CraterSearch, find_craters
from napari_geofm.core.craters.label_mask import LabelMask
from napari_geofm.core.craters.matching import score_craters
from napari_geofm.core.progress import run_to_end

LIMITS_KM = (20.0, 10.0)


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    folder = Path(os.environ.get("GEOFM_TEST_DATA", "../shared/data")) / "lunar" / "moon_maps"
    parser.add_argument("maps", type=Path, nargs="?", default=folder, help="holds the elevation map and the catalogues")
    parser.add_argument("--mask", type=Path, help="classes of the test longitudes")
    options = parser.parse_args()
    if not options.maps.is_dir():
        print(f"no maps of the Moon in {options.maps}; GEOFM_TEST_DATA names the folder that holds lunar/")
        return
    test = moon_case(options.maps, TEST, LIMITS_KM[0])
    for rim in (None, 2):
        mask = draw_craters(test.truth, test.ground, shape_of(test), crater=1, rim=rim)
        tell(f"catalogue as a mask, {'with' if rim else 'without'} rims", test, of_mask(mask, test, rim))
    if options.mask is not None:
        given = read_mask(options.mask)
        tell(options.mask.name, test, of_mask(given, test, 2 if (given == 2).any() else None))


def shape_of(case: CraterCase) -> tuple[int, int]:
    """Return rows and columns."""
    return case.values.shape[0], case.values.shape[1]


def of_mask(mask: NDArray[np.uint8], case: CraterCase, rim: int | None) -> Catalogue:
    """Return the craters of a mask."""
    return run_to_end(find_craters(LabelMask(mask, 1, rim), case.ground, CraterSearch(smallest_px=3)))


def read_mask(path: Path) -> NDArray[np.uint8]:
    """Return classes from a file."""
    if path.suffix == ".npy":
        return np.asarray(np.load(path, allow_pickle=False), np.uint8)
    import rasterio

    with rasterio.open(path) as file:
        return np.asarray(file.read(1), np.uint8)


def tell(name: str, case: CraterCase, found: Catalogue) -> None:
    """Print the scores of craters whose centres lie in the picture, and the mIoU of their discs."""
    began = time.monotonic()
    rows, columns = shape_of(case)

    def within(catalogue: Catalogue) -> Catalogue:
        few = [each for each in catalogue if -0.5 <= each.row < rows - 0.5 and -0.5 <= each.column < columns - 0.5]
        return dataclasses.replace(catalogue, craters=tuple(few))

    discs = [draw_craters(each, case.ground, (rows, columns), crater=1) > 0 for each in (found, case.truth)]
    both = [np.mean([(a & b).sum() / max(1, (a | b).sum())]) for a, b in ((discs[0], discs[1]), (~discs[0], ~discs[1]))]
    print(f"{name}, {case.name}: mIoU {np.mean(both):.3f} ({time.monotonic() - began:.0f} s to score)")
    for limit in LIMITS_KM:
        print(f"  from {limit:g} {found.unit}: {score_craters(within(found), within(case.truth), limit)}", flush=True)


if __name__ == "__main__":
    main()
