"""What an interpreter waits for: probe and colours, with features in the cache, and colours without.

Figures: from labels to the prediction of a 512 x 512 section at most 1 s with 1 labelled section and 3 s with 20;
colours from cached features at most 50 ms; uncached at most 1.15 x the bare encoder call once the basis exists.
The probe is timed end to end: pooling the strokes, fitting, and predicting one section, all features cached.
"""

import dataclasses
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from napari_geofm.core.amplitude import fit_stretch
from napari_geofm.core.classes import ClassTable
from napari_geofm.core.examples import Example
from napari_geofm.core.progress import Control, run_to_end
from napari_geofm.core.recipe import AUTO, Recipe
from napari_geofm.core.region import At
from napari_geofm.io.tunings import tuning_for
from napari_geofm.jobs import features
from napari_geofm.jobs.cache import FeatureCache
from napari_geofm.jobs.probing import fit_probe
from napari_geofm.jobs.sight import sight_of, tuning_of
from napari_geofm.jobs.specs import FeaturesSpec, Where
from napari_geofm.jobs.workbench import workbench
from napari_geofm.nets.predictor import ProbePredictor
from napari_geofm.samples import FACIES, SeismicSample, SeismicSampleSpec, draw_strokes, make_seismic, write_segy

SIDE = 512
REPEATS = 5


def main() -> None:
    """Print the table."""
    sample = make_seismic(SeismicSampleSpec(seed=3, inlines=20, crosslines=SIDE, samples=SIDE))
    print(f"{'':<52}{'median':>10}{'limit':>10}")
    _probe(sample)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "survey.sgy")
        write_segy(sample, file)
        _colours(sample, file)


def _probe(sample: SeismicSample) -> None:
    bench, recipe = workbench(), Recipe.for_method("probe")
    recipe = _with_classes(recipe)
    encoder = dataclasses.replace(recipe.encoder, tuning=tuning_for("seismic", recipe.encoder.name))
    recipe = dataclasses.replace(recipe, encoder=encoder)
    extractor = bench.extractor(recipe, "auto", "auto")
    examples = [_example(sample, place) for place in range(len(sample.inlines))]
    for count, limit in ((1, 1.0), (20, 3.0)):
        chosen = examples[:count]

        def once(chosen: list[Example] = chosen) -> None:
            head = run_to_end(fit_probe(bench, chosen, recipe, extractor, Control()))
            predictor = ProbePredictor(recipe, extractor, head)
            shown = chosen[-1]
            predictor.probabilities(
                shown.picture, lambda picture: bench.features(extractor, picture, shown.key)
            ).argmax(0)

        once()
        print(f"{f'probe, {count} labelled section(s), s':<52}{_median(once):>10.2f}{limit:>10.2f}")


def _colours(sample: SeismicSample, file: Path) -> None:
    bench = workbench()
    # A cache of its own: emptying it must cost nobody else theirs.
    bench.cache = FeatureCache(None)
    # The network that maps of seismic surveys are made with.
    extractor = sight_of(bench, Where(), tuning=tuning_of(AUTO, bench.survey(file))).extractor
    first, second = (At("inline", int(sample.inlines[place])) for place in (0, 1))
    run_to_end(features.run(FeaturesSpec(file, first), Control()))
    cached = _median(lambda: run_to_end(features.run(FeaturesSpec(file, first), Control())))
    print(f"{'colours, cached features, ms':<52}{1000 * cached:>10.1f}{50.0:>10.1f}")
    image = torch.rand(1, 3, 518, 518)

    @torch.inference_mode()
    def bare() -> None:
        with torch.autocast(extractor.device.type, torch.bfloat16, enabled=extractor.bf16):
            extractor.encoder(image.to(extractor.device))

    def uncached() -> None:
        bench.cache.forget()
        run_to_end(features.run(FeaturesSpec(file, second), Control()))

    uncached()
    # Interleaved, so that both meet the same neighbours on a shared machine.
    ratios = [_seconds(uncached) / _seconds(bare) for _ in range(REPEATS)]
    print(f"{'colours, uncached / bare encoder call':<52}{statistics.median(ratios):>10.2f}{1.15:>10.2f}")


def _example(sample: SeismicSample, place: int) -> Example:
    stretch = fit_stretch(sample.amplitude[place], 99.0, symmetric=True)
    picture = np.ascontiguousarray(stretch.apply(sample.amplitude[place].T))
    labels = draw_strokes(np.ascontiguousarray(sample.facies[place].T), 0.015, place)
    return Example(picture, labels, labels, f"benchmark {place}", str(place), np.ones(labels.shape, bool))


def _with_classes(recipe: Recipe) -> Recipe:
    return dataclasses.replace(recipe, classes=ClassTable.named([facies.name for facies in FACIES]))


def _median(call: Callable[[], object]) -> float:
    return statistics.median(_seconds(call) for _ in range(REPEATS))


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
