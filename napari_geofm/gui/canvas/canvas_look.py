"""What lies over the canvas looks alike, in dark and in light themes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qtpy.QtCore import QRectF, Qt
from qtpy.QtGui import QColor, QFont, QPainter, QPen
from qtpy.QtWidgets import QWidget

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["CanvasLook", "canvas_of", "draw_ground", "lie_over"]

FONT_PX = 11


@dataclass(frozen=True, slots=True)
class CanvasLook:
    """Colours of what is drawn over the canvas.

    Attributes
    ----------
    ground
        Behind text, a little translucent.
    text
        Of text.
    line
        Of ticks and edges.
    """

    ground: QColor
    text: QColor
    line: QColor

    @classmethod
    def of(cls, viewer: "Viewer") -> "CanvasLook":
        """Return what suits a viewer's theme."""
        from napari.utils.theme import get_theme

        theme = get_theme(viewer.theme)
        ground, text, line = (QColor(each.as_hex()) for each in (theme.background, theme.text, theme.secondary))
        ground.setAlpha(225)
        return cls(ground, text, line)


def canvas_of(viewer: "Viewer") -> QWidget:
    """Return the widget on which a viewer draws."""
    found: QWidget = viewer.window._qt_viewer.canvas.native
    return found


def draw_ground(painter: QPainter, widget: QWidget, look: CanvasLook) -> None:
    """Draw the translucent box with round corners that is behind what a widget over the canvas says."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.line, 1))
    painter.setBrush(look.ground)
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)


def lie_over(widget: QWidget) -> None:
    """Let a widget over the canvas leave mouse and keys to the canvas, and write small."""
    widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    font = QFont(widget.font())
    font.setPixelSize(FONT_PX)
    widget.setFont(font)
