"""Body: learn from labels, and leave a model's folder."""

import dataclasses
import time
from pathlib import Path

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.examples import Example
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.recipe import AUTO, Recipe
from napari_geofm.errors import ModelError, OutputError
from napari_geofm.io.atomic import require_folder_place
from napari_geofm.io.tunings import tuning_for
from napari_geofm.jobs.adapting import adapt
from napari_geofm.jobs.card import model_card
from napari_geofm.jobs.collect import Collection, collect
from napari_geofm.jobs.deciding import decided
from napari_geofm.jobs.holdout import hold_out
from napari_geofm.jobs.learned import Assignment, Learned
from napari_geofm.jobs.preview import Preview
from napari_geofm.jobs.probing import probe
from napari_geofm.jobs.specs import FinetuneResult, FinetuneSpec
from napari_geofm.jobs.workbench import Workbench, workbench

__all__ = ["run"]


def run(spec: FinetuneSpec, control: Control) -> Job[FinetuneResult]:
    """Learn from labels.

    Raises
    ------
    GeoFMError
        When inputs do not fit, hold nothing to learn from, or the output cannot be written; nothing is changed then.
    """
    from napari_geofm.io.models import require_model_place, write_model

    began = time.monotonic()
    require_model_place(spec.output, overwrite=spec.overwrite)
    if spec.preview is not None:
        _require_preview_place(spec.preview, spec.output)
    bench = workbench()
    yield Progress(0, 0, "reading labels")
    known = _known_classes(spec)
    collection = collect(spec, bench, known)
    spec = dataclasses.replace(spec, recipe=decided(spec.recipe, collection.training))
    recipe = _completed(spec, bench, collection)
    training, validation = _split(collection, recipe)
    given = Assignment(spec, bench, recipe, collection.training, tuple(training), tuple(validation))
    try:
        learned = yield from probe(given, control) if recipe.method == "probe" else adapt(given, control)
    finally:
        Preview.remove(spec.preview)
    control.check()
    result = _result(spec, recipe, collection, learned, time.monotonic() - began)
    card = model_card(recipe, result)
    write_model(spec.output, recipe, card, learned.adapter, learned.head, overwrite=spec.overwrite)
    yield Progress(1, 1, f"model written to {spec.output}")
    return result


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


def _known_classes(spec: FinetuneSpec) -> ClassTable:
    """Return the classes given with the job, or by the model it goes on from."""
    from napari_geofm.io.class_table import read_class_table
    from napari_geofm.io.models import read_model

    given = read_class_table(spec.class_table) if spec.class_table else ClassTable(())
    if spec.base_model is None:
        return given or spec.recipe.classes
    base = read_model(spec.base_model).recipe.classes
    if len(given) and given.names[: len(base)] != base.names:
        msg = (
            f"Model {spec.base_model.name} has classes {', '.join(base.names)}; --classes names others: list these "
            "first, in this order, and new ones after them"
        )
        raise ModelError(msg)
    return given if len(given) else base


def _completed(spec: FinetuneSpec, bench: Workbench, collection: Collection) -> Recipe:
    """Return the recipe with everything that the data decided."""
    recipe = _going_on(spec)
    encoder = recipe.encoder
    if encoder.tuning == AUTO:
        encoder = dataclasses.replace(encoder, tuning=tuning_for(collection.kind, encoder.name))
    weights = bench.weights(encoder, spec.where.weights) if recipe.decoder != "unet" else None
    hashes = (weights.sha256, weights.tuning_sha256) if weights else ("", "")
    encoder = dataclasses.replace(encoder, weights_sha256=hashes[0], tuning_sha256=hashes[1])
    return dataclasses.replace(
        recipe, encoder=encoder, classes=collection.classes, along=collection.along, sources=collection.sources
    )


def _going_on(spec: FinetuneSpec) -> Recipe:
    """Return the job's recipe; an earlier model that it goes on from decides what is looked at, and how."""
    from napari_geofm.io.models import read_model

    if spec.base_model is None:
        return spec.recipe
    base = read_model(spec.base_model).recipe
    encoder = dataclasses.replace(spec.recipe.encoder, taps=base.encoder.taps, tuning=base.encoder.tuning)
    kept = {name: getattr(base.probe, name) for name in ("surroundings", "texture", "levelling")}
    probe_recipe = dataclasses.replace(spec.recipe.probe, **kept)
    return dataclasses.replace(spec.recipe, encoder=encoder, probe=probe_recipe)


def _split(collection: Collection, recipe: Recipe) -> tuple[list[Example], list[Example]]:
    """Return what is learned and what is scored: the given split, or strokes held out."""
    if collection.validation:
        return list(collection.training), list(collection.validation)
    return hold_out(collection.training, len(recipe.classes), recipe.training.seed)


def _result(
    spec: FinetuneSpec, recipe: Recipe, collection: Collection, learned: Learned, seconds: float
) -> FinetuneResult:
    count = len(recipe.classes)
    labelled = sum((example.counts(count) for example in collection.training), 0 * learned.scores.matrix[0])
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
