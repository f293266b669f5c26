"""What is done across channels: common mode, mean of neighbours, differences along the fibre."""

import warnings

import numpy as np
from numpy.typing import NDArray

__all__ = ["difference_over", "slope_along", "stacked", "without_common"]

Floats = NDArray[np.float64]


def without_common(values: Floats, *, median: bool) -> Floats:
    """Return channels less what all of them have at the same moment.

    Parameters
    ----------
    values
        ndarray of float64, shape ``(channels, samples)``: all channels; NaN counts for nothing and stays.
    median
        Whether the median is taken, which an event on fewer than half of the channels leaves alone, or the mean.
    """
    live = values[np.isfinite(values).any(axis=1)]
    if not live.size:
        return values
    with warnings.catch_warnings():
        # A moment within a gap of all channels has no common mode.
        warnings.simplefilter("ignore", RuntimeWarning)
        common = (np.nanmedian if median and not np.isfinite(live).all() else np.median if median else np.nanmean)(
            live, axis=0
        )
    return np.asarray(values - common, np.float64)


def stacked(values: Floats, count: int) -> Floats:
    """Return the mean of each ``count`` neighbouring channels, of those that recorded; a rest of fewer is left out."""
    groups = values.shape[0] // count
    parts = values[: groups * count].reshape(groups, count, values.shape[1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmean(parts, axis=1), np.float64)


def slope_along(values: Floats, places: Floats) -> Floats:
    """Return the central difference along the fibre per unit of ``places``; one-sided at the first and last channel.

    Parameters
    ----------
    values
        ndarray of float64, shape ``(channels, samples)``; where a neighbour is NaN the result is.
    places
        ndarray of float64, shape ``(channels,)``.
    """
    last = len(places) - 1
    after, before = np.minimum(np.arange(last + 1) + 1, last), np.maximum(np.arange(last + 1) - 1, 0)
    slope = (values[after] - values[before]) / (places[after] - places[before])[:, None]
    slope[~np.isfinite(values)] = np.nan
    return np.asarray(slope, np.float64)


def difference_over(values: Floats, places: Floats, wanted: Floats, length: float) -> Floats:
    """Return the difference between two points ``length`` apart, per unit of length, around each wanted place.

    Between channels amplitudes are interpolated linearly. At the ends of the fibre, where one of the points would lie
    beyond it, the end itself is taken, and the length between the two.

    Parameters
    ----------
    values
        ndarray of float64, shape ``(channels, samples)``; NaN wherever one that is needed is NaN.
    places, wanted
        ndarrays of float64: of the channels, ascending, and where the result is asked for.
    length
        In the unit of ``places``.
    """
    first, second = (np.clip(wanted + side * 0.5 * length, places[0], places[-1]) for side in (-1, 1))
    found = _between(values, places, second) - _between(values, places, first)
    return np.asarray(found / (second - first)[:, None], np.float64)


def _between(values: Floats, places: Floats, wanted: Floats) -> Floats:
    """Return amplitudes at places between channels; a channel that is met takes no part of the next."""
    low = np.clip(np.searchsorted(places, wanted, side="right") - 1, 0, len(places) - 2)
    part = (wanted - places[low]) / (places[low + 1] - places[low])
    part = np.where(np.abs(part) < 1e-6, 0.0, np.where(np.abs(part - 1) < 1e-6, 1.0, part))[:, None]
    below = np.where(part < 1, values[low] * (1 - part), 0.0)
    above = np.where(part > 0, values[low + 1] * part, 0.0)
    return np.asarray(below + above, np.float64)
