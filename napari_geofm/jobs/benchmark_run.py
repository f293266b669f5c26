"""One run of a benchmark: train a network on a task's pictures, keep the best on validation, score the test."""

import dataclasses
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.examples import Example
from napari_geofm.core.paper_tasks import NETWORKS
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.recipe import Recipe
from napari_geofm.core.tally import Tally
from napari_geofm.jobs.benchmark_recipe import RATES, tuning_recipe, with_rate
from napari_geofm.jobs.benchmark_spec import BenchmarkSpec, RunRecord
from napari_geofm.jobs.workbench import workbench

if TYPE_CHECKING:
    from napari_geofm.nets.outcome import Outcome
    from napari_geofm.nets.predictor import DecoderPredictor

__all__ = ["Pictures", "Run", "run_network"]

TRAINING = "training.safetensors"
"""Where a training stands, while it lasts."""


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """Pictures to learn from, to choose the state by, and to test on."""

    learned: Sequence[Example]
    validated: Sequence[Example]
    tested: Sequence[Example]


@dataclass(frozen=True, slots=True)
class Run:
    """One network on one task with one seed: how, and where what belongs to it lies."""

    task: str
    network: str
    seed: int
    recipe: Recipe
    folder: Path

    @property
    def name(self) -> str:
        """In words."""
        return f"{self.task}, {NETWORKS[self.network]}, seed {self.seed}"


@dataclass(frozen=True, slots=True, eq=False)
class _Trained:
    """A network with its best state, and how it got there."""

    predictor: "DecoderPredictor"
    outcome: "Outcome"
    parameters: int
    device: str
    precision: str


def run_network(
    spec: BenchmarkSpec, run: Run, pictures: Pictures, control: Control
) -> Job[tuple[RunRecord, Recipe, "DecoderPredictor"]]:
    """Run one network; the state of the training lies in its folder while it lasts, and is gone on from.

    Yields
    ------
    Progress
        Of the part that is going on.

    Returns
    -------
    RunRecord, Recipe, DecoderPredictor
        What it scored, how it was trained, and the network itself.
    """
    recipe = run.recipe
    began = time.monotonic()
    tuning: list[tuple[float, float]] = []
    if run.network == "unet-tuned":
        tuning = yield from _tuned(spec, recipe, pictures, run.folder, control)
        recipe = with_rate(recipe, max(tuning, key=lambda pair: pair[1])[0])
    trained = yield from _train(spec, recipe, pictures, run.folder / TRAINING, control)
    tally = Tally(len(recipe.classes), batch=recipe.training.batch)
    count = len(pictures.tested)
    for place in range(count):
        control.check()
        yield Progress(place, count, f"testing picture {place + 1} of {count}")
        example = pictures.tested[place]
        tally.add(example.labels, _classes(trained.predictor, example))
    record = _record(run, recipe, pictures, trained, tally)
    return (
        dataclasses.replace(record, tuning=tuple(tuning), seconds=time.monotonic() - began),
        recipe,
        trained.predictor,
    )


def _tuned(
    spec: BenchmarkSpec, recipe: Recipe, pictures: Pictures, folder: Path, control: Control
) -> Job[list[tuple[float, float]]]:
    """Try rates in short trainings; return each with its mIoU on the validation pictures."""
    found: list[tuple[float, float]] = []
    for rate in RATES:
        record = folder / f"tuning-{rate:g}.safetensors"
        trained = yield from _train(spec, tuning_recipe(recipe, rate), pictures, record, control)
        score = trained.outcome.best.score
        # Without validation pictures the loss on what is learned has to decide.
        found.append((rate, -trained.outcome.best.loss if math.isnan(score) else score))
    return found


def _train(spec: BenchmarkSpec, recipe: Recipe, pictures: Pictures, record: Path, control: Control) -> Job[_Trained]:
    """Train a network and put its best state in place."""
    from napari_geofm.nets.budget import planned
    from napari_geofm.nets.build import untrained
    from napari_geofm.nets.devices import choose_device, choose_precision
    from napari_geofm.nets.model import trainable_count
    from napari_geofm.nets.outcome import Verdict
    from napari_geofm.nets.predictor import DecoderPredictor
    from napari_geofm.nets.training import train
    from napari_geofm.nets.whole_sections import WholeSource

    device = choose_device(spec.where.device)
    precision = choose_precision(spec.where.precision, device)
    weights = None if recipe.decoder == "unet" else workbench().weights(recipe.encoder, spec.where.weights)
    net = untrained(recipe, weights, None)
    parameters = trainable_count(net)
    predictor = DecoderPredictor(recipe, net, device, bf16=precision == "bf16", identity="in training")

    def verdict() -> Verdict:
        tally = Tally(len(recipe.classes), boundaries=False)
        for example in pictures.validated:
            control.check()
            tally.add(example.labels, _classes(predictor, example))
        return Verdict(tally.scores.miou, margin=0.0)

    source = WholeSource(pictures.learned, len(recipe.classes), recipe, predictor.patch_px)
    training = planned(recipe.training, len(pictures.learned))
    outcome = yield from train(
        net,
        source,
        training,
        verdict if len(pictures.validated) else None,
        control,
        bf16=precision == "bf16",
        record=record,
    )
    net.load_state_dict(outcome.state, strict=False)
    net.eval()
    return _Trained(predictor, outcome, parameters, device.type, precision)


def _classes(predictor: "DecoderPredictor", example: Example) -> NDArray[np.uint8]:
    """Return the class of each pixel, uint8."""
    return np.asarray(predictor.probabilities(example.picture).argmax(0), np.uint8)


def _record(run: Run, recipe: Recipe, pictures: Pictures, trained: _Trained, tally: Tally) -> RunRecord:
    from napari_geofm.nets.budget import steps_per_epoch

    one = steps_per_epoch(recipe.training, len(pictures.learned))
    outcome, scores, paper = trained.outcome, tally.scores, tally.paper
    return RunRecord(
        task=run.task,
        network=run.network,
        seed=run.seed,
        method=recipe.method,
        rate=recipe.training.head_rate,
        epochs=recipe.training.epochs,
        kept_epoch=outcome.best.step // one,
        learned=len(pictures.learned),
        validated=len(pictures.validated),
        tested=len(pictures.tested),
        miou=scores.miou,
        mpa=scores.mpa,
        pixel_accuracy=scores.pixel_accuracy,
        boundary_f1=tally.boundaries.mean_f1,
        iou=tuple(float(value) for value in scores.iou),
        paper_miou=paper.miou,
        paper_mpa=paper.mpa,
        samples=tuple(each.miou for each in tally.samples),
        history=tuple((check.step // one, check.loss, check.score) for check in outcome.checks),
        tuning=(),
        seconds=0.0,
        parameters=trained.parameters,
        diverged_at=outcome.diverged_at,
        device=trained.device,
        precision=trained.precision,
    )
