"""What is known of a recording between two steps of its processing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.units import Units, quantity_of
from napari_geofm.core.survey import Survey
from napari_geofm.errors import UsageError

__all__ = ["SCALED", "Signal"]

SCALED = "scaled"
"""Quantity of samples that were divided by something of the recording itself: they have no unit any more."""


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """A recording's grid and the meaning of its samples.

    Attributes
    ----------
    places
        ndarray of float64, shape ``(channels,)``: along the fibre, in ``along``.
    along
        Unit of ``places``: ``"m"``, or ``""`` where channels are numbered only.
    samples
        Samples per channel.
    rate_hz
        Samples a second; NaN where the times are not evenly spaced.
    units
        Of the samples.
    quantity
        What they are: ``"velocity"``, ``"strain rate"``, ``"phase"``, ``"scaled"``; empty where that is not known.
    """

    places: NDArray[np.float64]
    along: str
    samples: int
    rate_hz: float
    units: Units
    quantity: str = ""

    @classmethod
    def of(cls, survey: Survey) -> "Signal":
        """Return what is known of a recording as it is read.

        Raises
        ------
        UsageError
            When the survey is no recording.
        """
        if survey.kind != "das":
            msg = f"{survey.path.name} is {survey.kind}: processing is for DAS recordings; leave it out"
            raise UsageError(msg)
        distance, time = survey.axis("distance"), survey.axis("time")
        even = time.step is not None and float(time.step) > 0
        span = float(time.last) - float(time.first)
        rate = (time.size - 1) / span if even and span > 0 else float("nan")
        units = Units.parse(str(survey.data.attrs.get("units", "")))
        quantity = str(survey.data.attrs.get("quantity", "")).replace("_", " ") or quantity_of(units)
        places = distance.values.astype(np.float64)
        return cls(places, distance.units, time.size, rate, units, quantity)

    @property
    def channels(self) -> int:
        """Count of channels."""
        return int(self.places.size)

    @property
    def nyquist_hz(self) -> float:
        """Half of the sampling rate."""
        return 0.5 * self.rate_hz

    @property
    def seconds(self) -> float:
        """Length of the recording."""
        return self.samples / self.rate_hz

    @property
    def spacing(self) -> float:
        """Median distance of neighbouring channels, 0 where there is one only."""
        return float(np.median(np.abs(np.diff(self.places)))) if self.channels > 1 else 0.0
