"""Labels of one section of a volume, seen as a volume."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import UNLABELLED

__all__ = ["PlacedSection"]


@dataclass(frozen=True, slots=True, eq=False)
class PlacedSection:
    """Labels of one section, seen as a volume: 255 everywhere else, without taking a volume's memory.

    Attributes
    ----------
    shape
        The survey's shape.
    dimension, position
        Where the section lies.
    section
        ndarray of uint8, the survey's shape without ``dimension``.
    fill
        Value everywhere else.
    """

    shape: tuple[int, ...]
    dimension: int
    position: int
    section: NDArray[np.uint8]
    fill: int = UNLABELLED

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the elements: uint8."""
        return np.dtype(np.uint8)

    def __getitem__(self, key: Any) -> NDArray[np.uint8]:
        """Return a part named by ints and slices."""
        parts = list(key) if isinstance(key, tuple) else [key]
        if any(part is Ellipsis for part in parts):
            place = next(n for n, part in enumerate(parts) if part is Ellipsis)
            parts[place : place + 1] = [slice(None)] * (len(self.shape) - len(parts) + 1)
        parts += [slice(None)] * (len(self.shape) - len(parts))
        across = parts.pop(self.dimension)
        inner = np.asarray(self.section[tuple(parts)])
        size = self.shape[self.dimension]
        if not isinstance(across, slice):
            return inner if range(size)[across] == self.position else np.full(inner.shape, self.fill, np.uint8)
        chosen = range(size)[across]
        axis = sum(isinstance(part, slice) for part in parts[: self.dimension])
        whole = np.full((*inner.shape[:axis], len(chosen), *inner.shape[axis:]), self.fill, np.uint8)
        if self.position in chosen:
            whole[(slice(None),) * axis + (chosen.index(self.position),)] = inner
        return whole

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Return the whole, so that numpy takes it for an array."""
        return np.asarray(self[...], dtype=dtype)
