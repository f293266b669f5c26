"""The recipe of each network of a benchmark: the paper's, with what its Table S4 says of the network."""

import dataclasses

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.paper_tasks import TASKS, method_of
from napari_geofm.core.recipe import Recipe, SourceRecord
from napari_geofm.io.paper_data import GRAYS
from napari_geofm.io.recipes import find_recipe
from napari_geofm.jobs.benchmark_spec import BenchmarkSpec

__all__ = ["RATES", "benchmark_recipe", "tuning_recipe", "with_rate"]

RATES = (1e-4, 3e-4, 1e-3, 3e-3)
"""Rates that are tried for the tuned U-Net, which the paper trained from scratch at a rate meant for fine-tuning."""

WARMUP_SHARE = 10
"""Of so many epochs one is warm-up, as 10 of the paper's 100."""


def benchmark_recipe(spec: BenchmarkSpec, task: str, network: str, seed: int) -> Recipe:
    """Return how a network is trained on a task."""
    base = find_recipe(f"paper-{task}")
    epochs = spec.epochs or base.training.epochs
    training = dataclasses.replace(
        base.training,
        seed=seed,
        epochs=epochs,
        warmup_epochs=base.training.warmup_epochs if not spec.epochs else epochs // WARMUP_SHARE,
        loss=spec.loss or base.training.loss,
    )
    unet = network.startswith("unet")
    # The U-Net needs no patches: it sees pictures as they are.
    fed = dataclasses.replace(base.input, zoom=1.0) if unet else base.input
    paper = TASKS[task]
    return dataclasses.replace(
        base,
        method=method_of(task, network),
        decoder="unet" if unet else network,
        training=training,
        input=fed,
        classes=ClassTable.named(paper.classes),
        sources=(SourceRecord(f"{paper.folders[0]}/train", "", GRAYS.low, GRAYS.high),),
    )


def with_rate(recipe: Recipe, rate: float) -> Recipe:
    """Return a recipe with another rate of everything."""
    training = dataclasses.replace(recipe.training, adapter_rate=rate, head_rate=rate)
    return dataclasses.replace(recipe, training=training)


def tuning_recipe(recipe: Recipe, rate: float) -> Recipe:
    """Return the short training that tries a rate: a tenth of the epochs, with a warm-up of a tenth of those."""
    epochs = max(1, recipe.training.epochs // 10)
    training = dataclasses.replace(recipe.training, epochs=epochs, warmup_epochs=epochs // WARMUP_SHARE)
    return with_rate(dataclasses.replace(recipe, training=training), rate)
