"""What counts as one event, and how its onsets are looked for."""

from dataclasses import dataclass

import numpy as np

from napari_geofm.core.axis import Axis
from napari_geofm.errors import GeometryError, UsageError

__all__ = ["CELL", "EventOptions", "EventScales"]

CELL = 14
"""Samples and channels of one cell of the networks: the coarseness of a predicted mask."""

GAP_CHANNELS = 4
"""Channels without the class over which an event goes on, unless asked otherwise: a bad channel and its neighbours."""

LEAST_CHANNELS = 5
"""Channels of the smallest event, unless asked otherwise."""


@dataclass(frozen=True, slots=True)
class EventScales:
    """The same as :class:`EventOptions`, in samples and channels of one recording.

    Attributes
    ----------
    gap, least
        Samples without the class over which an event goes on, and length of the shortest event.
    gap_channels, least_channels
        Channels likewise.
    prior
        Standard error of a mask's edge in samples.
    """

    gap: int
    least: int
    gap_channels: int
    least_channels: int
    prior: float


@dataclass(frozen=True, slots=True)
class EventOptions:
    """Thresholds in the units of the recording; None where the coarseness of a predicted mask decides.

    Attributes
    ----------
    gap_s
        Seconds without the class over which an event goes on on a channel; None: 14 samples.
    gap_m
        Distance without the class over which an event goes on along the fibre; None: 4 channels.
    least_s
        Length in s of the shortest event; None: 14 samples.
    least_m
        Length along the fibre of the smallest event; None: 5 channels, or half of a fibre that has fewer than 10.
    edge_s
        Standard error in s of where a class begins; None: 17 samples. Onsets are looked for within twice as much.
    refine
        Whether onsets are refined on the samples; those of vehicles never are.
    sure
        Least mean confidence of an event, 0 to 1; where the confidence is not known all are taken.
    """

    gap_s: float | None = None
    gap_m: float | None = None
    least_s: float | None = None
    least_m: float | None = None
    edge_s: float | None = None
    refine: bool = True
    sure: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no length."""
        for name in ("gap_s", "gap_m", "least_s", "least_m", "edge_s"):
            value = getattr(self, name)
            if value is not None and not (np.isfinite(value) and value >= 0):
                unit = name[-1]
                raise UsageError(f"{name[:-2]} {value:g} {unit}: give a length in {unit}, 0 or more")
        if not 0 <= self.sure <= 1:
            raise UsageError(f"Confidence {self.sure:g}: give a fraction, 0 to 1")

    def scales(self, distance: Axis, time: Axis) -> EventScales:
        """Return the thresholds in samples and channels.

        Raises
        ------
        GeometryError
            When the samples are not evenly spaced in time.
        """
        step = sample_step(time)
        spacing = _spacing(distance)

        def samples(seconds: float | None, default: float) -> float:
            return default if seconds is None else seconds / step

        def channels(metres: float | None, default: float) -> float:
            return default if metres is None else metres / spacing

        few = max(1, min(LEAST_CHANNELS, distance.size // 2))
        return EventScales(
            gap=round(samples(self.gap_s, CELL)),
            least=max(1, round(samples(self.least_s, CELL))),
            gap_channels=round(channels(self.gap_m, GAP_CHANNELS)),
            least_channels=max(1, round(channels(self.least_m, few))),
            prior=max(1.0, samples(self.edge_s, 17.0)),
        )


def sample_step(time: Axis) -> float:
    """Return the seconds between two samples.

    Raises
    ------
    GeometryError
        When they are not evenly spaced.
    """
    step = time.step
    if time.size < 2:
        msg = "The recording has one sample a channel; events are found in longer ones"
        raise GeometryError(msg)
    if step is None or step <= 0:
        msg = f"time has {time.size} samples at uneven steps; events are found in recordings sampled evenly"
        raise GeometryError(msg)
    # From the ends: the step as it is shown is rounded, which a long recording would make seconds of.
    return (float(time.last) - float(time.first)) / (time.size - 1)


def _spacing(distance: Axis) -> float:
    """Return the usual distance between neighbouring channels; 1 where there is one channel only."""
    steps = np.abs(np.diff(distance.values.astype(np.float64)))
    usual = float(np.median(steps)) if steps.size else 1.0
    return usual or 1.0
