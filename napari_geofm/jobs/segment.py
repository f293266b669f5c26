"""Body: predict classes for a section, an area or a survey, block by block."""

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.survey import Survey
from napari_geofm.errors import UsageError
from napari_geofm.io.coverage import region_notes
from napari_geofm.io.results import ResultSpec
from napari_geofm.io.volumes import VolumeWriter, missing_blocks
from napari_geofm.jobs.own_grid import OwnGrid
from napari_geofm.jobs.picture import fed_values
from napari_geofm.jobs.pieces import Piece, Plan, plan_pieces
from napari_geofm.jobs.quantities import quantity_of
from napari_geofm.jobs.specs import SegmentResult, SegmentSpec
from napari_geofm.jobs.tiling import tiling_of
from napari_geofm.jobs.workbench import Workbench, workbench

if TYPE_CHECKING:
    from napari_geofm.nets.predictor import Predictor

__all__ = ["run"]


def run(spec: SegmentSpec, control: Control) -> Job[SegmentResult]:
    """Segment and write classes, and confidence and probabilities where asked for.

    Raises
    ------
    GeoFMError
        When the survey or model cannot be used, or an output cannot be written; outputs are as they were then.
    """
    from napari_geofm.nets.watching import watched_steps

    began = time.monotonic()
    bench = workbench()
    _require_apart(spec)
    yield Progress(0, 0, f"opening {spec.file.name}")
    survey = bench.survey(spec.file, spec.options, spec.model_folder)
    kept = bench.model(spec.model_folder)
    along = survey.along(spec.along or _direction(survey, kept.recipe.along))
    plan = plan_pieces(survey, spec.at, along, spec.region, tiling_of(kept.recipe))
    grid = OwnGrid.of(survey, plan, spec.at, spec.region)
    with _writers(spec, survey, plan, bench, along, grid) as writers:
        yield Progress(0, 0, "loading the model")
        predictor = bench.predictor(spec.model_folder, spec.where)
        todo = missing_blocks(*writers.values())
        redone = len(todo)
        for done, block in enumerate(todo):
            pieces = plan.pieces[block.index]
            for number, piece in enumerate(pieces):
                yield Progress(done + number / len(pieces), len(todo), f"segmenting {piece.name}")
                control.check()
                steps = _write(piece, predictor, bench, survey, grid, writers)
                for part in watched_steps(predictor.net, control.check, steps):
                    if part.done:
                        share = (number + (part.fraction or 0)) / len(pieces)
                        yield Progress(done + share, len(todo), f"segmenting {piece.name}")
            for writer in writers.values():
                writer.close_block(block)
        yield Progress(len(todo), len(todo), "writing")
        control.check()
        files = tuple(file for writer in writers.values() for file in writer.finish())
    return SegmentResult(
        spec.output,
        blocks_total=len(plan.blocks),
        blocks_done=len(plan.blocks),
        blocks_kept=len(plan.blocks) - redone,
        blocks_redone=redone,
        seconds=time.monotonic() - began,
        classes=kept.recipe.classes.names,
        files=files,
    )


def _require_apart(spec: SegmentSpec) -> None:
    """Refuse outputs of one name: each would be written over the other."""
    outputs = [path.resolve() for path in (spec.output, spec.confidence, spec.probabilities) if path is not None]
    double = next((path for path in outputs if outputs.count(path) > 1), None)
    if double is not None:
        msg = f"{double} is named for two outputs; give prediction, confidence and probabilities a file each"
        raise UsageError(msg)


def _direction(survey: Survey, along: str) -> str:
    """Return the model's direction where this survey has it, else empty."""
    return along if along in survey.cuts else ""


@contextmanager
def _writers(
    spec: SegmentSpec, survey: Survey, plan: Plan, bench: Workbench, along: str, grid: OwnGrid
) -> Iterator[dict[str, VolumeWriter]]:
    """Open a writer for each output."""
    model = bench.model(spec.model_folder)
    wanted = {"prediction": spec.output, "confidence": spec.confidence, "probabilities": spec.probabilities}
    key = _run_key(spec, survey, model.fingerprint, plan, grid)
    notes = {
        "model": spec.model_folder.name,
        "model_fingerprint": model.fingerprint,
        "recipe": model.recipe.key,
        **(region_notes(along, spec.region.limits) if spec.at is None else {}),
    }
    with ExitStack() as stack:
        writers = {}
        for quantity, path in wanted.items():
            if path is not None:
                places = _result_places(path, spec, survey, plan, grid)
                result = ResultSpec.of(grid.survey, quantity, model.recipe.classes, places=places, notes=notes)
                writer = VolumeWriter(
                    path, result, plan.blocks, run_key=key, overwrite=spec.overwrite, resume=spec.resume
                )
                writers[quantity] = stack.enter_context(writer)
        yield writers


def _result_places(
    path: Path, spec: SegmentSpec, survey: Survey, plan: Plan, grid: OwnGrid
) -> tuple[int | slice, ...] | None:
    """Return what of the survey a picture shows: its only section; other formats have the survey's shape."""
    if path.suffix.lower() != ".png" or (spec.at is None and len(survey.dims) > 2):
        return None
    parts = [grid.places(piece) for group in plan.pieces for piece in group]
    return tuple(_hull(side) for side in zip(*parts, strict=True))


def _hull(places: Sequence[int | slice]) -> int | slice:
    """Return what holds the places of several tiles along one dimension."""
    spans = [place for place in places if isinstance(place, slice)]
    return slice(min(span.start for span in spans), max(span.stop for span in spans)) if spans else places[0]


def _within(places: tuple[int | slice, ...], whole: tuple[int | slice, ...]) -> tuple[slice, ...]:
    """Return places of a survey as places of the picture that shows ``whole`` of it."""
    return tuple(
        slice(part.start - all_.start, part.stop - all_.start)
        for part, all_ in zip(places, whole, strict=True)
        if isinstance(part, slice) and isinstance(all_, slice)
    )


def _run_key(spec: SegmentSpec, survey: Survey, model: str, plan: Plan, grid: OwnGrid) -> str:
    """Return the hash of everything that decides the result."""
    parts = [survey.fingerprint, model, repr(plan), spec.where.device, spec.where.precision, *grid.key]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _write(
    piece: Piece,
    predictor: "Predictor",
    bench: Workbench,
    survey: Survey,
    grid: OwnGrid,
    writers: dict[str, VolumeWriter],
) -> Job[None]:
    """Segment one piece, telling how much of it is done, and hand it to the writers."""
    seen = grid.layout.to_display(survey.read(piece.seen))
    dead = ~np.isfinite(seen)
    if dead.all():
        # A gap in a recording, or a map's margin: the result holds nothing there already.
        return
    fed = predictor.recipe.input
    picture = fed_values(survey, piece.seen, seen, bench.stretch(survey, fed.percent), fed.channels)
    probabilities = yield from predictor.predicting(piece.continued(picture, grid.layout))
    probabilities = piece.cut(probabilities, grid.layout)
    inner, places = piece.inner(), grid.places(piece)
    for quantity, writer in writers.items():
        result = quantity_of(quantity, probabilities, dead)
        turned = (
            np.stack([grid.layout.from_display(part)[inner] for part in result])
            if quantity == "probabilities"
            else grid.layout.from_display(result)[inner]
        )
        # A picture holds its section alone; other results have the survey's shape.
        where = _within(places, writer.spec.places) if writer.spec.places else places
        writer.write(where, grid.spread(turned, piece))
