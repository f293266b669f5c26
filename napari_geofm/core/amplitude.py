"""From recorded amplitudes to the picture that the encoder is fed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey

__all__ = ["GRAY", "Stretch", "fit_stretch", "sample_places", "survey_stretch"]

GRAY = 0.5
"""What a dead or missing trace is shown as to the encoder: the middle of the range."""

SAMPLED_SECTIONS = 7
"""Sections, spread over the survey, on which a stretch is fitted."""

SAMPLED_VALUES = 400_000
"""Amplitudes taken from each of them at most."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Amplitudes that become 0 and 1; what lies beyond is clipped."""

    low: float
    high: float

    def apply(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return ``values`` (any shape, NaN where dead) as float32 in 0..1, NaN as :data:`GRAY`."""
        # A spike beside faint amplitudes overflows to infinity, which the clip takes as it does any other spike.
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = (values - np.float32(self.low)) * np.float32(1.0 / (self.high - self.low))
        picture: NDArray[np.float32] = np.nan_to_num(np.clip(scaled, 0.0, 1.0), nan=GRAY)
        return picture.astype(np.float32, copy=False)


def fit_stretch(values: NDArray[np.float32], percent: float, *, symmetric: bool) -> Stretch:
    """Fit a stretch on a sample of amplitudes.

    Parameters
    ----------
    values
        Amplitudes, any shape; NaN and infinite ones are left out.
    percent
        Percentile of the magnitude (symmetric) or of the values at either end (not symmetric) that is kept.
    symmetric
        Whether 0 lies in the middle, as for seismic and DAS.

    Returns
    -------
    Stretch
        Around 0 with width 2 where all samples are equal, dead or absent.
    """
    # In double precision: between the ends of float32 nothing can be interpolated within float32.
    known = values[np.isfinite(values)].astype(np.float64)
    if symmetric:
        reach = float(np.percentile(np.abs(known), percent)) if known.size else 0.0
        # A volume that is zero nearly everywhere has a percentile of 0: its largest amplitude is the next best.
        reach = reach or float(np.abs(known).max(initial=0.0)) or 1.0
        return Stretch(-reach, reach)
    low, high = np.percentile(known, [100.0 - percent, percent]) if known.size else (0.0, 1.0)
    if not high > low:
        low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    if high > low:
        return Stretch(float(low), float(high))
    # Beside a large number (a fill value of -3.4e38) one more or less is the same number.
    reach = max(1.0, 1e-6 * abs(float(low)))
    return Stretch(float(low) - reach, float(low) + reach)


def sample_places(survey: Survey) -> list[tuple[int | slice, ...]]:
    """Return a fixed spread of parts of a survey that stand for the whole: whole sections, or blocks of an image."""
    shape = survey.shape
    if len(shape) == 3:
        picks = np.unique(np.linspace(0, shape[0] - 1, min(SAMPLED_SECTIONS, shape[0])).round().astype(int))
        return [(int(pick), slice(None), slice(None)) for pick in picks]
    side = 1024
    if max(shape) <= 4 * side:
        return [(slice(None), slice(None))]
    tops = np.unique(np.linspace(0, max(0, shape[0] - side), 4).round().astype(int))
    lefts = np.unique(np.linspace(0, max(0, shape[1] - side), 4).round().astype(int))
    return [(slice(int(top), int(top) + side), slice(int(left), int(left) + side)) for top in tops for left in lefts]


def survey_stretch(survey: Survey, percent: float) -> Stretch:
    """Fit the survey's stretch on :func:`sample_places`; the same survey always gives the same stretch."""
    parts = (survey.read(place).ravel() for place in sample_places(survey))
    thinned = [part[:: max(1, part.size // SAMPLED_VALUES)] for part in parts]
    return fit_stretch(np.concatenate(thinned), percent, symmetric=survey.kind not in {"image", "tiles"})
