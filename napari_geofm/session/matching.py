"""A model's classes as classes of the session, whose numbers move when classes are deleted or merged."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.same_classes import counterparts

__all__ = ["matched"]


def matched(classes: NDArray[np.uint8], names: Sequence[str], now: Sequence[str]) -> NDArray[np.uint8]:
    """Return a prediction in the session's numbers.

    Classes are known by name, those without one by number. One that has no namesake any more was renamed where its
    number has a name that is new to the model, and no class is missing; else it is gone.

    Parameters
    ----------
    classes
        uint8: outside numbers of the model, 255 where nothing is known.
    names
        The model's classes.
    now
        The session's classes.

    Returns
    -------
    ndarray of uint8, of the same shape
        Outside numbers of the session; 255 where nothing is known, and for classes that are gone.

    Examples
    --------
    >>> found = np.array([0, 1, 2, 255], np.uint8)
    >>> matched(found, ("sand", "shale", "salt"), ("shale", "salt", "gas"))
    array([255,   0,   1, 255], dtype=uint8)
    >>> matched(found, ("sand", "shale", "salt"), ("mudstone", "salt"))
    array([255, 255,   1, 255], dtype=uint8)
    >>> matched(found, ("class 1", "shale", "salt"), ("sand", "shale", "salt"))
    array([  0,   1,   2, 255], dtype=uint8)
    """
    numbers = np.full(256, UNLABELLED, np.uint8)
    for number, place in enumerate(counterparts(names, now, renamed=True)):
        if place is not None:
            numbers[number] = place
    return numbers[classes]
