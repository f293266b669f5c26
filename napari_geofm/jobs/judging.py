"""Scores of a model on labelled sections."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.examples import Example
from napari_geofm.core.scores import Scores, score

__all__ = ["Probabilities", "judge"]

Probabilities = Callable[[Example], NDArray[np.float32]]
"""Class probabilities, float32 ``(classes, rows, columns)``, of an example's picture."""


def judge(model: Probabilities | None, examples: Sequence[Example], classes: int) -> Scores:
    """Score a model on the human strokes of examples; without a model or examples, scores over no pixel."""
    if model is None:
        return Scores(np.zeros((classes, classes), np.int64))
    pairs = ((example.human, model(example).argmax(0).astype(np.uint8)) for example in examples)
    return score(pairs, classes)
