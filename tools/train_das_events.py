"""Train the zoo's model of DAS events: synthetic wavefields over the noise of real recordings.

Pictures count samples and channels, not seconds and metres: sample rates from 100 Hz to 5 kHz look alike. Each is shown
as the model's own processing shows a recording.

Run: ``python -m tools.train_das_events --noise FOLDER --output models/das-events-1``, FOLDER holding the recordings
that ``tools/das_noise.py`` names. The same seed and steps give the same model.
"""

import argparse
import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.recipe import EncoderRecipe, InputRecipe, ProcessingRecipe, Recipe, SourceRecord
from napari_geofm.samples.das import DasSample, DasSampleSpec, write_das
from tools.das_noise import RECORDINGS, Noise, read_noise
from tools.das_wavefields import Wavefields
from tools.zoo_training import Lessons, file_source, train_on

CLASSES = (
    ("noise", "#b39ddb"),
    ("P wave", "#e69f00"),
    ("S wave", "#56b4e9"),
    ("surface wave", "#009e73"),
    ("vehicle", "#cc79a7"),
)
CHANNELS, SAMPLES = 240, 560
CHAIN = "velocity-derivative; detrend constant; median; scale robust; root"
"""What recordings go through: strain rate, without what all channels share, channels alike, faint beside strong."""


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """Strain rate without unit, and its classes, both ``(channels, samples)``."""

    values: NDArray[np.float32]
    labels: NDArray[np.uint8]

    def write(self, folder: Path, name: str) -> Path:
        """Write the recording; return its path."""
        channels, samples = self.values.shape
        spec = DasSampleSpec(channels=channels, samples=samples)
        distance = spec.spacing_m * np.arange(channels, dtype=np.float64)
        time = np.arange(samples, dtype=np.float64) / spec.rate_hz
        sample = DasSample(spec, self.values, self.labels, (), np.zeros(channels, bool), distance, time)
        write_das(sample, folder / f"{name}.h5")
        return folder / f"{name}.h5"


def recordings(noise: Noise, count: int, rng: np.random.Generator) -> tuple[Recorded, ...]:
    """Return so many recordings."""
    found = []
    for _ in range(count):
        made = Wavefields(CHANNELS, SAMPLES, rng).over(noise.window(CHANNELS, SAMPLES, rng))
        found.append(Recorded(made.signal.astype(np.float32), made.classes))
    return tuple(found)


def recipe_of(options: argparse.Namespace) -> Recipe:
    """Return how the model is trained."""
    recipe = Recipe.for_method("lora", "guided")
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
        head_first=options.head_first,
        validate_every=max(1, options.steps // 7),
    )
    encoder = EncoderRecipe(taps=tuple(options.taps))
    processing = ProcessingRecipe(CHAIN)
    return dataclasses.replace(
        recipe, encoder=encoder, input=InputRecipe(percent=99.0), processing=processing, training=training
    )


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--noise", type=Path, required=True, help="folder with the recordings")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1400)
    parser.add_argument("--recordings", type=int, default=400, help="number of synthetic recordings")
    parser.add_argument("--crop", type=int, default=14, help="side of what a step looks at, in tokens")
    parser.add_argument("--batch", type=int, default=3)
    parser.add_argument("--taps", type=int, nargs="*", default=[3, 6])
    parser.add_argument("--head-first", type=float, default=0.35, help="share of the steps without the encoder")
    parser.add_argument("--stop-after", type=int, default=-1, help="step at which it ends; the rates stay as planned")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    learned = recordings(read_noise(options.noise, learned=True), options.recordings, rng)
    judged = recordings(read_noise(options.noise, learned=False), max(1, options.recordings // 16), rng)
    files = [options.noise / name for name in RECORDINGS if (options.noise / name).is_file()]
    sources = [file_source(file, "noise of its first three quarters") for file in files]
    made = SourceRecord("synthetic wavefields", "", 0.0, 1.0, (f"{options.recordings} recordings",))
    print(train_on(Lessons(learned, judged, (*sources, made)), recipe_of(options), CLASSES, options.output))


if __name__ == "__main__":
    main()
