"""Scores of many pictures, taken in one by one: of the data set, of its boundaries, of each picture, of batches."""

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.boundaries import BoundaryScores, boundary_counts, default_tolerance
from napari_geofm.core.scores import PaperScores, Scores, confusion, mean_of_batches

__all__ = ["Tally"]


class Tally:
    """What is counted of pairs of truth and prediction.

    Parameters
    ----------
    classes
        Count of classes.
    batch
        Pictures of a batch, for the paper's form.
    tolerance_px
        Distance within which a boundary counts as found; None for a share of each picture's diagonal.
    boundaries
        Whether boundaries are looked at, which takes longer than all the rest.
    """

    def __init__(
        self, classes: int, *, batch: int = 1, tolerance_px: float | None = None, boundaries: bool = True
    ) -> None:
        self._bounded = boundaries
        self._classes = classes
        self._batch = batch
        self._tolerance_px = tolerance_px
        self._boundaries = np.zeros((classes, 4), np.int64)
        self._matrices: list[NDArray[np.int64]] = []

    def add(self, truth: NDArray[np.uint8], prediction: NDArray[np.uint8]) -> Scores:
        """Take one picture in, uint8 ``(rows, columns)`` each, 255 where the truth is not labelled; return its scores.

        Raises
        ------
        LabelError
            When the two do not fit each other.
        """
        matrix = confusion(truth, prediction, self._classes)
        if self._bounded:
            tolerance = default_tolerance(truth.shape) if self._tolerance_px is None else self._tolerance_px
            self._boundaries += boundary_counts(truth, prediction, self._classes, tolerance)
        self._matrices.append(matrix)
        return Scores(matrix)

    @property
    def scores(self) -> Scores:
        """Scores of all pictures as one."""
        return Scores(sum(self._matrices, np.zeros((self._classes, self._classes), np.int64)))

    @property
    def boundaries(self) -> BoundaryScores:
        """Scores of all boundaries."""
        return BoundaryScores(self._boundaries.copy())

    @property
    def samples(self) -> tuple[Scores, ...]:
        """Scores of each picture, in the order in which they came."""
        return tuple(Scores(matrix) for matrix in self._matrices)

    @property
    def paper(self) -> PaperScores:
        """The paper's form: each batch scored by itself, absent classes as 0, then the mean."""
        starts = range(0, len(self._matrices), self._batch)
        return mean_of_batches(Scores(np.sum(self._matrices[at : at + self._batch], axis=0)) for at in starts)
