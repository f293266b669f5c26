"""Regions of a mask, one for each crater: those that touch are parted where they are narrow."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Box", "Regions", "split_regions"]

Box = tuple[slice, slice]
"""Rows and columns, from and to."""

NARROW = 0.82
"""A neck is one where the way to the outline is below this part of that at the next summit on either side."""


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Numbered regions of a picture.

    Attributes
    ----------
    numbers
        ndarray of int32, shape ``(rows, columns)``: 1, 2, ...; 0 outside.
    enclosed
        ndarray of int32 of the same shape: the region that a pixel outside of all lies within (on the rim of a crater
        on another one's floor); 0 elsewhere.
    """

    numbers: NDArray[np.int32]
    enclosed: NDArray[np.int32]


def split_regions(
    mask: NDArray[np.bool_], aspect: float = 1.0, *, filled: bool = False, core: Box | None = None
) -> Regions:
    """Give the regions of a mask numbers, and part those with a neck.

    Each connected region is cut by a watershed of the distance to its outline from summits that stand out by a ratio
    (h-maxima of the logarithm), so that small and large craters are parted alike. What is split too often is put
    together by the circles through the outlines (:mod:`napari_geofm.core.craters.instances`).

    Parameters
    ----------
    mask
        ndarray of bool, shape ``(rows, columns)``.
    aspect
        Width of a pixel over its height, on the ground.
    filled
        Whether what a region encloses counts as its own: where rims are a class, craters on a crater's floor.
    core
        Rows and columns that a region has to reach into to be given a number; None: all are.

    Examples
    --------
    >>> mask = np.zeros((9, 20), bool)
    >>> mask[1:8, 1:9] = mask[4, 9:12] = mask[1:8, 12:19] = True
    >>> int(split_regions(mask).numbers.max())
    2
    """
    from scipy import ndimage

    numbered, count = ndimage.label(mask)
    regions = Regions(np.zeros(mask.shape, np.int32), np.zeros(mask.shape, np.int32))
    boxes = ndimage.find_objects(numbered, count)
    # The largest first, so that what lies within two regions is told to lie within the smaller one.
    sizes = np.bincount(numbered.ravel(), minlength=count + 1)[1:]
    last = 0
    for place in np.argsort(-sizes, kind="stable").tolist():
        box = boxes[place]
        if core is not None and not _meet(box, core):
            continue
        inside = numbered[box] == place + 1
        whole = ndimage.binary_fill_holes(inside) if filled else inside
        parts, found = _parted(np.pad(whole, 1), aspect)
        own = parts[1:-1, 1:-1] + last
        regions.numbers[box][inside] = own[inside]
        regions.enclosed[box][whole & ~inside] = own[whole & ~inside]
        last += found
    return regions


def _meet(box: Box, core: Box) -> bool:
    """Tell whether two boxes have pixels in common, or touch."""
    return all(one.start <= other.stop and other.start <= one.stop for one, other in zip(box, core, strict=True))


def _parted(inside: NDArray[np.bool_], aspect: float) -> tuple[NDArray[np.int32], int]:
    """Return one connected region, numbered by parts, and their count; the region is padded by one pixel."""
    from scipy import ndimage
    from skimage.morphology import h_maxima
    from skimage.segmentation import watershed

    whole = inside.astype(np.int32)
    if inside.sum() < 12:
        return whole, 1
    distance = ndimage.distance_transform_edt(inside, sampling=(1.0, aspect))
    # The staircase of the outline makes summits of less than a pixel: the offset keeps them low.
    height = np.log(distance + 0.75)
    tops = h_maxima(np.where(inside, height, height.min()), -math.log(NARROW))
    summits, count = ndimage.label(tops, np.ones((3, 3)))
    summits[~inside] = 0
    if count < 2:
        return whole, 1
    parts = watershed(-height, summits, mask=inside)
    return parts.astype(np.int32), int(count)
