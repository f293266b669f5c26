"""Picks: one onset per channel, from another program or by hand."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Picks"]


@dataclass(frozen=True, slots=True, eq=False)
class Picks:
    """Onsets of one arrival.

    Attributes
    ----------
    name
        What the file calls it: a class, or a phase; "" where it says nothing.
    onset_s
        ndarray of float64, shape ``(channels,)`` of the recording: onset in s from its start; NaN where there is none.
    error_s
        ndarray of the same shape: standard error in s; NaN where it is not known.
    """

    name: str
    onset_s: NDArray[np.float64]
    error_s: NDArray[np.float64]

    @classmethod
    def at(
        cls, name: str, position: NDArray[np.float64], onset: NDArray[np.float64], error: NDArray[np.float64], size: int
    ) -> "Picks":
        """Return picks on the channels; those between two channels, as of a difference, give both by interpolation.

        Parameters
        ----------
        name
            What they are called.
        position, onset, error
            ndarrays of float64, shape ``(picks,)``: position along the fibre in channels from 0, onset and error in s.
        size
            Count of channels.
        """
        order = np.argsort(position, kind="stable")
        place, first = np.unique(position[order], return_index=True)
        many = np.diff([*first, order.size])
        time = np.add.reduceat(onset[order], first) / many
        sure = np.add.reduceat(error[order], first) / many
        channels = np.arange(size, dtype=np.float64)
        padded = np.array([-np.inf, *place, np.inf])
        before = channels - padded[np.searchsorted(place, channels, "right")]
        after = padded[np.searchsorted(place, channels, "left") + 1] - channels
        # A pick counts for the channels beside it; between picks further apart nothing is invented.
        between = (before < 1) & (after < 1)
        there = between | (np.minimum(before, after) <= 0.5)
        nearest = np.clip(np.searchsorted(place, channels, "right") - 1 + (after < before), 0, place.size - 1)

        def on_channels(values: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.where(there, np.where(between, np.interp(channels, place, values), values[nearest]), np.nan)

        return cls(name, on_channels(time), on_channels(sure))
