"""From a mask to craters as outlines: touching, overlapping and nested ones apart."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.craters.fitting import CircleFit, fit_circle
from napari_geofm.core.craters.outlines import outlines_of
from napari_geofm.core.craters.splitting import Box, Regions, split_regions

__all__ = ["Instance", "find_instances"]

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]

TOLERANCE_PX = 1.0
"""Distance from a circle within which a point of an outline belongs to it: a mask's staircase takes half of it."""

SHARED_ARC = 0.05
"""How much larger the residual of two pieces' common circle may be than that of the worse one, part of the radius."""

LEAST_ARC = 0.3
"""Part of its rim that a crater shows when it only bulges out of another one's."""

FEWEST_IN_BULGE = 8
"""Points of an outline below which a bulge is a roughness."""

APART_PX = 4.0
"""Gap between two bulges of an outline, in pixels."""

_WAYS = 72
"""Directions in which the width of a rim is looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """One crater of a mask.

    Attributes
    ----------
    points
        ndarray of float64, shape ``(n, 2)``: rows and columns of its rim, where nothing hides it.
    circle
        The circle through them, in pixels whose width is that of their height: x = column * aspect, y = row.
    cut
        Whether it reaches the picture's end or pixels without data.
    grown_px
        What the radius has to be larger by, in pixels of that height: half the width of a rim labelled as a class.
    """

    points: Numbers
    circle: CircleFit
    cut: bool
    grown_px: float = 0.0


def find_instances(
    crater: Mask,
    *,
    rim: Mask | None = None,
    valid: Mask | None = None,
    aspect: float = 1.0,
    smallest_px: float = 3.0,
    core: Box | None = None,
) -> list[Instance]:
    """Find the craters of a mask.

    Parameters
    ----------
    crater
        ndarray of bool, shape ``(rows, columns)``: inside of a crater, without its rim where rims are a class.
    rim
        Where a rim is, the crest in its middle; None where rims are no class. They part craters that touch, and show
        those that lie within others.
    valid
        False where there are no data; None: everywhere are some.
    aspect
        Width of a pixel over its height, on the ground.
    smallest_px
        Diameter below which nothing is a crater, in pixels of a pixel's height.
    core
        Rows and columns in which centres have to lie, to a few pixels; None: anywhere.
    """
    scale = np.array([1.0, aspect])
    near = _Near(core, scale)
    if rim is None or not rim.any():
        return list(_of_regions(split_regions(crater, aspect, core=core), crater, valid, near, smallest_px))
    floors = split_regions(crater & ~rim, aspect, filled=True, core=core)
    within = crater | rim
    found = list(_of_regions(floors, within, valid, near, smallest_px / 2))
    grown = [replace(each, grown_px=_half_width(each, rim, scale)) for each in found]
    bare = split_regions(_without_floor(within, crater & ~rim), aspect, core=core)
    grown += list(_of_regions(bare, within, valid, near, smallest_px))
    return [each for each in grown if 2 * (each.circle.radius + each.grown_px) >= smallest_px]


def _of_regions(
    regions: Regions, within: Mask, valid: Mask | None, near: "_Near", smallest_px: float
) -> Iterator[Instance]:
    scale = near.scale
    outlines = outlines_of(regions, valid)
    fits: dict[int, CircleFit] = {}
    points: dict[int, Numbers] = {}
    for number in np.unique(outlines.owner).tolist():
        outline = outlines.of(number)
        if not near.reaches(outline):
            continue
        points[number] = outline
        fit = _fitted(outline, scale)
        if fit is not None:
            fits[number] = fit
    cut = set(outlines.cut)
    _merge(outlines.touching, points, fits, cut, scale)
    for number, fit in fits.items():
        if 2 * fit.radius >= smallest_px and near.holds(fit):
            yield Instance(points[number][fit.inside], fit, number in cut)
        for other in _bulges(points[number], fit, within, scale):
            if 2 * other.circle.radius >= smallest_px and near.holds(other.circle):
                yield other


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """Where centres have to lie, and the height and width of a pixel."""

    core: Box | None
    scale: Numbers

    def reaches(self, points: Numbers) -> bool:
        """Tell whether an outline comes to where centres have to lie."""
        if self.core is None:
            return True
        low, high = points.min(axis=0), points.max(axis=0)
        return all(low[k] <= each.stop and high[k] >= each.start for k, each in enumerate(self.core))

    def holds(self, fit: CircleFit) -> bool:
        """Tell whether a centre lies there, give or take what it moves when it is measured on the ground."""
        if self.core is None:
            return True
        slack = 2 + 0.1 * fit.radius
        centre = (fit.y, fit.x / self.scale[1])
        wide = (slack, slack / self.scale[1])
        return all(each.start - wide[k] <= centre[k] <= each.stop + wide[k] for k, each in enumerate(self.core))


def _fitted(points: Numbers, scale: Numbers) -> CircleFit | None:
    return fit_circle((points * scale)[:, ::-1], TOLERANCE_PX)


def _merge(
    touching: NDArray[np.int64],
    points: dict[int, Numbers],
    fits: dict[int, CircleFit],
    cut: set[int],
    scale: Numbers,
) -> None:
    """Put pieces together, in place, whose outlines lie on one circle: a crater that was split too often."""
    name = {number: number for number in points}

    def leader(number: int) -> int:
        while name[number] != number:
            number = name[number]
        return number

    for one, other in touching.tolist():
        first, second = (leader(each) if each in name else -1 for each in (one, other))
        if first < 0 or second < 0 or first == second:
            continue
        fit = _common(points[first], points[second], fits.get(first), fits.get(second), scale)
        if fit is not None:
            points[first] = np.concatenate([points[first], points.pop(second)])
            fits[first] = fit
            fits.pop(second, None)
            name[second] = first
            if second in cut:
                cut.add(first)


def _common(
    one: Numbers, other: Numbers, first: CircleFit | None, second: CircleFit | None, scale: Numbers
) -> CircleFit | None:
    """Return the circle of two pieces where they are parts of one crater."""
    fit = _fitted(np.concatenate([one, other]), scale)
    if fit is None:
        return None
    share = [float(each.mean()) for each in (fit.inside[: len(one)], fit.inside[len(one) :]) if each.size]
    worst = max((each.residual * each.radius / fit.radius for each in (first, second) if each is not None), default=0.0)
    alike = fit.residual <= worst + SHARED_ARC and min(share) >= 0.7
    # Two discs that overlap a little have a common circle as well, which both outlines leave for a third.
    seen = [each.arc for each in (first, second) if each is not None]
    return fit if alike and fit.arc >= max(seen, default=0.0) - 0.05 and _smaller(fit, first, second) else None


def _smaller(fit: CircleFit, first: CircleFit | None, second: CircleFit | None) -> bool:
    """Tell whether a piece's own circle is poor, or close to the common one: then it is no crater of its own."""
    for each in (first, second):
        if each is None or each.arc < LEAST_ARC:
            return True
        apart = np.hypot(each.x - fit.x, each.y - fit.y)
        if apart < 0.25 * fit.radius and abs(each.radius - fit.radius) < 0.25 * fit.radius:
            return True
    return False


def _bulges(points: Numbers, fit: CircleFit, within: Mask, scale: Numbers) -> Iterator[Instance]:
    """Yield craters that lie on another one's rim and show as a bulge of its outline."""
    flat = (points * scale)[:, ::-1]
    left = points[_beyond(flat, fit) > TOLERANCE_PX]
    for group in _groups(left, fit, scale):
        found = _fitted(group, scale) if len(group) >= FEWEST_IN_BULGE else None
        if found is None or found.arc < LEAST_ARC or found.residual > 0.12:
            continue
        if found.radius < fit.radius and _filled(found, within, scale) > 0.85:
            yield Instance(group[found.inside], found, cut=False)


def _groups(points: Numbers, fit: CircleFit, scale: Numbers) -> list[Numbers]:
    """Return points around a circle in groups that are apart."""
    if len(points) < 2:
        return [points]
    flat = (points * scale)[:, ::-1]
    order = np.argsort(np.arctan2(flat[:, 1] - fit.y, flat[:, 0] - fit.x))
    points, flat = points[order], flat[order]
    gaps = np.linalg.norm(flat - np.roll(flat, 1, axis=0), axis=1) > APART_PX
    if not gaps.any():
        return [points]
    first = int(np.argmax(gaps))
    return np.split(np.roll(points, -first, axis=0), np.flatnonzero(np.roll(gaps, -first))[1:])


def _beyond(flat: Numbers, fit: CircleFit) -> Numbers:
    """Return how far points lie outside of a circle, less what its rim is rough by; those inside are of nothing else.

    Rough is three times the standard deviation, told by the median, which a bulge leaves alone.
    """
    away = np.hypot(flat[:, 0] - fit.x, flat[:, 1] - fit.y) - fit.radius
    near = np.abs(away[np.abs(away) < 0.1 * fit.radius + TOLERANCE_PX])
    rough = 3 * 1.48 * float(np.median(near)) if near.size else 0.0
    return np.asarray(away - max(0.0, rough - TOLERANCE_PX))


def _filled(fit: CircleFit, within: Mask, scale: Numbers) -> float:
    """Return the part of a circle that lies within the mask."""
    radius = np.sqrt(np.linspace(0.02, 0.9, 8))[:, None] * fit.radius
    way = np.linspace(0, 2 * np.pi, 24, endpoint=False)[None]
    rows = np.rint(fit.y + radius * np.sin(way)).astype(int).ravel()
    columns = np.rint((fit.x + radius * np.cos(way)) / scale[1]).astype(int).ravel()
    there = (rows >= 0) & (columns >= 0) & (rows < within.shape[0]) & (columns < within.shape[1])
    return float(within[rows[there], columns[there]].mean()) if there.any() else 0.0


def _without_floor(within: Mask, floors: Mask) -> Mask:
    """Return the rims that enclose no floor: craters too small to have one."""
    from scipy import ndimage

    numbered, count = ndimage.label(within, np.ones((3, 3)))
    has = np.zeros(count + 1, bool)
    has[np.unique(numbered[floors])] = True
    has[0] = True
    return np.asarray(~has[numbered])


def _half_width(instance: Instance, rim: Mask, scale: Numbers) -> float:
    """Return half the width of the rim around a floor: the median over all directions of the first run of rim."""
    fit = instance.circle
    step = 0.25
    out = np.arange(-1.0, max(4.0, 0.6 * fit.radius), step) + fit.radius
    way = np.linspace(0, 2 * np.pi, _WAYS, endpoint=False)[:, None]
    rows = np.rint(fit.y + out * np.sin(way)).astype(int)
    columns = np.rint((fit.x + out * np.cos(way)) / scale[1]).astype(int)
    there = (rows >= 0) & (columns >= 0) & (rows < rim.shape[0]) & (columns < rim.shape[1])
    seen = np.zeros(rows.shape, bool)
    seen[there] = rim[rows[there], columns[there]]
    started = np.cumsum(seen, axis=1) > 0
    ended = np.cumsum(started & ~seen, axis=1) > 0
    width = (seen & ~ended).sum(axis=1) * step
    width = width[width > 0]
    return float(np.median(width)) / 2 if width.size else 0.0
