"""A line down the canvas that is dragged to and fro: before on its left, after on its right."""

from typing import TYPE_CHECKING

from qtpy.QtCore import QEvent, QObject, QRectF, Qt, Signal
from qtpy.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from qtpy.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Divider"]

WIDTH = 150
"""Of what is painted, with a word at either side, px."""

GRIP = 9
"""So near to the line it is grasped, px."""

TAG_TOP = 56
"""How far down the words stand: below rulers, px."""


class Divider(QWidget):
    """Lies over the canvas; stays at the same part of its width.

    Parameters
    ----------
    canvas
        What it lies over.
    """

    moved = Signal()

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._part = 0.5
        # Only the line takes the mouse; the words beside it let it through.
        self.handle = _Handle(canvas, self._drag)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setStyleSheet("background: transparent;")
        canvas.installEventFilter(self)
        self.hide()
        self.handle.hide()

    @property
    def line_px(self) -> float:
        """How far from the canvas's left edge the line is, px."""
        return self._part * self._canvas.width()

    def show_line(self, *, on: bool) -> None:
        """Show it, or take it away."""
        for part in (self, self.handle):
            part.setVisible(on)
            part.raise_()
        self._place()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802  (Qt's name)
        """Stay in place when the canvas changes its size."""
        if event is not None and event.type() == QEvent.Type.Resize:
            self._place()
            self.moved.emit()
        return bool(super().eventFilter(watched, event))

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Draw the line, its handle, and what is on either side."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.width() / 2
        for colour, width in ((QColor(0, 0, 0, 160), 4.0), (QColor("#ffffff"), 2.0)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(round(middle), 0, round(middle), self.height())
        painter.setPen(QPen(QColor(0, 0, 0, 160), 1))
        painter.setBrush(QColor("#ffffff"))
        painter.drawRoundedRect(QRectF(middle - 5, self.height() / 2 - 16, 10, 32), 5, 5)
        font = painter.font()
        font.setPixelSize(12)
        painter.setFont(font)
        for words, left in (("before", middle - 8 - 56), ("after", middle + 8)):
            box = QRectF(left, TAG_TOP, 56, 20)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(20, 22, 28, 215))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(QColor("#f0f0f0"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _drag(self, x: float) -> None:
        self._part = min(1.0, max(0.0, x / max(1, self._canvas.width())))
        self._place()
        self.moved.emit()

    def _place(self) -> None:
        at, height = round(self.line_px), self._canvas.height()
        self.setGeometry(at - WIDTH // 2, 0, WIDTH, height)
        self.handle.setGeometry(at - GRIP, 0, 2 * GRIP, height)
        self.update()


class _Handle(QWidget):
    """What of the divider takes the mouse."""

    def __init__(self, canvas: QWidget, drag: "Callable[[float], None]") -> None:
        super().__init__(canvas)
        self._drag = drag
        self._grasped: float | None = None
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setStyleSheet("background: transparent;")
        self.setToolTip("Drag: before on the left, after on the right")

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Grasp the line."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._grasped = event.position().x() - self.width() / 2
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Drag it."""
        if event is not None and self._grasped is not None:
            self._drag(self.mapToParent(event.position()).x() - self._grasped)
            event.accept()

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Let go of it."""
        self._grasped = None
