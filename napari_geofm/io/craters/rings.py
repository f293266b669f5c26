"""Circles and ellipses on a body as polygons in degrees, cut where they cross the 180th meridian or hold a pole."""

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.drawing import CORNERS, plane_of
from napari_geofm.core.craters.ground import Ground, PlaneOnBody

__all__ = ["circle_rings", "ellipse_rings"]

Ring = NDArray[np.float64]
"""Corners of a closed polygon, float64, shape ``(n + 1, 2)``: x and y, counterclockwise."""


def circle_rings(crater: Crater, ground: Ground | None) -> list[Ring]:
    """Return a crater's circle as one polygon, or two where it crosses the 180th meridian.

    Corners are ``(lon, lat)`` in degrees (RFC 7946), or without a ground pixels ``(column, row)`` from the image's
    upper left corner.
    """
    way = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    radius = crater.size / 2
    return _placed(crater, ground, radius * np.cos(way), radius * np.sin(way))


def ellipse_rings(crater: Crater, ground: Ground | None) -> list[Ring]:
    """Return a crater's ellipse like its circle; the circle where no ellipse was fitted."""
    if crater.semi_major is None or crater.semi_minor is None or crater.angle_degrees is None:
        return circle_rings(crater, ground)
    way = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    along, across = crater.semi_major * np.cos(way), crater.semi_minor * np.sin(way)
    turn = np.pi / 2 - np.radians(crater.angle_degrees)
    return _placed(
        crater, ground, along * np.cos(turn) - across * np.sin(turn), along * np.sin(turn) + across * np.cos(turn)
    )


def _placed(crater: Crater, ground: Ground | None, right: Ring, up: Ring) -> list[Ring]:
    plane = plane_of(crater, ground)
    if not isinstance(plane, PlaneOnBody):
        rows, columns = plane.pixel(right, up)
        return [_closed(columns + 0.5, rows + 0.5)]
    lon, lat = plane.lonlat(right, up)
    turned = np.degrees(np.unwrap(np.radians(lon)))
    if abs(turned[-1] - turned[0]) > 180:
        return [_around_a_pole(turned, lat)]
    turned += 360 * np.round((plane.lon - turned.mean()) / 360)
    rings = [_clipped(turned + shift, lat, -180.0, 180.0) for shift in (0.0, 360.0, -360.0)]
    return [ring for ring in rings if ring is not None]


def _around_a_pole(lon: Ring, lat: Ring) -> Ring:
    """Return the cap around a pole as a polygon that runs along the map's edge."""
    plain = (lon + 180) % 360 - 180
    order = np.argsort(plain)
    plain, lat = plain[order], lat[order]
    pole = 90.0 if lat.mean() > 0 else -90.0
    seam = np.interp(180.0, [plain[-1], plain[0] + 360], [lat[-1], lat[0]])
    x = np.concatenate([[-180.0], plain, [180.0, 180.0, -180.0]])
    y = np.concatenate([[seam], lat, [seam, pole, pole]])
    return _closed(x, y)


def _clipped(x: Ring, y: Ring, low: float, high: float) -> Ring | None:
    """Return the part of a polygon between two meridians, or None (Sutherland and Hodgman 1974)."""
    corners = list(zip(x.tolist(), y.tolist(), strict=True))
    for limit, sign in ((low, 1.0), (high, -1.0)):
        kept: list[tuple[float, float]] = []
        for (x0, y0), (x1, y1) in zip([corners[-1], *corners[:-1]] if corners else [], corners, strict=True):
            before, now = sign * (x0 - limit) >= 0, sign * (x1 - limit) >= 0
            if before != now:
                kept.append((limit, y0 + (y1 - y0) * (limit - x0) / (x1 - x0)))
            if now:
                kept.append((x1, y1))
        corners = kept
    if len(corners) < 3:
        return None
    return _closed(*np.array(corners).T)


def _closed(x: Ring, y: Ring) -> Ring:
    """Return a closed ring, counterclockwise."""
    ring = np.stack([x, y], axis=1)
    area = float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
    ring = ring if area >= 0 else ring[::-1]
    return np.concatenate([ring, ring[:1]])
