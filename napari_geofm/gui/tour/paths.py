"""Where a hand would draw: along the middle of each region of a truth."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

__all__ = ["stroke_paths"]

STEP = 6
"""Columns between two points of a path."""

LONGEST = 0.3
"""A stroke is at most this share of the section wide."""


def stroke_paths(
    truth: NDArray[np.uint8], margin: float = 3.0, most: int = 2
) -> list[tuple[int, list[tuple[int, int]]]]:
    """Return strokes inside the regions of a truth, one or a few for each class.

    Parameters
    ----------
    truth
        uint8, shape (rows, columns): classes 0..253, 255 where unknown.
    margin
        Least distance from a region's edge in samples; a class that is thinner everywhere gets no stroke.
    most
        Most strokes for each class.

    Returns
    -------
    list of (class, list of (row, column))
        From left to right along the region's middle.
    """
    found = []
    for number in np.unique(truth[truth != 255]):
        depth = np.asarray(distance_transform_edt(np.pad(truth == number, 1)))[1:-1, 1:-1]
        deepest = depth.max(axis=0)
        free = deepest > margin
        for _ in range(most):
            run = _longest_run(free)
            if run is None or run.size < 2:
                break
            wide = run[: max(2, int(LONGEST * truth.shape[1]) // STEP * STEP) : STEP]
            path = _followed(depth, wide, margin)
            if len(path) < 2:
                break
            found.append((int(number), path))
            free[: path[-1][1] + 4 * STEP] = False
    return found


def _longest_run(free: NDArray[np.bool_]) -> NDArray[np.intp] | None:
    """Return the columns of the longest run that is free."""
    columns = np.flatnonzero(free)
    if not columns.size:
        return None
    runs = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1)
    return max(runs, key=len)


def _followed(depth: NDArray[np.float64], columns: NDArray[np.intp], margin: float) -> list[tuple[int, int]]:
    """Follow the middle of a region from column to column, as long as the way between two points stays inside."""
    row = int(depth[:, columns[0]].argmax())
    path = [(row, int(columns[0]))]
    for column in columns[1:]:
        near = np.arange(max(0, row - STEP), min(len(depth), row + STEP + 1))
        row = int(near[depth[near, column].argmax()])
        if depth[row, column] <= margin:
            break
        path.append((row, int(column)))
    return path
