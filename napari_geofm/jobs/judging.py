"""Scores of a model on labelled sections, and whether a gain in them is more than chance."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.examples import Example, is_dense
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.scores import Scores, score

__all__ = ["HeldOut", "Probabilities", "judge", "judge_each", "pooled"]

Probabilities = Callable[[Example], NDArray[np.float32]]
"""Class probabilities, float32 ``(classes, rows, columns)``, of an example's picture."""

SURE = 1.64
"""Standard errors by which the mean gain of the strokes must lie above zero: 5 % in one direction."""

FEWEST = 3
"""Strokes from which on their spread is asked; of fewer, every one must gain."""

LEAST = 1e-4
"""Probability below which a stroke's samples are all alike: plainly wrong."""

BLOCK = 32
"""Traces of a block."""


def judge(model: Probabilities | None, examples: Sequence[Example], classes: int) -> Scores:
    """Score a model on the human strokes of examples; without a model or examples, scores over no pixel."""
    return pooled(judge_each(model, examples, classes) if model is not None else (), classes)


def judge_each(model: Probabilities, examples: Sequence[Example], classes: int) -> tuple[Scores, ...]:
    """Score a model on the human strokes of each example by itself."""
    pairs = ((example.human, model(example).argmax(0).astype(np.uint8)) for example in examples)
    return tuple(score([pair], classes) for pair in pairs)


def pooled(each: Sequence[Scores], classes: int) -> Scores:
    """Return scores of parts as those of the whole."""
    return Scores(sum((scores.matrix for scores in each), np.zeros((classes, classes), np.int64)))


class HeldOut:
    """Held-out strokes, which say how good a model is, and whether it is surely better than the one first shown.

    A handful of strokes on one section is little evidence: of two equally good models one has the higher mIoU on them.
    So a gain counts only where the strokes agree: each stroke's mean log probability of the truth is compared with the
    first model's (a one-sided paired test over strokes, which are independent, as their samples are not).

    Where a section is labelled all over, its blocks of traces stand for strokes, and the mean soft IoU of the classes
    in a block for the log probability, which would punish a sure answer at the edge of a fault more than a vague one.

    Parameters
    ----------
    examples
        With the human strokes to judge by.
    classes
        Count of classes.
    """

    def __init__(self, examples: Sequence[Example], classes: int) -> None:
        self._examples = examples
        self._classes = classes
        self._strokes = [
            None if is_dense(example.human, example.valid) else _strokes(example.human) for example in examples
        ]
        self._first: NDArray[np.float64] | None = None

    @property
    def dense(self) -> bool:
        """Whether all that is held out is labelled all over, so that no gain is too small to be one."""
        return all(each is None for each in self._strokes)

    def __call__(self, model: Probabilities) -> tuple[Scores, bool]:
        """Return a model's scores, and whether the strokes agree that it is better than the first one."""
        found = [model(example) for example in self._examples]
        pairs = zip(self._examples, found, strict=True)
        scores = score(((example.human, each.argmax(0).astype(np.uint8)) for example, each in pairs), self._classes)
        known = np.concatenate([_known(*each) for each in zip(self._examples, found, self._strokes, strict=True)])
        if self._first is None:
            self._first = known
            return scores, False
        return scores, _surely_above_zero(known - self._first)


def _known(
    example: Example, probabilities: NDArray[np.float32], strokes: NDArray[np.int64] | None
) -> NDArray[np.float64]:
    """Return how well each stroke, or each block of a section that is labelled all over, is known."""
    if strokes is not None:
        return _likelihood(example, probabilities, strokes)
    starts = range(0, example.human.shape[1], BLOCK)
    parts = [(example.human[:, at : at + BLOCK], probabilities[..., at : at + BLOCK]) for at in starts]
    return np.array([_overlap(*part) for part in parts if (part[0] != UNLABELLED).any()])


def _overlap(truth: NDArray[np.uint8], probabilities: NDArray[np.float32]) -> float:
    """Return the mean soft IoU of the classes in the truth: probabilities in place of a decision."""
    labelled = truth != UNLABELLED
    found = []
    for number in np.unique(truth[labelled]):
        right, said = (truth == number)[labelled], probabilities[number][labelled]
        both = float(said[right].sum())
        found.append(both / (float(right.sum()) + float(said.sum()) - both))
    return float(np.mean(found))


def _strokes(human: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the number, from 1, of the connected stroke of one class that each sample belongs to; 0 unlabelled."""
    from scipy import ndimage

    numbers = np.zeros(human.shape, np.int64)
    for number in np.unique(human[human != UNLABELLED]):
        found = np.asarray(ndimage.label(human == number, np.ones((3, 3)))[0], np.int64)
        numbers[found > 0] = found[found > 0] + numbers.max()
    return numbers


def _likelihood(
    example: Example, probabilities: NDArray[np.float32], strokes: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return each stroke's mean log probability of its own class."""
    rows, columns = np.nonzero(strokes)
    right = probabilities[example.human[rows, columns], rows, columns].astype(np.float64)
    numbers = strokes[rows, columns] - 1
    found: NDArray[np.float64] = np.bincount(numbers, np.log(np.maximum(right, LEAST))) / np.bincount(numbers)
    return found


def _surely_above_zero(gains: NDArray[np.float64]) -> bool:
    if gains.size < FEWEST:
        return bool(gains.size and (gains > 0).all())
    return bool(gains.mean() > SURE * gains.std(ddof=1) / np.sqrt(gains.size))
