"""A catalogue as a mask that is drawn wherever it is looked at, so that an image may be larger than memory."""

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.drawing import outlines_of
from napari_geofm.core.craters.ground import Ground

__all__ = ["DrawnCraters", "draw_craters", "turns_onto"]

Numbers = NDArray[np.float64]

RIM_PART, RIM_PX = 0.1, 2.0
"""Width of a rim drawn as a class: a tenth of the diameter, at least two pixels; the crest is in its middle."""

AT_ONCE = 2**22
"""Pixels that are drawn at once."""

CRATERS_AT_ONCE = 2**12
"""Craters whose outlines are in memory at once."""


class DrawnCraters:
    """Craters as an array of classes, of which any part is drawn when it is asked for.

    Parameters
    ----------
    craters, ground
        What is drawn, and where the image lies.
    shape
        Rows and columns of the image.
    crater, rim, background
        Numbers of the classes; without ``rim`` a crater is filled up to its crest.
    """

    def __init__(
        self,
        craters: Iterable[Crater],
        ground: Ground | None,
        shape: tuple[int, int],
        *,
        crater: int,
        rim: int | None = None,
        background: int = 0,
    ) -> None:
        # The largest first, so that the small ones lie upon them.
        self._craters = sorted(craters, key=lambda each: -each.diameter_px)
        self._ground, self._shape = ground, shape
        self._crater, self._rim, self._background = crater, rim, background
        self._turn = None if ground is None else ground.columns_around

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the image."""
        return self._shape

    @property
    def dtype(self) -> np.dtype[np.uint8]:
        """Type of the elements."""
        return np.dtype(np.uint8)

    def __getitem__(self, key: Any) -> NDArray[np.uint8]:
        """Return some rows, or rows and columns (slices), as classes."""
        rows, columns = (*(key if isinstance(key, tuple) else (key,)), slice(None))[:2]
        top, bottom, _ = rows.indices(self._shape[0])
        left, right, _ = columns.indices(self._shape[1])
        mask = np.full((max(0, bottom - top), max(0, right - left)), self._background, np.uint8)
        here = np.flatnonzero((self._rows[:, 0] < bottom) & (self._rows[:, 1] > top - 1))
        for part in self._batches([self._craters[place] for place in here.tolist()]):
            self._draw(part, mask, (top, left))
        return mask

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Return the whole, so that numpy takes it for an array."""
        return np.asarray(self[:, :], dtype=dtype)

    @cached_property
    def _rows(self) -> Numbers:
        """First and last row that each crater reaches; worked out when something is first drawn, in a thread."""
        found = [self._rows_of(part) for part in self._batches(self._craters)]
        return np.concatenate(found) if found else np.zeros((0, 2))

    def _draw(self, craters: Sequence[Crater], mask: NDArray[np.uint8], corner: tuple[int, int]) -> None:
        band = self._bands(craters)
        outer = outlines_of(craters, self._ground, parts=1 + band) if self._rim is not None else None
        inner = outlines_of(craters, self._ground, parts=1 - band)
        for place in range(len(craters)):
            if outer is not None and self._rim is not None:
                self._fill(mask, corner, outer[place], self._rim)
            if band[place] < 1:
                self._fill(mask, corner, inner[place], self._crater)

    def _fill(self, mask: NDArray[np.uint8], corner: tuple[int, int], outline: Numbers, number: int) -> None:
        """Fill the pixels whose centres lie within an outline: where columns go around, on either side of the seam."""
        from skimage.draw import polygon

        if not np.isfinite(outline).all():
            return
        if self._turn is not None:
            outline = _to_the_pole(outline, self._shape[0], self._turn)
        (top, left), across = corner, outline[:, 1]
        for shift in turns_onto(across, left, left + mask.shape[1] - 1, self._turn):
            rows, columns = polygon(outline[:, 0] - top, across + shift - left, mask.shape)
            mask[rows, columns] = number

    def _bands(self, craters: Sequence[Crater]) -> Numbers:
        """Return half the widths of rims, part of the radius."""
        if self._rim is None:
            return np.zeros(len(craters))
        return np.maximum(RIM_PART, RIM_PX / np.maximum([each.diameter_px for each in craters], 1e-9))

    def _rows_of(self, craters: Sequence[Crater]) -> Numbers:
        """Return the first and last row that craters reach, shape ``(craters, 2)``; NaN where they are nowhere."""
        outlines = outlines_of(craters, self._ground, parts=1 + self._bands(craters))
        if self._turn is not None:
            for place, outline in enumerate(outlines):
                whole = _to_the_pole(outline, self._shape[0], self._turn)
                outlines[place, :2, 0] = whole[:, 0].min(), whole[:, 0].max()
        return np.stack([outlines[..., 0].min(axis=1), outlines[..., 0].max(axis=1)], axis=1)

    @staticmethod
    def _batches(craters: Sequence[Crater]) -> Iterator[Sequence[Crater]]:
        for start in range(0, len(craters), CRATERS_AT_ONCE):
            yield craters[start : start + CRATERS_AT_ONCE]


def draw_craters(
    craters: Iterable[Crater],
    ground: Ground | None,
    shape: tuple[int, int],
    *,
    crater: int,
    rim: int | None = None,
    background: int = 0,
    out: NDArray[np.uint8] | None = None,
) -> NDArray[np.uint8]:
    """Draw craters as a mask, the largest first, so that the small ones lie upon them.

    Parameters
    ----------
    craters, ground, shape, crater, rim, background
        As of :class:`DrawnCraters`.
    out
        ndarray of uint8 that is written to (a memory map, say), some rows at a time; None: a new one.
    """
    drawn = DrawnCraters(craters, ground, shape, crater=crater, rim=rim, background=background)
    mask = np.empty(shape, np.uint8) if out is None else out
    high = max(1, AT_ONCE // max(1, shape[1]))
    for top in range(0, shape[0], high):
        mask[top : top + high] = drawn[top : top + high]
    return mask


def _to_the_pole(outline: Numbers, rows: int, turn: float) -> Numbers:
    """Return an outline that runs once around the body, around a pole, as all between it and the map's end there."""
    columns = np.unwrap(outline[:, 1], period=turn)
    if abs(columns[-1] - columns[0]) < turn / 2:
        return outline
    onward = math.copysign(turn, columns[-1] - columns[0])
    across = np.concatenate([columns, [columns[0] + onward, columns[0] + onward, columns[0]]])
    end = -1.0 if outline[:, 0].mean() < rows / 2 else float(rows)
    return np.stack([np.concatenate([outline[:, 0], [outline[0, 0], end, end]]), across], axis=1)


def turns_onto(columns: Numbers, first: float, last: float, turn: float | None) -> list[float]:
    """Return by what an outline's columns are moved so that some lie from ``first`` to ``last``: by whole turns.

    Examples
    --------
    >>> turns_onto(np.array([-5.0, 5.0]), 0, 719, 720.0)
    [0.0, 720.0]
    """
    low, high = first - float(columns.max()), last - float(columns.min())
    if turn is None or math.isnan(low):
        return [0.0] if low <= 0 <= high else []
    return [turn * each for each in range(math.ceil(low / turn), math.floor(high / turn) + 1)]
