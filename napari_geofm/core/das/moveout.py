"""Apparent velocity along the fibre: a robust slope of the onsets, or one on either side of an apex."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.smoothing import robust_scatter, smooth_line

__all__ = ["Moveout", "Slope", "moveout_of", "slope_of"]

REACH = 40.0
"""Channels over which the moveout is smoothed where an apex is looked for."""

LEAST_RISE = 6.0
"""Rise from an apex to the ends of the moveout, in its scatter, from which it is one."""

FAR, FAR_SHARE = 0.25, 0.8
"""Part of a line's rise within which this share of the onsets must lie for it to be one."""

LEAST_FLANK = 8
"""Channels on the shorter flank of an apex."""


@dataclass(frozen=True, slots=True)
class Slope:
    """How much later an event arrives per distance along the fibre.

    Attributes
    ----------
    slowness, error
        In s per unit of distance, with its standard error; NaN where fewer than 3 channels tell. Positive: the event
        runs towards larger distances.
    straight
        Whether the onsets lie near a line: a slope through what does not is none.
    """

    slowness: float
    error: float
    straight: bool = True

    @property
    def velocity(self) -> float:
        """Apparent velocity in distance per s; NaN where the slowness is not told from 0, that is, from infinite."""
        return float("nan") if self.why_none else 1 / self.slowness

    @property
    def why_none(self) -> str:
        """Why there is no velocity; "" where there is one."""
        if not np.isfinite(self.slowness):
            return "too few channels"
        if not self.straight:
            return "onsets lie on no straight line"
        known = abs(self.slowness) > 2 * self.error and self.slowness != 0
        return "" if known else "not told from infinite"

    @property
    def velocity_error(self) -> float:
        """Standard error of the velocity; NaN where that is not known."""
        return abs(self.error * self.velocity**2)


NO_SLOPE = Slope(float("nan"), float("nan"))


@dataclass(frozen=True, slots=True)
class Moveout:
    """The moveout of one event.

    Attributes
    ----------
    apex
        Position, among the event's channels, where it arrives first with later arrivals on both sides; None where it
        runs one way.
    before, after
        Slopes of the flanks before and after the apex; where there is none both are the slope of the whole.
    main
        The slope of the whole, or of the longer flank.
    """

    apex: int | None
    before: Slope
    after: Slope
    main: Slope


def moveout_of(
    place: NDArray[np.float64],
    onset: NDArray[np.float64],
    error: NDArray[np.float64],
    *,
    with_apex: bool = True,
) -> Moveout:
    """Fit the moveout of an event.

    Parameters
    ----------
    place
        ndarray of float64, shape ``(channels,)``: distance along the fibre (or channel numbers).
    onset, error
        ndarrays of the same shape: arrival and its standard error in s; NaN where there is none.
    with_apex
        Whether it may arrive from the side; a vehicle comes from one end.
    """
    whole = slope_of(place, onset, error)
    apex = _apex(onset, error) if with_apex else None
    if apex is None:
        return Moveout(None, whole, whole, whole)
    before = slope_of(place[: apex + 1], onset[: apex + 1], error[: apex + 1])
    after = slope_of(place[apex:], onset[apex:], error[apex:])
    main = before if apex > place.size - 1 - apex else after
    return Moveout(apex, before, after, main)


def slope_of(place: NDArray[np.float64], onset: NDArray[np.float64], error: NDArray[np.float64]) -> Slope:
    """Fit a straight line by reweighted least squares (Tukey's biweight).

    Examples
    --------
    >>> x = np.arange(0.0, 100.0)
    >>> t = x / 50
    >>> t[3] = 9.0
    >>> round(slope_of(x, t, np.full(100, 0.01)).velocity, 3)
    50.0
    """
    there = np.isfinite(onset) & np.isfinite(place)
    if there.sum() < 3 or np.ptp(place[there]) == 0:
        return NO_SLOPE
    x, t = place[there], onset[there]
    least = max(float(np.nanmedian(error[there])), 1e-12)
    trust = 1 / (np.nan_to_num(error[there], nan=least) ** 2 + least**2)
    weight = trust
    slope, off = 0.0, np.zeros(x.size)
    for turn in range(12):
        middle = np.average(x, weights=weight)
        slope = float(np.sum(weight * (x - middle) * t) / np.sum(weight * (x - middle) ** 2))
        off = t - slope * (x - middle) - np.average(t, weights=weight)
        size = np.abs(off) / max(robust_scatter(off), 0.1 * least)
        # The median's way first: a line that many outliers bend is not mended by leaving out what is far from it.
        pull = 1 / np.maximum(size, 0.1) if turn < 6 else np.clip(1 - (size / 4.685) ** 2, 0, 1) ** 2
        weight = trust * pull + 1e-12 * trust
    return Slope(slope, _slope_error(x, off, weight, least), straight=_is_straight(x, slope, off, least))


def _is_straight(x: NDArray[np.float64], slope: float, off: NDArray[np.float64], least: float) -> bool:
    """Return whether most onsets lie nearer to the line than it rises, or than they are known to."""
    worst = float(np.quantile(np.abs(off), FAR_SHARE))
    return worst <= max(FAR * abs(slope) * float(np.ptp(x)), 4 * least)


def _slope_error(x: NDArray[np.float64], off: NDArray[np.float64], weight: NDArray[np.float64], least: float) -> float:
    """Return the slope's standard error; neighbours that err alike count as fewer."""
    share = weight / weight.max()
    middle = np.average(x, weights=share)
    spread = max(float(np.sqrt(np.average(off**2, weights=share))), 0.3 * least)
    alike = 0.0
    if off.size > 4 and np.any(off):
        ranked = off * np.sqrt(share)
        alike = float(np.clip(np.sum(ranked[1:] * ranked[:-1]) / max(np.sum(ranked**2), 1e-30), 0.0, 0.98))
    fewer = np.sqrt((1 + alike) / (1 - alike))
    return float(spread * fewer / np.sqrt(np.sum(share * (x - middle) ** 2)))


def _apex(onset: NDArray[np.float64], error: NDArray[np.float64]) -> int | None:
    """Return where the smooth moveout is earliest, if it rises well on both sides."""
    there = np.isfinite(onset)
    if there.sum() < 2 * LEAST_FLANK + 1:
        return None
    unit = max(float(np.nanmedian(error[there])), 1e-12)
    weight = np.where(there, 1.0, 0.0)
    line, scatter = smooth_line(onset / unit, weight, min(REACH, onset.size / 3), floor=1.0)
    apex = int(np.argmin(line))
    if min(apex, onset.size - 1 - apex) < LEAST_FLANK:
        return None
    ends = min(float(line[: apex + 1].max()), float(line[apex:].max()))
    return apex if ends - line[apex] > LEAST_RISE * scatter else None
