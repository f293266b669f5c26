"""From probabilities to what is written and shown: classes, confidence, probabilities."""

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import UNLABELLED

__all__ = ["quantity_of"]


def quantity_of(name: str, probabilities: NDArray[np.float32], dead: NDArray[np.bool_]) -> NDArray[np.generic]:
    """Return classes, confidence or probabilities; nothing where there is no recorded sample."""
    if name == "prediction":
        return np.where(dead, np.uint8(UNLABELLED), probabilities.argmax(0).astype(np.uint8))
    if name == "confidence":
        return np.where(dead, np.float32(np.nan), _lead(probabilities))
    return np.where(dead, np.float32(np.nan), probabilities)


def _lead(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return by how much the best class leads the next one; class by class, several times quicker than a partition."""
    best, second = probabilities[0].copy(), np.zeros_like(probabilities[0])
    for plane in probabilities[1:]:
        np.maximum(second, np.minimum(best, plane), out=second)
        np.maximum(best, plane, out=best)
    found: NDArray[np.float32] = best - second
    return found
