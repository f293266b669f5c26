"""Train the zoo's model of DAS events: synthetic wavefields over the noise of real recordings.

Pictures count samples and channels, not seconds and metres: sample rates from 100 Hz to 5 kHz look alike. Each is shown
as the model's own processing shows a recording.

Run: ``python -m tools.train_das_events --noise FOLDER --output models/das-events-1``, FOLDER holding the recordings that
``tools/das_noise.py`` names. The same seed and steps give the same model.
"""

import argparse
import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.recipe import EncoderRecipe, InputRecipe, Recipe
from tools.das_noise import Noise, read_noise
from tools.das_wavefields import Wavefields
from tools.zoo_training import Pictures, train_on

CLASSES = (
    ("noise", "#000000"),
    ("P wave", "#e69f00"),
    ("S wave", "#56b4e9"),
    ("surface wave", "#009e73"),
    ("vehicle", "#cc79a7"),
)
CHANNELS, SAMPLES = 240, 560


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A recording with labels as it is shown: ``(samples, channels)``, time down."""

    values: NDArray[np.float32]
    labels: NDArray[np.uint8]


def processed(signal: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return a recording as it is shown, ``(channels, samples)``: no common mode, channels alike, signed root."""
    signal = signal - np.median(signal, axis=1, keepdims=True)
    signal = signal - np.median(signal, axis=0)
    scale = np.median(np.abs(signal), axis=1, keepdims=True)
    signal = signal / np.where(scale > 0, scale, 1.0)
    return (np.sign(signal) * np.sqrt(np.abs(signal))).astype(np.float32)


def shown(noise: Noise, count: int, rng: np.random.Generator) -> tuple[Shown, ...]:
    """Return so many recordings."""
    found = []
    for _ in range(count):
        made = Wavefields(CHANNELS, SAMPLES, rng).over(noise.window(CHANNELS, SAMPLES, rng))
        found.append(Shown(processed(made.signal).T, made.classes.T))
    return tuple(found)


def recipe_of(options: argparse.Namespace) -> Recipe:
    """Return how the model is trained."""
    recipe = Recipe.for_method("lora", "guided")
    training = dataclasses.replace(
        recipe.training,
        minutes=0,
        steps=options.steps,
        seed=options.seed,
        crop_tokens=options.crop,
        probe_start=False,
        anchor=0.0,
        validate_every=max(1, options.steps // 5),
    )
    encoder = EncoderRecipe(taps=tuple(options.taps))
    return dataclasses.replace(recipe, encoder=encoder, input=InputRecipe(percent=99.0), training=training)


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--noise", type=Path, required=True, help="folder with the recordings")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--recordings", type=int, default=200, help="number of synthetic recordings")
    parser.add_argument("--crop", type=int, default=20, help="side of what a step looks at, in tokens")
    parser.add_argument("--taps", type=int, nargs="*", default=[3, 6])
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    learned = shown(read_noise(options.noise, learned=True), options.recordings, rng)
    judged = shown(read_noise(options.noise, learned=False), max(1, options.recordings // 16), rng)
    print(train_on(Pictures(learned, judged), recipe_of(options), CLASSES, options.output))


if __name__ == "__main__":
    main()
