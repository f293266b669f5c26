"""``geofm finetune``: learn from labels."""

import dataclasses
import math
from argparse import Namespace
from pathlib import Path
from typing import Any

from napari_geofm.cli.output import Result
from napari_geofm.cli.places import output_path, region_of
from napari_geofm.cli.processing import processing_of, reading_of, require_models_chain
from napari_geofm.cli.running import run_job, where_of
from napari_geofm.core.guard import FORGOTTEN, Guard
from napari_geofm.core.recipe import AUTO, EncoderRecipe, ProcessingRecipe, Recipe
from napari_geofm.errors import CancelledError, UsageError
from napari_geofm.jobs.card import diverged_line
from napari_geofm.jobs.specs import FinetuneResult, FinetuneSpec, SourceSpec

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """Train and write a model's folder."""
    from napari_geofm.io.models import find_model

    base = find_model(arguments.model) if arguments.model else None
    if arguments.no_rehearsal and base is None:
        msg = "--no-rehearsal goes with --model BASE: a model that begins anew has nothing to rehearse"
        raise UsageError(msg)
    output = output_path(arguments.output, *([str(base)] if base is not None else []))
    spec = FinetuneSpec(
        sources=_sources(arguments),
        output=output,
        recipe=_recipe(arguments, base),
        base_model=base,
        rehearse=not arguments.no_rehearsal,
        class_table=Path(arguments.classes) if arguments.classes else None,
        rest_is=arguments.rest_is,
        region=region_of(arguments.range),
        along=arguments.along or "",
        overwrite=arguments.overwrite,
        where=where_of(arguments),
        model=str(output),
    )
    try:
        found = run_job(spec, arguments)
    except CancelledError as error:
        # What was learned is in memory only; a probe is quickly learned anew.
        known = spec.recipe.method == "probe" or arguments.minutes is not None
        later = "" if known else "; --minutes N ends in time, with the best model so far"
        raise CancelledError(f"Cancelled; no model was written, and what was learned is not kept{later}") from error
    return Result(_data(found), _lines(found))


def _sources(arguments: Namespace) -> tuple[SourceSpec, ...]:
    """Return surveys and labels: one pair, or those of a table."""
    from napari_geofm.io.pairs import read_pairs

    if arguments.data:
        if arguments.file or arguments.labels:
            msg = f"--data {arguments.data} names surveys and labels; leave FILE and --labels out"
            raise UsageError(msg)
        done = processing_of(arguments)
        if done is not None and done.bad.spans:
            msg = "--bad-channels of several recordings: give auto, since a list belongs to one of them"
            raise UsageError(msg)
        pairs = read_pairs(Path(arguments.data))
        return tuple(SourceSpec(pair.file, pair.labels, pair.split, options=done) for pair in pairs)
    if not arguments.file or not arguments.labels:
        msg = "Nothing to learn from: give FILE with --labels L, or --data pairs.csv"
        raise UsageError(msg)
    file = Path(arguments.file)
    return (SourceSpec(file, Path(arguments.labels), options=reading_of(arguments, file)),)


def _recipe(arguments: Namespace, base: Path | None) -> Recipe:
    """Return the recipe: that of the file, the base model or the defaults, with the options over it."""
    from napari_geofm.io.models import read_recipe
    from napari_geofm.io.recipes import find_recipe

    if base is not None:
        recipe = read_recipe(base)
        require_models_chain(arguments, recipe, base.name)
        if recipe.method == "probe" and {arguments.method, arguments.decoder} - {None, "probe", "linear"}:
            # What a probe says of training is nothing that another method was ever tried with.
            made, recipe = recipe, _defaults(arguments)
            encoder = dataclasses.replace(made.encoder, taps=recipe.taps_from(made.encoder))
            recipe = dataclasses.replace(recipe, encoder=encoder, probe=made.probe, input=made.input)
    else:
        recipe = find_recipe(arguments.recipe) if arguments.recipe else _defaults(arguments)
    training: dict[str, Any] = {}
    if arguments.steps is not None:
        training |= {"steps": arguments.steps, "epochs": 0, "warmup_epochs": 0}
        if arguments.steps < 1:
            msg = f"--steps {arguments.steps}: must be at least 1"
            raise UsageError(msg)
    if arguments.minutes is not None:
        training |= {"minutes": arguments.minutes, "steps": 0, "epochs": 0, "warmup_epochs": 0}
        if not arguments.minutes > 0:
            msg = f"--minutes {arguments.minutes:g}: must be above 0"
            raise UsageError(msg)
    if arguments.seed is not None:
        training["seed"] = arguments.seed
    if arguments.loss is not None:
        training["loss"] = arguments.loss
    whole: dict[str, Any] = {"training": dataclasses.replace(recipe.training, **training)}
    whole |= _processing(arguments, base)
    whole |= _channels(arguments, recipe, base)
    decoder = arguments.decoder or recipe.decoder
    method = arguments.method or (recipe.method if arguments.decoder is None else _method_for(decoder, recipe.method))
    if arguments.encoder is not None and arguments.encoder != recipe.encoder.name:
        whole["encoder"] = _encoder(arguments.encoder, recipe.encoder)
    return dataclasses.replace(recipe, **whole, method=method, decoder=decoder)


def _processing(arguments: Namespace, base: Path | None) -> dict[str, Any]:
    """Return the chain that was asked for, if any; a base model has its own."""
    done = processing_of(arguments)
    if base is not None or arguments.process is None or done is None:
        return {}
    return {"processing": ProcessingRecipe(done.chain.words())}


def _channels(arguments: Namespace, recipe: Recipe, base: Path | None) -> dict[str, Any]:
    """Return what the encoder is to be fed, if that was asked for.

    Raises
    ------
    UsageError
        When a base model is fed something else.
    """
    if arguments.channels in {None, recipe.input.channels}:
        return {}
    if base is not None:
        fed = recipe.input.channels
        msg = f"--channels {arguments.channels}: {base.name} is fed {fed}, and goes on so; leave the option out"
        raise UsageError(msg)
    return {"input": dataclasses.replace(recipe.input, channels=arguments.channels)}


def _encoder(name: str, before: EncoderRecipe) -> EncoderRecipe:
    """Return another encoder, looked at as far into it as the one before."""
    from napari_geofm.nets.encoder_spec import encoder_spec

    depth, earlier = encoder_spec(name).depth, encoder_spec(before.name).depth
    return EncoderRecipe(name, taps=tuple(sorted({max(1, round(tap * depth / earlier)) for tap in before.taps})))


def _defaults(arguments: Namespace) -> Recipe:
    """Return the defaults for what was asked for."""
    probe = (arguments.method or "probe") == "probe"
    decoder = arguments.decoder or ("linear" if probe else AUTO)
    return Recipe.for_method(arguments.method or _method_for(decoder, "probe"), decoder)


def _method_for(decoder: str, method: str) -> str:
    """Return the method meant where a decoder is named without one: the probe has none of its own to choose."""
    if decoder == "unet":
        return "full"
    return "lora" if method == "probe" and decoder != "linear" else method


def _data(found: FinetuneResult) -> dict[str, Any]:
    data = dataclasses.asdict(found)
    if found.guard is None:
        del data["guard"]
    else:
        data["guard"] |= {"forgotten": list(found.guard.forgotten), "margin": FORGOTTEN}
    if found.guard is None and not found.notes:
        del data["notes"]
    data["history"] = [dict(zip(("step", "seconds", "loss", "miou"), check, strict=True)) for check in found.history]
    return data


def _lines(found: FinetuneResult) -> list[str]:
    count = sum(found.labelled)
    lines = [
        f"{found.output}: {len(found.classes)} classes from {count} labelled samples on {len(found.sections)} "
        f"section(s), {found.seconds:.1f} s" + (f", {found.steps} steps" if found.steps else "")
    ]
    if found.held_out:
        lines.append(f"held-out strokes ({found.held_out} samples): mIoU {found.miou:.3f}")
        scored = zip(found.classes, found.iou, strict=True)
        lines += [f"  {name:<24} IoU {iou:.3f}" for name, iou in scored if not math.isnan(iou)]
    else:
        lines.append("no stroke could be held out to score the model: draw a second stroke of each class")
    if found.diverged_at:
        lines.append(diverged_line(found.diverged_at))
    return lines + (_guard_lines(found.guard, found) if found.guard is not None else list(found.notes))


def _guard_lines(guard: Guard, found: FinetuneResult) -> list[str]:
    """Return what is known of the earlier model's classes, before and now."""
    lines = []
    if guard.columns:
        heads = "".join(f"{word:>18}" for word, _ in guard.columns)
        lines += [f"gone on from {guard.base}, IoU before and now:", f"  {'':<24}{heads}"]
        for row in guard.classes:
            pairs = (row.pair(earlier=earlier) for _, earlier in guard.columns)
            cells = "".join(f"{f'{_score(before)} -> {_score(now)}':>18}" for before, now in pairs)
            lines.append(f"  {row.name:<24}{cells}")
    fell = guard.forgotten
    kept = f" {found.output.name} is kept beside {guard.base}, which is as it was: use either." if fell else ""
    return [*lines, *found.notes, guard.verdict() + kept]


def _score(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3f}"
