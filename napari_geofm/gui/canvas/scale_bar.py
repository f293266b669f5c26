"""How long something on the screen is in the field: a bar with its length across.

napari's own bar takes its unit from the layers, and gives up with a warning as soon as a layer of another kind lies
beside them; this one knows the section's.
"""

from qtpy.QtCore import QRectF, Qt
from qtpy.QtGui import QPainter, QPen
from qtpy.QtWidgets import QWidget

from napari_geofm.gui.canvas.canvas_look import CanvasLook, lie_over
from napari_geofm.gui.canvas.geometry import METRES_PER_FOOT
from napari_geofm.gui.canvas.ticks import round_step

__all__ = ["ScaleBar"]

LONGEST = 140
"""Pixels."""


class ScaleBar(QWidget):
    """Shows a round length; hidden while lengths are unknown."""

    def __init__(self, canvas: QWidget, look: CanvasLook) -> None:
        super().__init__(canvas)
        lie_over(self)
        self.look = look
        self.text = ""
        self._pixels = 0.0
        self.hide()

    @property
    def pixels(self) -> float:
        """How long the bar is drawn."""
        return self._pixels

    def follow(self, pixels_per_m: float | None, *, feet: bool = False) -> None:
        """Show another scale, in m or in feet; None: it is not known."""
        if pixels_per_m is None or not pixels_per_m > 0:
            self.hide()
            return
        # The largest round length that still fits: half of the first that does not, or less.
        per_unit = pixels_per_m * (METRES_PER_FOOT if feet else 1.0)
        longest = LONGEST / per_unit
        length = max(part for part in _below(longest) if part <= longest)
        self._pixels = length * per_unit
        self.text = _words(length, feet=feet)
        self.resize(round(self._pixels) + 16, 26)
        self.show()
        self.update()

    def paintEvent(self, _event: object) -> None:  # noqa: N802  (Qt's name)
        """Draw the bar and its length."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.look.ground)
        painter.setPen(QPen(self.look.text, 2))
        left, right, level = 8, 8 + round(self._pixels), self.height() - 7
        painter.drawLine(left, level, right, level)
        for end in (left, right):
            painter.drawLine(end, level - 3, end, level + 3)
        painter.drawText(QRectF(0, 1, self.width(), 16), Qt.AlignmentFlag.AlignCenter, self.text)


def _words(length: float, *, feet: bool) -> str:
    if feet:
        return f"{length:,.0f} ft" if length >= 1 else f"{length:.1g} ft"
    return f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m" if length >= 1 else f"{length:.1g} m"


def _below(longest: float) -> list[float]:
    step = round_step(longest)
    return [step, step / 2, step / 2.5]
