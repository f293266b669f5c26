"""A mask of a part of a recording that is seen as one of the whole."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["PlacedMask"]


@dataclass(frozen=True, slots=True, eq=False)
class PlacedMask:
    """Numbers of a window; beside it there is nothing. It takes the memory of the window.

    Attributes
    ----------
    values
        ndarray, shape ``(channels, samples)`` of the window.
    first
        First channel and sample of the window.
    shape
        Channels and samples of the recording.
    nothing
        What lies beside the window.
    """

    values: NDArray[Any]
    first: tuple[int, int]
    shape: tuple[int, int]
    nothing: float = 255

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the numbers."""
        return self.values.dtype

    def __getitem__(self, key: tuple[slice, slice]) -> NDArray[Any]:
        """Return a box, two slices of step 1."""
        spans = [part.indices(size)[:2] for part, size in zip(key, self.shape, strict=True)]
        found = np.full([max(0, stop - start) for start, stop in spans], self.nothing, self.dtype)
        ours, theirs = [], []
        for (start, stop), first, size in zip(spans, self.first, self.values.shape, strict=True):
            low, high = max(start, first), min(stop, first + size)
            if low >= high:
                return found
            ours.append(slice(low - first, high - first))
            theirs.append(slice(low - start, high - start))
        found[tuple(theirs)] = self.values[tuple(ours)]
        return found
