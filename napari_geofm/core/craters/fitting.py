"""Circles and ellipses through points of a crater's rim, some of which belong to something else."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["CircleFit", "EllipseFit", "arc_of", "fit_circle", "fit_ellipse"]

Numbers = NDArray[np.float64]

TRIALS = 96
"""Circles through three points that are tried; one in eight of them is good where half of the rim is."""

FEWEST = 6
"""Points below which a circle is a guess."""

_SECTORS = (8, 36)
"""Fewest and most sectors in which a rim is seen or not: of small circles each has room for a point."""


@dataclass(frozen=True, slots=True, eq=False)
class CircleFit:
    """A circle through points.

    Attributes
    ----------
    x, y, radius
        In the points' unit.
    residual
        Root mean square distance from the circle of the points that belong to it, part of the radius.
    arc
        Part of the circle along which there are such points, 0..1.
    inside
        ndarray of bool, shape ``(n,)``: which points belong to it.
    """

    x: float
    y: float
    radius: float
    residual: float
    arc: float
    inside: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class EllipseFit:
    """An ellipse through points: centre, semi-axes in the points' unit, and the angle of the major one.

    ``angle_degrees`` is clockwise from up (y), 0..180.
    """

    x: float
    y: float
    semi_major: float
    semi_minor: float
    angle_degrees: float


def fit_circle(points: Numbers, tolerance: float) -> CircleFit | None:
    """Fit a circle to a rim of which other things may be part.

    The circle through three points that most points are near to (random sample consensus; Fischler and Bolles 1981)
    is refined by least squares of the distances with Tukey's weights.

    Parameters
    ----------
    points
        ndarray of float64, shape ``(n, 2)``: x and y.
    tolerance
        Distance within which a point belongs to a circle; above a tenth of the radius a tenth of it is taken.

    Returns
    -------
    CircleFit or None
        None where there are fewer than six points, or they lie on a line.

    Examples
    --------
    >>> way = np.linspace(0, 2 * np.pi, 40)
    >>> found = fit_circle(np.stack([3 + 5 * np.cos(way), 5 * np.sin(way)], axis=1), 0.1)
    >>> round(found.x, 6), round(found.radius, 6), found.arc
    (3.0, 5.0, 1.0)
    """
    if len(points) < FEWEST:
        return None
    start = _consensus(points, tolerance)
    if start is None:
        return None
    x, y, radius = _refined(points, start, tolerance)
    distance = np.hypot(points[:, 0] - x, points[:, 1] - y) - radius
    inside = np.abs(distance) <= _near(radius, tolerance)
    if inside.sum() < FEWEST or not np.isfinite(radius):
        return None
    residual = float(np.sqrt(np.mean(distance[inside] ** 2)) / radius)
    return CircleFit(x, y, radius, residual, arc_of(points[inside], x, y, radius, tolerance), inside)


def arc_of(points: Numbers, x: float, y: float, radius: float, tolerance: float) -> float:
    """Return the part of the directions from (x, y) in which there are points, 0..1.

    Directions are sectors as long as two tolerances on the circle, at least 8 and at most 36 of them.
    """
    count = int(np.clip(np.pi * radius / tolerance, *_SECTORS))
    way = np.arctan2(points[:, 1] - y, points[:, 0] - x)
    sectors = np.floor((way / (2 * np.pi) % 1.0) * count).astype(int) % count
    return np.unique(sectors).size / count


def fit_ellipse(points: Numbers) -> EllipseFit | None:
    """Fit an ellipse by direct least squares (Halir and Flusser 1998); None where there is none.

    Parameters
    ----------
    points
        ndarray of float64, shape ``(n, 2)``: x and y, all of the rim.
    """
    from skimage.measure import EllipseModel

    if len(points) < FEWEST:
        return None
    middle, size = points.mean(axis=0), float(np.ptp(points, axis=0).max()) or 1.0
    with np.errstate(all="ignore"):
        model = EllipseModel.from_estimate((points - middle) / size)
    if not model:
        return None
    (x, y), (a, b), theta = model.center, model.axis_lengths, float(model.theta)
    if not np.isfinite([x, y, a, b, theta]).all() or min(a, b) <= 0:
        return None
    if b > a:
        a, b, theta = b, a, theta + np.pi / 2
    angle = (90.0 - np.degrees(theta)) % 180.0
    return EllipseFit(
        float(middle[0] + x * size), float(middle[1] + y * size), float(a * size), float(b * size), float(angle)
    )


def _near(radius: float, tolerance: float) -> float:
    return max(tolerance, 0.1 * radius)


def _consensus(points: Numbers, tolerance: float) -> tuple[float, float, float] | None:
    """Return the circle through three points with which most points agree."""
    count = len(points)
    rng = np.random.default_rng(count)
    picked = rng.integers(0, count, (TRIALS, 3))
    (ax, ay), (bx, by), (cx, cy) = (points[picked[:, k]].T for k in range(3))
    twice = 2 * (ax * (by - cy) + bx * (cy - ay) + cx * (ay - by))
    extent = float(np.hypot(*np.ptp(points, axis=0)))
    good = np.abs(twice) > 1e-9 * max(1e-12, extent) ** 2
    safe = np.where(good, twice, 1.0)
    sa, sb, sc = ax**2 + ay**2, bx**2 + by**2, cx**2 + cy**2
    x = (sa * (by - cy) + sb * (cy - ay) + sc * (ay - by)) / safe
    y = (sa * (cx - bx) + sb * (ax - cx) + sc * (bx - ax)) / safe
    radius = np.hypot(ax - x, ay - y)
    # Of a third of a circle the extent is 1.7 radii: what is flatter is no rim, and would take every point.
    good &= radius <= 1.2 * extent
    if not good.any():
        return None
    some = points if count <= 400 else points[:: count // 400 + 1]
    away = np.abs(np.hypot(some[:, 0] - x[:, None], some[:, 1] - y[:, None]) - radius[:, None])
    near = np.maximum(tolerance, 0.05 * np.minimum(radius, extent / 2))[:, None]
    # Near ones count more: of two circles that both take all points the closer one is chosen.
    votes = np.where(good, np.clip(1 - (away / near) ** 2, 0, None).sum(axis=1), -1.0)
    best = int(votes.argmax())
    return float(x[best]), float(y[best]), float(radius[best])


def _refined(points: Numbers, start: tuple[float, float, float], tolerance: float) -> tuple[float, float, float]:
    """Return the circle after a few Gauss-Newton steps with Tukey's weights."""
    x, y, radius = start
    for _ in range(10):
        dx, dy = points[:, 0] - x, points[:, 1] - y
        distance = np.maximum(np.hypot(dx, dy), 1e-12)
        error = distance - radius
        wide = 1.5 * _near(radius, tolerance)
        near = np.abs(error[np.abs(error) < wide])
        # Tukey's constant for normal errors, whose deviation the median tells; a neighbour's bulge is no such error.
        reach = min(wide, max(2 * tolerance, 4.685 * 1.48 * float(np.median(near)))) if near.size else wide
        weight = np.clip(1 - (error / reach) ** 2, 0, None) ** 2
        slope = np.stack([-dx / distance, -dy / distance, np.full_like(dx, -1.0)], axis=1)
        normal = (slope * weight[:, None]).T @ slope
        if not np.linalg.det(normal) > 1e-9 * weight.sum() ** 3:
            break
        step = np.linalg.solve(normal, -(slope * weight[:, None]).T @ error)
        x, y, radius = x + float(step[0]), y + float(step[1]), radius + float(step[2])
        if np.abs(step).max() < 1e-4 * max(radius, 1e-12):
            break
    return x, y, radius
