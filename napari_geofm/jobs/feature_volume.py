"""Body: principal features of a section, an area or a survey as numbers for each sample, block by block."""

import hashlib
import json
import time

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.colour import PcaBasis
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.survey import Survey
from napari_geofm.core.tiling import Tiling
from napari_geofm.errors import UsageError
from napari_geofm.io.pictures import upscaled_numbers
from napari_geofm.io.result_source import FEATURES_NULL, component_names
from napari_geofm.io.results import ResultSpec
from napari_geofm.io.volumes import VolumeWriter
from napari_geofm.jobs.basis import survey_basis
from napari_geofm.jobs.feature_volume_spec import MOST_COMPONENTS, FeatureVolumeResult, FeatureVolumeSpec
from napari_geofm.jobs.own_grid import OwnGrid
from napari_geofm.jobs.picture import fed_values, picture_key
from napari_geofm.jobs.pieces import Piece, Plan, plan_pieces
from napari_geofm.jobs.sight import Sight, sight_of, tuning_of
from napari_geofm.jobs.workbench import Workbench, workbench

__all__ = ["run"]


def run(spec: FeatureVolumeSpec, control: Control) -> Job[FeatureVolumeResult]:
    """Encode and write; finished sections of an interrupted run stay for ``resume``.

    Raises
    ------
    GeoFMError
        When the survey or model cannot be used, or the output cannot be written.
    """
    began = time.monotonic()
    if not 1 <= spec.components <= MOST_COMPONENTS:
        msg = (
            f"--components {spec.components}: the survey's colours have {MOST_COMPONENTS}; give 1 to {MOST_COMPONENTS}"
        )
        raise UsageError(msg)
    bench = workbench()
    yield Progress(0, 0, f"opening {spec.file.name}")
    survey = bench.survey(spec.file, spec.options, spec.model_folder)
    sight = sight_of(bench, spec.where, spec.model_folder, spec.tap, tuning_of(spec.tuning, survey))
    tiling = Tiling.of(sight.recipe, sight.extractor.encoder.patch_px, features=True)
    plan = plan_pieces(survey, spec.at, survey.along(spec.along or None), spec.region, tiling)
    grid = OwnGrid.of(survey, plan, spec.at, spec.region)
    key = _run_key(spec, survey, sight, plan, grid)
    writer = VolumeWriter(
        spec.output, _result(spec, grid.survey, sight), plan.blocks, run_key=key, overwrite=spec.overwrite,
        resume=spec.resume,
    )  # fmt: skip
    with writer:
        basis = yield from survey_basis(bench, survey, sight, control)
        todo = list(writer.missing())
        for done, block in enumerate(todo):
            for piece in plan.pieces[block.index]:
                yield Progress(done, len(todo), f"encoding {piece.name}")
                control.check()
                found = _projected(piece, bench, survey, sight, basis, plan, control=control)
                if found is not None:
                    writer.write(grid.places(piece), grid.spread(found[: spec.components], piece))
            writer.close_block(block)
        yield Progress(len(todo), len(todo), "writing")
        control.check()
        files = writer.finish()
    kept = len(plan.blocks) - len(todo)
    return FeatureVolumeResult(files, sight.tap, len(plan.blocks), kept, time.monotonic() - began)


def _result(spec: FeatureVolumeSpec, survey: Survey, sight: Sight) -> ResultSpec:
    notes = {
        "model": spec.model_folder.name if spec.model_folder is not None else sight.recipe.encoder.name,
        "block": sight.tap,
    }
    names = component_names(spec.components)
    return ResultSpec.of(survey, "features", names, notes=notes, null=FEATURES_NULL)


def _run_key(spec: FeatureVolumeSpec, survey: Survey, sight: Sight, plan: Plan, grid: OwnGrid) -> str:
    """Return the hash of everything that decides the result."""
    parts = [survey.fingerprint, sight.identity, sight.tap, repr(sight.recipe.input), repr(plan), spec.components]
    parts += [spec.where.device, spec.where.precision, *grid.key]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _projected(
    piece: Piece,
    bench: Workbench,
    survey: Survey,
    sight: Sight,
    basis: PcaBasis,
    plan: Plan,
    *,
    control: Control,
) -> NDArray[np.float32] | None:
    """Return the components of one piece, float32 ``(3, ...)`` in the survey's order, NaN where there is no trace.

    None where there is none at all.
    """
    seen = plan.layout.to_display(survey.read(piece.seen))
    dead = ~np.isfinite(seen)
    if dead.all():
        return None
    channels, stretch = sight.recipe.input.channels, bench.stretch(survey, sight.recipe.input.percent)
    more = f":{piece.more}" if any(piece.more) else ""
    picture = piece.continued(fed_values(survey, piece.seen, seen, stretch, channels), plan.layout)
    key = picture_key(survey, piece.seen, stretch, channels) + more
    tokens = basis.project(sight.tokens_of(bench, picture, key, control))
    inner = piece.inner()
    grown = np.stack(
        [upscaled_numbers(plane, sight.token_px, (picture.shape[0], picture.shape[1])) for plane in tokens]
    )
    planes = np.where(dead, np.float32(np.nan), piece.cut(grown, plan.layout))
    return np.stack([plan.layout.from_display(plane)[inner] for plane in planes])
