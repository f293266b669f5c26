"""Round numbers along an axis, and where they lie."""

from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.axis import Axis

__all__ = ["Tick", "round_step", "ticks"]

ROUND = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Tick:
    """One number on a ruler.

    Attributes
    ----------
    place
        Where on the axis: 0 is its first sample's middle, 1 the second's; fractions lie between two.
    text
        The number.
    """

    place: float
    text: str


def ticks(axis: Axis, first: float, last: float, most: int) -> list[Tick]:
    """Return at most about ``most`` ticks at round numbers, between two places of an axis.

    Parameters
    ----------
    axis
        Numbers in the order of the screen, evenly spaced or not. Of names, and of numbers that go to and fro, there is
        no scale: their own samples are named.
    first, last
        Places between which ticks are wanted, in samples.
    most
        How many there is room for.

    Examples
    --------
    >>> [tick.text for tick in ticks(Axis("crossline", np.arange(1003, 1500, 4)), 0, 100, 5)]
    ['1100', '1200', '1300', '1400']
    >>> [(tick.place, tick.text) for tick in ticks(Axis("inline", np.array([10, 20, 23, 30])), 0, 3, 2)]
    [(0.0, '10'), (1.0, '20'), (3.0, '30')]
    """
    first, last = max(first, 0.0), min(last, axis.size - 1.0)
    if last < first or most < 1:
        return []
    if not axis.is_numeric:
        return _samples([str(value) for value in axis.values], first, last, most)
    numbers = axis.values.astype(np.float64)
    gaps = np.diff(numbers)
    if axis.size == 1 or not (np.all(gaps > 0) or np.all(gaps < 0)):
        return _samples([f"{number:.10g}" for number in numbers], first, last, most)
    places = np.arange(axis.size, dtype=np.float64)
    ends = np.interp([first, last], places, numbers)
    step = round_step(abs(float(ends[1] - ends[0])) / most)
    if np.issubdtype(axis.values.dtype, np.integer):
        step = max(step, 1.0)
    low, high = float(min(ends)), float(max(ends))
    found = step * np.arange(ceil(low / step - 1e-6), floor(high / step + 1e-6) + 1, dtype=np.float64)
    return [
        Tick(place, f"{number:.10g}") for place, number in zip(_places(numbers, found), found.tolist(), strict=True)
    ]


def round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5, 10, 20, ... (and 0.5, 0.2, ...) that is not below ``least``.

    Examples
    --------
    >>> round_step(3), round_step(0.07), round_step(200)
    (5.0, 0.1, 200.0)
    """
    if not least > 0:
        return 1.0
    power = 10.0 ** floor(log10(least) + 1e-9)
    found = next(part for part in ROUND if part * power >= least * (1 - 1e-9)) * power
    return float(f"{found:.6g}")


def _places(numbers: NDArray[np.float64], found: NDArray[np.floating]) -> list[float]:
    places = np.arange(numbers.size, dtype=np.float64)
    if numbers[0] > numbers[-1]:
        numbers, places = numbers[::-1], places[::-1]
    return [float(place) for place in np.interp(found, numbers, places)]


def _samples(names: list[str], first: float, last: float, most: int) -> list[Tick]:
    """Return every so-manieth sample by its own name."""
    every = max(1, int(round_step((last - first) / most)))
    return [Tick(float(place), names[place]) for place in range(ceil(first), floor(last) + 1) if place % every == 0]
