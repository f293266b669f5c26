"""Where the lines of a survey lie on a small map, and which line lies where."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.axis import Axis
from napari_geofm.core.survey import Survey
from napari_geofm.gui.canvas.geometry import spacing_m

__all__ = ["MapFrame"]

THINNEST_PX = 30.0
"""A survey of few lines is drawn at least this wide, so that they can be told apart and clicked."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Side:
    """One direction of lines on the map: position in px as ``start + scale * number``; one of the two is across."""

    axis: Axis
    across: bool
    start: float
    scale: float

    def px(self, number: float) -> float:
        return self.start + self.scale * number

    def nearest(self, px: float) -> float:
        """Return the number of the line nearest to a position."""
        return float(self.axis.values[self.axis.nearest((px - self.start) / self.scale)])


@dataclass(frozen=True, slots=True)
class MapFrame:
    """A survey's outline fitted into a box, the longer side across, turned as a map is and never mirrored.

    Attributes
    ----------
    left, top, width, height
        The outline, px.
    north
        Direction of north on the map, ``(right, down)`` of length 1; None where the headers give no coordinates.
    true_aspect
        Whether lengths compare; not where distances are unknown, or lines so few that the outline is widened.
    """

    left: float
    top: float
    width: float
    height: float
    north: Point | None
    true_aspect: bool
    _sides: tuple[_Side, _Side]

    @classmethod
    def fitted(cls, survey: Survey, box: tuple[float, float, float, float]) -> "MapFrame":
        """Fit a volume's outline.

        Parameters
        ----------
        survey
            A volume with inlines and crosslines.
        box
            Left, top, width and height of the room, px.
        """
        axes = (survey.axis("inline"), survey.axis("crossline"))
        metres = [spacing_m(survey, axis.name) for axis in axes]
        known = None not in metres
        lengths = [_span(axis) / _step(axis) * (metre or 1.0) for axis, metre in zip(axes, metres, strict=True)]
        across = 0 if lengths[0] > lengths[1] else 1
        long, short = max(lengths[across], 1e-9), max(lengths[1 - across], 1e-9)
        left, top, room_across, room_down = box
        scale = min(room_across / long, room_down / short)
        width, height = max(long * scale, THINNEST_PX), max(short * scale, THINNEST_PX)
        corner = (left + (room_across - width) / 2, top + (room_down - height) / 2)
        matrix = _matrix(survey) if known else None
        flips, north = _turned(matrix, across)
        sides = []
        for place, axis in enumerate(axes):
            is_across = place == across
            start, size = (corner[0], width) if is_across else (corner[1], height)
            sides.append(_side(axis, start, size, across=is_across, falling=flips[0 if is_across else 1]))
        true = known and min(width, height) > THINNEST_PX
        return cls(*corner, width, height, north, true, (sides[0], sides[1]))

    def line(self, axis: str, number: float) -> tuple[Point, Point]:
        """Return both ends of an inline or crossline, px."""
        side = self._side(axis)
        at = side.px(number)
        if side.across:
            return (at, self.top), (at, self.top + self.height)
        return (self.left, at), (self.left + self.width, at)

    def span(self, axis: str, limits: tuple[float, float] | None) -> tuple[bool, float, float]:
        """Return whether an axis runs across, and where an interval of its numbers lies, px; None for the whole."""
        side = self._side(axis)
        if limits is None:
            return (True, self.left, self.left + self.width) if side.across else (False, self.top, self.bottom)
        first, last = sorted(side.px(number) for number in limits)
        # A line is as wide as the way to the next.
        half = abs(side.scale) * _step(side.axis) / 2
        return side.across, first - half, last + half

    @property
    def bottom(self) -> float:
        """Lower edge, px."""
        return self.top + self.height

    def at(self, x: float, y: float) -> dict[str, float]:
        """Return the inline and the crossline nearest to a position."""
        return {side.axis.name: side.nearest(x if side.across else y) for side in self._sides}

    def holds(self, x: float, y: float, slack: float = 6.0) -> bool:
        """Return whether a position is on the outline or close by."""
        return -slack <= x - self.left <= self.width + slack and -slack <= y - self.top <= self.height + slack

    def _side(self, axis: str) -> _Side:
        return next(side for side in self._sides if side.axis.name == axis)


def _span(axis: Axis) -> float:
    numbers = axis.values.astype(np.float64)
    return float(np.ptp(numbers)) + _step(axis)


def _step(axis: Axis) -> float:
    """Return the usual distance between neighbouring numbers."""
    steps = np.abs(np.diff(axis.values.astype(np.float64)))
    return float(np.median(steps)) if steps.size else 1.0


def _side(axis: Axis, start: float, size: float, *, across: bool, falling: bool) -> _Side:
    """Return a side over ``size`` px; half a step stays free at either end."""
    numbers = axis.values.astype(np.float64)
    scale = size / _span(axis)
    low = float(numbers.min()) - _step(axis) / 2
    if falling:
        return _Side(axis, across, start + size + low * scale, -scale)
    return _Side(axis, across, start - low * scale, scale)


def _matrix(survey: Survey) -> NDArray[np.float64] | None:
    """Return X and Y (rows) per inline and per crossline (columns)."""
    affine = getattr(survey.template, "affine", None)
    found: NDArray[np.float64] | None = None if affine is None else np.asarray(affine.matrix)[:, 1:]
    return found if found is not None and abs(np.linalg.det(found)) > 0 else None


def _turned(matrix: NDArray[np.float64] | None, across: int) -> tuple[tuple[bool, bool], Point | None]:
    """Return whether numbers fall to the right and downwards, and where north is.

    Of the two ways that do not mirror the map, that with north further up. Without coordinates numbers rise to the
    right and downwards.
    """
    if matrix is None:
        return (False, False), None
    # Per unit of east and north: how far along the direction that is drawn across, and along the other.
    per = np.linalg.inv(matrix)[[across, 1 - across]] * np.linalg.norm(matrix[:, [across, 1 - across]], axis=0)[:, None]
    east, north = per[:, 0], per[:, 1]
    # On the screen y grows downwards: a map that is not mirrored has its east left of its north there.
    mirrored = east[0] * north[1] - east[1] * north[0] > 0
    sign_across = 1.0
    sign_down = -1.0 if mirrored else 1.0
    if north[1] * sign_down > 0:
        sign_across, sign_down = -sign_across, -sign_down
    arrow = np.array([north[0] * sign_across, north[1] * sign_down])
    arrow /= np.linalg.norm(arrow)
    return (sign_across < 0, sign_down < 0), (float(arrow[0]), float(arrow[1]))
