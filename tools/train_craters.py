"""Train the zoo's crater model: on the Moon's elevation map with its catalogues, and on synthetic relief.

The map's longitudes -180 to -60 are learned from but for what decides which state is kept, east of -85 and north of 15
degrees; what lies east of -60 is for scoring alone. It is shown as elevation, turned and worn down, and in the light of
several suns, at two scales.

Run: ``python -m tools.train_craters --maps FOLDER --output models/craters-1``, FOLDER holding the map and its
catalogues. The same seed and steps give the same model.
"""

import argparse
import dataclasses
from pathlib import Path

import numpy as np

from napari_geofm.core.recipe import EncoderRecipe, InputRecipe, Recipe, SourceRecord
from tools.crater_lessons import MoonSplit, judged_pictures, learned_pictures
from tools.crater_pictures import FILES, synthetic_pictures
from tools.zoo_training import Lessons, file_source, train_on

SPLIT = MoonSplit()
CLASSES = (("background", "#b39ddb"), ("crater", "#e69f00"), ("rim", "#56b4e9"))


def recipe_of(options: argparse.Namespace) -> Recipe:
    """Return how the model is trained."""
    method = "full" if options.decoder == "unet" else "lora"
    recipe = Recipe.for_method(method, options.decoder)
    encoder_rate = options.rate if options.decoder == "unet" else options.encoder_rate
    training = dataclasses.replace(
        recipe.training,
        minutes=0,
        steps=options.steps,
        stop_after=options.stop_after,
        seed=options.seed,
        batch=options.batch,
        crop_tokens=options.crop,
        probe_start=False,
        anchor=0.0,
        head_first=options.head_first if options.start is None else 0.0,
        validate_every=max(1, options.steps // 8),
        head_rate=options.rate,
        adapter_rate=encoder_rate,
    )
    return dataclasses.replace(
        recipe,
        encoder=EncoderRecipe(taps=tuple(options.taps)),
        input=InputRecipe(percent=99.9, zoom=options.zoom, local_px=options.local),
        training=training,
    )


def lessons_of(options: argparse.Namespace) -> Lessons:
    """Return what is learned, and what decides."""
    rng = np.random.default_rng(options.seed)
    part = SPLIT.part(options.maps)
    pictures = learned_pictures(part, SPLIT, rng, rim=options.rim)
    pictures += synthetic_pictures(options.synthetic, 512, rng, rim=options.rim)
    told = f"longitudes {SPLIT.west:g} to {SPLIT.judged_west:g}, and to {SPLIT.east:g} south of {SPLIT.judged_south:g}"
    sources = [file_source(options.maps / name, told) for name in FILES]
    relief = SourceRecord("synthetic relief", "", 0.0, 1.0, (f"{options.synthetic} pictures",))
    return Lessons(tuple(pictures), tuple(judged_pictures(part, SPLIT, rim=options.rim)), (*sources, relief))


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maps", type=Path, required=True, help="folder with the elevation map and the catalogues")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1100)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--crop", type=int, default=14, help="side of what a step looks at, in tokens")
    parser.add_argument("--synthetic", type=int, default=6, help="number of synthetic reliefs")
    parser.add_argument("--zoom", type=float, default=1.0)
    parser.add_argument("--local", type=float, default=16.0, help="reach of the local contrast in pixels; 0 for none")
    parser.add_argument("--taps", type=int, nargs="*", default=[3, 6])
    parser.add_argument("--decoder", default="guided", choices=("guided", "unet"), help="unet: the baseline")
    parser.add_argument("--rate", type=float, default=2e-3, help="of the decoder, or of the U-Net")
    parser.add_argument("--encoder-rate", type=float, default=5e-4, help="of the encoder's adapter")
    parser.add_argument("--head-first", type=float, default=0.3, help="share of the steps without the encoder")
    parser.add_argument("--no-rim", dest="rim", action="store_false", help="without a class for rims")
    parser.add_argument("--start", type=Path, help="a model to go on from, its encoder trained from the first step on")
    parser.add_argument(
        "--stop-after", type=int, default=659, help="step at which it ends, -1: none; the rates stay as planned"
    )
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    classes = CLASSES if options.rim else CLASSES[:2]
    print(train_on(lessons_of(options), recipe_of(options), classes, options.output, options.start))


if __name__ == "__main__":
    main()
