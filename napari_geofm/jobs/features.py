"""Bodies: the feature map of one section, and the survey's colours."""

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.jobs.basis import known_basis, provisional_basis, survey_basis
from napari_geofm.jobs.own_grid import tokens_on_own_section
from napari_geofm.jobs.picture import picture_of
from napari_geofm.jobs.sight import sight_of, tuning_of
from napari_geofm.jobs.specs import FeatureResult, FeaturesSpec
from napari_geofm.jobs.view_specs import BasisResult, BasisSpec
from napari_geofm.jobs.workbench import workbench

__all__ = ["fit_colours", "run"]


def run(spec: FeaturesSpec, control: Control) -> Job[FeatureResult]:
    """Encode a section, with an adapted model or the encoder as it is, and colour it.

    Raises
    ------
    GeoFMError
        When the section cannot be read, or the model has no feature map.
    """
    bench = workbench()
    yield Progress(0, 0, f"opening {spec.file.name}")
    survey = bench.survey(spec.file, spec.options, spec.model_folder)
    section = survey.section(spec.at, region=spec.region)
    sight = sight_of(bench, spec.where, spec.model_folder, spec.tap, tuning_of(spec.tuning, survey))
    control.check()
    fed = sight.recipe.input
    picture = picture_of(survey, section, bench.stretch(survey, fed.percent), fed.channels)
    yield Progress(0, 0, f"encoding {section.at}")
    found = sight.extractor.with_taps(None)(picture.values) if spec.exact else None
    if not spec.coloured:
        return FeatureResult(None, found, section.shape, sight.token_px, sight.tap)
    tokens = yield from sight.encoding(bench, picture.values, picture.key, control)
    basis = known_basis(bench, survey, sight)
    provisional = basis is None and spec.provisional
    if basis is None and provisional:
        basis = provisional_basis(bench, survey, sight, picture, control)
    elif basis is None:
        basis = yield from survey_basis(bench, survey, sight, control)
    colours, shape, token_px = tokens_on_own_section(survey, section, spec.region, basis.rgb(tokens), sight.token_px)
    return FeatureResult(colours, found, shape, token_px, sight.tap, provisional)


def fit_colours(spec: BasisSpec, control: Control) -> Job[BasisResult]:
    """Fit the survey's colours, unless they are known.

    Raises
    ------
    GeoFMError
        When the survey cannot be read, or the model has no feature map.
    """
    bench = workbench()
    yield Progress(0, 0, f"opening {spec.file.name}")
    survey = bench.survey(spec.file, spec.options, spec.model_folder)
    sight = sight_of(bench, spec.where, spec.model_folder, spec.tap, tuning_of(spec.tuning, survey))
    fitted = known_basis(bench, survey, sight) is None
    yield from survey_basis(bench, survey, sight, control)
    return BasisResult(sight.tap, fitted)
