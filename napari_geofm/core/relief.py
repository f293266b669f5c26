"""The shape of ground: slopes, hillshade and local relief of a map of elevation, safe where there is no data.

Arrays are in display order: rows to the south, columns to the east (on maps that are not north up: to the map's
bottom and right). Slopes are central differences (Horn's are smoother, but widen rims by a pixel).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.bands import Sizes, in_bands
from napari_geofm.errors import UsageError

__all__ = [
    "REACH",
    "ReliefFit",
    "Sun",
    "detrended",
    "fit_relief",
    "gradients",
    "hillshade",
    "incidence",
    "relief_picture",
    "rises",
    "slope_degrees",
]

MEAN_PX = 49
"""Side of the square over which the mean is taken, three times in a row, that is taken off the elevation: nearly a
Gaussian of 24 pixels. Craters of up to about 60 pixels stay."""

REACH = 3 * (MEAN_PX // 2)
"""Pixels around a window that decide what it looks like."""

TYPICAL = 0.36
"""Tangent that the relief's upper quartile of slopes is drawn with for the encoder: 20 degrees."""

_NARROW = 0.5
"""Width over height of a pixel below which neighbours further off are compared: meridians meet at the poles."""


@dataclass(frozen=True, slots=True)
class Sun:
    """Where the light comes from.

    Attributes
    ----------
    azimuth_degrees
        Clockwise from north (the map's top).
    height_degrees
        Above the horizon, above 0 and at most 90.
    """

    azimuth_degrees: float = 315.0
    height_degrees: float = 45.0

    def __post_init__(self) -> None:
        """Refuse a sun below the horizon."""
        if not 0.0 < self.height_degrees <= 90.0 or not np.isfinite(self.azimuth_degrees):
            where = f"{self.azimuth_degrees:g}, {self.height_degrees:g} degrees"
            msg = f"Sun at azimuth and height {where}: its height is above 0 and at most 90"
            raise UsageError(msg)


@dataclass(frozen=True, slots=True)
class ReliefFit:
    """What is typical of a map's relief, fitted once so that all its windows are drawn alike.

    Attributes
    ----------
    spread
        Elevation above the local mean that becomes white (and below: black), in the map's unit.
    slope
        Tangent of the upper quartile of slopes, in the map's unit per m.
    """

    spread: float
    slope: float

    @property
    def exaggeration(self) -> float:
        """By what elevation is multiplied so that slopes are seen."""
        return TYPICAL / self.slope


def gradients(
    elevation: NDArray[Any], down_m: Sizes, across_m: Sizes
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how elevation rises downwards and to the right, per m.

    Parameters
    ----------
    elevation
        ndarray, shape ``(rows, columns)``, NaN where there is no data.
    down_m, across_m
        Height and width of a pixel in m: one number, or shape ``(rows, 1)`` or ``(rows, columns)``. Where pixels are
        less than half as wide as high, neighbours further off are compared, so that steps of the numbers do not grow
        into cliffs towards a pole.

    Returns
    -------
    tuple of ndarray of float64
        NaN where there is no data; beside a gap one-sided, and 0 along a direction in which no neighbour is known.
    """
    values = np.asarray(elevation, np.float64)
    high, wide = (np.broadcast_to(np.asarray(size, np.float64), values.shape) for size in (down_m, across_m))
    down = _slope(values, 1) / high
    right = _slope(values.T, 1).T
    narrow = np.flatnonzero(wide[:, 0] < _NARROW * high[:, 0])
    for row in narrow:
        ratio = high[row, 0] / max(wide[row, 0], 1e-9 * high[row, 0])
        # No further than a window's margin, so that windows show what the whole does.
        reach = int(np.clip(round(_NARROW * ratio), 1, REACH))
        right[row] = _slope(values[row : row + 1].T, reach)[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        across = right / wide
    return down, np.where(np.isfinite(values), np.nan_to_num(across, nan=0.0, posinf=0.0, neginf=0.0), np.nan)


def _slope(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Return the rise per pixel along the first axis, between neighbours ``reach`` before and behind."""
    missing = np.full((min(reach, values.shape[0]), values.shape[1]), np.nan)
    before = np.concatenate([missing, values[:-reach]])[: values.shape[0]]
    behind = np.concatenate([values[reach:], missing])[-values.shape[0] :]
    rise = np.where(np.isfinite(before) & np.isfinite(behind), (behind - before) / 2, behind - values)
    rise = np.where(np.isfinite(rise), rise, values - before)
    return np.where(np.isfinite(values), np.where(np.isfinite(rise), rise, 0.0), np.nan) / reach


def incidence(down: NDArray[np.floating], right: NDArray[np.floating], sun: Sun) -> NDArray[np.float64]:
    """Return the cosine of the angle between the sun and the ground's normal, below 0 where it is turned away.

    Parameters
    ----------
    down, right
        As :func:`gradients` returns them.
    sun
        Where the light comes from.
    """
    azimuth, height = np.deg2rad(sun.azimuth_degrees), np.deg2rad(sun.height_degrees)
    lit = np.sin(height) + np.cos(height) * (down * np.cos(azimuth) - right * np.sin(azimuth))
    return np.asarray(lit / np.sqrt(1.0 + down**2 + right**2))


def hillshade(
    elevation: NDArray[Any],
    down_m: Sizes,
    across_m: Sizes,
    sun: Sun | None = None,
    exaggeration: float = 1.0,
) -> NDArray[np.float32]:
    """Return how bright ground is under a sun (Lambert's cosine, no cast shadows), float32, 0..1, NaN without data.

    Examples
    --------
    >>> flat = hillshade(np.zeros((3, 3)), 100.0, 100.0)
    >>> round(float(flat[1, 1]), 4)
    0.7071
    """
    light = sun or Sun()

    def work(part: NDArray[Any], high: Sizes, wide: Sizes) -> NDArray[np.float32]:
        down, right = gradients(part, high, wide)
        return np.clip(incidence(exaggeration * down, exaggeration * right, light), 0.0, 1.0).astype(np.float32)

    return in_bands(work, elevation, down_m, across_m, 1)


def slope_degrees(elevation: NDArray[Any], down_m: Sizes, across_m: Sizes) -> NDArray[np.float32]:
    """Return the steepest slope in degrees, float32, NaN without data."""

    def work(part: NDArray[Any], high: Sizes, wide: Sizes) -> NDArray[np.float32]:
        return np.rad2deg(np.arctan(np.hypot(*gradients(part, high, wide)))).astype(np.float32)

    return in_bands(work, elevation, down_m, across_m, 1)


def rises(elevation: NDArray[Any], down_m: Sizes, across_m: Sizes) -> NDArray[np.float32]:
    """Return what :func:`gradients` does, float32, shape ``(rows, columns, 2)``, with little memory in between."""

    def work(part: NDArray[Any], high: Sizes, wide: Sizes) -> NDArray[np.float32]:
        return np.stack(gradients(part, high, wide), axis=-1, dtype=np.float32, casting="same_kind")

    return in_bands(work, elevation, down_m, across_m, 1)


def detrended(elevation: NDArray[Any], mean_px: int = MEAN_PX) -> NDArray[np.float32]:
    """Return elevation above its local mean, float32, NaN without data; data that are missing count for nothing.

    Parameters
    ----------
    elevation
        ndarray, shape ``(rows, columns)``, NaN where there is no data.
    mean_px
        Side of the square over which means are taken three times, odd.
    """
    values = np.asarray(elevation, np.float64)
    known = np.isfinite(values)
    # About a common level, so that differences of large numbers keep their digits.
    level = float(values[known].mean()) if known.any() else 0.0
    total = _thrice(np.where(known, values - level, 0.0), mean_px)
    weight = _thrice(known.astype(np.float64), mean_px)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(known, values - level - total / weight, np.nan).astype(np.float32)


def _thrice(values: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """Return means over squares of means of means; beyond the edges there is 0."""
    from scipy.ndimage import uniform_filter

    for _ in range(3):
        values = uniform_filter(values, side, mode="constant")
    return values


def fit_relief(
    parts: Sequence[tuple[NDArray[Any], Sizes, Sizes]],
) -> ReliefFit:
    """Fit what is typical on samples of a map: ``(elevation, down_m, across_m)`` each.

    Returns
    -------
    ReliefFit
        Of a map that is flat or without data, 1 for both.
    """
    spreads, slopes = [], []
    for elevation, down_m, across_m in parts:
        above = detrended(elevation)
        down, right = gradients(elevation, down_m, across_m)
        steep = np.hypot(down, right)
        spreads.append(np.abs(above[np.isfinite(above)][::7]))
        slopes.append(steep[np.isfinite(steep)][::7])
    spread, slope = np.concatenate(spreads), np.concatenate(slopes)
    most = float(np.percentile(spread, 98.0)) if spread.size else 0.0
    typical = float(np.percentile(slope, 75.0)) if slope.size else 0.0
    return ReliefFit(most or float(spread.max(initial=0.0)) or 1.0, typical or float(slope.max(initial=0.0)) or 1.0)


def relief_picture(
    elevation: NDArray[Any],
    down_m: Sizes,
    across_m: Sizes,
    fit: ReliefFit,
    sun: Sun | None = None,
) -> NDArray[np.float32]:
    """Return a map as red, green and blue: elevation above the local mean, hillshade, slope.

    A window cut from it is the picture of the window, as long as :data:`REACH` pixels around are given as well.

    Returns
    -------
    ndarray of float32, shape ``(rows, columns, 3)``
        0..1, NaN without data.
    """
    light = sun or Sun()

    def work(part: NDArray[Any], high: Sizes, wide: Sizes) -> NDArray[np.float32]:
        down, right = (fit.exaggeration * each for each in gradients(part, high, wide))
        steep = np.hypot(down, right)
        above = np.clip(0.5 + 0.5 * detrended(part) / fit.spread, 0.0, 1.0)
        lit = np.clip(incidence(down, right, light), 0.0, 1.0)
        shown = [above, lit, steep / np.sqrt(1.0 + steep**2)]
        return np.stack(shown, axis=-1, dtype=np.float32, casting="same_kind")

    return in_bands(work, elevation, down_m, across_m, REACH)
