"""Steps in time: pass bands, notch, decimation, integration and differentiation."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from napari_geofm.core.das.amplitudes import differentiated, integrated
from napari_geofm.core.das.filters import Sections, butterworth, decimated, filtered, fir_reach, notch, reach_of
from napari_geofm.core.das.signal import SCALED, Signal
from napari_geofm.core.das.step import Box, Floats, Parameter, Step, require
from napari_geofm.core.das.units import quantity_of

__all__ = ["BandPass", "Decimate", "Differentiate", "HighPass", "Integrate", "LowPass", "Notch"]

ORDER = Parameter("order", "order", "", "order", 1, 16, whole=True, always=False)
LOW = Parameter("low_hz", "", "Hz", "low corner", 1e-6, 1e9)
HIGH = Parameter("high_hz", "", "Hz", "high corner", 1e-6, 1e9)


def _require_rate(step: Step, signal: Signal) -> None:
    """Refuse times that are not evenly spaced.

    Raises
    ------
    UsageError
        When they are not.
    """
    require(np.isfinite(signal.rate_hz), step, "times are not evenly spaced", "evenly spaced; resample the recording")


def _require_corner(step: Step, hertz: float, signal: Signal) -> None:
    """Refuse a corner that the recording has no frequency at.

    Raises
    ------
    UsageError
        When it lies above the Nyquist frequency, or an oscillation takes longer than the recording.
    """
    _require_rate(step, signal)
    rule = f"below the Nyquist frequency, {signal.nyquist_hz:.6g} Hz (half of {signal.rate_hz:.6g} samples a second)"
    require(hertz < signal.nyquist_hz, step, f"{hertz:g} Hz", rule)
    rule = f"at least {1 / signal.seconds:.3g} Hz: the recording is {signal.seconds:.4g} s long"
    require(hertz * signal.seconds >= 1.0, step, f"{hertz:g} Hz", rule)


@dataclass(frozen=True, slots=True)
class _Pass(Step):
    """What band pass, high pass and low pass have in common: zero phase, so twice the order's slope."""

    def corners(self) -> tuple[float, float]:
        """Return low and high corner in Hz, 0 for none."""
        raise NotImplementedError

    def sections(self, signal: Signal) -> Sections:
        """Return the filter."""
        order: int = getattr(self, "order")  # noqa: B009
        return butterworth(*self.corners(), order, signal.rate_hz)

    def after(self, signal: Signal) -> Signal:
        """Return what the recording is afterwards."""
        for corner in self.corners():
            if corner:
                _require_corner(self, corner, signal)
        return signal

    def reach(self, signal: Signal) -> int:
        """Return how many samples around a window it looks at."""
        return reach_of(self.sections(signal))

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed."""
        del box, fitted
        return filtered(values, self.sections(signal))


@dataclass(frozen=True, slots=True)
class BandPass(_Pass):
    """Zero-phase Butterworth band pass; at the corners the amplitude is halved, as forward and backward pass add."""

    low_hz: float = 1.0
    high_hz: float = 20.0
    order: int = 4

    name: ClassVar[str] = "bandpass"
    about: ClassVar[str] = "keep frequencies between two corners"
    parameters: ClassVar[tuple[Parameter, ...]] = (LOW, HIGH, ORDER)

    def __post_init__(self) -> None:
        _Pass.__post_init__(self)
        value = f"{self.low_hz:g}-{self.high_hz:g} Hz"
        require(self.low_hz < self.high_hz, self, value, "the lower corner first, then the higher")

    def words(self) -> str:
        """Return the step as it is written."""
        order = f" order {self.order}" if self.order != 4 else ""
        return f"{self.name} {self.low_hz:.12g}-{self.high_hz:.12g} Hz{order}"

    def corners(self) -> tuple[float, float]:
        """Return low and high corner in Hz, 0 for none."""
        return self.low_hz, self.high_hz


@dataclass(frozen=True, slots=True)
class HighPass(_Pass):
    """Zero-phase Butterworth high pass."""

    low_hz: float = 1.0
    order: int = 4

    name: ClassVar[str] = "highpass"
    about: ClassVar[str] = "keep frequencies above a corner"
    parameters: ClassVar[tuple[Parameter, ...]] = (replace(LOW, label="corner"), ORDER)

    def corners(self) -> tuple[float, float]:
        """Return low and high corner in Hz, 0 for none."""
        return self.low_hz, 0.0


@dataclass(frozen=True, slots=True)
class LowPass(_Pass):
    """Zero-phase Butterworth low pass."""

    high_hz: float = 20.0
    order: int = 4

    name: ClassVar[str] = "lowpass"
    about: ClassVar[str] = "keep frequencies below a corner"
    parameters: ClassVar[tuple[Parameter, ...]] = (replace(HIGH, label="corner"), ORDER)

    def corners(self) -> tuple[float, float]:
        """Return low and high corner in Hz, 0 for none."""
        return 0.0, self.high_hz


@dataclass(frozen=True, slots=True)
class Notch(Step):
    """Take out one frequency, zero phase; ``quality`` is the frequency over the width at -3 dB of one pass."""

    frequency_hz: float = 50.0
    quality: float = 30.0

    name: ClassVar[str] = "notch"
    about: ClassVar[str] = "take out one frequency, as that of the mains"
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("frequency_hz", "", "Hz", "frequency", 1e-6, 1e9),
        Parameter("quality", "q", "", "quality", 0.5, 1000, always=False),
    )

    def after(self, signal: Signal) -> Signal:
        """Return what the recording is afterwards."""
        _require_corner(self, self.frequency_hz, signal)
        return signal

    def reach(self, signal: Signal) -> int:
        """Return how many samples around a window it looks at."""
        return reach_of(notch(self.frequency_hz, self.quality, signal.rate_hz))

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed."""
        del box, fitted
        return filtered(values, notch(self.frequency_hz, self.quality, signal.rate_hz))


@dataclass(frozen=True, slots=True)
class Decimate(Step):
    """Keep one of ``factor`` samples, after a zero-phase FIR filter against aliases (as scipy.signal.decimate)."""

    factor: int = 2

    name: ClassVar[str] = "decimate"
    about: ClassVar[str] = "keep one of n samples, without aliases"
    parameters: ClassVar[tuple[Parameter, ...]] = (Parameter("factor", "", "", "factor", 2, 10000, whole=True),)

    @property
    def thins(self) -> int:
        """How many samples become one."""
        return self.factor

    def after(self, signal: Signal) -> Signal:
        """Return what the recording is afterwards."""
        _require_rate(self, signal)
        least = 2 * fir_reach(self.factor)
        rule = f"at most {max(2, signal.samples // 20)}: the recording has {signal.samples} samples a channel"
        require(signal.samples >= least, self, f"{self.factor}", rule)
        kept = -(-signal.samples // self.factor)
        return replace(signal, samples=kept, rate_hz=signal.rate_hz / self.factor)

    def reach(self, signal: Signal) -> int:
        """Return how many samples around a window it looks at."""
        del signal
        return fir_reach(self.factor)

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed."""
        del signal, fitted
        return decimated(values, self.factor, box.times.start)


@dataclass(frozen=True, slots=True)
class Differentiate(Step):
    """Derivative in time by the central difference: strain becomes strain rate."""

    name: ClassVar[str] = "differentiate"
    about: ClassVar[str] = "derivative in time"

    def after(self, signal: Signal) -> Signal:
        """Return what the recording is afterwards."""
        _require_rate(self, signal)
        units = signal.units.per("s")
        return replace(signal, units=units, quantity=_kept(signal, quantity_of(units)))

    def reach(self, signal: Signal) -> int:
        """Return how many samples around a window it looks at."""
        del signal
        return 1

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed."""
        del box, fitted
        return differentiated(values, signal.rate_hz)


@dataclass(frozen=True, slots=True)
class Integrate(Step):
    """Integral in time above a corner: strain rate becomes strain.

    The integral from the recording's beginning would make each sample depend on all before it, and drift. The high
    pass (zero-phase Butterworth, order 4) takes out where the sum began, so that any window can be had by itself.
    """

    low_hz: float = 1.0

    name: ClassVar[str] = "integrate"
    about: ClassVar[str] = "integral in time, above a corner"
    parameters: ClassVar[tuple[Parameter, ...]] = (replace(LOW, label="above"),)

    def after(self, signal: Signal) -> Signal:
        """Return what the recording is afterwards."""
        _require_corner(self, self.low_hz, signal)
        units = signal.units.times("s")
        return replace(signal, units=units, quantity=_kept(signal, quantity_of(units)))

    def reach(self, signal: Signal) -> int:
        """Return how many samples around a window it looks at."""
        return reach_of(butterworth(self.low_hz, 0.0, 4, signal.rate_hz))

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed."""
        del box, fitted
        sections = butterworth(self.low_hz, 0.0, 4, signal.rate_hz)
        # First the high pass: the sum of an offset grows with the window, and would drown the rest of the digits.
        return filtered(integrated(filtered(values, sections), signal.rate_hz), sections)


def _kept(signal: Signal, quantity: str) -> str:
    """Return the quantity, but that scaled samples stay scaled."""
    return SCALED if signal.quantity == SCALED else quantity
