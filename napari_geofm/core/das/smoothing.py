"""A smooth line through onsets along the fibre that outliers do not bend."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["robust_scatter", "smooth_line"]

TUKEY = 4.685
"""Residual, in standard errors, from which a channel has no say."""


def smooth_line(
    onset: NDArray[np.float64], weight: NDArray[np.float64], reach: float, floor: float = 1.0
) -> tuple[NDArray[np.float64], float]:
    """Return a smooth line through onsets, and how far onsets lie from it.

    Penalised least squares on second differences (Whittaker 1923; Eilers 2003), reweighted: first towards the median,
    then with Tukey's biweight, so that channels off by far have no say.

    Parameters
    ----------
    onset
        ndarray of float64, shape ``(channels,)``, in samples; NaN where there is none.
    weight
        ndarray of float64, same shape: 0 or more.
    reach
        Wavelength in channels that passes with half its height.
    floor
        Scatter in samples below which nothing is an outlier.

    Returns
    -------
    tuple
        ndarray of float64, shape ``(channels,)``, on every channel; and the scatter in samples (1.48 x the median
        absolute residual).
    """
    given = np.where(np.isfinite(onset), weight, 0.0)
    there = given > 0
    filled = np.where(there, np.nan_to_num(onset), 0.0)
    if there.sum() < 3 or onset.size < 4:
        level = float(np.median(onset[there])) if there.any() else 0.0
        return np.where(there, filled, level), floor
    now, line, scatter = given, filled, floor
    for turn in range(8):
        line = _penalised(filled, now, reach)
        off = filled - line
        scatter = max(robust_scatter(off[there]), floor)
        size = np.abs(off) / scatter
        pull = 1 / np.maximum(size, 1.0) if turn < 3 else np.clip(1 - (size / TUKEY) ** 2, 0, 1) ** 2
        now = given * pull
    return line, scatter


def robust_scatter(values: NDArray[np.float64]) -> float:
    """Return the standard deviation that the median absolute value tells; 0 for none."""
    return 1.4826 * float(np.median(np.abs(values))) if values.size else 0.0


def _penalised(values: NDArray[np.float64], weight: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
    from scipy.linalg import solveh_banded

    scale = float(weight.max()) or 1.0
    bands = _penalty(values.size, reach).copy()
    # A trace of weight everywhere: where no channel has a say the line still has a value.
    bands[-1] += weight / scale + 1e-9
    return np.asarray(solveh_banded(bands, weight / scale * values), np.float64)


@cache
def _penalty(size: int, reach: float) -> NDArray[np.float64]:
    """Return the upper bands, shape ``(3, size)``, of the penalty on second differences."""
    strength = (reach / (2 * np.pi)) ** 4
    bands = np.zeros((3, size))
    second = (1.0, -2.0, 1.0)
    for i in range(3):
        for j in range(i, 3):
            bands[2 - (j - i), j : j + size - 2] += strength * second[i] * second[j]
    return bands
