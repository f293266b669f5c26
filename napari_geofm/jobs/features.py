"""Body: the feature map of one section."""

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.recipe import Recipe
from napari_geofm.errors import OutputError
from napari_geofm.jobs.basis import survey_basis
from napari_geofm.jobs.picture import picture_of
from napari_geofm.jobs.specs import FeatureResult, FeaturesSpec
from napari_geofm.jobs.workbench import workbench

__all__ = ["run"]


def run(spec: FeaturesSpec, control: Control) -> Job[FeatureResult]:
    """Encode a section, with an adapted model or the encoder as it is, and colour it with the survey's basis."""
    bench = workbench()
    yield Progress(0, 0, f"opening {spec.file.name}")
    survey = bench.survey(spec.file)
    section = survey.section(spec.at, region=spec.region)
    if spec.model_folder is None:
        recipe = Recipe()
        extractor = bench.extractor(recipe, spec.where.device, spec.where.precision, spec.where.weights)
        identity = bench.weights(recipe.encoder.name, spec.where.weights).sha256
    else:
        predictor = bench.predictor(spec.model_folder, spec.where)
        if predictor.extractor is None:
            msg = f"Model {spec.model_folder.name} is a U-Net, which has no feature map; choose a model with an encoder"
            raise OutputError(msg)
        recipe, extractor, identity = predictor.recipe, predictor.extractor, predictor.identity
    control.check()
    picture = picture_of(survey, section, bench.stretch(survey, recipe.input.percent))
    token_px = extractor.encoder.patch_px / recipe.input.zoom
    yield Progress(0, 0, f"encoding {section.at}")
    found = extractor.with_taps(None)(picture.values) if spec.exact else None
    colours = None
    if spec.coloured:
        basis = yield from survey_basis(bench, survey, extractor, identity, recipe, control)
        taps = bench.features(extractor, identity, picture.values, picture.key)
        colours = basis.rgb(taps[-extractor.encoder.dim :].astype("float32"))
    return FeatureResult(colours, found, section.shape, token_px)
