"""From runs to events: joined in time, connected along the fibre, specks dropped."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.connecting import connected
from napari_geofm.core.das.event_options import EventScales
from napari_geofm.core.das.runs import Runs, joined_in_time

__all__ = ["Grouped", "grouped"]


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """The runs of one event.

    Attributes
    ----------
    runs
        Of one class, by channel and start.
    samples
        How many samples of the class they hold.
    first, last
        Positions of the first and last channel.
    start, stop
        First sample, and the one behind the last, over all channels.
    """

    runs: Runs
    samples: int

    @property
    def first(self) -> int:
        """Position of the first channel."""
        return int(self.runs.channel.min())

    @property
    def last(self) -> int:
        """Position of the last channel."""
        return int(self.runs.channel.max())

    @property
    def start(self) -> int:
        """First sample."""
        return int(self.runs.start.min())

    @property
    def stop(self) -> int:
        """Sample behind the last."""
        return int(self.runs.stop.max())

    @property
    def sure(self) -> float:
        """Mean confidence; NaN where it is not known."""
        return float(self.runs.confidence.sum() / self.samples)

    def earliest(self) -> NDArray[np.intp]:
        """Return, for each channel of the event that has runs, which of them is the first."""
        return np.unique(self.runs.channel, return_index=True)[1]


def grouped(runs: Runs, scales: EventScales, hiding: NDArray[np.bool_] | None = None) -> list[Grouped]:
    """Return the events that runs make, in the order of their starts.

    Parameters
    ----------
    runs
        Of all pages, in order.
    scales
        Gaps that are bridged, and sizes below which an event is a speck.
    hiding
        ndarray of bool, shape ``(256,)``: classes that lie over others.
    """
    joined, samples = joined_in_time(runs, scales.gap, hiding)
    numbers = connected(joined, scales.gap, scales.gap_channels, hiding)
    order = np.argsort(numbers, kind="stable")
    bounds = np.flatnonzero(np.diff(numbers[order])) + 1
    found = []
    for members in np.split(order, bounds) if order.size else []:
        each = Grouped(joined.taken(members), int(samples[members].sum()))
        wide = np.unique(each.runs.channel).size >= scales.least_channels
        if wide and each.stop - each.start >= scales.least:
            found.append(each)
    return sorted(found, key=lambda each: (each.start, each.first))
