"""Outlines of regions in a picture of numbered regions."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.craters.splitting import Regions

__all__ = ["Outlines", "outlines_of"]

T = TypeVar("T", bound=np.generic)
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """Points between pixels, midway between one in a region and one that is not.

    Attributes
    ----------
    points
        ndarray of float64, shape ``(n, 2)``: row and column, 0 at a pixel's centre; those between a region and what is
        neither another region, nor the picture's end, nor without data.
    owner
        ndarray of int64, shape ``(n,)``: the region of each, in ascending order.
    cut
        Numbers of the regions that reach the picture's end or pixels without data.
    touching
        ndarray of int64, shape ``(m, 2)``: pairs of regions that touch, the smaller number first, each pair once.
    """

    points: Numbers
    owner: NDArray[np.int64]
    cut: frozenset[int]
    touching: NDArray[np.int64]

    def of(self, number: int) -> Numbers:
        """Return the points of one region."""
        first, last = np.searchsorted(self.owner, [number, number + 1])
        return self.points[first:last]


def outlines_of(regions: Regions, valid: NDArray[np.bool_] | None = None) -> Outlines:
    """Return the outlines of all regions of a picture, without those around what a region encloses.

    Parameters
    ----------
    regions
        What they are of.
    valid
        False where there are no data; None: everywhere are some.
    """
    points, owners, cut, touching = [], [], set[int](), []
    for axis in (0, 1):
        one, other = _sides(regions.numbers, axis)
        within, within_there = _sides(regions.enclosed, axis)
        apart = one != other
        if valid is not None:
            known, known_there = _sides(valid, axis)
            lost = apart & ~(known & known_there)
            cut |= set(np.unique(one[lost & (one > 0)]).tolist()) | set(np.unique(other[lost & (other > 0)]).tolist())
            apart &= ~lost
        both = apart & (one > 0) & (other > 0)
        touching.append(np.sort(np.stack([one[both], other[both]], axis=1), axis=1))
        for mine, theirs, encloses in ((one, other, within_there), (other, one, within)):
            rows, columns = np.nonzero(apart & (mine > 0) & (theirs == 0) & (encloses != mine))
            step = np.array([0.5, 0.0]) if axis == 0 else np.array([0.0, 0.5])
            points.append(np.stack([rows, columns], axis=1) + step)
            owners.append(mine[rows, columns].astype(np.int64))
    numbers = regions.numbers
    for edge in (numbers[0], numbers[-1], numbers[:, 0], numbers[:, -1]):
        cut |= set(np.unique(edge).tolist())
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    pairs = np.unique(np.concatenate(touching), axis=0).astype(np.int64)
    return Outlines(np.concatenate(points)[order], owner[order], frozenset(cut - {0}), pairs)


def _sides(array: NDArray[T], axis: int) -> tuple[NDArray[T], NDArray[T]]:
    """Return the pixels before and behind each boundary across ``axis``."""
    return (array[:-1], array[1:]) if axis == 0 else (array[:, :-1], array[:, 1:])
