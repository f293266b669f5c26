"""Tokens and class scores averaged over their neighbours: rock does not change from token to token."""

import torch
from torch import Tensor

from napari_geofm.core.recipe_parts import ProbeRecipe

__all__ = ["blurred", "seen_channels", "smoothed", "surrounded"]

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
    return blurred(scores, recipe.smooth_rows, recipe.smooth_columns)


def surrounded(taps: Tensor, recipe: ProbeRecipe) -> Tensor:
    """Return taps, ``BxCxhxw``, with the mean of what lies around each token behind them, ``Bx2Cxhxw``; or as they are.

    A token shows 14 samples and knows its surroundings by attention; their plain mean is steadier.
    """
    if recipe.surroundings == 0:
        return taps
    around = blurred(taps.float(), recipe.surroundings, recipe.surroundings)
    return torch.cat([taps, around.to(taps.dtype)], 1)


def seen_channels(channels: int, recipe: ProbeRecipe) -> int:
    """Return how many channels :func:`surrounded` makes of ``channels``."""
    return channels if recipe.surroundings == 0 else 2 * channels


def blurred(maps: Tensor, down: float, across: float) -> Tensor:
    """Return maps, ``BxCxhxw``, convolved with a Gaussian of these standard deviations in tokens, the edges repeated.

    Always in float32: under autocast neighbours would be rounded before they are averaged.
    """
    with torch.autocast(maps.device.type, enabled=False):
        maps = maps.float()
        if down > 0:
            maps = _gaussian(maps.shape[2], down).to(maps.device) @ maps
        if across > 0:
            maps = maps @ _gaussian(maps.shape[3], across).to(maps.device).T
    return maps


def _gaussian(size: int, deviation: float) -> Tensor:
    """Return the convolution as a matrix, ``size x size``: grids are small, so that this is the quickest."""
    reach = min(round(REACH * deviation), size - 1)
    offsets = torch.arange(-reach, reach + 1)
    kernel = torch.exp(-0.5 * (offsets / deviation) ** 2)
    places = (torch.arange(size)[:, None] + offsets).clamp(0, size - 1)
    matrix = torch.zeros(size, size)
    return matrix.scatter_add_(1, places, (kernel / kernel.sum()).expand(size, -1))
