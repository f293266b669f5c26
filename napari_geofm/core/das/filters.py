"""Filters in time: zero phase, in second-order sections, to each piece between gaps."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.pieces import by_piece, pieces_of

__all__ = ["butterworth", "decimated", "filtered", "fir_reach", "notch", "reach_of"]

FORGOTTEN = 1e-8
"""Part of an amplitude that is left of it where a filter's memory is taken to end."""

FIR_LENGTH = 10
"""Half the length of the filter before a decimation, in samples of the result (as scipy.signal.decimate has it)."""

Sections = tuple[tuple[float, ...], ...]


@lru_cache(maxsize=64)
def butterworth(low_hz: float, high_hz: float, order: int, rate_hz: float) -> Sections:
    """Return a Butterworth filter; a corner of 0 is none: that of high pass, low pass and band pass."""
    from scipy.signal import butter

    if low_hz and high_hz:
        return _plain(butter(order, (low_hz, high_hz), "bandpass", output="sos", fs=rate_hz))
    if low_hz:
        return _plain(butter(order, low_hz, "highpass", output="sos", fs=rate_hz))
    return _plain(butter(order, high_hz, "lowpass", output="sos", fs=rate_hz))


@lru_cache(maxsize=64)
def notch(frequency_hz: float, quality: float, rate_hz: float) -> Sections:
    """Return a filter that takes out one frequency; ``quality`` is the frequency over the width at -3 dB."""
    from scipy.signal import iirnotch, tf2sos

    return _plain(tf2sos(*iirnotch(frequency_hz, quality, fs=rate_hz)))


def _plain(sections: NDArray[np.float64]) -> Sections:
    return tuple(tuple(float(number) for number in row) for row in sections)


@lru_cache(maxsize=64)
def reach_of(sections: Sections) -> int:
    """Return how many samples away a sample is forgotten: by the pole that is nearest to the unit circle."""
    poles = np.concatenate([np.roots(row[3:]) for row in sections])
    radius = min(float(np.abs(poles).max()), 1.0 - 1e-12)
    decay = int(np.ceil(np.log(FORGOTTEN) / np.log(max(radius, 1e-3))))
    # Poles that lie close together ring longer than each of them.
    return max(int(1.1 * decay), _edge(sections)) + 1


def _edge(sections: Sections) -> int:
    """Return how far scipy mirrors a channel at its ends."""
    return 3 * (2 * len(sections) + 1)


def filtered(values: NDArray[np.float64], sections: Sections) -> NDArray[np.float64]:
    """Return channels filtered forward and backward.

    Parameters
    ----------
    values
        ndarray of float64, shape ``(channels, samples)``, NaN in gaps, where it stays.
    sections
        Of :func:`butterworth` or :func:`notch`.
    """
    from scipy.signal import sosfiltfilt

    table = np.array(sections)
    # Sections of first order mirror less: as scipy counts by itself.
    trivial = min(int((table[:, 2] == 0).sum()), int((table[:, 5] == 0).sum()))
    edge = 3 * (2 * len(sections) + 1 - trivial)

    def run(piece: NDArray[np.float64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = sosfiltfilt(table, piece, axis=-1, padlen=min(edge, piece.shape[-1] - 1))
        return found

    return by_piece(values, run)


def fir_reach(factor: int) -> int:
    """Return how many samples around one a decimation looks at, to either side."""
    return FIR_LENGTH * factor


def decimated(values: NDArray[np.float64], factor: int, first: int) -> NDArray[np.float64]:
    """Return every ``factor``-th sample of channels whose frequencies above the new Nyquist's are taken out.

    Parameters
    ----------
    values
        ndarray of float64, shape ``(channels, samples)``, NaN in gaps.
    factor
        At least 2.
    first
        Number of the first sample within the recording: those whose number ``factor`` divides stay.

    Returns
    -------
    ndarray of float64, shape ``(channels, kept samples)``
        NaN where the kept sample is.
    """
    from scipy.signal import firwin, upfirdn

    reach = fir_reach(factor)
    taps = firwin(2 * reach + 1, 1.0 / factor, window="hamming")
    start = -(-first // factor)
    stop = -(-(first + values.shape[1]) // factor)
    done = np.full((values.shape[0], max(0, stop - start)), np.nan)
    for channels, run in pieces_of(values):
        piece = values[channels, run]
        # Places of the kept samples within this piece.
        ahead = -(first + run.start) % factor
        if ahead >= piece.shape[1]:
            continue
        wide = _mirrored(piece, reach)
        found = upfirdn(taps, wide[:, ahead:], down=factor, axis=-1)
        # The filter is centred on its own middle, 2 * reach samples into what upfirdn returns.
        lead = 2 * reach // factor
        kept = -(-(piece.shape[1] - ahead) // factor)
        place = (first + run.start + ahead) // factor - start
        done[channels, place : place + kept] = found[:, lead : lead + kept]
    return done


def _mirrored(piece: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Return a piece continued at either end by its point reflection there, so that no step stands at its ends."""
    return np.pad(piece, ((0, 0), (reach, reach)), mode="reflect", reflect_type="odd")
