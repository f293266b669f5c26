"""A part of a mask as a mask of its own, and a small array at its place in a large image."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.craters.mask_part import MaskPart, MaskSource

__all__ = ["PlacedArray", "WindowMask"]


@dataclass(frozen=True, slots=True)
class WindowMask:
    """A part of a mask; its rows and columns begin at 0.

    Attributes
    ----------
    source
        The whole.
    window
        Top, left, height and width.
    """

    source: MaskSource
    window: tuple[int, int, int, int]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the part."""
        return self.window[2], self.window[3]

    def part(self, rows: slice, columns: Sequence[slice]) -> MaskPart:
        """Return some rows and columns."""
        top, left = self.window[:2]
        moved = [slice(each.start + left, each.stop + left) for each in columns]
        return self.source.part(slice(rows.start + top, rows.stop + top), moved)


@dataclass(frozen=True, slots=True, eq=False)
class PlacedArray:
    """Classes of a window, read by the rows and columns of the image within it.

    Attributes
    ----------
    values
        ndarray of uint8, the window's.
    corner
        Its first row and column.
    shape
        The image's.
    """

    values: NDArray[np.uint8]
    corner: tuple[int, int]
    shape: tuple[int, ...]

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the elements."""
        return self.values.dtype

    def __getitem__(self, key: tuple[slice, slice]) -> NDArray[np.uint8]:
        """Return a part that lies within the window."""
        rows, columns = (slice(k.start - at, k.stop - at) for k, at in zip(key, self.corner, strict=True))
        return self.values[rows, columns]
