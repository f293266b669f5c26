"""Class scores smoothed over neighbouring tokens: strokes are few, and rock does not change from token to token."""

import torch
from torch import Tensor
from torch.nn import functional

from napari_geofm.core.recipe_parts import ProbeRecipe

__all__ = ["smoothed"]

REACH = 3.0
"""Standard deviations at which the Gaussian is cut off."""


def smoothed(scores: Tensor, recipe: ProbeRecipe) -> Tensor:
    """Return class scores smoothed by a Gaussian, the edges repeated.

    Parameters
    ----------
    scores
        ``BxCxhxw`` on the token grid.
    recipe
        Standard deviations in tokens, down and across.
    """
    for axis, deviation in ((2, recipe.smooth_rows), (3, recipe.smooth_columns)):
        reach = min(round(REACH * deviation), scores.shape[axis] - 1)
        if reach < 1:
            continue
        places = torch.arange(-reach, reach + 1, device=scores.device, dtype=scores.dtype)
        kernel = torch.exp(-0.5 * (places / deviation) ** 2)
        kernel = kernel / kernel.sum()
        shape = [1, 1, 1, 1]
        shape[axis] = kernel.numel()
        padding = (0, 0, reach, reach) if axis == 2 else (reach, reach, 0, 0)
        padded = functional.pad(scores, padding, mode="replicate")
        weight = kernel.reshape(shape).expand(scores.shape[1], 1, *shape[2:])
        scores = functional.conv2d(padded, weight, groups=scores.shape[1])
    return scores
