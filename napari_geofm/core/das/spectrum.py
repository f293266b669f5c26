"""Power spectral density of channels: how much of which frequency there is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.pieces import pieces_of
from napari_geofm.core.das.signal import Signal
from napari_geofm.errors import UsageError

__all__ = ["QUANTILES", "Spectrum", "spectrum_of"]

Floats = NDArray[np.float64]

QUANTILES = (0.1, 0.5, 0.9)
"""Of the channels' spectra, at each frequency."""

SEGMENTS = 8
"""Segments, half overlapping, that are averaged where the recording is long enough."""

LEAST = 16
"""Samples of the shortest segment."""


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """Spectra of channels.

    Attributes
    ----------
    hertz
        ndarray of float64, shape ``(n,)``, above 0.
    mean
        ndarray of float64, shape ``(n,)``: mean over the channels, in ``units``.
    quantiles
        ndarray of float64, shape ``(3, n)``: 10 %, 50 % and 90 % of the channels lie below.
    units
        ``"(m/s)²/Hz"``.
    channels
        Count of channels that went in.
    """

    hertz: Floats
    mean: Floats
    quantiles: Floats
    units: str
    channels: int


def spectrum_of(parts: Sequence[NDArray[np.floating]], signal: Signal, seconds: float = 0.0) -> Spectrum:
    """Return the power spectral density of windows by Welch's method (scipy.signal.welch, Hann).

    Parameters
    ----------
    parts
        Windows, each of shape ``(channels, samples)``, NaN in gaps: of each piece between gaps a spectrum is had,
        weighted by its length; pieces shorter than a segment count for nothing.
    signal
        What the samples are.
    seconds
        Length of a segment; 0: so that eight, half overlapping, fit into the shortest window.

    Raises
    ------
    UsageError
        When times are uneven, or no channel has as many samples as a segment.
    """
    if not np.isfinite(signal.rate_hz):
        msg = "Spectrum: times are not evenly spaced; resample the recording"
        raise UsageError(msg)
    samples = min(values.shape[1] for values in parts)
    length = round(seconds * signal.rate_hz) if seconds else max(LEAST, 2 * (samples // (SEGMENTS + 1)))
    if not LEAST <= length <= samples:
        least, most = LEAST / signal.rate_hz, samples / signal.rate_hz
        msg = f"Spectrum with segments of {length / signal.rate_hz:.3g} s: give {least:.3g} to {most:.3g} s"
        raise UsageError(msg)
    total, weight = _summed(parts, signal.rate_hz, length)
    live = weight > 0
    if not live.any():
        msg = f"Spectrum: no channel has {length / signal.rate_hz:.3g} s without a gap; choose a longer window"
        raise UsageError(msg)
    # At 0 Hz there is what detrending takes off, and a logarithmic axis has no place for it.
    density = (total[live] / weight[live, None])[:, 1:]
    hertz = np.fft.rfftfreq(length, 1 / signal.rate_hz)[1:].astype(np.float64)
    spread = np.quantile(density, QUANTILES, axis=0)
    return Spectrum(hertz, density.mean(axis=0), spread, signal.units.per_hertz, int(live.sum()))


def _summed(parts: Sequence[NDArray[np.floating]], rate_hz: float, length: int) -> tuple[Floats, Floats]:
    """Return each channel's spectra times the samples that each is of, and the count of these."""
    from scipy.signal import welch

    total = np.zeros((parts[0].shape[0], length // 2 + 1))
    weight = np.zeros(parts[0].shape[0])
    for values in parts:
        for channels, run in pieces_of(np.asarray(values, np.float64)):
            count = run.stop - run.start
            if count >= length:
                _, density = welch(values[channels, run], rate_hz, nperseg=length, axis=-1)
                total[channels] += count * density
                weight[channels] += count
    return total, weight
