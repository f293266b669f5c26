"""Craters on longitudes and on a planet that nothing was learned from: the zoo's model, a U-Net, and two baselines.

Every finder has one threshold, chosen by F1 on the Moon's longitudes -85 to -60 north of 15 degrees, which nothing was
learned from, and is then scored once on -60 to 0, and on the labelled tile of Mars with the threshold that it has.
Scored are craters of the catalogue from the limit on (Head's 20 km: 10 pixels of the map; on Mars 10 pixels), found
where circles overlap by an IoU of 0.3 and more.

The U-Net is trained on the same pictures: ``python -m tools.train_craters --decoder unet --steps 1110 --stop-after -1
--maps FOLDER --output UNET``.
Run: ``python -m benchmarks.crater_models --maps FOLDER --mars FOLDER --unet UNET``.
"""

import argparse
import time
from pathlib import Path

from benchmarks.crater_cases import TEST, TUNING, CraterCase, mars_case, moon_case
from benchmarks.crater_finders import Finder, baselines, of_model, probabilities_of
from napari_geofm.core.craters.matching import CraterScores, score_craters
from napari_geofm.core.tally import Tally
from napari_geofm.io.models import find_model
from tools.crater_pictures import drawn, moon_part


def main() -> None:
    """Tune, score, and print a table for each case."""
    options = _options()
    finders = [of_model("craters-1", find_model(options.model)), *baselines()]
    if options.unet is not None:
        finders.insert(1, of_model("U-Net", options.unet))
    tuning = moon_case(options.maps, TUNING, options.limit, options.scale)
    cases = [] if options.tuning_only else [moon_case(options.maps, TEST, options.limit, options.scale)]
    if options.mars is not None and not options.tuning_only:
        cases.append(mars_case(options.mars, 10.0, options.mars_scale))
    for finder in finders:
        began = time.monotonic()
        threshold, best = tuned(finder, tuning)
        print(f"{finder.name:<16}{tuning.name:<20}threshold {threshold:.2f}  {best}", flush=True)
        for case in cases:
            scores = score_craters(finder.find(case)(threshold), case.truth, case.limit)
            print(f"{finder.name:<16}{case.name:<20}threshold {threshold:.2f}  {scores}", flush=True)
        print(f"{finder.name:<16}{time.monotonic() - began:.0f} s", flush=True)
    if not options.tuning_only:
        for name, folder in [("craters-1", find_model(options.model)), ("U-Net", options.unet)]:
            if folder is not None:
                print(f"{name:<16}mIoU of crater (with its rim) and background {miou(options.maps, folder):.3f}")


def tuned(finder: Finder, case: CraterCase) -> tuple[float, CraterScores]:
    """Return the threshold with the highest F1, and the scores there."""
    found = finder.find(case)
    tried = [(each, score_craters(found(each), case.truth, case.limit)) for each in finder.thresholds]
    return max(tried, key=lambda pair: pair[1].f1)


def miou(maps: Path, folder: Path) -> float:
    """Return the mean IoU of craters and background on the test longitudes, at the map's own sampling."""
    case, part = moon_case(maps, TEST, 20.0), moon_part(maps, TEST.west, TEST.east, TEST.north)
    said, _ = probabilities_of(case, folder)
    rims = drawn(part.elevation.shape, part.discs, rim=True)
    truth = rims.copy()
    truth[rims == 2] = 1
    tally = Tally(2)
    tally.add(truth, (said.argmax(0) > 0).astype(truth.dtype))
    return float(tally.scores.miou)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maps", type=Path, required=True, help="folder with the elevation map and the catalogues")
    parser.add_argument("--mars", type=Path, help="folder with the labelled tile")
    parser.add_argument("--model", default="craters-1")
    parser.add_argument("--unet", type=Path, help="folder of the U-Net")
    parser.add_argument("--limit", type=float, default=20.0, help="diameter in km from which on craters are scored")
    parser.add_argument("--scale", type=float, default=1.0, help="times that the Moon's map is enlarged")
    parser.add_argument("--mars-scale", type=float, default=1.0, help="the same of the tile of Mars")
    parser.add_argument("--tuning-only", action="store_true", help="print what is chosen, and look at nothing else")
    return parser.parse_args()


if __name__ == "__main__":
    main()
