"""Learning rates over a training, and the optimiser that they are for."""

import math

import torch
from torch import nn

from napari_geofm.core.recipe import TrainingRecipe

__all__ = ["epoch_factor", "optimiser_of", "rate_factor", "set_rates"]


def rate_factor(done: float, step: int, warmup_steps: int) -> float:
    """Return the factor on the rates: a linear rise over ``warmup_steps``, then half a cosine down to 0 at ``done`` 1.

    >>> rate_factor(0.0, 0, 10), rate_factor(0.5, 100, 10), round(rate_factor(1.0, 200, 10), 6)
    (0.1, 0.5, 0.0)
    """
    rise = min(1.0, (step + 1) / warmup_steps) if warmup_steps else 1.0
    return rise * 0.5 * (1.0 + math.cos(math.pi * min(1.0, done)))


def epoch_factor(step: int, steps: int, warmup_steps: int) -> float:
    """Return the factor on the rates as in the paper's Table S4: a linear rise, and half a cosine over the rest.

    Parameters
    ----------
    step, steps
        Steps done, and steps in all.
    warmup_steps
        Steps of the rise; at its end the factor is 1.

    Examples
    --------
    100 epochs of 10 steps, 10 of them warm-up: the end of the first, of the tenth and of the 55th.

    >>> [round(epoch_factor(step, 1000, 100), 6) for step in (9, 99, 550, 999)]
    [0.1, 1.0, 0.5, 3e-06]
    """
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    return 0.5 * (1.0 + math.cos(math.pi * (step - warmup_steps) / max(1, steps - warmup_steps)))


def optimiser_of(net: nn.Module, recipe: TrainingRecipe) -> torch.optim.AdamW:
    """Return AdamW with one rate for the encoder's trained part and one for the rest."""
    groups: dict[float, list[nn.Parameter]] = {recipe.adapter_rate: [], recipe.head_rate: []}
    for name, value in net.named_parameters():
        if value.requires_grad:
            groups[recipe.adapter_rate if name.startswith("encoder.") else recipe.head_rate].append(value)
    return torch.optim.AdamW(
        [{"params": values, "lr": rate, "base_rate": rate} for rate, values in groups.items() if values],
        weight_decay=recipe.weight_decay,
    )


def set_rates(optimiser: torch.optim.Optimizer, factor: float) -> None:
    """Set every group's rate to its base rate times a factor."""
    for group in optimiser.param_groups:
        group["lr"] = group["base_rate"] * factor
