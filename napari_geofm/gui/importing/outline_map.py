"""Where the traces of a file would lie: a map by coordinates, or by line numbers where there are none."""

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QPainter, QPen, QPolygonF
from qtpy.QtWidgets import QWidget

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_geofm.io.segy.looking import Outline

__all__ = ["OutlineMap"]

EDGE = 34


class OutlineMap(QWidget):
    """Dots at some of the traces, north up, as long as wide; with the numbers at the corners."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.by_lines = False
        self._places: NDArray[np.float64] | None = None
        self._names = ("X", "Y")
        self.setMinimumSize(200, 160)

    @property
    def words(self) -> str:
        """What is seen, or why nothing is."""
        if self._places is None:
            return "No line numbers, and no coordinates" if self.by_lines else "The headers hold no coordinates"
        across, down = (np.ptp(self._places[:, k]) for k in (0, 1))
        return f"{self._names[0]} spans {across:,.0f}, {self._names[1]} {down:,.0f}"

    def show_outline(self, outline: "Outline", *, by_lines: bool) -> None:
        """Show another outline, by line numbers where ``by_lines`` says so."""
        self.by_lines = by_lines
        self._names = ("crossline", "inline") if by_lines else ("X", "Y")
        found = outline.lines if by_lines else outline.xy
        places = None if found is None else np.asarray(found, np.float64)
        if places is not None and by_lines:
            places = places[:, ::-1]
        if places is not None:
            places = places[np.isfinite(places).all(axis=1)]
        self._places = places if places is not None and len(places) else None
        self.update()

    def paintEvent(self, _event: object) -> None:  # noqa: N802  (Qt's name)
        """Draw the traces."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self.palette()
        painter.fillRect(self.rect(), colours.base())
        painter.setPen(colours.text().color())
        if self._places is None:
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.words)
            return
        box = QRectF(self.rect()).adjusted(EDGE, 8, -EDGE, -EDGE)
        low, high = self._places.min(axis=0), self._places.max(axis=0)
        spans = np.maximum(high - low, 1e-9)
        if self.by_lines:
            scale = np.array([box.width(), box.height()]) / spans
        else:
            # Metres are as long north as east.
            scale = np.repeat(min(box.width() / spans[0], box.height() / spans[1]), 2)
        middle = (low + high) / 2
        points = (self._places - middle) * scale * (1, -1) + (box.center().x(), box.center().y())
        painter.setPen(QPen(colours.text().color(), 2.5))
        painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in points.tolist()]))
        painter.setPen(colours.text().color())
        bottom = QRectF(4, self.height() - EDGE + 12, self.width() - 8, EDGE - 14)
        first = f"{self._names[0]} {low[0]:,.0f}, {self._names[1]} {low[1]:,.0f}"
        painter.drawText(bottom, Qt.AlignmentFlag.AlignLeft, first)
        painter.drawText(bottom, Qt.AlignmentFlag.AlignRight, f"{high[0]:,.0f}, {high[1]:,.0f}")
