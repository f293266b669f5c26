"""Windows through which a mask of any size is looked through, at several scales."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.ground import Ground, PlaneOnBody
from napari_geofm.core.craters.mask_part import MaskPart, MaskSource
from napari_geofm.core.craters.shrinking import below_each_other, shrunk

__all__ = ["Window", "columns_around", "windows_of"]

WINDOW_PX = 1536
"""Side of a window whose craters are looked for at once, without what is read around it."""

AROUND_PX = 160
"""What is read around a window: more than the radius of the craters that are looked for in it."""

LARGE_PX = 256
"""Diameter from which on craters of large images are looked for in a shrunk image."""

SHRINK = 4
"""How many times smaller that is; from its own large ones on it is shrunk again."""

STRETCH = 1.25
"""How much the width of a pixel on the ground may differ over a window's height."""


BAND_PX = 2**23
"""Pixels that are read at once to be shrunk."""


@dataclass(frozen=True, slots=True)
class Window:
    """Rows and columns whose craters are looked for: a crater belongs to the window that its centre lies in.

    Attributes
    ----------
    top, left, height, width
        In pixels of the image; the first and last windows of an image without a turn reach beyond it.
    step
        Pixels of the image in one that is looked at.
    sizes
        Least and largest diameter in pixels of the craters that are looked for in it.
    """

    top: int
    left: int
    height: int
    width: int
    step: int
    sizes: tuple[float, float]

    def holds(self, crater: Crater) -> bool:
        """Tell whether it is this window's to find a crater; to half a pixel."""
        within = crater.lies_within(self.top, self.left, self.height, self.width)
        return within and self.sizes[0] <= crater.diameter_px < self.sizes[1]

    def read(self, source: MaskSource, around: int | None, ground: Ground | None) -> MaskPart:
        """Return what is looked at: the window with what is around it, shrunk."""
        # The last scale has craters of any size: what lies around is all there is, which is little by then.
        reach, size = AROUND_PX * self.step if math.isfinite(self.sizes[1]) else max(source.shape), source.shape
        # Whole blocks of a step from the image's first row on.
        top = max(0, (self.top - reach) // self.step * self.step)
        # Around the body half a turn to either side is all there is: more would leave nothing for the other side.
        across = reach if around is None else min(reach, size[1] // 2)
        columns, left = _columns(self.left - across, self.left + self.width + across, size[1], around, self.step)
        last = min(size[0], self.top + self.height + reach)
        # A band at a time: at the last scales a window is the whole image, which may be larger than memory.
        wide = sum(each.stop - each.start for each in columns)
        high = self.step * max(1, BAND_PX // (self.step * wide))
        rows = range(top, max(top + 1, last), high)
        if self.step == 1:
            part = source.part(slice(top, last), columns)
        else:
            bands = (source.part(slice(row, min(last, row + high)), columns) for row in rows)
            part = below_each_other([shrunk(band, self.step) for band in bands])
        middle = (max(0, self.top) + min(size[0], self.top + self.height)) / 2
        centre = (max(0, self.left) + min(size[1], self.left + self.width)) / 2
        aspect, km = _shape_of_pixel(middle, centre, ground)
        core = (
            slice((self.top - top) // self.step, (self.top + self.height - top) // self.step),
            slice((self.left - left) // self.step, (self.left + self.width - left) // self.step),
        )
        place = {"top": float(top), "left": float(left), "step": self.step, "core": core}
        return replace(part, **place, aspect=aspect, pixel_km=km * self.step)  # type: ignore[arg-type]


def columns_around(shape: tuple[int, int], ground: Ground | None) -> int | None:
    """Return the count of columns where they go once around the body; else None."""
    columns = None if ground is None else ground.columns_around
    return shape[1] if columns is not None and abs(columns - shape[1]) < 1 else None


def windows_of(shape: tuple[int, int], ground: Ground | None) -> Iterator[Window]:
    """Yield windows in each of which a pixel has about one shape on the ground, at the scales that craters need.

    Craters from :data:`LARGE_PX` on are looked for in the image shrunk, unless the whole image is one window anyway.
    """
    step, least = 1, 0.0
    around = columns_around(shape, ground)
    while True:
        side = WINDOW_PX * step
        whole = max(shape) <= side + 2 * AROUND_PX * step
        # What is cut by a window's end is found a little too large or too small: the scales overlap.
        largest = math.inf if whole else LARGE_PX * step
        for top, height in _bands(shape, shape[0] if whole else side, step, ground):
            for left, width in [(0, shape[1])] if whole else _spans(shape[1], side):
                yield _open_ended(Window(top, left, height, width, step, (least, largest)), shape, around)
        if whole:
            return
        step, least = step * SHRINK, 0.8 * LARGE_PX * step


def _open_ended(window: Window, shape: tuple[int, int], around: int | None) -> Window:
    """Return a window at the image's border with what lies beyond: there are the centres of craters that it cuts."""
    far = max(shape)
    top = window.top - far if window.top == 0 else window.top
    bottom = window.top + window.height + (far if window.top + window.height == shape[0] else 0)
    left, right = window.left, window.left + window.width
    if around is None:
        left, right = left - far if left == 0 else left, right + far if right == shape[1] else right
    return replace(window, top=top, height=bottom - top, left=left, width=right - left)


def _bands(shape: tuple[int, int], tallest: int, step: int, ground: Ground | None) -> Iterator[tuple[int, int]]:
    """Yield first rows and heights."""
    top = 0
    while top < shape[0]:
        height = min(tallest, shape[0] - top)
        while height > 48 * step and _stretch(top, height, shape[1], ground) > STRETCH:
            height = max(48 * step, int(height * 0.7) // step * step)
        yield top, height
        top += height


def _spans(size: int, step: int) -> list[tuple[int, int]]:
    return [(start, min(step, size - start)) for start in range(0, size, step)]


def _stretch(top: int, height: int, columns: int, ground: Ground | None) -> float:
    """Return by how much the shape of a pixel on the ground differs over some rows."""
    aspects = [_shape_of_pixel(row, columns / 2, ground)[0] for row in (top, top + height / 2, top + height - 1)]
    return max(aspects) / min(aspects)


def _shape_of_pixel(row: float, column: float, ground: Ground | None) -> tuple[float, float]:
    """Return a pixel's width over its height, and its height in km; 1 and 1 where there is no ground."""
    if ground is None:
        return 1.0, 1.0
    rows, columns = np.array([row, row - 0.5, row + 0.5, row, row]), np.array([0, 0, 0, -0.5, 0.5]) + column
    lon, lat = ground.lonlat(rows, columns)
    if not np.isfinite(lat).all():
        return 1.0, 1.0
    right, up = PlaneOnBody(ground, float(lat[0]), float(lon[0])).of_lonlat(lon, lat)
    height, width = (math.hypot(right[k + 1] - right[k], up[k + 1] - up[k]) for k in (1, 3))
    return max(0.02, width / height), height


def _columns(first: int, last: int, size: int, around: int | None, step: int) -> tuple[Sequence[slice], int]:
    """Return columns from ``first`` to ``last`` as slices, and the first one: around the body, or up to the border."""
    if around is None:
        left = max(0, first) // step * step
        return [slice(left, min(size, last))], left
    first = first // step * step
    last = min(last, first + 2 * size)
    spans, start = [], first
    while start < last:
        left = start % size
        width = min(size - left, last - start)
        spans.append(slice(left, left + width))
        start += width
    return spans, first
