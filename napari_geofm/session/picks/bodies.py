"""What interpretations fill all over a survey, some inlines at a time: samples between horizons, beside one."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import UNLABELLED, ArrayLike, checked_classes

__all__ = ["Above", "Below", "Between", "Body", "Given"]


class Body(Protocol):
    """Wants samples of a survey to be of classes."""

    def inside(self, rows: slice) -> NDArray[np.uint8]:
        """Return what is wanted on some slices of the survey's first dimension.

        Returns
        -------
        ndarray of uint8, shape ``(slices, ...)`` in the survey's order
            Inside values (class k is k + 1), 0 where nothing is wanted.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """Samples from the upper of two horizons, itself included, to the lower one, itself left out.

    Attributes
    ----------
    one, other
        ndarrays of float32, shape ``(inlines, crosslines)``, times or depths, NaN where nothing is known: there nothing
        is filled. Where the horizons cross, what lies between them is filled on either side.
    samples
        ndarray of float64: the survey's times or depths, ascending.
    number
        The class (outside number).
    """

    one: NDArray[np.float32]
    other: NDArray[np.float32]
    samples: NDArray[np.float64]
    number: int

    def inside(self, rows: slice) -> NDArray[np.uint8]:
        """Return the class between the horizons."""
        # minimum and maximum of a number and NaN are NaN, and nothing compares with that.
        upper = np.minimum(self.one[rows], self.other[rows])
        lower = np.maximum(self.one[rows], self.other[rows])
        return _marked(_first_from(upper, self.samples), _first_from(lower, self.samples), self.samples, self.number)


@dataclass(frozen=True, slots=True, eq=False)
class Above:
    """Samples above a horizon; attributes as of :class:`Between`."""

    z: NDArray[np.float32]
    samples: NDArray[np.float64]
    number: int

    def inside(self, rows: slice) -> NDArray[np.uint8]:
        """Return the class above the horizon."""
        end = _first_from(self.z[rows], self.samples)
        return _marked(np.where(end < 0, -1, 0), end, self.samples, self.number)


@dataclass(frozen=True, slots=True, eq=False)
class Below:
    """Samples at a horizon and below it; attributes as of :class:`Between`."""

    z: NDArray[np.float32]
    samples: NDArray[np.float64]
    number: int

    def inside(self, rows: slice) -> NDArray[np.uint8]:
        """Return the class below the horizon."""
        first = _first_from(self.z[rows], self.samples)
        return _marked(first, np.where(first < 0, -1, self.samples.size), self.samples, self.number)


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """Labels that lie in a file already.

    Attributes
    ----------
    values
        Array-like of the survey's shape, outside classes.
    numbers
        Which class of the session (outside number) each class of the file is.
    """

    values: ArrayLike
    numbers: tuple[int, ...]

    def inside(self, rows: slice) -> NDArray[np.uint8]:
        """Return the file's labels as classes of the session."""
        table = np.zeros(256, np.uint8)
        table[: len(self.numbers)] = np.array(self.numbers, np.uint8) + 1
        table[UNLABELLED] = 0
        found: NDArray[np.uint8] = table[checked_classes(np.asarray(self.values[rows]))]
        return found


def _first_from(z: NDArray[np.float32], samples: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the position of the first sample at or below each pick, -1 where there is no pick."""
    found = np.searchsorted(samples, z.astype(np.float64) - 1e-4, side="left")
    return np.where(np.isfinite(z), found, -1)


def _marked(
    first: NDArray[np.int64], end: NDArray[np.int64], samples: NDArray[np.float64], number: int
) -> NDArray[np.uint8]:
    """Return a class from ``first`` up to ``end`` of each trace; nothing where either is -1."""
    # Two bytes compare twice as fast as four; no trace has more samples than they count.
    kind: type[np.signedinteger[Any]] = np.int16 if samples.size < 2**15 else np.int32
    places: NDArray[Any] = np.arange(samples.size, dtype=kind)
    there = first >= 0
    low, high = (np.where(there, part, 0).astype(kind)[..., None] for part in (first, end))
    wanted: NDArray[np.bool_] = (places >= low) & (places < high)
    return wanted.astype(np.uint8) * np.uint8(number + 1)
