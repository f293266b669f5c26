"""The step that keeps apparent velocities (a fan filter in frequency and wavenumber)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from napari_geofm.core.das.signal import Signal
from napari_geofm.core.das.slopes import HALF_CHANNELS, fan_filtered, fan_kernel
from napari_geofm.core.das.step import Box, Floats, Parameter, Step, require

__all__ = ["Slope"]


@dataclass(frozen=True, slots=True)
class Slope(Step):
    """Keep what runs along the fibre, either way, at apparent velocities between two.

    A fan in frequency and wavenumber with smooth edges, cut to a kernel of 24 channels and at most 256 samples to
    either side, so that any window can be had by itself; what is slower than the kernel is long is kept less sharply.
    """

    slowest: float = 300.0
    fastest: float = 6000.0

    name: ClassVar[str] = "slope"
    about: ClassVar[str] = "keep apparent velocities between two (FK filter)"
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("slowest", "", "m/s", "slowest", 1.0, 1e6),
        Parameter("fastest", "", "m/s", "fastest", 1.0, 1e6),
    )

    def __post_init__(self) -> None:
        """Refuse velocities in the wrong order."""
        Step.__post_init__(self)
        value = f"{self.slowest:g}-{self.fastest:g} m/s"
        require(self.slowest < self.fastest, self, value, "the slower velocity first, then the faster")

    def words(self) -> str:
        """Return the step as it is written."""
        return f"{self.name} {self.slowest:.12g}-{self.fastest:.12g} m/s"

    def after(self, signal: Signal) -> Signal:
        """Return what the recording is afterwards."""
        require(bool(np.isfinite(signal.rate_hz)), self, "times are not evenly spaced", "evenly spaced")
        require(bool(signal.along), self, "channels are numbered only", "channels with distances; leave the step out")
        require(signal.channels >= 3, self, f"{signal.channels} channels", "3 or more")
        steps = np.diff(signal.places)
        fine = bool((steps > 0).all()) and bool(np.allclose(steps, steps.mean(), rtol=0.05))
        require(fine, self, "channels are not evenly spaced", "evenly spaced; leave the step out")
        return signal

    def reach(self, signal: Signal) -> int:
        """Return how many samples around a window it looks at."""
        return int(self._kernel(signal).shape[1] // 2)

    def spread(self, signal: Signal) -> int:
        """Return how many channels beside a window it looks at."""
        del signal
        return HALF_CHANNELS

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed."""
        del box, fitted
        return fan_filtered(values, self._kernel(signal))

    def _kernel(self, signal: Signal) -> Floats:
        return fan_kernel(self.slowest, self.fastest, signal.spacing, signal.rate_hz)
