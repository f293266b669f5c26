"""Body: how long a fine-tune and the prediction of a survey take here, and how much memory and disk."""

import dataclasses
import math
from typing import TYPE_CHECKING

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.recipe import AUTO, Recipe
from napari_geofm.jobs.pieces import plan_pieces
from napari_geofm.jobs.speeds import known_speed, remember_speed
from napari_geofm.jobs.view_specs import EstimateResult, EstimateSpec
from napari_geofm.jobs.views import views_of
from napari_geofm.jobs.workbench import Workbench, workbench

if TYPE_CHECKING:
    from napari_geofm.nets.speed import Speed

__all__ = ["estimate"]

READING_S = 0.5
"""Reading labels and fitting the linear head of a probe once: measured on surveys of a few hundred MB."""

CHECKING = 0.85
"""Part of the time that is left for steps, the rest being looks at held-out strokes (nets.training)."""

ROUNDS = 2
"""Held out and then not: a training of so many steps takes them twice."""


def estimate(spec: EstimateSpec, control: Control) -> Job[EstimateResult]:
    """Estimate, after measuring where that has not been done on this device yet.

    Raises
    ------
    GeoFMError
        When the survey cannot be read, or has no such direction or area.
    """
    from napari_geofm.nets.devices import choose_device, describe_device

    spec = _decided(spec)
    bench, recipe = workbench(), spec.recipe
    yield Progress(0, 0, f"opening {spec.file.name}")
    survey = bench.survey(spec.file, spec.options)
    info = describe_device(choose_device(spec.where.device))
    speed = yield from _speed(spec, bench, control)
    along = spec.along or (recipe.along if recipe.along in survey.cuts else "")
    pieces = [piece for group in plan_pieces(survey, None, along, spec.region).pieces for piece in group]
    shapes = [_shape(piece.seen) for piece in pieces]
    training_s, steps = _training(recipe, speed)
    return EstimateResult(
        device=info.name,
        start_s=_start(recipe, shapes[0], spec.labelled, speed),
        training_s=training_s,
        steps=steps,
        memory_gb=speed.step_bytes / 1e9,
        free_gb=info.free_bytes / 1e9,
        sections=len(shapes),
        volume_s=sum(_tokens(shape, recipe) for shape in shapes) * speed.predict_s,
        volume_gb=math.prod(survey.shape) / 1e9,
    )


def _decided(spec: EstimateSpec) -> EstimateSpec:
    """Return a spec whose decoder is chosen as that of a training is."""
    if spec.recipe.decoder != AUTO:
        return spec
    return dataclasses.replace(spec, recipe=spec.recipe.with_decoder("guided" if spec.dense else "linear"))


def _speed(spec: EstimateSpec, bench: Workbench, control: Control) -> "Job[Speed]":
    """Return the speed of this machine with a kind of model, remembered or measured now."""
    from napari_geofm.nets.devices import choose_device, choose_precision
    from napari_geofm.nets.speed import measure_speed, speed_key

    recipe, where = spec.recipe, spec.where
    device = choose_device(where.device)
    bf16 = choose_precision(where.precision, device) == "bf16"
    file, key = bench.folder / "speeds.json", speed_key(recipe, device, bf16=bf16)
    known = known_speed(file, key)
    if known is not None:
        return known
    unet = recipe.decoder == "unet"
    weights = None if unet else bench.weights(recipe.encoder, where.weights)
    extractor = None if unet else bench.extractor(recipe, where.device, where.precision, where.weights)
    found = yield from measure_speed(recipe, extractor, weights, control, device=device, bf16=bf16)
    remember_speed(file, key, found)
    return found


def _start(recipe: Recipe, shape: tuple[int, int], labelled: int, speed: "Speed") -> float:
    """Return the seconds until a training takes its first step, or a probe is ready."""
    if recipe.decoder == "unet" or (recipe.method != "probe" and not recipe.training.probe_start):
        return speed.start_s + READING_S
    tokens = sum(_tokens(_shape((view.rows, view.columns)), recipe) for view in views_of(shape, recipe.probe))
    return speed.start_s + READING_S + labelled * tokens * speed.encode_s + ROUNDS * READING_S


def _training(recipe: Recipe, speed: "Speed") -> tuple[float, int]:
    """Return the seconds of training and the steps that they hold."""
    if recipe.method == "probe" or not speed.step_s:
        return 0.0, 0
    if recipe.training.steps:
        return ROUNDS * recipe.training.steps * speed.step_s / CHECKING, ROUNDS * recipe.training.steps
    seconds = 60 * recipe.training.minutes
    return seconds, int(CHECKING * seconds / speed.step_s)


def _shape(places: tuple[int | slice, ...]) -> tuple[int, int]:
    """Return the sides of a picture that is cut out at ``places``."""
    first, second = (place.stop - place.start for place in places if isinstance(place, slice))
    return first, second


def _tokens(shape: tuple[int, int], recipe: Recipe) -> int:
    """Return how many tokens a picture of ``shape`` feeds."""
    from napari_geofm.nets.encoder_spec import encoder_spec
    from napari_geofm.nets.predictor import UNET_STEP_PX
    from napari_geofm.nets.speed import fed_tokens

    patch_px = UNET_STEP_PX if recipe.decoder == "unet" else encoder_spec(recipe.encoder.name).patch_px
    return fed_tokens(shape, recipe, patch_px)
