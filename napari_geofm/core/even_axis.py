"""An axis of even steps whose numbers are computed when they are asked for: a recording of years takes no memory."""

import math
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.axis import Axis, shown
from napari_geofm.errors import AxisError

__all__ = ["EvenAxis"]

_LISTED = 1 << 20
"""Up to so many numbers an axis that is cut out is a plain one: its users look at its numbers again and again."""


class EvenAxis(Axis):
    """Numbers at even steps: number ``n`` is ``first + (begin + n * stride) * pitch / per``.

    Whatever is cut out of it has the same numbers to the last bit. All that an :class:`Axis` has is computed from
    these few numbers; :attr:`values` alone takes memory for each of them, and only while it is in use.

    Parameters
    ----------
    name, units
        As an axis has them.
    size
        Count of numbers, at least 1.
    pitch, per
        The step is their quotient: of 4,000,000 ns by 1e9 comes a time in s with no noise in its last digits.
    first
        What position 0 of the grid stands for.
    begin, stride
        Where on the grid the axis begins, and which positions it has.
    """

    __slots__ = ("_begin", "_first", "_per", "_pitch", "_size", "_stride")
    _size: int
    _pitch: float
    _per: float
    _first: float
    _begin: int
    _stride: int

    def __init__(
        self,
        name: str,
        size: int,
        pitch: float,
        *,
        per: float = 1.0,
        first: float = 0.0,
        units: str = "",
        begin: int = 0,
        stride: int = 1,
    ) -> None:
        if size < 1 or pitch == 0 or not math.isfinite(pitch) or not math.isfinite(first):
            msg = f"Axis '{name}' has {size} numbers at steps of {pitch:g}; an axis has a number or more, at true steps"
            raise AxisError(msg)
        facts = {"_size": int(size), "_pitch": float(pitch), "_per": float(per), "_first": float(first)}
        for slot, value in {
            **facts,
            "name": name,
            "units": units,
            "_begin": int(begin),
            "_stride": int(stride),
        }.items():
            object.__setattr__(self, slot, value)

    def __reduce__(self) -> tuple[Any, ...]:
        name, units, size, pitch, per, first, begin, stride = self.facts
        return partial(EvenAxis, per=per, first=first, units=units, begin=begin, stride=stride), (name, size, pitch)

    @property
    def facts(self) -> tuple[Any, ...]:
        """Name, units, size, pitch, per, first, begin and stride: axes with the same facts are the same."""
        numbers = (self._size, self._pitch, self._per, self._first, self._begin, self._stride)
        return (self.name, self.units, *numbers)

    def __repr__(self) -> str:
        return f"EvenAxis({self.name!r}, size={self._size}, first={self.first}, step={self.step}, units={self.units!r})"

    @property
    def values(self) -> NDArray[np.float64]:
        """All numbers, float64, shape ``(size,)``; made anew each time: 8 bytes each."""
        return self.at(np.arange(self._size))

    @property
    def size(self) -> int:
        """Count of numbers."""
        return self._size

    @property
    def is_numeric(self) -> bool:
        """True."""
        return True

    @property
    def first(self) -> float:
        """First number."""
        return self.value(0)

    @property
    def last(self) -> float:
        """Last number."""
        return self.value(self._size - 1)

    @property
    def step(self) -> float | None:
        """Step between neighbours; None of a single number."""
        return float(f"{self._exact:.9g}") if self._size > 1 else None

    def at(self, positions: NDArray[Any]) -> NDArray[np.float64]:
        """Return the numbers at positions, float64 of their shape; these may lie beyond the ends or between two."""
        grid = self._begin + np.asarray(positions, np.float64) * self._stride
        return np.asarray(self._first + grid * self._pitch / self._per, np.float64)

    @property
    def ends(self) -> tuple[float, float]:
        """Smallest and largest number."""
        return min(self.first, self.last), max(self.first, self.last)

    def value(self, place: int) -> float:
        """Return the number at a position, negative ones from the end."""
        return float(self.at(np.array(range(self._size)[place])))

    def nearest(self, value: float) -> int:
        """Return the position of the number closest to ``value``, the first of two."""
        where = self._where(value)
        return min(max(math.ceil(where - 0.5), 0), self._size - 1) if math.isfinite(where) else 0

    def places(self, numbers: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Return where numbers lie along the axis, in positions with fractions."""
        return np.asarray((np.asarray(numbers, np.float64) - self.value(0)) / self._exact, np.float64)

    def between(self, low: float, high: float) -> slice:
        """Return the positions whose numbers lie in ``[low, high]``, ends included.

        Raises
        ------
        AxisError
            When no number lies there.
        """
        ends = sorted((self._where(low), self._where(high)))
        # A thousandth of a step: what is written in decimals, and the noise of a float after years of milliseconds.
        begin, end = max(math.ceil(ends[0] - 1e-3), 0), min(math.floor(ends[1] + 1e-3), self._size - 1)
        if end < begin:
            unit = f" {self.units}" if self.units else ""
            low, high = min(low, high), max(low, high)
            msg = (
                f"Range {self.name}={shown(low)}:{shown(high)} holds nothing; {self.name} runs from "
                f"{shown(self.first)} to {shown(self.last)}{unit}"
            )
            raise AxisError(msg)
        return slice(begin, end + 1)

    def stretch(self, start: float, length: float) -> slice:
        """Return the positions of a stretch, whose end belongs to the next one; the slice may be empty."""
        ends = (math.ceil(self._where(end) - 0.01) for end in (start, start + length))
        low, high = (min(max(end, 0), self._size) for end in ends)
        return slice(low, max(low, high))

    def taken(self, places: slice) -> Axis:
        """Return the axis over ``places`` only: a plain one where these are few."""
        found = self.even(places)
        return Axis(self.name, found.values, self.units) if found.size <= _LISTED else found

    def even(self, places: slice) -> "EvenAxis":
        """Return the axis over ``places`` only, of even steps, with the same numbers to the last bit."""
        there = range(self._size)[places]
        return EvenAxis(
            self.name,
            len(there),
            self._pitch,
            per=self._per,
            first=self._first,
            units=self.units,
            begin=self._begin + there.start * self._stride,
            stride=self._stride * there.step,
        )

    @property
    def _exact(self) -> float:
        return self._stride * self._pitch / self._per

    def _where(self, value: float) -> float:
        return (value - self.value(0)) / self._exact

    def _tolerance(self, place: int) -> float:  # noqa: ARG002  (as Axis has it)
        return 0.5000001 * abs(self._exact)
