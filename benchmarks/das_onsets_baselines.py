"""Baselines of ``das_onsets``: STA/LTA and a straight line, both tuned on the picks that they are scored on."""

import itertools

import numpy as np
from numpy.typing import NDArray

__all__ = ["best_line", "sta_lta", "tuned_sta_lta"]

BANDS_HZ = (None, (20.0, 200.0), (20.0, 400.0), (50.0, 400.0), (100.0, 800.0))
SHORT = (4, 8, 12, 20, 30, 50)
LONG = (50, 80, 100, 120, 150, 160)
THRESHOLDS = (1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def tuned_sta_lta(
    samples: NDArray[np.float64], truth: NDArray[np.float64], rate_hz: float
) -> dict[str, NDArray[np.float64]]:
    """Return the onsets of the settings with the best median, and with the best 90th percentile.

    Parameters
    ----------
    samples
        ndarray of shape ``(channels, samples)``.
    truth
        ndarray of shape ``(channels,)``: onsets in samples.
    rate_hz
        Samples a second.
    """
    from scipy.signal import butter, sosfiltfilt

    best: dict[str, tuple[float, NDArray[np.float64]]] = {}
    for band in BANDS_HZ:
        filtered = samples
        if band is not None:
            filtered = sosfiltfilt(butter(4, band, "band", fs=rate_hz, output="sos"), samples, axis=1)
        for kind, short, long in itertools.product(("classic", "recursive"), SHORT, LONG):
            ratio = sta_lta(filtered, short, long, kind)
            for threshold in THRESHOLDS:
                hit = ratio > threshold
                onset = np.where(hit.any(axis=1), hit.argmax(axis=1).astype(np.float64), np.nan)
                size = np.where(np.isnan(onset), np.inf, np.abs(onset - truth))
                for name, figure in (("median", np.median(size)), ("90 %", np.percentile(size, 90, method="higher"))):
                    if figure < best.get(name, (np.inf,))[0]:
                        best[name] = (float(figure), onset)
    return {f"STA/LTA, best {name}": onset for name, (_, onset) in best.items()}


def sta_lta(samples: NDArray[np.float64], short: int, long: int, kind: str) -> NDArray[np.float64]:
    """Return the ratio of short- to long-term average of the squared samples; 0 before the long window is full."""
    from scipy.signal import lfilter

    power = samples**2
    if kind == "recursive":
        sta, lta = (lfilter([1 / many], [1, -(1 - 1 / many)], power, axis=1) for many in (short, long))
    else:
        total = np.cumsum(np.pad(power, ((0, 0), (1, 0))), axis=1)
        after = np.arange(1, power.shape[1] + 1)
        sta, lta = (
            (total[:, after] - total[:, np.maximum(after - many, 0)]) / np.minimum(many, after)
            for many in (short, long)
        )
    ratio = np.asarray(sta / (lta + 1e-30))
    ratio[:, :long] = 0
    return ratio


def best_line(truth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the straight line with the least median error."""
    from scipy.optimize import minimize

    channel = np.arange(truth.size) - truth.size / 2
    known = np.isfinite(truth)
    slope, level = np.polyfit(channel[known], truth[known], 1)

    def median(line: NDArray[np.float64]) -> float:
        return float(np.nanmedian(np.abs(line[0] * channel + line[1] - truth)))

    starts = [(slope + more, level + off) for more in (-0.5, 0.0, 0.5) for off in (-30.0, 0.0, 30.0)]
    best = min((minimize(median, start, method="Nelder-Mead") for start in starts), key=lambda each: float(each.fun))
    return np.asarray(best.x[0] * channel + best.x[1])
