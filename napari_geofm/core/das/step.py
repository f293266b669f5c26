"""A step of a processing chain: what it is called, what it takes, what it does to a window of a recording."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.signal import Signal
from napari_geofm.errors import UsageError

__all__ = ["ALL", "Box", "Floats", "Parameter", "Parts", "Step", "require"]

Floats = NDArray[np.float64]

ALL = -1
"""Reach across channels of what needs all of them."""

Parts = Callable[[], Iterator[tuple[slice, Floats]]]
"""Gives the windows that a recording is fitted on: times within it, and samples of all channels."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value of a step, as people write it.

    Attributes
    ----------
    name
        Field of the step.
    word
        What stands before it; empty for what is known by its place.
    unit
        ``"Hz"``, ``"s"``, ``"m"``, ``"nm"``; empty for numbers and words.
    label
        What it is, for a form.
    low, high
        Least and largest value, both included.
    choices
        Words that it may be; empty for a number.
    whole
        Whether it is a whole number.
    always
        Whether it is written even where it is the default.
    """

    name: str
    word: str = ""
    unit: str = ""
    label: str = ""
    low: float = 0.0
    high: float = 1e12
    choices: tuple[str, ...] = ()
    whole: bool = False
    always: bool = True


@dataclass(frozen=True, slots=True)
class Box:
    """A window of a recording: channels and times within it."""

    channels: slice
    times: slice


@dataclass(frozen=True, slots=True)
class Step:
    """Base of all steps.

    Attributes
    ----------
    name
        Its word.
    about
        What it does, in a few words.
    parameters
        What it takes; those without a word before come first.
    thins, stacks
        How many samples and channels become one.
    """

    name: ClassVar[str] = ""
    about: ClassVar[str] = ""
    parameters: ClassVar[tuple[Parameter, ...]] = ()

    def __post_init__(self) -> None:
        """Refuse impossible values."""
        for each in self.parameters:
            value = getattr(self, each.name)
            if each.choices:
                require(value in each.choices, self, f"{each.label} {value}", f"one of {', '.join(each.choices)}")
            elif not isinstance(value, str):
                fine = each.low <= value <= each.high
                require(fine, self, f"{each.label} {value:g} {each.unit}", f"{each.low:g} to {each.high:g}")

    def words(self) -> str:
        """Return the step as it is written: ``"bandpass 5-200 Hz order 4"``."""
        found, defaults = [self.name], type(self)()
        for each in self.parameters:
            value = getattr(self, each.name)
            if not each.always and value == getattr(defaults, each.name):
                continue
            shown = str(value) if isinstance(value, str) else f"{value:.12g}"
            found.append(" ".join(part for part in (each.word, shown, each.unit) if part))
        return " ".join(found)

    @property
    def thins(self) -> int:
        """How many samples become one."""
        return 1

    @property
    def stacks(self) -> int:
        """How many channels become one."""
        return 1

    def after(self, signal: Signal) -> Signal:
        """Return what the recording is afterwards.

        Raises
        ------
        UsageError
            When the step does not suit it.
        """
        return signal

    def reach(self, signal: Signal) -> int:  # noqa: ARG002
        """Return how many samples before and after a window it looks at."""
        return 0

    def spread(self, signal: Signal) -> int:  # noqa: ARG002
        """Return how many channels beside a window it looks at, or :data:`ALL`."""
        return 0

    def fit(self, parts: Parts, signal: Signal) -> Floats | None:  # noqa: ARG002
        """Return what is fitted once per recording, one row a channel; None where nothing is."""
        return None

    @property
    def lasting(self) -> bool:
        """Whether what was fitted holds for the recording once it begins earlier or ends later, too."""
        return True

    def run(self, values: Floats, box: Box, signal: Signal, fitted: Floats | None) -> Floats:
        """Return a window processed.

        Parameters
        ----------
        values
            ndarray of float64, shape ``(channels, samples)``, NaN in gaps.
        box
            Where they lie in the recording.
        signal
            The recording before the step.
        fitted
            Of :meth:`fit`, for these channels.

        Returns
        -------
        ndarray of float64
            Of the same window; samples and channels that become one by their first.
        """
        raise NotImplementedError


def require(fine: bool, step: Step | str, value: str, rule: str) -> None:
    """Refuse a step in one line.

    Raises
    ------
    UsageError
        When it is not fine.
    """
    if not fine:
        name = step if isinstance(step, str) else step.name
        msg = f"Processing step {name}: {value.strip()}: must be {rule}"
        raise UsageError(msg)
