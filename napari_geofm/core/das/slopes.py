"""Apparent velocities: a fan filter in frequency and wavenumber, as a kernel of limited size."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["HALF_CHANNELS", "HALF_SAMPLES", "fan_filtered", "fan_kernel"]

HALF_CHANNELS = 24
"""Channels to either side that the kernel looks at."""

HALF_SAMPLES = 256
"""Samples to either side that the kernel looks at, at most."""

EDGE = 1.25
"""Over this factor of the velocity the fan's edges rise from 0 to 1: sharper ones would ring."""

FINER = 2
"""How much finer than the kernel the fan is drawn before it is cut to the kernel's size."""


@lru_cache(maxsize=8)
def fan_kernel(slowest: float, fastest: float, spacing: float, rate_hz: float) -> NDArray[np.float64]:
    """Return a kernel that keeps what runs along the fibre, either way, at velocities between two.

    Parameters
    ----------
    slowest, fastest
        Apparent velocities in m/s.
    spacing
        Of the channels in m.
    rate_hz
        Samples a second.

    Returns
    -------
    ndarray of float64, shape ``(2 * HALF_CHANNELS + 1, 2 * n + 1)``
        ``n`` samples to either side: as long as the slowest wave takes over the kernel's channels, and at most
        :data:`HALF_SAMPLES`.
    """
    half = int(min(HALF_SAMPLES, max(16, np.ceil(HALF_CHANNELS * spacing / slowest * rate_hz))))
    sizes = (2 * HALF_CHANNELS + 1, 2 * half + 1)
    fine = tuple(FINER * size + 1 for size in sizes)
    per_metre = np.abs(np.fft.fftfreq(fine[0], spacing))[:, None]
    hertz = np.abs(np.fft.fftfreq(fine[1], 1 / rate_hz))[None]
    with np.errstate(divide="ignore", invalid="ignore"):
        velocity = np.where(per_metre > 0, hertz / per_metre, np.inf)
    fan = _rising(velocity / slowest) * (1 - _rising(velocity / fastest / EDGE))
    whole = np.fft.fftshift(np.fft.ifft2(fan).real)
    middle = [size // 2 for size in fine]
    kernel = whole[middle[0] - HALF_CHANNELS :, middle[1] - half :][: sizes[0], : sizes[1]]
    return np.asarray(kernel * np.hanning(sizes[0] + 2)[1:-1, None] * np.hanning(sizes[1] + 2)[None, 1:-1])


def fan_filtered(values: NDArray[np.float64], kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return channels filtered by a kernel; NaN stays NaN and counts as 0, as does what lies beyond the recording."""
    from scipy.signal import oaconvolve

    live = np.isfinite(values)
    found = oaconvolve(np.where(live, values, 0.0), kernel, mode="full")
    row, column = (size // 2 for size in kernel.shape)
    same = found[row : row + values.shape[0], column : column + values.shape[1]]
    return np.where(live, same, np.nan)


def _rising(ratio: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 0 below 1 / EDGE, 1 above 1, and half a cosine in the logarithm between."""
    with np.errstate(divide="ignore"):
        part = np.clip(1 + np.log(ratio) / np.log(EDGE), 0.0, 1.0)
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * part))
