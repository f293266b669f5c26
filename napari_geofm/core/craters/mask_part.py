"""A part of a mask, with all that is known of its pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["MaskPart", "MaskSource"]

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class MaskPart:
    """A part of a mask; arrays of shape ``(rows, columns)``.

    Attributes
    ----------
    crater
        Where a crater's inside is, without its rim where rims are a class.
    rim
        Where a rim is; None where rims are no class.
    valid
        False where there are no data; None: everywhere are some.
    probability
        ndarray of float32: how probably a pixel is crater or rim; None where that is not known.
    top, left
        Row and column of the image in which the part begins.
    step
        Pixels of the image in one of the part, along and across.
    aspect
        Width of a pixel over its height, on the ground.
    pixel_km
        Height of a pixel of the part on the ground; 1 where there is no ground.
    core
        Rows and columns of the part in which the centres of craters have to lie; None: anywhere.
    """

    crater: Mask
    rim: Mask | None = None
    valid: Mask | None = None
    probability: NDArray[np.float32] | None = None
    top: float = 0.0
    left: float = 0.0
    step: int = 1
    aspect: float = 1.0
    pixel_km: float = 1.0
    core: tuple[slice, slice] | None = None

    def whole(self, rows: Numbers, columns: Numbers) -> tuple[Numbers, Numbers]:
        """Return rows and columns of the image."""
        half = (self.step - 1) / 2
        return self.top + rows * self.step + half, self.left + columns * self.step + half

    def certainty(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Numbers:
        """Return how probably pixels are crater or rim: 0 or 1 where probabilities are not known."""
        if self.probability is not None:
            return self.probability[rows, columns].astype(np.float64)
        within = self.crater[rows, columns]
        return (within if self.rim is None else within | self.rim[rows, columns]).astype(np.float64)


class MaskSource(Protocol):
    """Where parts of a mask come from, of an image that may be larger than memory."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the image."""
        ...

    def part(self, rows: slice, columns: Sequence[slice]) -> MaskPart:
        """Return some rows and columns; of several slices the columns are put side by side."""
        ...
