"""Draw the pictures on the cards of the zoo's models: what each is shown, and what it says.

Craters: the elevation map between longitudes -85 and -60 north of 15 degrees, which decided the state that is kept, and
a synthetic relief that it has not seen; events: two synthetic recordings that it has not seen.

Run: ``python -m tools.draw_models --maps FOLDER --noise FOLDER``; one of them for one of the pictures.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.amplitude import fit_stretch, survey_stretch
from napari_geofm.core.local_contrast import local_contrast
from napari_geofm.jobs.specs import Where
from napari_geofm.jobs.workbench import workbench
from tools.seal_model import seal

Pixels = NDArray[np.uint8]
PICTURE = "card.png"
GAP_PX = 6


def beside(*parts: Pixels) -> Pixels:
    """Return pictures of one height side by side, white between them."""
    gap = np.full((len(parts[0]), GAP_PX, 3), 255, np.uint8)
    return np.hstack([each for part in parts for each in (part, gap)][:-1])


def said(folder: Path, picture: NDArray[np.float32]) -> tuple[Pixels, Pixels]:
    """Return a picture in 0..1 as it is fed, and the same under the model's classes, the first one left out."""
    predictor = workbench().predictor(folder, Where())
    numbers = predictor.probabilities(picture).argmax(0)
    reach = predictor.recipe.input.local_px
    fed = local_contrast(picture, reach) if reach else picture
    gray = np.repeat((255 * fed).astype(np.uint8)[..., None], 3, axis=2)
    colours = [[int(info.colour[at : at + 2], 16) for at in (1, 3, 5)] for info in predictor.recipe.classes]
    shade = np.asarray(colours, np.float64)[numbers]
    mixed = np.where((numbers > 0)[..., None], 0.5 * gray + 0.5 * shade, gray)
    return gray, mixed.astype(np.uint8)


def draw_craters(folder: Path, maps: Path) -> None:
    """Draw the card's picture of the crater model."""
    from napari_geofm.samples.relief import ReliefSampleSpec, make_relief
    from tools.crater_pictures import moon_part

    elevation = moon_part(maps, -85.0, -60.0).elevation
    picture = fit_stretch(elevation, 99.9, symmetric=False).apply(elevation)[400:720, 40:360]
    relief = make_relief(ReliefSampleSpec(seed=5, rows=320, columns=320)).image.astype(np.float32)
    light = fit_stretch(relief, 99.9, symmetric=False).apply(relief)
    _write(folder, beside(*said(folder, picture), *said(folder, light)))


def draw_events(folder: Path, noise: Path) -> None:
    """Draw the card's picture of the model of events."""
    from napari_geofm.core.das.processing import Processing
    from napari_geofm.io.models import read_recipe
    from napari_geofm.io.opening import open_survey
    from tools.das_noise import read_noise
    from tools.train_das_events import recordings

    parts: list[Pixels] = []
    chain = Processing(read_recipe(folder).processing.steps)
    with tempfile.TemporaryDirectory() as place:
        for number, each in enumerate(recordings(read_noise(noise, learned=False), 2, np.random.default_rng(7))):
            survey = open_survey(each.write(Path(place), f"recording {number}"), options=chain)
            values = survey.read((slice(None), slice(0, 420))).T
            parts += said(folder, survey_stretch(survey, 99.0).apply(values))
    _write(folder, beside(*parts))


def _write(folder: Path, pixels: Pixels) -> None:
    from PIL import Image

    # A palette of 64 colours is enough for gray under four hues, and a quarter of the size.
    Image.fromarray(pixels).quantize(64).save(folder / PICTURE, optimize=True)
    seal(folder)


def main() -> None:
    """Draw what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maps", type=Path, help="folder with the elevation map and the catalogues")
    parser.add_argument("--noise", type=Path, help="folder with the recordings")
    parser.add_argument("--models", type=Path, default=Path("models"))
    options = parser.parse_args()
    if options.maps is not None:
        draw_craters(options.models / "craters-1", options.maps)
    if options.noise is not None:
        draw_events(options.models / "das-events-1", options.noise)


if __name__ == "__main__":
    main()
