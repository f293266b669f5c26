"""Lines of interpretations over the canvas: painted by Qt, since napari's shapes take longer than a step may."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QPointF, Qt
from qtpy.QtGui import QColor, QPainter, QPen, QPolygonF
from qtpy.QtWidgets import QWidget

from napari_geofm.gui.canvas.canvas_look import lie_over

__all__ = ["DrawnPick", "PicksOverlay"]

WIDTH, UNDER, GROUND = 1.8, 3.4, "#141414"
"""Width of a line, px, and of the dark one below it that keeps it readable on any amplitude."""

DOT, THIN = 2.2, 0.9

CLOSE = 2.5
"""Pixels between two corners of a long line at least."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPick:
    """One interpretation on the section that is shown.

    Attributes
    ----------
    colour
        ``#rrggbb``.
    lines
        ndarrays of float64, shape ``(points, 2)``: column and row in samples.
    dots
        ndarray of float64, shape ``(dots, 2)``.
    thin
        Lines that say how sure those are.
    """

    colour: str
    lines: tuple[NDArray[np.float64], ...]
    dots: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))
    thin: tuple[NDArray[np.float64], ...] = ()


class PicksOverlay(QWidget):
    """Paints lines over the canvas; the mouse does not notice it.

    Parameters
    ----------
    canvas
        What it lies over.
    """

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        lie_over(self)
        self.drawn: tuple[DrawnPick, ...] = ()
        self._origin, self._size = (0.0, 0.0), (1.0, 1.0)
        self.hide()

    def draw(self, drawn: Sequence[DrawnPick]) -> None:
        """Paint other lines."""
        self.drawn = tuple(drawn)
        self.setVisible(bool(self.drawn))
        self.update()

    def follow(self, origin: tuple[float, float], size: tuple[float, float]) -> None:
        """Paint where samples lie now.

        Parameters
        ----------
        origin
            Where the middle of the first sample lies, px right and down from the canvas's upper left corner.
        size
            Pixels from one sample to the next, across and down.
        """
        if (origin, size) != (self._origin, self._size):
            self._origin, self._size = origin, size
            self.update()

    def spots(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where places in samples lie on this widget, px."""
        here = np.array([self.x(), self.y()], np.float64)
        return np.asarray(points * self._size + self._origin - here, np.float64)

    def paintEvent(self, _event: object) -> None:  # noqa: N802  (Qt's name)
        """Paint the lines, each over a dark one."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pick in self.drawn:
            painter.setPen(QPen(QColor(pick.colour), THIN, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            for edge in pick.thin:
                painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in _thinned(self.spots(edge)).tolist()]))
            lines = [QPolygonF([QPointF(x, y) for x, y in _thinned(self.spots(line)).tolist()]) for line in pick.lines]
            dots = self.spots(pick.dots).tolist()
            for colour, width, grow in ((QColor(GROUND), UNDER, 1.0), (QColor(pick.colour), WIDTH, 0.0)):
                # As paths, or with round ends and corners, they would take six times as long.
                pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
                painter.setPen(pen)
                for line in lines:
                    painter.drawPolyline(line)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                for x, y in dots:
                    painter.drawEllipse(QPointF(x, y), DOT + grow, DOT + grow)


def _thinned(spots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Leave out points closer than some pixels along the way to those kept: the fewer corners, the quicker a step."""
    if len(spots) < 50:
        return spots
    way = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(spots, axis=0)).max(axis=1))])
    kept = np.flatnonzero(np.diff(np.floor(way / CLOSE), prepend=-1.0))
    found: NDArray[np.float64] = spots[np.union1d(kept, [len(spots) - 1])]
    return found
