"""Recordings in memory that tests of the processing chain work on."""

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.chain import Chain
from napari_geofm.core.das.signal import Signal
from napari_geofm.core.das.stages import Stages
from napari_geofm.core.das.units import Units, quantity_of

RATE = 500.0


def signal_of(values: NDArray[np.float64], units: str = "m/s", spacing: float = 5.0, rate: float = RATE) -> Signal:
    channels, samples = values.shape
    parsed = Units.parse(units)
    places = 100.0 + spacing * np.arange(channels, dtype=np.float64)
    return Signal(places, "m", samples, rate, parsed, quantity_of(parsed))


def noise(channels: int = 12, samples: int = 4000, seed: int = 0) -> NDArray[np.float64]:
    """Return drifting noise with an offset, as a fibre records it."""
    rng = np.random.default_rng(seed)
    white = rng.standard_normal((channels, samples))
    return np.asarray(50.0 + white + 0.1 * white.cumsum(axis=1), np.float64)


def with_gaps(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a recording with a gap on all channels, one on a single channel, and a channel that is dead."""
    holey = values.copy()
    size = values.shape[1]
    holey[:, int(0.4 * size) : int(0.45 * size)] = np.nan
    holey[3, int(0.1 * size) : int(0.11 * size)] = np.nan
    holey[5] = np.nan
    return holey


def stages_of(values: NDArray[np.float64], words: str, signal: Signal | None = None) -> Stages:
    return Stages(lambda channels, times: values[channels, times], signal or signal_of(values), Chain.parse(words))


def processed(values: NDArray[np.float64], words: str, signal: Signal | None = None) -> NDArray[np.float32]:
    """Return the whole recording after a chain."""
    stages = stages_of(values, words, signal)
    return stages.read(slice(0, stages.signal.channels), slice(0, stages.signal.samples))
