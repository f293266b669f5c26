"""Steps on amplitudes: trend, scale, gain in a window, signed root, and what the samples are."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from napari_geofm.core.das.amplitudes import evened, fitted_lines, fitted_scales, rooted, without_lines
from napari_geofm.core.das.signal import SCALED, Signal
from napari_geofm.core.das.step import Box, Floats, Parameter, Parts, Step, require
from napari_geofm.core.das.units import Units, quantity_of

__all__ = ["Detrend", "Gain", "Root", "Scale", "Unit"]


@dataclass(frozen=True, slots=True)
class Detrend(Step):
    """Take the mean, or the straight line that fits best, off each channel.

    Fitted once per recording, on all of it, or on 16 windows spread evenly over a large one: a window of the recording
    does not depend on what else is on the screen.
    """

    kind: str = "linear"

    name: ClassVar[str] = "detrend"
    about: ClassVar[str] = "take each channel's mean or straight line off"
    parameters: ClassVar[tuple[Parameter, ...]] = (Parameter("kind", label="kind", choices=("linear", "constant")),)

    def fit(self, parts: Parts, signal: Signal) -> Floats:
        """Return what is fitted once per recording."""
        return fitted_lines(parts(), signal.samples, slope=self.kind == "linear")

    @property
    def lasting(self) -> bool:
        """A line is given by its middle and its ends, which are elsewhere in a recording that has grown."""
        return self.kind == "constant"

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed."""
        return values if fitted is None else without_lines(values, fitted, box.times, signal.samples)


@dataclass(frozen=True, slots=True)
class Scale(Step):
    """Divide each channel by how large its amplitudes are, fitted once per recording as the trend is.

    ``robust``: the median magnitude over 0.6745, which is the standard deviation of noise and leaves events alone;
    ``rms``: the root of the mean square.
    """

    kind: str = "robust"

    name: ClassVar[str] = "scale"
    about: ClassVar[str] = "make all channels equally loud"
    parameters: ClassVar[tuple[Parameter, ...]] = (Parameter("kind", label="by", choices=("robust", "rms")),)

    def after(self, signal: Signal) -> Signal:
        """Return what the recording is afterwards."""
        return scaled(signal)

    def fit(self, parts: Parts, signal: Signal) -> Floats:
        """Return what is fitted once per recording."""
        del signal
        return fitted_scales(parts(), robust=self.kind == "robust")

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed."""
        del box, signal
        return values if fitted is None else values / fitted


@dataclass(frozen=True, slots=True)
class Gain(Step):
    """Divide each sample by the root of the mean square of those around it (automatic gain control)."""

    window_s: float = 1.0

    name: ClassVar[str] = "agc"
    about: ClassVar[str] = "make all times equally loud (automatic gain)"
    parameters: ClassVar[tuple[Parameter, ...]] = (Parameter("window_s", "", "s", "window", 1e-6, 1e6),)

    def after(self, signal: Signal) -> Signal:
        """Return what the recording is afterwards."""
        require(np.isfinite(signal.rate_hz), self, "times are not evenly spaced", "evenly spaced")
        rule = f"at most {signal.seconds:.4g} s, the length of the recording"
        require(self.window_s <= signal.seconds, self, f"window {self.window_s:g} s", rule)
        rule = f"at least {3 / signal.rate_hz:.3g} s, three samples"
        require(self.window_s * signal.rate_hz >= 2.999, self, f"window {self.window_s:g} s", rule)
        return scaled(signal)

    def reach(self, signal: Signal) -> int:
        """Return how many samples around a window it looks at."""
        return max(1, round(0.5 * self.window_s * signal.rate_hz))

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed."""
        del box, fitted
        return evened(values, self.reach(signal))


@dataclass(frozen=True, slots=True)
class Root(Step):
    """Take the square root of each magnitude and keep the sign: what is faint shows beside what is loud."""

    name: ClassVar[str] = "root"
    about: ClassVar[str] = "signed square root: what is faint shows beside what is loud"

    def after(self, signal: Signal) -> Signal:
        """Return what the recording is afterwards."""
        return scaled(signal)

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed."""
        del box, signal, fitted
        return rooted(values)


@dataclass(frozen=True, slots=True)
class Unit(Step):
    """Say what the samples are, where the file does not: ``unit rad``."""

    unit: str = "m/s"

    name: ClassVar[str] = "unit"
    about: ClassVar[str] = "say what unit the samples are in, where the file does not"
    parameters: ClassVar[tuple[Parameter, ...]] = (Parameter("unit", label="unit"),)

    def __post_init__(self) -> None:
        fine = bool(self.unit) and not any(sign in self.unit for sign in "; \n")
        require(fine, self, f"'{self.unit}'", "a unit, as in m/s, 1/s, strain, rad or rad/s")

    def after(self, signal: Signal) -> Signal:
        """Return what the recording is afterwards."""
        have = signal.units.words or ("scaled" if signal.quantity == SCALED else "")
        require(have in {"", self.unit}, self, self.unit, f"what the file says, {have}; leave the step out")
        units = Units.parse(self.unit)
        return replace(signal, units=units, quantity=quantity_of(units))

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed."""
        del box, signal, fitted
        return values


def scaled(signal: Signal) -> Signal:
    """Return a recording whose samples have no unit any more."""
    return replace(signal, units=Units.parse(""), quantity=SCALED)
