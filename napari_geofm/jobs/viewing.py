"""Bodies of what a viewer asks for: the classes of a section, what looks alike, the device."""

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.recipe import MIDDLE_TAPS
from napari_geofm.core.survey import Survey
from napari_geofm.errors import UsageError
from napari_geofm.jobs.own_grid import on_own_section
from napari_geofm.jobs.picture import Picture, picture_of
from napari_geofm.jobs.quantities import quantity_of
from napari_geofm.jobs.sight import sight_of, tuning_of
from napari_geofm.jobs.view_specs import (
    DeviceResult,
    DeviceSpec,
    PredictionResult,
    PredictionSpec,
    SimilarityResult,
    SimilaritySpec,
)
from napari_geofm.jobs.workbench import Workbench, workbench

if TYPE_CHECKING:
    from napari_geofm.nets.predictor import Predictor

__all__ = ["describe", "liken", "predict"]


def predict(spec: PredictionSpec, control: Control) -> Job[PredictionResult]:
    """Predict one section with a published model; a probe takes the features that the feature map left in the cache.

    What another model predicted is remembered for the sections seen last.

    Raises
    ------
    GeoFMError
        When the section or the model cannot be read.
    """
    bench = workbench()
    yield Progress(0, 0, "loading the model")
    predictor = bench.predictor(spec.model_folder, spec.where)
    survey = bench.survey(spec.file, spec.options, spec.model_folder)
    section = survey.section(spec.at)
    fed = predictor.recipe.input
    picture = picture_of(survey, section, bench.stretch(survey, fed.percent), fed.channels)
    control.check()
    yield Progress(0, 0, f"predicting {section.at}")
    if predictor.recipe.method == "probe":
        found = yield from _prediction(bench, predictor, picture, control)
        return _on_recording(survey, found, picture)
    key = (bench.model(spec.model_folder).fingerprint, spec.where, picture.key)
    held: PredictionResult | None = bench.held("predictions", key)
    made = held if held is not None else (yield from _prediction(bench, predictor, picture, control))
    found = _on_recording(survey, bench.remembered("predictions", key, lambda: made), picture)
    # A copy: who asked may write into it.
    return dataclasses.replace(found, classes=found.classes.copy(), confidence=found.confidence.copy())


def _on_recording(survey: Survey, found: PredictionResult, picture: Picture) -> PredictionResult:
    """Return a prediction on the recording's own samples and channels, where the model's chain makes them fewer."""
    classes, confidence = on_own_section(survey, picture.section, found.classes, found.confidence)
    return dataclasses.replace(found, classes=classes, confidence=confidence)


def _prediction(bench: Workbench, predictor: "Predictor", picture: Picture, control: Control) -> Job[PredictionResult]:
    """Return the classes of a section, and tell how many windows of it are done."""
    from napari_geofm.nets.watching import watched_steps

    extractor = predictor.extractor
    if predictor.recipe.method == "probe" and extractor is not None:
        # The key is the picture's: only the section as a whole is asked for.
        taps = yield from bench.encoding(extractor, picture.values, picture.key, control)
        probabilities = predictor.probabilities(picture.values, lambda _: taps)
    else:
        steps = predictor.predicting(picture.values)
        probabilities = yield from watched_steps(predictor.net, control.check, steps)
    dead = ~picture.section.valid
    return PredictionResult(
        picture.section.at,
        np.asarray(quantity_of("prediction", probabilities, dead), np.uint8),
        np.asarray(quantity_of("confidence", probabilities, dead), np.float32),
        predictor.recipe.classes.names,
    )


def liken(spec: SimilaritySpec, control: Control) -> Job[SimilarityResult]:
    """Compare all tokens of a section with one of them, or one of another section, by the cosine of their angle.

    It is 1 at the chosen token, about 0 where nothing is to be said, and -1 at the opposite.

    Raises
    ------
    GeoFMError
        When the section cannot be read, the place is not on it, or the model has no feature map.
    """
    from napari_geofm.nets.predictor import upsampled

    bench = workbench()
    survey = bench.survey(spec.file, spec.options, spec.model_folder)
    section = survey.section(spec.at)
    _require_inside(spec, section.shape)
    yield Progress(0, 0, f"encoding {section.at}")
    tap = spec.tap or (MIDDLE_TAPS[-1] if spec.model_folder is None else None)
    sight = sight_of(bench, spec.where, spec.model_folder, tap, tuning_of(spec.tuning, survey))
    fed = sight.recipe.input
    picture = picture_of(survey, section, bench.stretch(survey, fed.percent), fed.channels)
    directions = _directions(sight.tokens(bench, picture, control))
    token: tuple[int, int] | None = None
    if spec.direction is None:
        places = (int(place / sight.token_px) for place in (spec.row, spec.column))
        row, column = (min(place, size - 1) for place, size in zip(places, directions.shape[1:], strict=True))
        token, chosen = (row, column), directions[:, row, column]
    else:
        chosen = np.asarray(spec.direction, np.float32)
        if chosen.shape != directions.shape[:1]:
            msg = f"Direction of {chosen.size} numbers: tokens have {directions.shape[0]}; choose a place anew"
            raise UsageError(msg)
    alike = np.ascontiguousarray(np.tensordot(chosen, directions, axes=1).astype(np.float32))[None]
    similarity = upsampled(alike, sight.token_px, section.shape)[0].numpy()
    values = np.where(section.valid, similarity, np.float32(np.nan))
    return SimilarityResult(section.at, values, token, tuple(float(number) for number in chosen))


def _require_inside(spec: SimilaritySpec, shape: tuple[int, int]) -> None:
    """Refuse a place that is not on the section.

    Raises
    ------
    UsageError
        When it is not.
    """
    height, width = shape
    if spec.direction is None and not (0 <= spec.row < height and 0 <= spec.column < width):
        msg = f"Sample {spec.row}, trace {spec.column} is not on {spec.at} ({height} x {width}); choose one that is"
        raise UsageError(msg)


def _directions(tokens: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return where tokens lie, seen from their mean: float32 ``(channels, tokens down, tokens across)``, of length 1.

    Their products are cosines. What all tokens of a section have in common tells nothing apart. Of samples of the same
    facies the angle at the mean ranks more in front than that at the origin, and block 6 more than block 12 (mean
    average precision on F3, 200 places: 0.61 for block 6 centred, 0.59 not; 0.56 and 0.53 for block 12).
    """
    moved = tokens - tokens.mean(axis=(1, 2), keepdims=True)
    found: NDArray[np.float32] = moved / np.maximum(np.linalg.norm(moved, axis=0), 1e-12)
    return found


def describe(spec: DeviceSpec, control: Control) -> Job[DeviceResult]:
    """Tell what is computed with, and with which weights.

    Raises
    ------
    DeviceError
        When a GPU was asked for and there is none.
    WeightsError
        When there are no weights.
    """
    from napari_geofm.core.recipe import EncoderRecipe
    from napari_geofm.nets.devices import choose_device, describe_device

    yield Progress(0, 0, "looking for a GPU")
    info = describe_device(choose_device(spec.where.device))
    control.check()
    yield Progress(0, 0, "looking for the weights")
    weights = workbench().weights(EncoderRecipe(), spec.where.weights)
    words = f"{weights.encoder}, {weights.source}, sha256 {weights.sha256[:12]}"
    return DeviceResult(info.name, info.kind == "cuda", info.free_bytes / 2**30, words)
