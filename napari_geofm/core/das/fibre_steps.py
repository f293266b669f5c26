"""Steps across channels: common mode, stack, derivative along the fibre, strain and strain rate."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from napari_geofm.core.das.amplitudes import differentiated
from napari_geofm.core.das.fibre import difference_over, slope_along, stacked, without_common
from napari_geofm.core.das.signal import SCALED, Signal
from napari_geofm.core.das.step import ALL, Box, Floats, Parameter, Step, require
from napari_geofm.core.das.units import Units, quantity_of

__all__ = ["Derivative", "Mean", "Median", "Stack", "Strain", "StrainRate", "VelocityDerivative"]


@dataclass(frozen=True, slots=True)
class _Common(Step):
    """What mean and median over channels have in common."""

    def after(self, signal: Signal) -> Signal:
        """Return what the recording is afterwards."""
        rule = "3 or more, else nothing is left: leave the step out"
        require(signal.channels >= 3, self, f"{signal.channels} channels", rule)
        return signal

    def spread(self, signal: Signal) -> int:
        """Return how many channels beside a window it looks at."""
        del signal
        return ALL

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed."""
        del box, signal, fitted
        return without_common(values, median=self.name == "median")


@dataclass(frozen=True, slots=True)
class Median(_Common):
    """Take the median over all channels off each moment: the interrogator's own noise is alike on all."""

    name: ClassVar[str] = "median"
    about: ClassVar[str] = "take off what all channels have in common (median)"


@dataclass(frozen=True, slots=True)
class Mean(_Common):
    """Take the mean over all channels off each moment."""

    name: ClassVar[str] = "mean"
    about: ClassVar[str] = "take off what all channels have in common (mean)"


@dataclass(frozen=True, slots=True)
class Stack(Step):
    """Take the mean of each ``count`` neighbouring channels, which lies in their middle."""

    count: int = 2

    name: ClassVar[str] = "stack"
    about: ClassVar[str] = "mean of n neighbouring channels"
    parameters: ClassVar[tuple[Parameter, ...]] = (Parameter("count", "", "", "channels", 2, 10000, whole=True),)

    @property
    def stacks(self) -> int:
        """How many channels become one."""
        return self.count

    def after(self, signal: Signal) -> Signal:
        """Return what the recording is afterwards."""
        rule = f"at most {signal.channels // 2}, half of the channels"
        require(2 * self.count <= signal.channels, self, f"{self.count}", rule)
        groups = signal.channels // self.count
        places = signal.places[: groups * self.count].reshape(groups, self.count).mean(axis=1)
        return replace(signal, places=places)

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed."""
        del box, signal, fitted
        return stacked(values, self.count)


def _require_metres(step: Step, signal: Signal) -> None:
    """Refuse recordings whose channels have no distances.

    Raises
    ------
    UsageError
        When channels are numbered only, or lie at one place.
    """
    require(bool(signal.along), step, "channels are numbered only", "channels with distances; leave the step out")
    require(signal.channels >= 2, step, f"{signal.channels} channel", "2 channels or more")
    fine = bool((np.diff(signal.places) > 0).all())
    require(fine, step, "distances", "ascending along the fibre; leave the step out")


@dataclass(frozen=True, slots=True)
class Derivative(Step):
    """Derivative along the fibre by the central difference, per m: velocity becomes strain rate."""

    name: ClassVar[str] = "derivative"
    about: ClassVar[str] = "derivative along the fibre, per m"

    def after(self, signal: Signal) -> Signal:
        """Return what the recording is afterwards."""
        _require_metres(self, signal)
        scaled = signal.quantity == SCALED
        units = signal.units.per(signal.along)
        return replace(signal, units=units, quantity=SCALED if scaled else quantity_of(units))

    def spread(self, signal: Signal) -> int:
        """Return how many channels beside a window it looks at."""
        del signal
        return 1

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed."""
        del fitted
        return slope_along(values, signal.places[box.channels])


@dataclass(frozen=True, slots=True)
class VelocityDerivative(Derivative):
    """Derivative along the fibre of velocity, as :class:`Derivative`; samples in other units stay as they are.

    Velocity adds up along the fibre what shakes it anywhere; a model that learned from strain rate is shown that of
    any recording so.
    """

    name: ClassVar[str] = "velocity-derivative"
    about: ClassVar[str] = "derivative along the fibre of samples in m/s; others stay as they are"

    def after(self, signal: Signal) -> Signal:
        """Return what the recording is afterwards."""
        return Derivative.after(self, signal) if signal.units.plain == "m/s" else signal

    def spread(self, signal: Signal) -> int:
        """Return how many channels beside a window it looks at."""
        return int(signal.units.plain == "m/s")

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed."""
        return Derivative.run(self, values, box, signal, fitted) if signal.units.plain == "m/s" else values


GAUGE = Parameter("gauge_m", "gauge", "m", "gauge length", 0.01, 10000)
INDEX = Parameter("index", "index", "", "refractive index", 1.0, 3.0, always=False)
WAVELENGTH = Parameter("wavelength_nm", "wavelength", "nm", "wavelength", 100, 10000, always=False)
FACTOR = Parameter("factor", "factor", "", "photo-elastic factor", 0.1, 1.5, always=False)


@dataclass(frozen=True, slots=True)
class Strain(Step):
    """Strain of optical phase, or of displacement.

    Of phase ``p`` in rad it is ``wavelength * p / (4 pi * index * gauge * factor)``, where the factor 0.78 tells how
    the index changes with strain (Lindsey, Rademacher and Ajo-Franklin 2020, J. Geophys. Res. 125, e2019JB018145,
    eq. 3); phase that is per m already (rad/m) is not divided by the gauge length again. Of displacement it is the
    difference between two points one gauge length apart, over that length.
    """

    gauge_m: float = 10.0
    index: float = 1.468
    wavelength_nm: float = 1550.0
    factor: float = 0.78

    name: ClassVar[str] = "strain"
    about: ClassVar[str] = "strain of phase (rad) or displacement (m)"
    parameters: ClassVar[tuple[Parameter, ...]] = (GAUGE, INDEX, WAVELENGTH, FACTOR)
    sources: ClassVar[tuple[str, ...]] = ("rad", "rad/m", "m")

    def after(self, signal: Signal) -> Signal:
        """Return what the recording is afterwards."""
        require(signal.quantity != SCALED, self, "samples have been scaled", "before scale, gain and root")
        plain = signal.units.plain
        known = f"samples in {signal.units.words}" if plain else "samples without a unit"
        remedy = "leave the step out" if plain else f"say what they are with 'unit {self.sources[0]}' before it"
        rule = f"in {', '.join(self.sources)}; {remedy}"
        require(plain in self.sources, self, known, rule)
        if plain.startswith("m"):
            _require_metres(self, signal)
            length = abs(float(signal.places[-1] - signal.places[0]))
            rule = f"at most {length:.6g} m, the length of the fibre"
            require(self.gauge_m <= length, self, f"gauge length {self.gauge_m:g} m", rule)
        return self._result(signal)

    def _result(self, signal: Signal) -> Signal:
        return replace(signal, units=Units.parse("strain"), quantity="strain")

    def spread(self, signal: Signal) -> int:
        """Return how many channels beside a window it looks at."""
        if not signal.units.plain.startswith("m"):
            return 0
        steps = np.diff(signal.places)
        return int(np.ceil(0.5 * self.gauge_m / max(float(steps.min()), 1e-6))) + 2

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed."""
        del fitted
        whole = values * signal.units.factor
        if not signal.units.plain.startswith("m"):
            gauge = 1.0 if "m" in signal.units.below else self.gauge_m
            return whole * (self.wavelength_nm * 1e-9 / (4 * np.pi * self.index * gauge * self.factor))
        places = signal.places[box.channels]
        found = difference_over(whole, places, places, self.gauge_m)
        # A masked channel stays masked, although its neighbours would tell what it should have recorded.
        return np.where(np.isfinite(values), found, np.nan)


@dataclass(frozen=True, slots=True)
class StrainRate(Strain):
    """Strain rate of optical phase or its rate, of strain, or of velocity.

    As :class:`Strain`, differentiated in time where the samples are phase or strain; of velocity the difference between
    two points one gauge length apart, over that length.
    """

    name: ClassVar[str] = "strain-rate"
    about: ClassVar[str] = "strain rate of phase (rad, rad/s), strain or velocity (m/s)"
    sources: ClassVar[tuple[str, ...]] = ("rad", "rad/s", "rad/m", "rad/m/s", "m/s", "strain")
    still: ClassVar[tuple[str, ...]] = ("rad", "rad/m", "strain")
    """Of these the derivative in time is taken."""

    def _result(self, signal: Signal) -> Signal:
        if signal.units.plain in self.still:
            require(np.isfinite(signal.rate_hz), self, "times", "evenly spaced; resample the recording")
        return replace(signal, units=Units.parse("1/s"), quantity="strain rate")

    def reach(self, signal: Signal) -> int:
        """Return how many samples around a window it looks at."""
        return int(signal.units.plain in self.still)

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed."""
        if signal.units.plain == "strain":
            return differentiated(values * signal.units.factor, signal.rate_hz)
        found = Strain.run(self, values, box, signal, fitted)
        return differentiated(found, signal.rate_hz) if signal.units.plain in self.still else found
