"""Craters drawn: the outline of a circle in the image, and a catalogue as a mask."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.ground import Ground, PixelPlane, Plane, PlaneOnBody

__all__ = ["CORNERS", "Drawn", "draw_craters", "outline_of", "outlines_of", "plane_of"]

Numbers = NDArray[np.float64]

CORNERS = 72
"""Corners of a circle that is drawn as a polygon."""

RIM_PART, RIM_PX = 0.1, 2.0
"""Width of a rim drawn as a class: a tenth of the diameter, at least two pixels; the crest is in its middle."""

Drawn = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Rows and columns of pixels."""


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


def outlines_of(craters: Sequence[Crater], ground: Ground | None, *, corners: int = CORNERS) -> Numbers:
    """Return the outlines of many craters, float64, shape ``(craters, corners, 2)``; see :func:`outline_of`."""
    if ground is None or not all(each.placed for each in craters):
        return np.array([outline_of(each, ground, corners=corners) for each in craters]).reshape(-1, corners, 2)
    way = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    east, north = np.cos(way), np.sin(way)
    # Turned to pixels all at once, which is much quicker.
    planes = [PlaneOnBody(ground, each.lat or 0.0, each.lon or 0.0) for each in craters]
    places = [p.lonlat(each.size / 2 * east, each.size / 2 * north) for p, each in zip(planes, craters, strict=True)]
    lon, lat = (np.array([each[k] for each in places]).reshape(-1, corners) for k in (0, 1))
    rows, columns = ground.pixel(lon, lat)
    if ground.columns_around is not None:
        turn, centres = ground.columns_around, np.array([each.column for each in craters])[:, None]
        columns = columns - turn * np.round((columns - centres) / turn)
    return np.stack([rows, columns], axis=2)


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
    craters, ground
        What is drawn, and where the image lies.
    shape
        Rows and columns of the image.
    crater, rim, background
        Numbers of the classes; without ``rim`` a crater is filled up to its crest.
    out
        ndarray of uint8 that is drawn into (a memory map, say); None: a new one.
    """
    mask = np.full(shape, background, np.uint8) if out is None else out
    turns = None if ground is None else ground.columns_around
    for each in sorted(craters, key=lambda one: -one.diameter_px):
        band = 0.0 if rim is None else max(RIM_PART, RIM_PX / max(each.diameter_px, 1e-9))
        for part, number in ((1 + band, rim), (1 - band, crater)):
            if number is not None and part > 0:
                for rows, columns in _filled(outline_of(each, ground, part=part), shape, turns):
                    mask[rows, columns] = number
    return mask


def _filled(outline: Numbers, shape: tuple[int, int], turn: float | None) -> Sequence[Drawn]:
    """Return the pixels whose centres lie within an outline: where columns go around, on either side of the seam."""
    from skimage.draw import polygon

    if not np.isfinite(outline).all():
        return []
    found = []
    shifts = [0.0] if turn is None else [-turn, 0.0, turn]
    if turn is not None:
        outline = _to_the_pole(outline, shape[0], turn)
    for shift in shifts:
        columns = outline[:, 1] + shift
        if columns.max() < 0 or columns.min() > shape[1] - 1 or math.isnan(shift):
            continue
        rows, across = polygon(outline[:, 0], columns, shape)
        if rows.size:
            found.append((rows.astype(np.int64), across.astype(np.int64)))
    return found


def _to_the_pole(outline: Numbers, rows: int, turn: float) -> Numbers:
    """Return an outline that runs once around the body, around a pole, as all between it and the map's end there."""
    columns = np.unwrap(outline[:, 1], period=turn)
    if abs(columns[-1] - columns[0]) < turn / 2:
        return outline
    onward = math.copysign(turn, columns[-1] - columns[0])
    across = np.concatenate([columns, [columns[0] + onward, columns[0] + onward, columns[0]]])
    end = -1.0 if outline[:, 0].mean() < rows / 2 else float(rows)
    return np.stack([np.concatenate([outline[:, 0], [outline[0, 0], end, end]]), across], axis=1)
