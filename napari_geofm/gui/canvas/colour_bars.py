"""What the colours of amplitudes and confidences stand for, in a corner of the canvas.

napari's own bar is drawn with the scene, anew for every section, which takes a sixth of the section's time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QRectF, Qt
from qtpy.QtGui import QImage, QPainter
from qtpy.QtWidgets import QWidget

from napari_geofm.gui.canvas.canvas_look import CanvasLook, draw_ground, lie_over

if TYPE_CHECKING:
    from napari.layers import Image

__all__ = ["Bar", "ColourBars", "bar_of"]

STEPS = 128
THICK, TALL, EDGE, LINE = 13, 120, 7, 15


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes
    ----------
    title
        What is shown, with its unit.
    low, high
        The values at its ends.
    colours
        RGB of its steps from low to high, 3 * STEPS bytes.
    """

    title: str
    low: float
    high: float
    colours: bytes

    @property
    def numbers(self) -> tuple[str, str, str]:
        """The values at its upper end, in the middle, at the lower end."""
        middle = (self.low + self.high) / 2
        small = abs(middle) < 1e-6 * max(abs(self.low), abs(self.high))
        return tuple(f"{value:.4g}" for value in (self.high, 0.0 if small else middle, self.low))  # type: ignore[return-value]


def bar_of(layer: "Image", title: str) -> Bar:
    """Return the bar of a layer's colour map, limits and gamma."""
    low, high = (float(each) for each in layer.contrast_limits)
    colours = np.asarray(layer.colormap.map(np.linspace(0, 1, STEPS) ** layer.gamma))[:, :3]
    return Bar(title, low, high, np.round(255 * colours).astype(np.uint8).tobytes())


class ColourBars(QWidget):
    """Upright bars side by side, over the canvas; the mouse does not notice them.

    Parameters
    ----------
    canvas
        What it lies over.
    look
        Its colours.
    """

    def __init__(self, canvas: QWidget, look: CanvasLook) -> None:
        super().__init__(canvas)
        lie_over(self)
        self.look = look
        self.bars: list[Bar] = []
        self.hide()

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show other bars."""
        if list(bars) != self.bars:
            self.bars = [*bars]
            self.resize(EDGE + sum(self._wide(bar) + EDGE for bar in bars), TALL + LINE + 2 * EDGE)
            self.update()

    def paintEvent(self, _event: object) -> None:  # noqa: N802  (Qt's name)
        """Draw the bars."""
        painter = QPainter(self)
        draw_ground(painter, self, self.look)
        left = EDGE
        for bar in self.bars:
            self._draw(painter, left, bar)
            left += self._wide(bar) + EDGE

    def _draw(self, painter: QPainter, left: int, bar: Bar) -> None:
        painter.setPen(self.look.text)
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(left, EDGE - 2, self._wide(bar) + 2, LINE), side, bar.title)
        top = EDGE + LINE
        steps = QImage(bar.colours, 1, STEPS, 3, QImage.Format.Format_RGB888).mirrored()
        painter.drawImage(QRectF(left, top, THICK, TALL), steps)
        room = self._wide(bar) - THICK - 4
        for number, text in enumerate(bar.numbers):
            middle = top + number * TALL / 2
            # The outer numbers stand within the bar's ends.
            middle += (LINE / 2 - 2) * (1 - number)
            painter.drawText(QRectF(left + THICK + 5, middle - LINE / 2, room + 2, LINE), side, text)

    def _wide(self, bar: Bar) -> int:
        metrics = self.fontMetrics()
        numbers = max(metrics.horizontalAdvance(text) for text in bar.numbers)
        return max(metrics.horizontalAdvance(bar.title), THICK + 5 + numbers) + 2
