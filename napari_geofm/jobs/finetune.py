"""Body: learn from labels, and leave a model's folder."""

import dataclasses
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.recipe import AUTO, Recipe
from napari_geofm.errors import OutputError
from napari_geofm.io.atomic import require_folder_place
from napari_geofm.io.tunings import tuning_for
from napari_geofm.jobs.adapting import adapt
from napari_geofm.jobs.card import model_card
from napari_geofm.jobs.collect import Collection, check_learnable, collect
from napari_geofm.jobs.continuing import begins_anew, check_same_weights, going_on
from napari_geofm.jobs.deciding import decided
from napari_geofm.jobs.guarding import (
    asked_before,
    compared,
    kept_sections,
    learned_sources,
    told_of_edits,
    told_of_kept,
)
from napari_geofm.jobs.learned import Assignment, Learned
from napari_geofm.jobs.lesson import Lesson, plan_lesson
from napari_geofm.jobs.naming import known_classes, told_of_classes
from napari_geofm.jobs.preview import Preview
from napari_geofm.jobs.probing import probe
from napari_geofm.jobs.recalling import Recollection, recollect
from napari_geofm.jobs.specs import FinetuneResult, FinetuneSpec
from napari_geofm.jobs.workbench import Workbench, workbench

if TYPE_CHECKING:
    from napari_geofm.io.models import ModelFolder

__all__ = ["run"]


def run(spec: FinetuneSpec, control: Control) -> Job[FinetuneResult]:
    """Learn from labels.

    Raises
    ------
    GeoFMError
        When inputs do not fit, hold nothing to learn from, or the output cannot be written; nothing is changed then.
    """
    from napari_geofm.io.models import read_model, require_model_place

    began = time.monotonic()
    _require_base_kept(spec)
    require_model_place(spec.output, overwrite=spec.overwrite)
    if spec.preview is not None:
        _require_preview_place(spec.preview, spec.output)
    base = read_model(spec.base_model) if spec.base_model is not None else None
    if base is not None:
        spec = dataclasses.replace(spec, recipe=going_on(spec.recipe, base))
    spec = _processed(spec)
    bench = workbench()
    yield Progress(0, 0, "reading labels")
    collection = collect(spec, bench, known_classes(spec))
    recipe = _completed(spec, bench, collection, base)
    earlier, notes = _recollected(spec, bench, base, collection)
    anew, seed = begins_anew(base), recipe.training.seed
    lesson = plan_lesson(collection, len(recipe.classes), seed, earlier, rehearse=spec.rehearse, anew=anew)
    if base is not None:
        check_learnable(lesson.examples, recipe.classes)
        recipe = dataclasses.replace(recipe, sources=learned_sources(recipe.sources, lesson.examples))
    guard = (*lesson.remembered, *lesson.fresh)
    given = Assignment(spec, bench, recipe, lesson.examples, lesson.training, lesson.validation, guard, base)
    try:
        before = yield from asked_before(given, lesson)
        learned = yield from probe(given, control) if recipe.method == "probe" else adapt(given, control)
    finally:
        Preview.remove(spec.preview)
    control.check()
    result = _result(spec, recipe, lesson, learned, time.monotonic() - began)
    if base is not None:
        labelled = np.array(result.labelled)
        notes += told_of_edits(base.path.name, lesson)
        notes += told_of_classes(base.recipe.classes, recipe.classes, labelled, base.path.name)
        found = compared(base.path.name, result.classes, lesson, before, learned)
        result = dataclasses.replace(result, guard=found, notes=notes)
    result = _written(spec, recipe, lesson, learned, result)
    yield Progress(1, 1, f"model written to {spec.output}")
    return result


def _written(
    spec: FinetuneSpec, recipe: Recipe, lesson: Lesson, learned: Learned, result: FinetuneResult
) -> FinetuneResult:
    """Write the model's folder; return the result with what is said of labels that are not kept there."""
    from napari_geofm.io.kept_labels import fitting, pack_kept
    from napari_geofm.io.models import write_model

    every = kept_sections(lesson, learned, len(recipe.classes))
    kept = fitting(every)
    result = dataclasses.replace(result, notes=result.notes + told_of_kept(len(kept), len(every)))
    card, labels = model_card(recipe, result), pack_kept(kept)
    write_model(spec.output, recipe, card, learned.adapter, learned.head, labels=labels, overwrite=spec.overwrite)
    return result


def _processed(spec: FinetuneSpec) -> FinetuneSpec:
    """Return the job with one chain for all recordings, which the recipe keeps: its own, else that they are seen with.

    What goes on from a model has that model's, also where it has none.
    """
    from napari_geofm.core.das.processing import Processing
    from napari_geofm.io.file_options import with_chain

    chain = spec.recipe.processing.steps
    if not chain and spec.base_model is None:
        options = (source.options for source in spec.sources)
        chain = next((each.chain for each in options if isinstance(each, Processing)), chain)
    sources = tuple(dataclasses.replace(each, options=with_chain(each.options, chain)) for each in spec.sources)
    kept = dataclasses.replace(spec.recipe.processing, chain=chain.words())
    return dataclasses.replace(spec, sources=sources, recipe=dataclasses.replace(spec.recipe, processing=kept))


def _require_base_kept(spec: FinetuneSpec) -> None:
    """Refuse to write over the model that is gone on from.

    Raises
    ------
    OutputError
        When the output is that model's folder.
    """
    base, output = spec.base_model, spec.output
    if base is not None and base.exists() and output.exists() and output.samefile(base):
        msg = f"{output} is the model that is gone on from, which is never written to; choose another name"
        raise OutputError(msg)


def _require_preview_place(preview: Path, output: Path) -> None:
    """Refuse a folder for previews that holds something else: a preview is written over and removed.

    Raises
    ------
    OutputError
        When it is the model's own, or holds anything but a preview left behind.
    """
    if preview.resolve() == output.resolve():
        msg = f"{preview} is named for the model and for its previews; give each a folder"
        raise OutputError(msg)
    Preview.remove(preview)
    require_folder_place(preview, overwrite=False)


def _recollected(
    spec: FinetuneSpec, bench: Workbench, base: "ModelFolder | None", collection: Collection
) -> tuple[Recollection | None, tuple[str, ...]]:
    """Return what an earlier model learned from, and what is said of it; None without one."""
    from napari_geofm.io.kept_labels import read_kept

    if base is None:
        return None, ()
    name, classes = base.path.name, len(base.recipe.classes)
    kept = read_kept(base.path, classes)
    if kept is None:
        none = f"Model {name} keeps no labels (an earlier program made it): what it learned from is not rehearsed"
        return Recollection(), (f"{none}; give its labels again with --data",)
    surveys = [bench.survey(source.file, source.options) for source in spec.sources]
    found = recollect(bench, kept, name, surveys, classes, collection.read, channels=spec.recipe.input.channels)
    off = () if spec.rehearse else (f"What {name} learned from is not rehearsed, as asked for.",)
    return found, off or found.notes


def _completed(spec: FinetuneSpec, bench: Workbench, collection: Collection, base: "ModelFolder | None") -> Recipe:
    """Return the recipe with everything that the data decided.

    Raises
    ------
    ModelError
        When the earlier model was trained on other weights.
    """
    recipe = decided(spec.recipe, collection.training)
    encoder = recipe.encoder
    if encoder.tuning == AUTO:
        encoder = dataclasses.replace(encoder, tuning=tuning_for(collection.kind, encoder.name))
    weights = bench.weights(encoder, spec.where.weights) if recipe.decoder != "unet" else None
    hashes = (weights.sha256, weights.tuning_sha256) if weights else ("", "")
    encoder = dataclasses.replace(encoder, weights_sha256=hashes[0], tuning_sha256=hashes[1])
    recipe = dataclasses.replace(
        recipe, encoder=encoder, classes=collection.classes, along=collection.along, sources=collection.sources
    )
    if base is not None:
        check_same_weights(recipe, base)
    return recipe


def _result(spec: FinetuneSpec, recipe: Recipe, lesson: Lesson, learned: Learned, seconds: float) -> FinetuneResult:
    count = len(recipe.classes)
    labelled = sum((example.counts(count) for example in lesson.examples), 0 * learned.scores.matrix[0])
    return FinetuneResult(
        output=spec.output,
        classes=recipe.classes.names,
        sections=tuple(name for source in recipe.sources for name in source.sections),
        labelled=tuple(int(number) for number in labelled),
        held_out=learned.scores.pixels,
        miou=learned.scores.miou,
        iou=tuple(float(value) for value in learned.scores.iou),
        steps=learned.steps,
        seconds=seconds,
        history=tuple((check.step, check.seconds, check.loss, check.score) for check in learned.checks),
        kept_step=learned.kept_step,
        diverged_at=learned.diverged_at,
    )
