"""How many samples of each class are labelled on every section, kept up to date stroke by stroke."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LabelCounts"]

VALUES = 256
"""Inside values: 0 unlabelled, class k is k + 1."""


class LabelCounts:
    """Counts per dimension, position and class, so that lists and statistics never scan a volume.

    Parameters
    ----------
    shape
        The survey's.
    """

    def __init__(self, shape: Sequence[int]) -> None:
        self._shape = tuple(shape)
        self._counts = [np.zeros((size, VALUES), np.int64) for size in shape]

    @classmethod
    def scanned(cls, values: Any) -> "LabelCounts":
        """Count an array of inside values slice by slice."""
        counts = cls(values.shape)
        for place in range(values.shape[0]):
            part = np.asarray(values[place])
            where = np.nonzero(part)
            if where[0].size:
                counts._add((np.full(where[0].size, place), *where), part[where], 1)
        return counts

    def change(self, flat: NDArray[np.int64], before: NDArray[np.uint8], after: NDArray[np.uint8]) -> None:
        """Take in that samples at ``flat`` positions changed from one inside value to another."""
        where = np.unravel_index(flat, self._shape)
        self._add(where, before, -1)
        self._add(where, after, 1)

    def renumber(self, table: NDArray[np.uint8]) -> None:
        """Take in that every inside value ``v`` became ``table[v]``, shape ``(256,)``."""
        for place, counts in enumerate(self._counts):
            moved = np.zeros_like(counts)
            for value in range(VALUES):
                moved[:, int(table[value])] += counts[:, value]
            self._counts[place] = moved

    def of_class(self, number: int) -> int:
        """Return the samples labelled as a class (outside number)."""
        return int(self._counts[0][:, number + 1].sum())

    def positions(self, dimension: int, number: int | None = None) -> NDArray[np.int64]:
        """Return the positions along a dimension that hold labels, or labels of one class (outside number)."""
        columns = slice(1, None) if number is None else slice(number + 1, number + 2)
        return np.flatnonzero(self._counts[dimension][:, columns].sum(1))

    def at(self, dimension: int, position: int) -> NDArray[np.int64]:
        """Return the labelled samples per class, shape ``(255,)``, of one slice."""
        found: NDArray[np.int64] = self._counts[dimension][position, 1:]
        return found

    def arrays(self) -> dict[str, NDArray[np.int64]]:
        """Return what :meth:`restored` takes."""
        return {f"dimension{place}": counts.copy() for place, counts in enumerate(self._counts)}

    @classmethod
    def restored(cls, shape: Sequence[int], arrays: "Mapping[str, NDArray[Any]]") -> "LabelCounts | None":
        """Return counts from a file's arrays; None where they do not fit."""
        counts = cls(shape)
        for place, own in enumerate(counts._counts):
            found = arrays.get(f"dimension{place}")
            if found is None or found.shape != own.shape:
                return None
            own[:] = found
        return counts

    def _add(self, where: Sequence[NDArray[Any]], values: NDArray[np.uint8], sign: int) -> None:
        for counts, positions in zip(self._counts, where, strict=True):
            size = counts.shape[0]
            flat = positions.astype(np.int64) * VALUES + values
            counts += sign * np.bincount(flat, minlength=size * VALUES).reshape(size, VALUES)
