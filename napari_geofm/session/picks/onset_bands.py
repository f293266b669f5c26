"""Labels from onsets: a band of a class from each onset on, and of noise before it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.axis import Axis
from napari_geofm.core.das.event_options import sample_step
from napari_geofm.core.das.picks import Picks
from napari_geofm.core.survey import Survey
from napari_geofm.errors import UsageError
from napari_geofm.session.picks.bodies import Body

__all__ = ["BAND", "OnsetBand", "onset_bands"]

BAND = 50
"""Samples of a band, unless asked otherwise: some cells of the networks."""


@dataclass(frozen=True, slots=True, eq=False)
class OnsetBand:
    """Samples of each channel from one on up to another.

    Attributes
    ----------
    first, end
        ndarrays of int64, shape ``(channels,)``: first sample, and the one behind the last; equal where there is none.
    samples
        Samples of the recording.
    number
        The class (outside number).
    """

    first: NDArray[np.int64]
    end: NDArray[np.int64]
    samples: int
    number: int

    @classmethod
    def of(cls, first_s: NDArray[np.float64], end_s: NDArray[np.float64], time: Axis, number: int) -> "OnsetBand":
        """Return the band between times in s on each channel; there is none where one is NaN."""
        low, high = (
            np.clip(np.ceil(np.nan_to_num(time.places(each), nan=-1.0) - 1e-6), 0, time.size).astype(np.int64)
            for each in (first_s, end_s)
        )
        return cls(low, np.where(np.isfinite(first_s) & np.isfinite(end_s), high, low), time.size, number)

    def inside(self, rows: slice) -> NDArray[np.uint8]:
        """Return the class in the band, inside values."""
        wanted = np.zeros((self.first[rows].size, self.samples), np.uint8)
        for row, (low, high) in enumerate(zip(self.first[rows], self.end[rows], strict=True)):
            wanted[row, low:high] = self.number + 1
        return wanted


def onset_bands(
    picks: Sequence[Picks], survey: Survey, number: int, band_s: float | None = None, noise: int | None = None
) -> tuple[list[Body], str]:
    """Return bands of labels, and what was done in words.

    Parameters
    ----------
    picks
        Onsets per channel.
    survey
        The recording.
    number
        Class from each onset on.
    band_s
        Length of the band in s; None: 50 samples.
    noise
        Class of as long a band before each onset; None: nothing is labelled there. Bands of events cover it.

    Raises
    ------
    UsageError
        When the band is shorter than a sample.
    """
    time = survey.axis("time")
    step = sample_step(time)
    length = BAND * step if band_s is None else band_s
    if not (np.isfinite(length) and length >= step):
        raise UsageError(f"--onset-band {length:g} s: give at least a sample, {step:g} s")
    bands: list[Body] = []
    if noise is not None:
        # Noise first: it must not lie over another arrival.
        bands += [OnsetBand.of(each.onset_s - length, each.onset_s, time, noise) for each in picks]
    bands += [OnsetBand.of(each.onset_s, each.onset_s + length, time, number) for each in picks]
    count = int(sum(np.isfinite(each.onset_s).sum() for each in picks))
    before = ", and as long before them" if noise is not None else ""
    return bands, f"{count:,} onsets: {length:g} s from each on{before}"
