"""Two pictures of one section as one: the first left of a column, the second right of it."""

from math import ceil, sqrt
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["grown", "step_for", "swiped"]

T = TypeVar("T", bound=np.generic)

MOST_SAMPLES = 3e6
"""Pictures of larger sections are coarser, so that the line can be dragged fluently."""


def step_for(shape: tuple[int, int]) -> int:
    """Return how many samples a pixel of the picture spans.

    >>> step_for((600, 481)), step_for((6000, 5000))
    (1, 4)
    """
    return max(1, ceil(sqrt(shape[0] * shape[1] / MOST_SAMPLES)))


def grown(colours: NDArray[np.uint8], token_px: float, shape: tuple[int, int], step: int) -> NDArray[np.uint8]:
    """Return a feature map at the samples of its section, bilinear between the tokens' middles.

    Parameters
    ----------
    colours
        uint8, ``(tokens down, tokens across, 3)``.
    token_px
        Samples per token.
    shape
        Rows and columns of the section.
    step
        Samples per pixel of the picture.

    Returns
    -------
    ndarray of uint8, shape ``(ceil(rows / step), ceil(columns / step), 3)``.
    """
    from PIL import Image

    down, across = (ceil(side / step) for side in shape)
    size = [
        max(least, round(tokens * token_px / step))
        for least, tokens in zip((down, across), colours.shape, strict=False)
    ]
    picture = Image.fromarray(colours).resize((size[1], size[0]), Image.Resampling.BILINEAR)
    return np.ascontiguousarray(np.asarray(picture)[:down, :across])


def swiped(before: NDArray[T], after: NDArray[T], column: int) -> NDArray[T]:
    """Return a copy of ``after`` with the columns below ``column`` of ``before``, of the same shape."""
    found = np.array(after)
    column = min(max(0, column), found.shape[1])
    found[:, :column] = before[:, :column]
    return found
