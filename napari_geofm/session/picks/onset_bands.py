"""Labels from onsets: a band of a class from each onset on, and of noise before it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    """Samples from one time on each channel up to another; in float64, as a day holds more samples than float32 counts.

    Attributes
    ----------
    first, end
        ndarrays of float64, shape ``(channels,)``: in s; NaN where there is no band. ``end`` is left out.
    time
        ndarray of float64: the recording's times in s.
    number
        The class (outside number).
    """

    first: NDArray[np.float64]
    end: NDArray[np.float64]
    time: NDArray[np.float64]
    number: int

    def inside(self, rows: slice) -> NDArray[np.uint8]:
        """Return the class in the band, inside values."""
        wanted = np.zeros((self.first[rows].size, self.time.size), np.uint8)
        slack = 1e-6 * (self.time[-1] - self.time[0]) / max(1, self.time.size - 1)
        for row, (first, end) in enumerate(zip(self.first[rows], self.end[rows], strict=True)):
            if np.isfinite(first) and np.isfinite(end):
                low, high = np.searchsorted(self.time, (first - slack, end - slack))
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
    step = sample_step(survey.axis("time"))
    length = BAND * step if band_s is None else band_s
    if not (np.isfinite(length) and length >= step):
        raise UsageError(f"--onset-band {length:g} s: give at least a sample, {step:g} s")
    samples = survey.axis("time").values.astype(np.float64)
    bands: list[Body] = []
    if noise is not None:
        # Noise first: it must not lie over another arrival.
        bands += [OnsetBand(each.onset_s - length, each.onset_s, samples, noise) for each in picks]
    bands += [OnsetBand(each.onset_s, each.onset_s + length, samples, number) for each in picks]
    count = int(sum(np.isfinite(each.onset_s).sum() for each in picks))
    before = ", and as long before them" if noise is not None else ""
    return bands, f"{count:,} onsets: {length:g} s from each on{before}"
