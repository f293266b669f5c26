"""The outline of a crater's circle in the image."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.ground import Ground, PixelPlane, Plane, PlaneOnBody

__all__ = ["CORNERS", "outline_of", "outlines_of", "plane_of"]

Numbers = NDArray[np.float64]

CORNERS = 72
"""Corners of a circle that is drawn as a polygon."""


def plane_of(crater: Crater, ground: Ground | None) -> Plane:
    """Return the flat ground around a crater's centre."""
    if ground is None or crater.lat is None or crater.lon is None:
        return PixelPlane(crater.row, crater.column)
    return PlaneOnBody(ground, crater.lat, crater.lon)


def outline_of(crater: Crater, ground: Ground | None, *, corners: int = CORNERS, part: float = 1.0) -> Numbers:
    """Return the corners of a crater's circle in the image, float64, shape ``(corners, 2)``: row and column.

    On the ground it is a circle, so that on a map in degrees it widens with the latitude.

    Parameters
    ----------
    crater, ground
        What is drawn, and where the image lies.
    corners
        Count of corners.
    part
        Part of the radius.
    """
    plane, way = plane_of(crater, ground), np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = part * crater.size / 2 if isinstance(plane, PlaneOnBody) else part * crater.diameter_px / 2
    rows, columns = plane.pixel(radius * np.sin(way), radius * np.cos(way))
    if isinstance(plane, PlaneOnBody) and plane.ground.columns_around is not None:
        # Around the body a column is known but for a turn: that next to the centre is meant.
        turn = plane.ground.columns_around
        columns = columns - turn * np.round((columns - crater.column) / turn)
    return np.stack([rows, columns], axis=1)


def outlines_of(
    craters: Sequence[Crater], ground: Ground | None, *, corners: int = CORNERS, parts: Numbers | None = None
) -> Numbers:
    """Return the outlines of many craters, float64, shape ``(craters, corners, 2)``; see :func:`outline_of`.

    Parameters
    ----------
    craters, ground, corners
        As there.
    parts
        ndarray of float64, shape ``(craters,)``: part of the radius of each; None: the whole.
    """
    grown = np.ones(len(craters)) if parts is None else parts
    if ground is None or not all(each.placed for each in craters):
        single = zip(craters, grown.tolist(), strict=True)
        found = [outline_of(each, ground, corners=corners, part=part) for each, part in single]
        return np.array(found).reshape(-1, corners, 2)
    way = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    east, north = np.cos(way), np.sin(way)
    # Turned to pixels all at once, which is much quicker.
    planes = [PlaneOnBody(ground, each.lat or 0.0, each.lon or 0.0) for each in craters]
    radii = grown * np.array([each.size for each in craters]) / 2
    places = [plane.lonlat(radius * east, radius * north) for plane, radius in zip(planes, radii, strict=True)]
    lon, lat = (np.array([each[k] for each in places]).reshape(-1, corners) for k in (0, 1))
    rows, columns = ground.pixel(lon, lat)
    if ground.columns_around is not None:
        turn, centres = ground.columns_around, np.array([each.column for each in craters])[:, None]
        columns = columns - turn * np.round((columns - centres) / turn)
    return np.stack([rows, columns], axis=2)
