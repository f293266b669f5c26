"""Scores of a prediction against the truth, over the whole data set and in the paper's per-batch form."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import UNLABELLED
from napari_geofm.errors import LabelError

__all__ = ["PaperScores", "Scores", "confusion", "mean_of_batches", "paper_scores", "score"]


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Dataset-level scores from one confusion matrix.

    Attributes
    ----------
    matrix
        ndarray of int64, shape ``(classes, classes)``: truth down, prediction across.
    """

    matrix: NDArray[np.int64]

    @property
    def iou(self) -> NDArray[np.float64]:
        """Intersection over union per class; NaN where neither truth nor prediction has the class."""
        hit = np.diag(self.matrix).astype(np.float64)
        union = self.matrix.sum(0) + self.matrix.sum(1) - hit
        return np.asarray(np.divide(hit, union, out=np.full(hit.shape, np.nan), where=union > 0), np.float64)

    @property
    def accuracy(self) -> NDArray[np.float64]:
        """Share of each true class that was found; NaN where the truth lacks the class."""
        hit = np.diag(self.matrix).astype(np.float64)
        count = self.matrix.sum(1).astype(np.float64)
        return np.asarray(np.divide(hit, count, out=np.full(hit.shape, np.nan), where=count > 0), np.float64)

    @property
    def miou(self) -> float:
        """Mean IoU over the classes that the truth has."""
        occurring = self.matrix.sum(1) > 0
        return float(self.iou[occurring].mean()) if occurring.any() else float("nan")

    @property
    def mpa(self) -> float:
        """Mean accuracy over the classes that the truth has."""
        accuracy = self.accuracy
        return float(accuracy[~np.isnan(accuracy)].mean()) if not np.isnan(accuracy).all() else float("nan")

    @property
    def pixel_accuracy(self) -> float:
        """Share of all scored pixels that are right."""
        total = int(self.matrix.sum())
        return float(np.trace(self.matrix) / total) if total else float("nan")

    @property
    def pixels(self) -> int:
        """Count of scored pixels."""
        return int(self.matrix.sum())


@dataclass(frozen=True, slots=True)
class PaperScores:
    """Scores as the paper's code counts them: mean over batches, to compare with its Table S2."""

    miou: float
    mpa: float


def confusion(truth: NDArray[np.uint8], prediction: NDArray[np.uint8], classes: int) -> NDArray[np.int64]:
    """Count pixels by true and predicted class.

    Parameters
    ----------
    truth, prediction
        uint8 of one shape; pixels where the truth is 255 are not counted.
    classes
        Count of classes.

    Raises
    ------
    LabelError
        When the shapes differ, a class is beyond ``classes``, or a pixel with truth has no prediction.
    """
    if truth.shape != prediction.shape:
        msg = f"Truth has shape {truth.shape}, prediction {prediction.shape}; compare arrays of one shape"
        raise LabelError(msg)
    known = truth != UNLABELLED
    true, predicted = truth[known].astype(np.int64), prediction[known].astype(np.int64)
    top = max(int(true.max(initial=0)), int(predicted.max(initial=0)))
    if top >= classes:
        what = "pixels without prediction (255) where there is truth" if top == UNLABELLED else f"class {top}"
        msg = f"The arrays hold {what}, but there are {classes} classes (0 to {classes - 1})"
        raise LabelError(msg)
    return np.bincount(true * classes + predicted, minlength=classes * classes).reshape(classes, classes)


def score(pairs: Iterable[tuple[NDArray[np.uint8], NDArray[np.uint8]]], classes: int) -> Scores:
    """Return dataset-level scores over ``(truth, prediction)`` pairs."""
    total = np.zeros((classes, classes), np.int64)
    for truth, prediction in pairs:
        total += confusion(truth, prediction, classes)
    return Scores(total)


def paper_scores(batches: Iterable[tuple[NDArray[np.uint8], NDArray[np.uint8]]], classes: int) -> PaperScores:
    """Return the paper's form: macro IoU and recall over all classes per batch, absent ones as 0, then the mean."""
    return mean_of_batches(Scores(confusion(truth, prediction, classes)) for truth, prediction in batches)


def mean_of_batches(batches: Iterable[Scores]) -> PaperScores:
    """Return the paper's form from the scores of each batch; batches without a scored pixel are left out."""
    scored = [scores for scores in batches if scores.pixels]
    if not scored:
        return PaperScores(float("nan"), float("nan"))
    return PaperScores(
        float(np.mean([np.nan_to_num(scores.iou).mean() for scores in scored])),
        float(np.mean([np.nan_to_num(scores.accuracy).mean() for scores in scored])),
    )
