"""What is read around a part of a long recording or large image, so that it is encoded as if all of it were read.

A long picture is encoded in windows at even strides, blended where they overlap. Where every part is read with just the
windows that reach into it, counted from the beginning of the whole, neighbouring parts share their windows, and no seam
is seen between them.
"""

import math
from dataclasses import dataclass

from napari_geofm.core.recipe import Recipe

__all__ = ["Tiling"]

SMOOTH_REACH = 3.0
"""Standard deviations at which averages over tokens are cut off (nets.decoders.smooth)."""

TEXTURE_TOKENS = 2.0
"""Standard deviation of the widest average that a texture holds, in tokens (nets.texture)."""

BETWEEN = 2
"""Tokens that what lies between tokens is drawn from, and one to spare for rounding."""


@dataclass(frozen=True, slots=True)
class Tiling:
    """How a network looks at a long picture.

    Attributes
    ----------
    token
        Samples along a side of a token.
    window, overlap
        Tokens along a side of the windows, and by how many neighbours overlap.
    margin
        Tokens around a part that have a say in it beside its own.
    """

    token: float
    window: int
    overlap: int
    margin: int

    @classmethod
    def of(cls, recipe: Recipe, patch_px: int, *, features: bool = False) -> "Tiling":
        """Return how a model looks; ``features``: of its tokens as they are."""
        margin, probe = BETWEEN, recipe.probe
        if recipe.method == "probe" and not features:
            around = max(probe.surroundings, TEXTURE_TOKENS if probe.texture > 0 else 0.0)
            smooth = max(probe.smooth_rows, probe.smooth_columns)
            margin += math.ceil(SMOOTH_REACH * around) + math.ceil(SMOOTH_REACH * smooth)
        shown = recipe.input
        return cls(patch_px / shown.zoom, shown.window_tokens, shown.overlap_tokens, margin)

    def seen(self, part: slice, limits: slice) -> tuple[slice, int]:
        """Return what is read for a part of one dimension, and by how many samples that is to be continued at its end.

        Parameters
        ----------
        part
            Samples that are kept.
        limits
            All samples that there are, or are looked at.
        """
        stride = self.window - self.overlap
        whole = (limits.stop - limits.start) / self.token
        if whole <= self.window or (part.start, part.stop) == (limits.start, limits.stop):
            return limits, 0
        low = (part.start - limits.start) / self.token - self.margin
        high = (part.stop - limits.start) / self.token + self.margin
        first = max(0, math.floor((low - self.window) / stride) + 1)
        # No window begins where the one before reaches the end already.
        last = max(first, min(math.ceil(high / stride) - 1, math.ceil((whole - self.window) / stride)))
        start = limits.start + round(first * stride * self.token)
        stop = limits.start + round((last * stride + self.window) * self.token)
        return slice(start, min(stop, limits.stop)), max(0, stop - limits.stop)
