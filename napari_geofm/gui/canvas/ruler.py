"""One edge of the canvas with the numbers of an axis along it."""

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QPainter, QPen
from qtpy.QtWidgets import QWidget

from napari_geofm.gui.canvas.canvas_look import lie_over
from napari_geofm.gui.canvas.ticks import Tick, ticks

if TYPE_CHECKING:
    from napari_geofm.core.axis import Axis
    from napari_geofm.gui.canvas.canvas_look import CanvasLook

__all__ = ["HIGH", "WIDE", "Ruler"]

HIGH, WIDE = 22, 46
"""Height of the upper ruler and width of the left one, in pixels."""

ROOM = {Qt.Orientation.Horizontal: 70, Qt.Orientation.Vertical: 42}
"""Pixels from tick to tick at least."""

TICK = 5


class Ruler(QWidget):
    """Numbers along the upper edge (horizontal) or the left one (vertical) of the canvas.

    Parameters
    ----------
    canvas
        What it lies over; the mouse does not notice it.
    orientation
        Which edge.
    look
        Its colours.
    """

    def __init__(self, canvas: QWidget, orientation: Qt.Orientation, look: "CanvasLook") -> None:
        super().__init__(canvas)
        lie_over(self)
        self.orientation, self.look = orientation, look
        self.axis: Axis | None = None
        self.name, self.corner = "", ""
        self._origin, self._size = 0.0, 1.0

    @property
    def flat(self) -> bool:
        """Whether it is the upper one."""
        return self.orientation == Qt.Orientation.Horizontal

    def show_axis(self, axis: "Axis", name: str = "", corner: str = "") -> None:
        """Show the numbers of another axis; on the upper ruler with a name at the end, and a unit in the corner."""
        before, said = self.axis, (self.name, self.corner)
        self.axis, self.name, self.corner = axis, name, corner
        # From section to section along one axis the numbers stay: drawing them again would cost each step some ms.
        if before is None or said != (name, corner) or not _alike(before, axis):
            self.update()

    def follow(self, origin: float, size: float) -> None:
        """Show where samples lie now.

        Parameters
        ----------
        origin
            Where the first sample's middle lies, in pixels from the canvas's left or upper edge.
        size
            Pixels from one sample to the next, above 0.
        """
        if (origin, size) != (self._origin, self._size):
            self._origin, self._size = origin, size
            self.update()

    def shown(self) -> list[tuple[float, Tick]]:
        """Return the ticks on the screen and where they lie, in pixels from the canvas's left or upper edge."""
        if self.axis is None:
            return []
        start, end = (WIDE, self.width()) if self.flat else (0, self.height())
        offset = 0 if self.flat else self.y()
        first, last = ((edge + offset - self._origin) / self._size for edge in (start, end))
        most = max(1, int((min(last, self.axis.size - 1) - max(first, 0)) * self._size / ROOM[self.orientation]))
        found = ticks(self.axis, first, last, most)
        return [(self._origin + tick.place * self._size, tick) for tick in found]

    def paintEvent(self, _event: object) -> None:  # noqa: N802  (Qt's name)
        """Draw the numbers."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.look.ground)
        for place, tick in self.shown():
            if self.flat:
                self._mark_across(painter, place, tick.text)
            else:
                self._mark_down(painter, place - self.y(), tick.text)
        if self.flat:
            self._draw_name(painter)

    def _mark_across(self, painter: QPainter, x: float, text: str) -> None:
        painter.setPen(QPen(self.look.line, 1))
        painter.drawLine(QPointF(x, HIGH - TICK), QPointF(x, HIGH))
        half = self.fontMetrics().horizontalAdvance(text) / 2 + 2
        # The name stands at the right end, the unit of the left ruler in the corner.
        if x - half < WIDE or x + half > self.width() - self._name_width():
            return
        painter.setPen(self.look.text)
        painter.drawText(QRectF(x - half, 0, 2 * half, HIGH - TICK + 1), Qt.AlignmentFlag.AlignCenter, text)

    def _mark_down(self, painter: QPainter, y: float, text: str) -> None:
        painter.setPen(QPen(self.look.line, 1))
        painter.drawLine(QPointF(WIDE - TICK, y), QPointF(WIDE, y))
        if not 6 < y < self.height() - 6:
            return
        painter.setPen(self.look.text)
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, y - 8, WIDE - TICK - 2, 16), side, text)

    def _name_width(self) -> int:
        # The name is bold, a little wider than it is measured.
        return round(1.1 * self.fontMetrics().horizontalAdvance(self.name)) + 10 if self.name else 0

    def _draw_name(self, painter: QPainter) -> None:
        """Write the axis's name at the right end, and what the left ruler counts in the corner."""
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(self.look.text)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, self.width() - 5, HIGH - 2), Qt.AlignmentFlag.AlignRight | middle, self.name)
        painter.drawText(QRectF(0, 0, WIDE - TICK - 2, HIGH - 2), Qt.AlignmentFlag.AlignRight | middle, self.corner)


def _alike(one: "Axis", other: "Axis") -> bool:
    return (one.name, one.units) == (other.name, other.units) and np.array_equal(one.values, other.values)
