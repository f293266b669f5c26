"""A large image as a whole, small: by the file's overviews, else by as many of its pixels as a moment allows."""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey
from napari_geofm.io.raster.template import RasterTemplate, Thinned

__all__ = ["Overview", "overview"]

_PARTS = 32
"""Rows and columns of parts in which a large image is read, so that time can run out in between; a power of two."""


@dataclass(frozen=True, slots=True, eq=False)
class Overview:
    """A survey read small.

    Attributes
    ----------
    values
        float32, in the survey's order, NaN where there is no data.
    steps
        Rows and columns of the survey for one of the overview.
    complete
        Whether all of it was read; else what was not is filled from the nearest that was.
    """

    values: NDArray[np.float32]
    steps: tuple[float, float]
    complete: bool = True


def overview(survey: Survey, max_px: int = 1024, *, seconds: float = 2.0) -> Overview:
    """Return an image with at most ``max_px`` rows and columns.

    Parameters
    ----------
    survey
        An image (kind ``"image"``).
    max_px
        Most rows and columns.
    seconds
        After which no more is read of an image whose file has no overviews; at least one part is.
    """
    height, width = survey.shape
    by = max(1.0, height / max_px, width / max_px)
    shape = (max(1, round(height / by)), max(1, round(width / by)))
    steps = (height / shape[0], width / shape[1])
    thinned = survey.template.thinned if isinstance(survey.template, RasterTemplate) else None
    if thinned is None:
        rows, columns = (np.minimum((np.arange(n) + 0.5) * s, m - 1).astype(int) for n, s, m in
                         zip(shape, steps, survey.shape, strict=True))  # fmt: skip
        whole = survey.read((slice(None), slice(None)))
        return Overview(np.ascontiguousarray(whole[np.ix_(rows, columns)]), steps)
    if by < 2.0 or min(shape) < _PARTS:
        return Overview(thinned((slice(0, height), slice(0, width)), shape), steps)
    return _in_parts(thinned, (height, width), shape, time.monotonic() + seconds)


def _in_parts(thinned: Thinned, full: tuple[int, int], shape: tuple[int, int], end: float) -> Overview:
    """Read an image part by part, spread over the whole, until time runs out."""
    found = np.full(shape, np.nan, np.float32)
    read = np.zeros((_PARTS, _PARTS), np.bool_)
    edges = [np.round(np.linspace(0, size, _PARTS + 1)).astype(int) for size in shape]
    steps = (full[0] / shape[0], full[1] / shape[1])
    for row, column in _spread(_PARTS):
        if read.any() and time.monotonic() > end:
            break
        to = tuple(slice(int(e[n]), int(e[n + 1])) for e, n in zip(edges, (row, column), strict=True))
        source = tuple(
            slice(int(part.start * step), min(size, int(np.ceil(part.stop * step))))
            for part, step, size in zip(to, steps, full, strict=True)
        )
        found[to] = thinned(source, (to[0].stop - to[0].start, to[1].stop - to[1].start))
        read[row, column] = True
    if read.all():
        return Overview(found, steps)
    return Overview(_filled(found, read, edges), steps, complete=False)


def _spread(side: int) -> list[tuple[int, int]]:
    """Return the cells of a square in an order in which the first few lie all over it (Bayer's matrix).

    >>> _spread(2)
    [(0, 0), (1, 1), (0, 1), (1, 0)]
    """
    order = np.zeros((1, 1), int)
    while order.shape[0] < side:
        order = np.block([[4 * order, 4 * order + 2], [4 * order + 3, 4 * order + 1]])
    return [(int(place // side), int(place % side)) for place in np.argsort(order, axis=None)]


def _filled(found: NDArray[np.float32], read: NDArray[np.bool_], edges: list[NDArray[np.int_]]) -> NDArray[np.float32]:
    """Fill parts that were not read with the mean of the nearest that was: a grey that says where, not what."""
    done = np.argwhere(read)
    for row, column in np.argwhere(~read):
        near = done[np.argmin(((done - (row, column)) ** 2).sum(axis=1))]
        source = tuple(slice(int(e[n]), int(e[n + 1])) for e, n in zip(edges, near, strict=True))
        part = found[source]
        known = part[np.isfinite(part)]
        to = tuple(slice(int(e[n]), int(e[n + 1])) for e, n in zip(edges, (row, column), strict=True))
        found[to] = known.mean() if known.size else np.nan
    return found
