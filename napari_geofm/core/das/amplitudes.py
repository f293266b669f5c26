"""What is done to amplitudes: lines and scales that are fitted once per recording, gain in a window, signed root."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.pieces import by_piece

__all__ = [
    "differentiated",
    "evened",
    "fitted_lines",
    "fitted_scales",
    "integrated",
    "rooted",
    "sample_windows",
    "without_lines",
]

Floats = NDArray[np.float64]

WHOLE = 8_000_000
"""Samples of a recording that is fitted on as a whole; of a larger one windows that hold as many."""

WINDOWS = 16
"""Windows, spread evenly, that stand for a larger recording."""

NORMAL_MAD = 0.6744897501960817
"""Median of the magnitude of a normal distribution of standard deviation 1."""


def sample_windows(channels: int, samples: int) -> list[slice]:
    """Return the times of a recording that stand for all of it: the same ones whenever it is asked."""
    if channels * samples <= WHOLE:
        return [slice(0, samples)]
    length = min(samples // WINDOWS, max(256, WHOLE // (WINDOWS * channels)))
    starts = np.linspace(0, samples - length, WINDOWS).astype(int).tolist()
    return [slice(start, start + length) for start in starts]


def fitted_lines(parts: Iterator[tuple[slice, Floats]], samples: int, *, slope: bool) -> Floats:
    """Fit a constant or a straight line to each channel.

    Parameters
    ----------
    parts
        Times within the recording with their samples, ``(channels, samples)``, NaN in gaps.
    samples
        Length of the recording.
    slope
        Whether the line may slope.

    Returns
    -------
    ndarray of float64, shape ``(channels, 2)``
        Value in the middle of the recording, and change over half of it; 0 for channels without samples.
    """
    sums = np.zeros(5)[:, None]
    for where, values in parts:
        time = _centred(where, samples)
        live = np.isfinite(values)
        known = np.where(live, values, 0.0)
        here = (live.sum(1), live @ time, live @ time**2, known.sum(1), known @ time)
        sums = sums + np.stack([np.asarray(each, np.float64) for each in here])
    count, first, second, total, crossed = sums
    mean, middle = total / np.maximum(count, 1), first / np.maximum(count, 1)
    if not slope:
        return np.stack([mean, np.zeros_like(mean)], axis=1)
    spread = second - count * middle**2
    change = np.where(spread > 1e-12 * count, (crossed - middle * total) / np.where(spread > 0, spread, 1.0), 0.0)
    return np.stack([mean - change * middle, change], axis=1)


def without_lines(values: Floats, lines: Floats, where: slice, samples: int) -> Floats:
    """Return channels less the lines of :func:`fitted_lines`."""
    return np.asarray(values - lines[:, :1] - lines[:, 1:] * _centred(where, samples), np.float64)


def _centred(where: slice, samples: int) -> Floats:
    """Return times that run from -1 to 1 over the recording."""
    half = max(0.5 * (samples - 1), 0.5)
    return (np.arange(where.start, where.stop) - 0.5 * (samples - 1)) / half


def fitted_scales(parts: Iterator[tuple[slice, Floats]], *, robust: bool) -> Floats:
    """Return how large each channel's amplitudes are: the root of the mean square, or what the median magnitude says.

    Returns
    -------
    ndarray of float64, shape ``(channels, 1)``
        1 for channels that are zero or have no samples.
    """
    if robust:
        magnitudes = np.concatenate([np.abs(values) for _, values in parts], axis=1)
        live = np.isfinite(magnitudes).any(axis=1)
        scale = np.ones(magnitudes.shape[0])
        scale[live] = np.nanmedian(magnitudes[live], axis=1) / NORMAL_MAD
    else:
        squares = count = np.zeros(1)
        for _, values in parts:
            squares = squares + np.nansum(values**2, axis=1)
            count = count + np.isfinite(values).sum(axis=1)
        scale = np.sqrt(squares / np.maximum(count, 1))
    return np.where(scale > 0, scale, 1.0)[:, None]


def rooted(values: Floats) -> Floats:
    """Return the square root of each magnitude with the sign as it was."""
    return np.asarray(np.sign(values) * np.sqrt(np.abs(values)), np.float64)


def evened(values: Floats, half: int) -> Floats:
    """Return samples over the root of the mean square of those around them, ``half`` to either side.

    At ends and beside gaps the mean is that of the samples that there are. Where all of them are 0 they stay.
    """
    from scipy.ndimage import uniform_filter1d

    live = np.isfinite(values)
    known = np.where(live, values, 0.0)
    length = 2 * half + 1
    energy = uniform_filter1d(known**2, length, axis=1, mode="constant")
    share = uniform_filter1d(live.astype(np.float64), length, axis=1, mode="constant")
    mean = np.clip(energy, 0.0, None) / np.maximum(share, 0.5 / length)
    return np.asarray(np.where(live, known / np.sqrt(np.where(mean > 0, mean, 1.0)), np.nan), np.float64)


def differentiated(values: Floats, rate_hz: float) -> Floats:
    """Return the central difference in time, in 1/s; one-sided at the ends of each piece."""

    def run(piece: Floats) -> Floats:
        return np.gradient(piece, axis=1) * rate_hz if piece.shape[1] > 1 else np.zeros_like(piece)

    return by_piece(values, run)


def integrated(values: Floats, rate_hz: float) -> Floats:
    """Return the integral in time of each piece from its beginning, by the trapezoidal rule."""
    from scipy.integrate import cumulative_trapezoid

    def run(piece: Floats) -> Floats:
        return np.asarray(cumulative_trapezoid(piece, dx=1.0 / rate_hz, axis=1, initial=0), np.float64)

    return by_piece(values, run)
