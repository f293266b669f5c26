"""Brightness relative to its surroundings: what is seen of small forms on high mountains or under uneven light."""

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.amplitude import GRAY

__all__ = ["local_contrast"]

DEVIATIONS = 3.0
"""Local standard deviations that become black and white."""

LEAST = 0.02
"""Standard deviation (of pictures in 0..1) below which a place counts as flat: five steps of 8-bit pictures. With
one and a half, their terraces on lava plains looked like craters."""


def local_contrast(picture: NDArray[np.float32], reach_px: float) -> NDArray[np.float32]:
    """Return a picture whose surroundings have the same mean and spread everywhere.

    Parameters
    ----------
    picture
        float32, shape ``(rows, columns)``, 0..1.
    reach_px
        Standard deviation in pixels of the Gaussian that says what surroundings are.

    Returns
    -------
    ndarray of float32, same shape, 0..1: the mean of the surroundings is :data:`~napari_geofm.core.amplitude.GRAY`.
    """
    from scipy.ndimage import gaussian_filter

    # Three standard deviations: what lies further weighs next to nothing, and costs as much.
    mean = gaussian_filter(picture, reach_px, mode="nearest", truncate=3.0)
    away = picture - mean
    spread = np.sqrt(gaussian_filter(away**2, reach_px, mode="nearest", truncate=3.0) + np.float32(LEAST**2))
    seen: NDArray[np.float32] = np.clip(GRAY + away / (2 * DEVIATIONS * spread), 0, 1).astype(np.float32)
    return seen
