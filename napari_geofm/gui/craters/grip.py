"""What the mouse has hold of: a circle's rim, its centre, or nothing yet, so that a new circle is drawn."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QPointF

from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.rims import Rims
from napari_geofm.gui.craters.circles_overlay import CirclesOverlay

__all__ = ["Grip", "grip_at"]

REACH_PX = 8.0
"""How near the mouse has to be to take hold."""


@dataclass(frozen=True, slots=True, eq=False)
class Grip:
    """A hold on a circle; places are columns and rows in samples of the section.

    Attributes
    ----------
    crater
        Whose circle it is; None: a new one.
    outline
        Its outline, shape ``(corners, 2)``; None: a new one.
    start
        Where it was taken.
    rim
        Whether its rim was taken, which changes the size; else the centre, which moves it.
    """

    crater: Crater | None
    outline: NDArray[np.float64] | None
    start: tuple[float, float]
    rim: bool

    def dragged(self, overlay: CirclesOverlay, place: QPointF) -> NDArray[np.float64]:
        """Return the outline with the mouse at a place of the canvas."""
        x, y = overlay.samples(place)
        if self.outline is None:
            radius = math.hypot(x - self.start[0], y - self.start[1])
            way = np.linspace(0, 2 * np.pi, 48, endpoint=False)
            return np.stack([self.start[0] + radius * np.cos(way), self.start[1] + radius * np.sin(way)], axis=1)
        if not self.rim:
            return np.asarray(self.outline + np.array([x - self.start[0], y - self.start[1]]))
        centre = self.outline.mean(axis=0)
        return np.asarray(centre + (self.outline - centre) * self._factor(x, y))

    def circle(self, overlay: CirclesOverlay, place: QPointF) -> tuple[float, float, float]:
        """Return centre (column, row) and diameter in px, with the mouse at a place of the canvas."""
        x, y = overlay.samples(place)
        if self.outline is None or self.crater is None:
            return *self.start, 2 * math.hypot(x - self.start[0], y - self.start[1])
        column, row = self.outline.mean(axis=0).tolist()
        if self.rim:
            return column, row, self.crater.diameter_px * self._factor(x, y)
        return column + x - self.start[0], row + y - self.start[1], self.crater.diameter_px

    def _factor(self, x: float, y: float) -> float:
        """Return how much larger the circle is that passes through a place, along the way to it."""
        if self.outline is None:
            return 1.0
        away = self.outline - self.outline.mean(axis=0)
        here = np.array([x, y]) - self.outline.mean(axis=0)
        angles = np.arctan2(away[:, 1], away[:, 0]) - math.atan2(here[1], here[0])
        nearest = away[int(np.abs((angles + np.pi) % (2 * np.pi) - np.pi).argmin())]
        return max(0.05, float(np.linalg.norm(here) / np.linalg.norm(nearest)))


def grip_at(overlay: CirclesOverlay, chosen: Crater | None, rims: Rims | None, place: QPointF) -> Grip:
    """Return what is taken hold of at a place of the canvas: the chosen circle's centre or rim, or a new circle."""
    start = overlay.samples(place)
    outlines = rims.points[rims.closed][:, :-1] if chosen is not None and rims is not None else np.zeros((0, 1, 2))
    here = np.array([place.x() - overlay.x(), place.y() - overlay.y()])
    for outline in outlines:
        spots = overlay.spots(outline)
        if np.linalg.norm(spots.mean(axis=0) - here) <= REACH_PX:
            return Grip(chosen, outline, start, rim=False)
        if np.linalg.norm(spots - here, axis=1).min() <= max(REACH_PX, _gap(spots)):
            return Grip(chosen, outline, start, rim=True)
    return Grip(None, None, start, rim=True)


def _gap(spots: NDArray[np.float64]) -> float:
    """Return half the way between two corners: on a large circle the mouse may be between them."""
    return float(np.linalg.norm(spots[1] - spots[0])) / 2
