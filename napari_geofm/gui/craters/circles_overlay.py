"""Circles of craters over the canvas."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QPainter, QPen, QPolygonF
from qtpy.QtWidgets import QWidget

from napari_geofm.core.craters.rims import Rims
from napari_geofm.gui.canvas.canvas_look import lie_over

if TYPE_CHECKING:
    from qtpy.QtGui import QPaintEvent

__all__ = ["CirclesOverlay"]

PLAIN, EDGE, CHOSEN, GROUND = "#ffd24a", "#ff9d3b", "#37e0ff", "#141414"
"""Colours of circles, of those cut by the image's end, of the chosen one, and of the dark line below them."""

THIN_PX = 3.0
"""Width on the screen below which a circle is not worth a line."""

HANDLE_PX = 4.0


class CirclesOverlay(QWidget):
    """Paints circles; the mouse does not notice it.

    Parameters
    ----------
    canvas
        What it lies over.
    """

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        lie_over(self)
        self.rims = Rims.together([], 1)
        """Points are columns and rows in samples of the section."""
        self.edge: NDArray[np.bool_] = np.zeros(0, bool)
        """Which craters are cut by the image's end."""
        self.chosen: Rims | None = None
        self.ends: tuple[float, float] | None = None
        """Columns from and to which circles are seen: where a map's ends meet, a circle goes on at the other end."""
        self.drawn: NDArray[np.float64] | None = None
        """A circle that is being drawn or dragged."""
        self.handles = False
        self._origin, self._size = (0.0, 0.0), (1.0, 1.0)
        self.hide()

    def follow(self, origin: tuple[float, float], size: tuple[float, float]) -> None:
        """Paint where samples lie now: px of the first sample's middle, and from one to the next."""
        if (origin, size) != (self._origin, self._size):
            self._origin, self._size = origin, size
            self.update()

    def spots(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where places in samples (columns, rows) lie on this widget, px."""
        here = np.array([self.x(), self.y()], np.float64)
        return np.asarray(points * self._size + self._origin - here, np.float64)

    def samples(self, place: QPointF) -> tuple[float, float]:
        """Return column and row in samples of a place on the canvas."""
        return (
            (place.x() - self._origin[0]) / self._size[0],
            (place.y() - self._origin[1]) / self._size[1],
        )

    def seen(self) -> NDArray[np.int64]:
        """Return which lines are on the screen and large enough to be told from a dot."""
        if not len(self.rims):
            return np.zeros(0, np.int64)
        spots = self.spots(self.rims.points)
        # fmin and fmax pass over places that the map does not show.
        low, high = np.fmin.reduce(spots, axis=1), np.fmax.reduce(spots, axis=1)
        there = (high > 0).all(axis=1) & (low[:, 0] < self.width()) & (low[:, 1] < self.height())
        return np.flatnonzero(there & ((high - low).max(axis=1) >= THIN_PX))

    def paintEvent(self, _event: "QPaintEvent | None") -> None:  # noqa: N802  (Qt's name)
        """Paint the circles, each over a dark one; the chosen one last."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._clip(painter)
        seen = self.seen()
        polygons = [line for k in seen.tolist() for line in self._lines(self.rims, k)]
        owners = [int(self.rims.owner[k]) for k in seen.tolist() for _ in self._lines(self.rims, k)]
        for colour, width in ((GROUND, 2.6), ("", 1.3)):
            for place, polygon in zip(owners, polygons, strict=True):
                line = colour or (EDGE if self.edge[place] else PLAIN)
                painter.setPen(QPen(QColor(line), width))
                painter.drawPolyline(polygon)
        if self.chosen is not None:
            for place in range(len(self.chosen)):
                self._paint_chosen(painter, self._lines(self.chosen, place))
                if self.handles and self.chosen.closed[place]:
                    self._paint_handles(painter, self.spots(self.chosen.points[place, :-1]))
        if self.drawn is not None:
            spots = self.spots(self.drawn)
            self._paint_chosen(painter, [_polygon(np.concatenate([spots, spots[:1]]))])
            self._paint_handles(painter, spots)
        painter.end()

    def _clip(self, painter: QPainter) -> None:
        """Let circles end with a map whose ends meet."""
        if self.ends is not None:
            left, right = self.spots(np.array([[each, 0.0] for each in self.ends]))[:, 0].tolist()
            painter.setClipRect(QRectF(left, 0.0, right - left, float(self.height())))

    def _lines(self, rims: Rims, place: int) -> list[QPolygonF]:
        """Return a rim as lines, parted where it is not joined."""
        spots, breaks = self.spots(rims.points[place]), np.flatnonzero(~rims.joined[place]) + 1
        return [_polygon(part) for part in np.split(spots, breaks) if len(part) > 1]

    def _paint_chosen(self, painter: QPainter, lines: list[QPolygonF]) -> None:
        for colour, width in ((GROUND, 4.6), (CHOSEN, 2.4)):
            painter.setPen(QPen(QColor(colour), width))
            for line in lines:
                painter.drawPolyline(line)

    def _paint_handles(self, painter: QPainter, spots: NDArray[np.float64]) -> None:
        painter.setPen(QPen(QColor(GROUND), 1))
        painter.setBrush(QColor(CHOSEN))
        quarter = len(spots) // 4
        for spot in (spots.mean(axis=0), *(spots[k * quarter] for k in range(4))):
            painter.drawEllipse(QPointF(*spot.tolist()), HANDLE_PX, HANDLE_PX)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _polygon(spots: NDArray[np.float64]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in spots.tolist()])
