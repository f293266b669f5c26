"""All craters of a mask, by windows where it is large; across their borders each crater is one."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from napari_geofm.core.body import Body
from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.ground import Ground, PlaneOnBody
from napari_geofm.core.craters.instances import find_instances
from napari_geofm.core.craters.mask_part import MaskPart, MaskSource
from napari_geofm.core.craters.matching import overlapping
from napari_geofm.core.craters.measuring import measure_craters
from napari_geofm.core.craters.shrinking import below_each_other, shrunk
from napari_geofm.core.progress import Control, Job, Progress

__all__ = ["CraterSearch", "find_craters"]

WINDOW_PX = 1536
"""Side of a window whose craters are looked for at once, without what is read around it."""

AROUND_PX = 384
"""What is read around a window: more than the radius of the craters that are looked for in it."""

LARGE_PX = 512
"""Diameter from which on craters of large images are looked for in a shrunk image."""

COARSE_PX = 2048
"""Longest side of that image."""

SAME = 0.5
"""Overlap of two circles from which on they are one crater found twice."""

STRETCH = 1.25
"""How much the width of a pixel on the ground may differ over a window's height."""


@dataclass(frozen=True, slots=True)
class CraterSearch:
    """What counts as a crater.

    Attributes
    ----------
    smallest_px
        Diameter in pixels below which nothing does.
    residual
        Largest root mean square distance of the rim from the circle, part of the radius.
    arc
        Least part of the rim that is seen; half of it at the image's border.
    axis_ratio
        Least ratio of the ellipse's axes, on the ground.
    confidence
        Least confidence.
    """

    smallest_px: float = 4.0
    residual: float = 0.2
    arc: float = 0.3
    axis_ratio: float = 0.5
    confidence: float = 0.05

    def holds(self, crater: Crater) -> bool:
        """Tell whether it counts."""
        arc = self.arc / 2 if crater.on_edge else self.arc
        return (
            crater.diameter_px >= self.smallest_px
            and crater.residual <= self.residual
            and crater.arc >= arc
            and crater.axis_ratio >= self.axis_ratio
            and crater.confidence >= self.confidence
        )


@dataclass(frozen=True, slots=True)
class _Window:
    """Rows and columns whose craters are looked for: a crater belongs to the window that its centre lies in."""

    top: int
    left: int
    height: int
    width: int

    def holds(self, crater: Crater) -> bool:
        """Tell whether a crater's centre lies in it, to half a pixel."""
        return (
            self.top - 0.5 <= crater.row < self.top + self.height - 0.5
            and self.left - 0.5 <= crater.column < self.left + self.width - 0.5
        )


def find_craters(
    source: MaskSource,
    ground: Ground | None = None,
    search: CraterSearch | None = None,
    control: Control | None = None,
) -> Job[Catalogue]:
    """Find the craters of a mask, of any size.

    An image that fits a window is looked at whole. A larger one is looked through window by window, each with what is
    around it, and craters too large for that are looked for in the image shrunk. Where the columns go once around the
    body, the first follows the last.

    Parameters
    ----------
    source
        The mask.
    ground
        The image's place on a body; None: craters are known in pixels only.
    search
        What counts as a crater.
    control
        Looked at between windows.
    """
    chosen = search or CraterSearch()
    windows = list(_windows(source.shape, ground))
    around = _turn(source.shape, ground)
    craters: list[Crater] = []
    large = max(source.shape) > WINDOW_PX + 2 * AROUND_PX
    yield Progress(0, 0, "finding craters")
    for number, window in enumerate(windows):
        if number:
            yield Progress(number, len(windows) + large, f"finding craters, {len(craters):,} so far")
        if control is not None:
            control.check()
        part = _read(source, window, around, ground)
        found = _within(part, ground, chosen, around)
        craters += [each for each in found if window.holds(each) and not (large and each.diameter_px > LARGE_PX)]
    if large:
        yield Progress(len(windows), len(windows) + 1, "finding the largest craters")
        coarse = _coarse(source, around, ground)
        found = _within(coarse, ground, chosen, around)
        everywhere = _Window(0, 0, *source.shape)
        craters += [each for each in found if each.diameter_px > 0.8 * LARGE_PX and _near(everywhere, each)]
    body = None if ground is None else ground.body
    return Catalogue(_once(tuple(craters), body), body).sorted()


def _within(part: MaskPart, ground: Ground | None, search: CraterSearch, around: int | None) -> list[Crater]:
    if not part.crater.any() and (part.rim is None or not part.rim.any()):
        return []
    smallest = search.smallest_px / part.step * math.sqrt(part.aspect)
    instances = find_instances(
        part.crater, rim=part.rim, valid=part.valid, aspect=part.aspect, smallest_px=0.8 * smallest
    )
    found = measure_craters(instances, part, ground)
    if around is not None:
        found = [replace(each, column=(each.column + 0.5) % around - 0.5) for each in found]
    return [each for each in found if search.holds(each)]


def _once(craters: tuple[Crater, ...], body: Body | None) -> tuple[Crater, ...]:
    """Leave out craters that were found twice: of two the surer one, with the longer rim, stays."""
    every = Catalogue(craters, body)
    rank = np.argsort([-each.confidence - 0.5 * each.arc for each in craters], kind="stable").argsort()
    one, other, _ = overlapping(every, every, SAME)
    worse: dict[int, list[int]] = {}
    for first, second in zip(one.tolist(), other.tolist(), strict=True):
        if rank[first] < rank[second]:
            worse.setdefault(first, []).append(second)
    gone = np.zeros(len(craters), bool)
    for place in np.argsort(rank).tolist():
        if not gone[place]:
            gone[worse.get(place, [])] = True
    return tuple(each for each, left in zip(craters, gone, strict=True) if not left)


def _near(window: _Window, crater: Crater) -> bool:
    """Tell whether at least a quarter of a crater's width lies in the image, wherever its centre is."""
    reach = crater.diameter_px / 4
    return (
        window.top - reach <= crater.row <= window.top + window.height + reach
        and window.left - reach <= crater.column <= window.left + window.width + reach
    )


def _turn(shape: tuple[int, int], ground: Ground | None) -> int | None:
    """Return the count of columns where they go once around the body; else None."""
    columns = None if ground is None else ground.columns_around
    return shape[1] if columns is not None and abs(columns - shape[1]) < 1 else None


def _windows(shape: tuple[int, int], ground: Ground | None) -> Iterator[_Window]:
    """Yield windows in which a pixel has about one shape on the ground."""
    widths = _spans(shape[1], WINDOW_PX if shape[1] > WINDOW_PX + 2 * AROUND_PX else shape[1])
    tallest = WINDOW_PX if shape[0] > WINDOW_PX + 2 * AROUND_PX else shape[0]
    top = 0
    while top < shape[0]:
        height = min(tallest, shape[0] - top)
        while height > 48 and _stretch(top, height, shape[1], ground) > STRETCH:
            height = max(48, int(height * 0.7))
        yield from (_Window(top, left, height, width) for left, width in widths)
        top += height


def _spans(size: int, step: int) -> list[tuple[int, int]]:
    return [(start, min(step, size - start)) for start in range(0, size, step)]


def _stretch(top: int, height: int, columns: int, ground: Ground | None) -> float:
    """Return by how much the shape of a pixel on the ground differs over some rows."""
    aspects = [_shape_of_pixel(row, columns / 2, ground)[0] for row in (top, top + height - 1)]
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


def _read(source: MaskSource, window: _Window, around: int | None, ground: Ground | None) -> MaskPart:
    """Read a window with what is around it."""
    rows = slice(max(0, window.top - AROUND_PX), min(source.shape[0], window.top + window.height + AROUND_PX))
    columns, left = _columns(window.left - AROUND_PX, window.left + window.width + AROUND_PX, source.shape[1], around)
    aspect, km = _shape_of_pixel(window.top + window.height / 2, window.left + window.width / 2, ground)
    return replace(source.part(rows, columns), top=float(rows.start), left=float(left), aspect=aspect, pixel_km=km)


def _columns(first: int, last: int, size: int, around: int | None) -> tuple[Sequence[slice], int]:
    """Return columns from ``first`` to ``last`` as slices, and the first one: around the body, or up to the border."""
    if around is None:
        return [slice(max(0, first), min(size, last))], max(0, first)
    last = min(last, first + 2 * size)
    spans, start = [], first
    while start < last:
        left = start % size
        width = min(size - left, last - start)
        spans.append(slice(left, left + width))
        start += width
    return spans, first


def _coarse(source: MaskSource, around: int | None, ground: Ground | None) -> MaskPart:
    """Return the whole image shrunk, with a quarter of it again on either side where it goes around the body."""
    step = math.ceil(max(source.shape) / COARSE_PX)
    extra = 0 if around is None else source.shape[1] // 4 // step * step
    spans, left = _columns(-extra, source.shape[1] + extra, source.shape[1], around)
    bands = []
    # Whole blocks: a multiple of the step at a time.
    for top in range(0, source.shape[0], step * 64):
        rows = slice(top, min(source.shape[0], top + step * 64))
        bands.append(shrunk(source.part(rows, spans), step))
    aspect, km = _shape_of_pixel(source.shape[0] / 2, source.shape[1] / 2, ground)
    return replace(below_each_other(bands), top=0.0, left=float(left), step=step, aspect=aspect, pixel_km=km * step)
