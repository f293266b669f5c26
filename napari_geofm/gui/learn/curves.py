"""Loss and held-out score of a training, drawn as it runs."""

import math
from dataclasses import dataclass

from qtpy.QtCore import QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from qtpy.QtWidgets import QSizePolicy, QWidget

from napari_geofm.gui.parts.words import time_words

__all__ = ["Curves"]

LOSS = QColor("#ee7733")
SCORE = QColor("#33aa99")
MARGINS = (40, 18, 18, 18)
"""Left, top, right and bottom in px, where the numbers stand."""

MOST_POINTS = 600
"""Beyond, every second point of the loss is dropped: the widget is some 250 px wide."""


@dataclass(slots=True)
class _Series:
    """Points of one curve, and its range."""

    points: list[tuple[float, float]]

    def add(self, seconds: float, value: float) -> None:
        if math.isfinite(value):
            self.points.append((seconds, value))
        if len(self.points) > MOST_POINTS:
            del self.points[1:-1:2]


class Curves(QWidget):
    """Two curves over time: the loss with its own scale on the left, held-out mIoU from 0 to 1 on the right.

    The best held-out score, which is what "stop" keeps, is marked by a ring.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss = _Series([])
        self.score = _Series([])
        self._known_score = math.nan
        self._start = math.nan
        self.setMinimumHeight(110)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setToolTip("Loss on learned strokes; mIoU on held-out strokes. The ring is the best.")

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the size that suits the dock."""
        return QSize(260, 118)

    def clear(self) -> None:
        """Begin a new training."""
        self.loss, self.score = _Series([]), _Series([])
        self._known_score = self._start = math.nan
        self.update()

    def add(self, seconds: float, loss: float | None, score: float | None) -> None:
        """Add a report.

        Parameters
        ----------
        seconds
            Since the training was asked for; the curves begin at the first report, after what is loaded before.
        loss
            Running mean of the loss, or None.
        score
            Latest held-out mIoU, 0 to 1, or None; reports repeat it, so only a new one makes a point.
        """
        if math.isnan(self._start):
            self._start = seconds
        seconds -= self._start
        if loss is not None:
            self.loss.add(seconds, loss)
        if score is not None and score != self._known_score:
            self._known_score = score
            self.score.add(seconds, score)
        self.update()

    @property
    def best(self) -> float:
        """Highest held-out mIoU so far, NaN where there is none."""
        return max((value for _, value in self.score.points), default=math.nan)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002, N802  (Qt's name)
        """Draw frame, numbers and curves."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(10)
        painter.setFont(font)
        left, top, right, bottom = MARGINS
        plot = QRectF(left, top, self.width() - left - right, self.height() - top - bottom)
        text = self.palette().color(QPalette.ColorRole.WindowText)
        faint = QColor(text)
        faint.setAlpha(70)
        painter.setPen(QPen(faint, 1))
        for part in (0.0, 0.5, 1.0):
            y = plot.bottom() - part * plot.height()
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        if not self.loss.points and not self.score.points:
            painter.setPen(text)
            painter.drawText(plot, Qt.AlignmentFlag.AlignCenter, "curves appear while it trains")
            return
        ends = [series.points[-1][0] for series in (self.loss, self.score) if series.points]
        longest = max(max(ends), 1e-3)
        low, high = self._loss_range()
        self._draw(painter, plot, self.loss, LOSS, (longest, low, high))
        self._draw(painter, plot, self.score, SCORE, (longest, 0.0, 1.0))
        self._write(painter, plot, text, (longest, low, high))

    def _loss_range(self) -> tuple[float, float]:
        values = [value for _, value in self.loss.points] or [0.0, 1.0]
        low, high = min(0.0, *values), max(values)
        return low, high if high > low else low + 1.0

    def _draw(
        self, painter: QPainter, plot: QRectF, series: _Series, colour: QColor, scale: tuple[float, float, float]
    ) -> None:
        longest, low, high = scale
        line = QPolygonF(
            [
                QPointF(
                    plot.left() + plot.width() * min(1.0, seconds / longest),
                    plot.bottom() - plot.height() * (value - low) / (high - low),
                )
                for seconds, value in series.points
            ]
        )
        painter.setPen(QPen(colour, 1.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(line)
        if series is self.score and series.points:
            values = [value for _, value in series.points]
            painter.drawEllipse(line[values.index(max(values))], 4, 4)
            painter.setBrush(colour)
            for place in range(line.count()):
                painter.drawEllipse(line[place], 1.6, 1.6)

    def _write(self, painter: QPainter, plot: QRectF, text: QColor, scale: tuple[float, float, float]) -> None:
        longest, low, high = scale
        right, left = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
        middle = Qt.AlignmentFlag.AlignVCenter
        for part in (0.0, 1.0):
            y = plot.bottom() - part * plot.height() - 7
            painter.setPen(LOSS)
            painter.drawText(QRectF(0, y, MARGINS[0] - 4, 14), right | middle, f"{low + part * (high - low):.2g}")
            painter.setPen(SCORE)
            painter.drawText(QRectF(plot.right() + 4, y, MARGINS[2] - 4, 14), left | middle, f"{part:.0f}")
        above = QRectF(plot.left(), 0, plot.width(), MARGINS[1] - 3)
        painter.setPen(LOSS)
        painter.drawText(above, left | middle, f"loss {self.loss.points[-1][1]:.3g}" if self.loss.points else "")
        painter.setPen(SCORE)
        score = f"held-out mIoU {self.score.points[-1][1]:.2f}" if self.score.points else "no held-out strokes"
        painter.drawText(above, right | middle, score)
        painter.setPen(text)
        below = QRectF(plot.left(), plot.bottom() + 3, plot.width(), MARGINS[3] - 3)
        painter.drawText(below, left | middle, "0 s")
        painter.drawText(below, right | middle, time_words(longest))
