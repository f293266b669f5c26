"""Training an adapter and a decoder, from the probe on, judged on held-out strokes."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.recipe import Recipe
from napari_geofm.errors import ModelError
from napari_geofm.jobs.judging import judge
from napari_geofm.jobs.learned import Assignment, Learned
from napari_geofm.jobs.probing import fit_probe, view_averages

if TYPE_CHECKING:
    from napari_geofm.nets.model import SegmentationNet
    from napari_geofm.nets.probe import ProbeHead
    from napari_geofm.nets.unet import UNet

__all__ = ["adapt"]


def adapt(given: Assignment, control: Control) -> Job[Learned]:
    """Train what the recipe's method says, and return the best state on the held-out strokes."""
    from napari_geofm.nets.build import parts_of, untrained
    from napari_geofm.nets.crops import CropSource
    from napari_geofm.nets.devices import choose_device, choose_precision
    from napari_geofm.nets.predictor import DecoderPredictor
    from napari_geofm.nets.training import train

    spec, bench, recipe, validation = given.spec, given.bench, given.recipe, given.validation
    device = choose_device(spec.where.device)
    bf16 = choose_precision(spec.where.precision, device) == "bf16"
    start: ProbeHead | None = None
    teachers: list[NDArray[np.float16]] | None = None
    weights = None
    if recipe.decoder != "unet":
        weights = bench.weights(recipe.encoder.name, spec.where.weights)
        if recipe.training.probe_start and spec.base_model is None:
            extractor = bench.extractor(recipe, spec.where.device, spec.where.precision, spec.where.weights)
            start = yield from fit_probe(bench, given.training, recipe, extractor, weights.sha256, control)
            if recipe.training.anchor > 0:
                teachers = view_averages(bench, given.training, recipe, extractor, start)
    net = untrained(recipe, weights, start)
    if spec.base_model is not None:
        _continue(spec.base_model, recipe, net)
    yield Progress(0, 1, "training")
    predictor = DecoderPredictor(recipe, net, device, bf16=bf16, identity="in training")
    count = len(recipe.classes)

    def held_out_score() -> float:
        return judge(lambda example: predictor.probabilities(example.picture), validation, count).miou

    source = CropSource(given.training, count, recipe, predictor.patch_px, teachers)
    outcome = yield from train(net, source, recipe.training, held_out_score if validation else None, control, bf16=bf16)
    net.load_state_dict(outcome.state, strict=False)
    net.eval()
    scores = judge((lambda e: predictor.probabilities(e.picture)) if validation else None, validation, count)
    adapter, head = parts_of(net)
    return Learned(adapter, head, scores, outcome.steps, outcome.checks)


def _continue(folder: Path, recipe: Recipe, net: "SegmentationNet | UNet") -> None:
    """Put an earlier model's tensors into a network of the same make; classes that are new begin at zero.

    Raises
    ------
    ModelError
        When the earlier model has another encoder, method or decoder.
    """
    from napari_geofm.io.models import read_model
    from napari_geofm.nets.build import load_parts

    base = read_model(folder)
    same = ("method", "decoder")
    if any(getattr(base.recipe, name) != getattr(recipe, name) for name in same) or (
        base.recipe.encoder.name != recipe.encoder.name
    ):
        msg = (
            f"Model {folder.name} is {base.recipe.method} with {base.recipe.decoder} on {base.recipe.encoder.name}; "
            f"go on with the same, not {recipe.method} with {recipe.decoder} on {recipe.encoder.name}"
        )
        raise ModelError(msg)
    load_parts(net, base.adapter, _widened(base.head, len(base.recipe.classes), len(recipe.classes)))


def _widened(head: Mapping[str, NDArray[np.float32]], before: int, now: int) -> dict[str, NDArray[np.float32]]:
    """Return a head's tensors with rows for new classes, zero, wherever a layer gives one score per class."""
    if before == now:
        return dict(head)
    last = {"linear.weight", "linear.bias", *(name for name in head if ".classify." in f".{name}")}
    return {
        name: np.concatenate([value, np.zeros((now - before, *value.shape[1:]), value.dtype)])
        if name in last and value.shape[0] == before
        else value
        for name, value in head.items()
    }
