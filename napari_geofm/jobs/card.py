"""A model's card: what it was trained on, how, and how well, for people."""

import math

from napari_geofm import __version__
from napari_geofm.core.guard import Guard
from napari_geofm.core.recipe import Recipe
from napari_geofm.jobs.specs import FinetuneResult

__all__ = ["diverged_line", "model_card"]


def diverged_line(step: int) -> str:
    """Return what is said of a training whose loss was not a number at ``step``."""
    return (
        f"Training diverged at step {step} (the loss is not a number) and ended; the best state before is kept. "
        "Use lower rates."
    )


def model_card(recipe: Recipe, result: FinetuneResult) -> str:
    """Return the text of ``card.md``."""
    training = recipe.training
    budget = f"{training.steps} steps" if training.steps else f"{training.minutes:g} minutes"
    budget = f"{training.epochs} epochs" if training.epochs else budget
    lines = [
        f"# {result.output.name}",
        "",
        f"Made with napari-geofm {__version__}: method {recipe.method}, decoder {recipe.decoder}, encoder "
        f"{recipe.encoder.name} (weights sha256 {recipe.encoder.weights_sha256 or 'none'}).",
        "",
        "## Learned from",
        "",
        *[
            f"- {source.name}: {', '.join(source.sections) or 'no labelled section'}; amplitudes {source.low:.6g} to "
            f"{source.high:.6g} fed as 0 to 1"
            for source in recipe.sources
        ],
        *([f"- processed: {recipe.processing.chain}"] if recipe.processing.chain else []),
        "",
        "| class | labelled samples | IoU on held-out strokes |",
        "|---|---|---|",
        *[
            f"| {name} | {count} | {'-' if math.isnan(iou) else f'{iou:.3f}'} |"
            for name, count, iou in zip(result.classes, result.labelled, result.iou, strict=True)
        ],
        "",
    ]
    if result.held_out:
        lines.append(f"Held-out strokes: {result.held_out} samples, mIoU {result.miou:.3f}. They lie on the same")
        lines.append("survey: they say how well the strokes are understood, not how well another survey would be.")
    else:
        lines.append("No stroke could be held out (one stroke per class): draw a second one of each to have scores.")
    if result.guard is not None:
        lines += ["", *_guard_lines(result.guard, result.notes)]
    elif result.notes:
        lines += ["", *result.notes]
    if recipe.method != "probe":
        lines += ["", f"Training: {budget} asked for, {result.steps} steps taken, seed {training.seed}."]
    if result.diverged_at:
        lines += ["", diverged_line(result.diverged_at)]
    return "\n".join(lines) + "\n"


def _guard_lines(guard: Guard, notes: tuple[str, ...]) -> list[str]:
    """Return what a model that went on from another knows of what that knew."""
    lines = ["## Gone on from", "", f"- {guard.base}. {guard.verdict()}", *[f"- {note}" for note in notes]]
    if not guard.columns:
        return lines
    heads = [f"{word}, {when}" for word, _ in guard.columns for when in ("before", "now")]
    lines += ["", f"| IoU, held out | {' | '.join(heads)} |", "|---|" + len(heads) * "---|"]
    for row in guard.classes:
        values = [value for _, earlier in guard.columns for value in row.pair(earlier=earlier)]
        cells = ["-" if math.isnan(value) else f"{value:.3f}" for value in values]
        lines.append(f"| {row.name} | {' | '.join(cells)} |")
    counts = {True: guard.earlier_samples, False: guard.new_samples}
    told = ", ".join(f"{counts[earlier]} samples of {word}" for word, earlier in guard.columns)
    return [*lines, "", f"Held out: {told}, which the new model had not been shown in training when it was asked."]
