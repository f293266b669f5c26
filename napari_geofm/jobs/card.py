"""A model's card: what it was trained on, how, and how well, for people."""

import math

from napari_geofm import __version__
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
    if recipe.method != "probe":
        lines += ["", f"Training: {budget} asked for, {result.steps} steps taken, seed {training.seed}."]
    if result.diverged_at:
        lines += ["", diverged_line(result.diverged_at)]
    return "\n".join(lines) + "\n"
