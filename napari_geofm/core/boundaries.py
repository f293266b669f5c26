"""Scores of boundaries: how much of them is found, within a distance (boundary F1, Csurka et al. 2013)."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import UNLABELLED

__all__ = ["BoundaryScores", "boundary_counts", "default_tolerance"]

SHARE_OF_DIAGONAL = 0.0075
"""Distance within which a boundary counts as found, as a share of the picture's diagonal, as the authors use it."""

BITS = 8
"""Classes that are looked at together, one to a bit."""


@dataclass(frozen=True, slots=True, eq=False)
class BoundaryScores:
    """Dataset-level scores of the boundaries of each class, from counts of pixels.

    Attributes
    ----------
    counts
        ndarray of int64, shape ``(classes, 4)``: predicted boundary pixels near a true one, all predicted ones, true
        ones near a predicted one, all true ones.
    """

    counts: NDArray[np.int64]

    @property
    def f1(self) -> NDArray[np.float64]:
        """Boundary F1 per class: 0 where only truth or prediction has a boundary, NaN where neither has."""
        near, predicted, found, true = self.counts.astype(np.float64).T
        precision = np.divide(near, predicted, out=np.zeros_like(near), where=predicted > 0)
        recall = np.divide(found, true, out=np.zeros_like(found), where=true > 0)
        both = precision + recall
        f1 = np.divide(2 * precision * recall, both, out=np.zeros_like(both), where=both > 0)
        return np.where((predicted > 0) | (true > 0), f1, np.nan)

    @property
    def mean_f1(self) -> float:
        """Mean over the classes whose truth has a boundary; NaN where none has."""
        bounded = self.counts[:, 3] > 0
        return float(self.f1[bounded].mean()) if bounded.any() else float("nan")


def default_tolerance(shape: tuple[int, ...]) -> float:
    """Return the distance in pixels within which a boundary counts as found, at least 1.

    >>> round(default_tolerance((224, 224)), 2), default_tolerance((40, 40))
    (2.38, 1.0)
    """
    return max(1.0, SHARE_OF_DIAGONAL * math.hypot(*shape))


def boundary_counts(
    truth: NDArray[np.uint8], prediction: NDArray[np.uint8], classes: int, tolerance_px: float
) -> NDArray[np.int64]:
    """Count the boundary pixels of one picture.

    A pixel lies on its class's boundary where one of its four neighbours is of another class. Where the truth is not
    labelled there is no boundary, neither of the truth nor of the prediction.

    Parameters
    ----------
    truth, prediction
        uint8, shape ``(rows, columns)``, 255 where the truth is not labelled.
    classes
        Count of classes.
    tolerance_px
        Distance within which a boundary counts as found, in pixels.

    Returns
    -------
    ndarray of int64, shape ``(classes, 4)``
        See :attr:`BoundaryScores.counts`; those of several pictures are added.
    """
    known = truth != UNLABELLED
    truth_edges, found_edges = _on_boundary(truth, known), _on_boundary(prediction, known)
    counts = np.zeros((classes, 4), np.int64)
    for first in range(0, classes, BITS):
        true, predicted = _marked(truth, truth_edges, first), _marked(prediction, found_edges, first)
        near, found = predicted & _spread(true, tolerance_px), true & _spread(predicted, tolerance_px)
        for number in range(first, min(first + BITS, classes)):
            bit = np.uint8(1 << (number - first))
            counts[number] = [np.count_nonzero(marks & bit) for marks in (near, predicted, found, true)]
    return counts


def _on_boundary(labels: NDArray[np.uint8], known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return where a pixel has a neighbour of another class, both of them known."""
    edges = np.zeros(labels.shape, bool)
    for here, there in (
        ((slice(1, None), slice(None)), (slice(None, -1), slice(None))),
        ((slice(None), slice(1, None)), (slice(None), slice(None, -1))),
    ):
        differ = (labels[here] != labels[there]) & known[here] & known[there]
        edges[here] |= differ
        edges[there] |= differ
    return edges


def _marked(labels: NDArray[np.uint8], edges: NDArray[np.bool_], first: int) -> NDArray[np.uint8]:
    """Return the edges of eight classes from ``first`` on, each as a bit of its own, so that they spread as one."""
    table = np.zeros(256, np.uint8)
    table[first : first + BITS] = 1 << np.arange(min(BITS, 256 - first))
    return np.where(edges, table[labels], np.uint8(0))


def _spread(marks: NDArray[np.uint8], distance_px: float) -> NDArray[np.uint8]:
    """Return marks in every pixel that has one within a distance: a disc, row by row, each row a run of pixels.

    A run of any length is two runs of a power of two laid over each other, and those are made by doubling.
    """
    rows, columns = marks.shape
    reach = min(int(distance_px), max(rows, columns) - 1)
    padded = np.pad(marks, reach)
    # runs[k][:, x] holds what occurs in the 2**k pixels that end at x.
    runs = [padded]
    while 2 << len(runs) <= 2 * (2 * reach + 1):
        longer, half = runs[-1].copy(), 1 << (len(runs) - 1)
        longer[:, half:] |= runs[-1][:, :-half]
        runs.append(longer)
    spread = np.zeros_like(marks)
    for down in range(-reach, reach + 1):
        half = min(int(np.sqrt(distance_px**2 - down**2)), reach)
        power = (2 * half + 1).bit_length() - 1
        lines = runs[power][reach + down : reach + down + rows]
        for end in (reach + half, reach - half + (1 << power) - 1):
            spread |= lines[:, end : end + columns]
    return spread
