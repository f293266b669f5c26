"""One event on a fibre: where and when it was recorded, how it runs along it, and its onset on each channel."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.moveout import Moveout

__all__ = ["FibreEvent"]


@dataclass(frozen=True, slots=True, eq=False)
class FibreEvent:
    """An event, as its mask and samples tell; times in s from the recording's start.

    Attributes
    ----------
    kind
        Class number.
    first
        Position of its first channel along the fibre, from 0; ``onset_s[0]`` is its onset.
    onset_s, error_s
        ndarrays of float64, shape ``(channels,)``, from the first channel to the last: onset and its standard error;
        NaN where a channel has none.
    start_s, end_s
        First onset, and end of the mask. ``end_s`` is the time of the first sample behind it.
    moveout
        Apparent slowness along the fibre, and apex.
    peak
        Largest absolute amplitude, in the unit of the samples; NaN where it is not known.
    confidence
        Mean confidence of the mask, 0 to 1; NaN where it is not known.
    samples
        How many samples of the mask it has.
    cut
        Where it may go on unseen: ``"start"`` and ``"end"`` of what was looked at, ``"gap"`` in the recording.
    vehicle
        Whether it drives along the fibre.
    """

    kind: int
    first: int
    onset_s: NDArray[np.float64]
    error_s: NDArray[np.float64]
    start_s: float
    end_s: float
    moveout: Moveout
    peak: float
    confidence: float
    samples: int
    cut: tuple[str, ...] = ()
    vehicle: bool = False

    @property
    def last(self) -> int:
        """Position of its last channel."""
        return self.first + self.onset_s.size - 1

    @property
    def channels(self) -> NDArray[np.int64]:
        """Positions of the channels that have an onset."""
        return self.first + np.flatnonzero(np.isfinite(self.onset_s))

    @property
    def duration_s(self) -> float:
        """Seconds from the first onset to the end."""
        return self.end_s - self.start_s

    @property
    def apex(self) -> int | None:
        """Position of the channel where it arrives first, if it arrives later on both sides; else None."""
        return None if self.moveout.apex is None else self.first + self.moveout.apex

    def onset_on(self, channel: int) -> float:
        """Return the onset on a channel in s; NaN where there is none."""
        inside = self.first <= channel <= self.last
        return float(self.onset_s[channel - self.first]) if inside else float("nan")
