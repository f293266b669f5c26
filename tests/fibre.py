"""Small fibre recordings and masks whose truth is known."""

from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey
from napari_geofm.samples.das import DasSample

__all__ = ["coarse", "recording", "sample_recording", "wave"]


def recording(
    samples: NDArray[np.floating],
    *,
    rate: float = 100.0,
    spacing: float = 10.0,
    start: str = "2024-03-05T06:07:08.000000000Z",
    units: str = "1/s",
    numbered: bool = False,
) -> Survey:
    """Return samples ``(distance, time)`` as a survey; ``numbered``: channels without distances, from 1000 on."""
    channels, length = samples.shape
    along = 1000 + np.arange(channels) if numbered else spacing * np.arange(channels, dtype=np.float64)
    coords = {
        "distance": ("distance", along, {"units": "" if numbered else "m"}),
        "time": ("time", np.arange(length) / rate, {"units": "s"}),
    }
    attrs = {"units": units, "quantity": "", "start_utc": start}
    data = xr.DataArray(samples.astype(np.float32), coords, ("distance", "time"), "amplitude", attrs)
    return Survey("das", data, Path("fibre.h5"), "0", "DAS recording")


def sample_recording(sample: DasSample) -> Survey:
    """Return a synthetic recording as a survey."""
    return recording(sample.strain_rate, rate=sample.spec.rate_hz, spacing=sample.spec.spacing_m)


def wave(onset: NDArray[np.floating], length: int, *, strength: float = 5.0, seed: int = 0) -> NDArray[np.float32]:
    """Return noise of standard deviation 1 with a wave that begins at ``onset`` (samples) on each channel."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((onset.size, length))
    since = np.arange(length) - onset[:, None]
    burst = np.where(since >= 0, np.sin(0.9 * since) * np.exp(-since / 60.0), 0.0)
    return np.asarray(noise + strength * burst, np.float32)


def coarse(onset: NDArray[np.floating], length: int, *, shift: float = 0.0, block: int = 14) -> NDArray[np.uint8]:
    """Return a mask of class 1 after the onsets as a network sees it: in cells, and shifted by some samples."""
    moved = np.where(np.isfinite(onset), onset + shift, np.inf)
    for begin in range(0, moved.size, block):
        some = moved[begin : begin + block]
        there = np.isfinite(some)
        if there.any():
            some[there] = np.round(some[there].mean() / block) * block
    since = np.arange(length) - moved[:, None]
    return ((since >= 0) & (since < 120)).astype(np.uint8)
