"""The axis of a survey: the numbers that occur in the headers, and nothing in between."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import AxisError

__all__ = ["Axis", "shown"]


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """Numbers along one dimension, in the order of the data.

    Attributes
    ----------
    name
        Standard term of the field: ``inline``, ``crossline``, ``twt``, ``depth``, ``cdp``, ``distance``,
        ``time``, ``row``, ``column``, ``lat``, ``lon``, ``tile``.
    values
        ndarray of int64, float64 or str, shape ``(n,)``: the numbers that occur (15 uneven lines are 15).
    units
        ``"ms"``, ``"m"``, ``"ft"``, ``"s"``, ``"deg"``, ``"px"``, or ``""`` for plain numbers.
    """

    name: str
    values: NDArray[np.generic]
    units: str = ""

    def __post_init__(self) -> None:
        """Refuse axes that are empty or not one-dimensional."""
        if self.values.ndim != 1 or self.values.size == 0:
            msg = f"Axis '{self.name}' has shape {self.values.shape}; an axis is a non-empty list of numbers."
            raise AxisError(msg)

    @property
    def size(self) -> int:
        """Count of numbers."""
        return int(self.values.size)

    @property
    def is_numeric(self) -> bool:
        """Whether the values are numbers (the names of tiles are not)."""
        return bool(np.issubdtype(self.values.dtype, np.number))

    @property
    def first(self) -> float | int | str:
        """First value, as a Python scalar."""
        return self.values[0].item()  # type: ignore[no-any-return]

    @property
    def last(self) -> float | int | str:
        """Last value, as a Python scalar."""
        return self.values[-1].item()  # type: ignore[no-any-return]

    @property
    def step(self) -> float | int | None:
        """Even step between neighbours, or None where uneven, a single value, or names."""
        if not self.is_numeric or self.size < 2:
            return None
        steps = np.diff(self.values.astype(np.float64))
        mean = float((float(self.values[-1]) - float(self.values[0])) / (self.size - 1))
        if not np.allclose(steps, mean, rtol=1e-3, atol=0.0):
            return None
        if np.issubdtype(self.values.dtype, np.integer):
            return round(mean)
        return float(f"{mean:.9g}")

    @property
    def pace(self) -> float:
        """Mean step between neighbours of a numeric axis, even or not; 0 of a single value."""
        return (float(self.last) - float(self.first)) / max(1, self.size - 1)

    def value(self, place: int) -> float | int | str:
        """Return the value at a position, as a Python scalar; of a long axis this costs less than ``values[place]``."""
        return self.values[place].item()  # type: ignore[no-any-return]

    def at(self, positions: NDArray[Any]) -> NDArray[np.generic]:
        """Return the values at positions; of a long axis this costs less than ``values[positions]``."""
        return np.asarray(self.values[positions])

    @property
    def ends(self) -> tuple[float, float]:
        """Smallest and largest number."""
        numbers = self.values.astype(np.float64)
        return float(numbers.min()), float(numbers.max())

    def nearest(self, value: float) -> int:
        """Return the position of the number closest to ``value``."""
        return int(np.argmin(np.abs(self.values.astype(np.float64) - value)))

    def places(self, numbers: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Return where numbers lie along the axis, in positions with fractions; beyond its ends by the step there."""
        values = self.values.astype(np.float64)
        if values.size < 2:
            return np.asarray(numbers - values[0], np.float64)
        order = np.argsort(values, kind="stable")
        low = np.clip(np.searchsorted(values[order], numbers) - 1, 0, values.size - 2)
        first, second = order[low], order[low + 1]
        part = (numbers - values[first]) / (values[second] - values[first])
        return np.asarray(first + part * (second - first), np.float64)

    def index(self, value: float | str) -> int:
        """Return the position of ``value``.

        Whole numbers (lines) must occur exactly; times and lengths are met within half a step.

        Raises
        ------
        AxisError
            When the number does not occur; the message names the nearest that does.
        """
        if not self.is_numeric:
            found = np.flatnonzero(self.values == value)
            if found.size == 0:
                names = ", ".join(str(v) for v in self.values[:5]) + (", ..." if self.size > 5 else "")
                msg = f"No {self.name} is named '{value}'; there are {names}"
                raise AxisError(msg)
            return int(found[0])
        number = float(value)
        place = self.nearest(number) if np.isfinite(number) else 0
        there = self.value(place)
        gap = abs(float(there) - number)
        if not gap <= self._tolerance(place):
            unit = f" {self.units}" if self.units else ""
            msg = (
                f"{self.name} {shown(number)}{unit} does not occur; {self.name} runs from {shown(self.first)} to "
                f"{shown(self.last)}{unit} ({self.size} values), the nearest is {shown(there)}"
            )
            raise AxisError(msg)
        return place

    def between(self, low: float, high: float) -> slice:
        """Return the positions whose numbers lie in ``[low, high]``, ends included.

        Raises
        ------
        AxisError
            When no number lies there, or the axis has names.
        """
        if not self.is_numeric:
            msg = f"Axis '{self.name}' has names, not numbers; a range cannot be cut from it."
            raise AxisError(msg)
        low, high = min(low, high), max(low, high)
        numbers = self.values.astype(np.float64)
        slack = 1e-6 * max(abs(low), abs(high), 1e-3)
        inside = np.flatnonzero((numbers >= low - slack) & (numbers <= high + slack))
        if inside.size == 0:
            unit = f" {self.units}" if self.units else ""
            msg = (
                f"Range {self.name}={shown(low)}:{shown(high)} holds nothing; {self.name} runs from "
                f"{shown(self.first)} to {shown(self.last)}{unit}"
            )
            raise AxisError(msg)
        return slice(int(inside[0]), int(inside[-1]) + 1)

    def stretch(self, start: float, length: float) -> slice:
        """Return the positions of a stretch of an ascending axis, whose end belongs to the next one.

        Nothing is refused: the slice is empty where there is nothing.
        """
        step = self.pace
        # Numbers are written with so many digits: a start may lie a little behind its sample.
        low, high = (int(np.searchsorted(self.values, end - 0.01 * step)) for end in (start, start + length))
        return slice(low, max(low, high))

    def taken(self, places: slice) -> "Axis":
        """Return the axis over ``places`` only."""
        return Axis(self.name, self.values[places], self.units)

    def _tolerance(self, place: int) -> float:
        """Return how far a number may lie from the value at ``place`` and still mean it."""
        if np.issubdtype(self.values.dtype, np.integer):
            return 0.0
        numbers = self.values.astype(np.float64)
        gaps = [abs(numbers[place] - numbers[other]) for other in (place - 1, place + 1) if 0 <= other < self.size]
        return 0.5000001 * max(gaps) if gaps else 1e-6 * max(1.0, abs(float(numbers[place])))


def shown(number: object) -> str:
    """Return a number as people write it: no trailing zeros, no exponent."""
    return f"{number:.10g}" if isinstance(number, float | int | np.number) else str(number)
