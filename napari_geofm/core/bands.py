"""A picture worked out band by band of its rows, so that what is needed in between does not grow with it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Sizes", "in_bands"]

AT_ONCE = 2**20
"""Pixels of a band, about."""

Sizes = NDArray[np.float64] | float
"""Heights or widths of pixels in m: one number, or shape ``(rows, 1)`` or ``(rows, columns)``."""

Work = Callable[[NDArray[np.floating], Sizes, Sizes], NDArray[np.float32]]
"""Makes a picture of the same rows of elevation and of heights and widths of pixels."""


def in_bands(
    work: Work, elevation: NDArray[np.floating], down_m: Sizes, across_m: Sizes, margin: int
) -> NDArray[np.float32]:
    """Return what ``work`` makes of a whole map, worked out some rows at a time.

    Parameters
    ----------
    work
        Whose result in a row depends on ``margin`` rows above and below.
    elevation
        ndarray, shape ``(rows, columns)``.
    down_m, across_m
        Height and width of pixels in m: one number, or shape ``(rows, 1)`` or ``(rows, columns)``.
    margin
        As above.

    Examples
    --------
    >>> in_bands(lambda each, *_: each.astype(np.float32), np.eye(2), 1.0, 1.0, 1).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    rows, columns = elevation.shape
    # No smaller than the margins, which are worked out twice.
    high = max(2 * margin, AT_ONCE // max(1, columns), 1)
    if rows <= high + margin:
        return work(elevation, down_m, across_m)
    found: NDArray[np.float32] | None = None
    for top in range(0, rows, high):
        first, last, bottom = max(0, top - margin), min(rows, top + high + margin), min(rows, top + high)
        sizes = (_cut(each, rows, first, last) for each in (down_m, across_m))
        part = work(elevation[first:last], *sizes)
        if found is None:
            found = np.empty((rows, *part.shape[1:]), np.float32)
        found[top:bottom] = part[top - first : bottom - first]
    assert found is not None
    return found


def _cut(size: Sizes, rows: int, first: int, last: int) -> Sizes:
    """Return the sizes of some rows."""
    return size[first:last] if isinstance(size, np.ndarray) and size.ndim == 2 and size.shape[0] == rows else size
