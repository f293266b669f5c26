"""Overlapping windows over long sections, and the weights that blend them without seams."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

__all__ = ["Window", "blend_weight", "plan", "starts"]


@dataclass(frozen=True, slots=True)
class Window:
    """A box of a grid: first row, first column, height, width."""

    top: int
    left: int
    height: int
    width: int

    @property
    def places(self) -> tuple[slice, slice]:
        """The box as slices."""
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)


def starts(length: int, window: int, overlap: int) -> list[int]:
    """Return the first positions of windows that cover ``length`` evenly, overlapping by at least ``overlap``.

    >>> starts(10, 4, 1)
    [0, 3, 6]
    >>> starts(4, 8, 2)
    [0]
    """
    if length <= window:
        return [0]
    count = 1 + ceil((length - window) / (window - overlap))
    return [round(place) for place in np.linspace(0, length - window, count)]


def plan(shape: tuple[int, int], window: int, overlap: int) -> Iterator[Window]:
    """Yield the windows that cover a grid of ``shape``, rows first.

    Parameters
    ----------
    shape
        Rows and columns, in any unit (tokens, pixels).
    window, overlap
        Side and smallest overlap in the same unit; sides shorter than ``window`` are taken whole.
    """
    height, width = min(window, shape[0]), min(window, shape[1])
    for top in starts(shape[0], window, overlap):
        for left in starts(shape[1], window, overlap):
            yield Window(top, left, height, width)


def blend_weight(window: Window, shape: tuple[int, int], overlap: int) -> NDArray[np.float32]:
    """Return the weight of a window's cells, float32 ``(height, width)`` in (0, 1].

    It falls linearly over ``overlap`` cells towards edges that other windows share, and stays 1 at the grid's border.
    """
    rows = _ramp(window.height, overlap, fall_first=window.top > 0, fall_last=window.top + window.height < shape[0])
    columns = _ramp(window.width, overlap, fall_first=window.left > 0, fall_last=window.left + window.width < shape[1])
    return np.outer(rows, columns).astype(np.float32)


def _ramp(length: int, overlap: int, *, fall_first: bool, fall_last: bool) -> NDArray[np.float64]:
    """Return weights along one side: 1 inside, linear towards an edge that has a neighbour."""
    weight = np.ones(length)
    reach = min(overlap, length)
    if reach > 0:
        slope = (np.arange(reach) + 1.0) / (reach + 1.0)
        if fall_first:
            weight[:reach] = np.minimum(weight[:reach], slope)
        if fall_last:
            weight[length - reach :] = np.minimum(weight[length - reach :], slope[::-1])
    return weight
