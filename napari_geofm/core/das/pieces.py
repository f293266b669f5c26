"""Recordings with gaps: what is done in time is done to each piece between gaps by itself."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["by_piece", "pieces_of"]

Filter = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def pieces_of(values: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.intp] | slice, slice]]:
    """Yield channels whose recorded samples lie alike, with each run of these.

    Parameters
    ----------
    values
        ndarray of float64, shape ``(channels, samples)``, NaN where nothing was recorded.

    Yields
    ------
    tuple
        Which channels, and a slice of samples of which none is NaN. Channels without any are left out.
    """
    live = np.isfinite(values)
    if live.all():
        yield slice(None), slice(0, values.shape[1])
        return
    alike: dict[bytes, list[int]] = {}
    for channel, row in enumerate(np.packbits(live, axis=1)):
        alike.setdefault(row.tobytes(), []).append(channel)
    for channels in alike.values():
        edges = np.flatnonzero(np.diff(np.concatenate([[0], live[channels[0]].view(np.int8), [0]])))
        for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            yield np.array(channels), slice(start, stop)


def by_piece(values: NDArray[np.float64], function: Filter) -> NDArray[np.float64]:
    """Return ``values`` with ``function`` done to each piece; NaN stays NaN and goes nowhere else.

    Parameters
    ----------
    values
        ndarray of float64, shape ``(channels, samples)``.
    function
        Takes and returns ndarray of float64 of one shape, without NaN.
    """
    done = np.full_like(values, np.nan)
    for channels, run in pieces_of(values):
        done[channels, run] = function(values[channels, run])
    return done
