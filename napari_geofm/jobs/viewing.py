"""Bodies of what a viewer asks for: the classes of a section, the device."""

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.jobs.picture import picture_of
from napari_geofm.jobs.quantities import quantity_of
from napari_geofm.jobs.view_specs import DeviceResult, DeviceSpec, PredictionResult, PredictionSpec
from napari_geofm.jobs.workbench import workbench

__all__ = ["describe", "predict"]


def predict(spec: PredictionSpec, control: Control) -> Job[PredictionResult]:
    """Predict one section with a published model; a probe takes the features that the feature map left in the cache.

    Raises
    ------
    GeoFMError
        When the section or the model cannot be read.
    """
    bench = workbench()
    yield Progress(0, 0, "loading the model")
    predictor = bench.predictor(spec.model_folder, spec.where)
    survey = bench.survey(spec.file)
    section = survey.section(spec.at)
    picture = picture_of(survey, section, bench.stretch(survey, predictor.recipe.input.percent))
    control.check()
    yield Progress(0, 0, f"predicting {section.at}")
    extractor = predictor.extractor

    def encode(values: NDArray[np.float32]) -> NDArray[np.float16]:
        # The key is the picture's: only the section as a whole is asked for.
        return bench.features(extractor, predictor.identity, values, picture.key)  # type: ignore[arg-type]

    probabilities = predictor.probabilities(picture.values, encode if predictor.recipe.method == "probe" else None)
    dead = ~section.valid
    return PredictionResult(
        section.at,
        np.asarray(quantity_of("prediction", probabilities, dead), np.uint8),
        np.asarray(quantity_of("confidence", probabilities, dead), np.float32),
        predictor.recipe.classes.names,
    )


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
    weights = workbench().weights(EncoderRecipe().name, spec.where.weights)
    words = f"{weights.encoder}, {weights.source}, sha256 {weights.sha256[:12]}"
    return DeviceResult(info.name, info.kind == "cuda", info.free_bytes / 2**30, words)
