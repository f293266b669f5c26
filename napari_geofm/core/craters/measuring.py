"""From outlines in pixels to craters on the ground."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.fitting import CircleFit, fit_circle, fit_ellipse
from napari_geofm.core.craters.ground import Ground, PixelPlane, Plane, PlaneOnBody
from napari_geofm.core.craters.instances import Instance
from napari_geofm.core.craters.mask_part import MaskPart

__all__ = ["measure_craters"]

Numbers = NDArray[np.float64]

WHOLE_ARC = 0.6
"""Part of a rim from which on an ellipse through it means something."""

OFF_CENTRE = 0.05
"""Part of the radius by which a centre may be off the plane's origin before the plane is laid anew."""

_EDGE = 36
"""Points of a circle that are looked at for the image's end and pixels without data."""


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A circle on its plane, before it has pixels."""

    instance: Instance
    plane: Plane
    fit: CircleFit
    radius: float
    points: Numbers


def measure_craters(instances: Sequence[Instance], part: MaskPart, ground: Ground | None) -> list[Crater]:
    """Return the craters of outlines: circle and ellipse on the ground, how good they are, and where they lie.

    Parameters
    ----------
    instances
        Of one part of an image; rows and columns are those of the part.
    part
        What they were found in.
    ground
        The image's place on a body; None: everything is in pixels.
    """
    if not instances:
        return []
    found = _on_planes(instances, part, ground)
    if not found:
        return []
    rows, columns, units = _pixels(found, ground)
    craters = []
    for each, row, column, unit in zip(found, rows.tolist(), columns.tolist(), units.tolist(), strict=True):
        if math.isfinite(row) and math.isfinite(column) and math.isfinite(unit):
            craters.append(_crater(each, part, row, column, unit))
    return craters


def _on_planes(instances: Sequence[Instance], part: MaskPart, ground: Ground | None) -> list[_Found]:
    """Fit each outline on the ground around it; all pixels are turned to degrees at once, which is much quicker."""
    places = [part.whole(each.points[:, 0], each.points[:, 1]) for each in instances]
    centres = [part.whole(np.array([c.circle.y]), np.array([c.circle.x / part.aspect])) for c in instances]
    ends = np.cumsum([len(rows) for rows, _ in places])[:-1]
    if ground is not None:
        lon, lat = ground.lonlat(*(np.concatenate(each) for each in zip(*places, strict=True)))
        places = list(zip(np.split(lon, ends), np.split(lat, ends), strict=True))
        lon, lat = ground.lonlat(*(np.concatenate(each) for each in zip(*centres, strict=True)))
        centres = [(lon[k : k + 1], lat[k : k + 1]) for k in range(len(instances))]
    found = []
    for each, (first, second), (x, y) in zip(instances, places, centres, strict=True):
        known = _fitted(each, (first, second), (float(x[0]), float(y[0])), part, ground)
        if known is not None:
            found.append(known)
    return found


def _fitted(
    instance: Instance,
    points: tuple[Numbers, Numbers],
    centre: tuple[float, float],
    part: MaskPart,
    ground: Ground | None,
) -> _Found | None:
    if ground is None:
        plane: Plane = PixelPlane(*centre)
        pixel = float(part.step)
        flat = np.stack(plane.flat(*points), axis=1)
        fit = fit_circle(flat, pixel)
    else:
        if not (math.isfinite(centre[0]) and math.isfinite(centre[1])):
            return None
        pixel = part.pixel_km
        plane, flat, fit = _on_body(PlaneOnBody(ground, centre[1], centre[0]), points, pixel)
    if fit is None:
        return None
    grown = instance.grown_px * pixel
    return _Found(instance, plane, fit, fit.radius + grown, flat)


def _on_body(
    plane: PlaneOnBody, points: tuple[Numbers, Numbers], pixel: float
) -> tuple[PlaneOnBody, Numbers, CircleFit | None]:
    """Return the plane around the circle of an outline, the outline on it, and the circle."""
    flat: Numbers = np.zeros((0, 2))
    fit: CircleFit | None = None
    for left in (2, 1, 0):
        flat = np.stack(plane.of_lonlat(*points), axis=1)
        flat = flat[np.isfinite(flat).all(axis=1)]
        fit = fit_circle(flat, pixel)
        if fit is None or not left or math.hypot(fit.x, fit.y) < OFF_CENTRE * fit.radius:
            break
        lon, lat = (float(each) for each in plane.lonlat(fit.x, fit.y))
        plane = PlaneOnBody(plane.ground, lat, lon)
    return plane, flat, fit


def _pixels(found: Sequence[_Found], ground: Ground | None) -> tuple[Numbers, Numbers, Numbers]:
    """Return row and column of each centre, and pixels per unit of length there."""
    if ground is None:
        places = [each.plane.pixel(each.fit.x, each.fit.y) for each in found]
        rows, columns = (np.array([float(each[k]) for each in places]) for k in (0, 1))
        return rows, columns, np.ones(rows.size)
    planes = [each.plane for each in found if isinstance(each.plane, PlaneOnBody)]
    degrees = [plane.lonlat(each.fit.x, each.fit.y) for plane, each in zip(planes, found, strict=True)]
    lon, lat = (np.array([float(each[k]) for each in degrees]) for k in (0, 1))
    rows, columns = ground.pixel(lon, lat)
    # A step of half a pixel to either side, along and across the rows.
    steps = [ground.lonlat(rows + down, columns + right) for down, right in ((-0.5, 0), (0.5, 0), (0, -0.5), (0, 0.5))]
    sides = []
    for k in range(rows.size):
        plane = PlaneOnBody(ground, float(lat[k]), float(lon[k]))
        ends = [np.array([float(each) for each in plane.of_lonlat(east[k], north[k])]) for east, north in steps]
        sides.append(float(np.linalg.norm(ends[1] - ends[0]) * np.linalg.norm(ends[3] - ends[2])))
    return rows, columns, 1 / np.sqrt(np.array(sides))


def _crater(found: _Found, part: MaskPart, row: float, column: float, unit_px: float) -> Crater:
    fit, plane, grown = found.fit, found.plane, found.radius - found.fit.radius
    # Of the whole crater only: an ellipse through a third of a rim can be anything.
    ellipse = fit_ellipse(found.points[fit.inside]) if fit.arc >= WHOLE_ARC else None
    lon = lat = size = None
    if isinstance(plane, PlaneOnBody):
        lon, lat = (float(each) for each in plane.lonlat(fit.x, fit.y))
        size = 2 * found.radius
    seen, cut = _around(found, part)
    residual = fit.residual * fit.radius / found.radius
    return Crater(
        row,
        column,
        2 * found.radius * unit_px,
        lat,
        lon,
        size,
        None if ellipse is None else ellipse.semi_major + grown,
        None if ellipse is None else ellipse.semi_minor + grown,
        None if ellipse is None else ellipse.angle_degrees,
        residual,
        fit.arc,
        seen * min(1.0, fit.arc / 0.75) * math.exp(-((residual / 0.15) ** 2)),
        on_edge=cut or found.instance.cut,
    )


def _around(found: _Found, part: MaskPart) -> tuple[float, bool]:
    """Return the mean probability of crater within the circle, and whether it leaves the image or the data."""
    circle, aspect = found.instance.circle, part.aspect
    radius = circle.radius + found.instance.grown_px
    way = np.linspace(0, 2 * np.pi, _EDGE, endpoint=False)[None]
    out = np.concatenate([np.sqrt(np.linspace(0.02, 0.92, 7)), [1.0]])[:, None] * radius
    rows = np.rint(circle.y + out * np.sin(way)).astype(int)
    columns = np.rint((circle.x + out * np.cos(way)) / aspect).astype(int)
    there = (rows >= 0) & (columns >= 0) & (rows < part.crater.shape[0]) & (columns < part.crater.shape[1])
    known = np.zeros(rows.shape, bool)
    known[there] = True if part.valid is None else part.valid[rows[there], columns[there]]
    inner = known[:-1]
    if not inner.any():
        return 0.0, True
    seen = part.certainty(rows[:-1][inner], columns[:-1][inner])
    return float(seen.mean()), not bool(known[-1].all())
