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
        best = np.partition(probabilities, -2, axis=0)[-2:]
        return np.where(dead, np.float32(np.nan), (best[1] - best[0]).astype(np.float32))
    return np.where(dead, np.float32(np.nan), probabilities)
