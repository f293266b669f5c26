"""How a class's colour and lock are drawn."""

from qtpy.QtCore import QModelIndex, QRectF, Qt
from qtpy.QtGui import QColor, QPainter, QPen
from qtpy.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

__all__ = ["LockCell", "SwatchCell", "readable_on"]


def readable_on(colour: QColor) -> QColor:
    """Return black or white, whichever is read better on ``colour`` (relative luminance of WCAG 2)."""
    light = 0.2126 * colour.redF() ** 2.2 + 0.7152 * colour.greenF() ** 2.2 + 0.0722 * colour.blueF() ** 2.2
    return QColor("black") if light > 0.179 else QColor("white")


class SwatchCell(QStyledItemDelegate):
    """The class's colour with its key in it."""

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw a rounded square."""
        if painter is None:
            return
        colour = index.data(Qt.ItemDataRole.UserRole)
        box = QRectF(option.rect).adjusted(3, 3, -3, -3)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(readable_on(colour))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(index.data() or ""))
        painter.restore()


class LockCell(QStyledItemDelegate):
    """A padlock: shut where the class is locked, a faint open one where not."""

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw the padlock with lines, so that no font has to have it."""
        if painter is None:
            return
        locked = bool(index.data(Qt.ItemDataRole.UserRole))
        colour = QColor(option.palette.color(option.palette.ColorRole.Text))
        colour.setAlpha(255 if locked else 110)
        middle = QRectF(option.rect).center()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 1.6))
        lift = 0.0 if locked else 2.5
        shift = 0.0 if locked else 3.0
        painter.drawArc(QRectF(middle.x() - 3 + shift, middle.y() - 6.5 - lift / 2, 6, 8), 0, 180 * 16)
        painter.setBrush(colour if locked else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(middle.x() - 4.5, middle.y() - 1.5, 9, 7), 1, 1)
        painter.restore()
