"""A power spectrum on logarithmic axes: median or one channel as a line, the range over channels as a band."""

import math

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from qtpy.QtWidgets import QSizePolicy, QToolTip, QWidget

from napari_geofm.core.das.spectrum import Spectrum

__all__ = ["SpectrumPlot"]

LINE, BAND, CORNER = QColor("#33aa99"), QColor(51, 170, 153, 60), QColor("#ee7733")
MARGINS = (42, 16, 10, 18)
"""Left, top, right and bottom in px, where the numbers stand."""

DECADES = 8.0
"""Least and largest density that are drawn lie so far apart at most: below it is rounding."""


class SpectrumPlot(QWidget):
    """Draws a spectrum; corners of filters are dotted lines. The mouse reads frequency and density."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spectrum: Spectrum | None = None
        self.corners: tuple[float, ...] = ()
        self.empty = ""
        self.setMinimumHeight(130)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the size that suits the dock."""
        return QSize(260, 150)

    def show_spectrum(self, spectrum: Spectrum | None, corners: tuple[float, ...] = (), empty: str = "") -> None:
        """Show another spectrum; ``empty`` is said where there is none."""
        self.spectrum, self.corners, self.empty = spectrum, corners, empty
        self.update()

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """First and last frequency in Hz, least and largest density, that the axes show."""
        spectrum = self.spectrum
        if spectrum is None:
            return 1.0, 10.0, 0.1, 1.0
        values = spectrum.quantiles[spectrum.quantiles > 0]
        high = float(values.max(initial=0.0)) or 1.0
        low = max(float(values.min(initial=high)), high * 10**-DECADES)
        top, bottom = 10 ** math.ceil(math.log10(high)), 10 ** math.floor(math.log10(low) + 1e-9)
        return float(spectrum.hertz[0]), float(spectrum.hertz[-1]), bottom, top if top > bottom else bottom * 10

    def place(self, hertz: float, density: float) -> QPointF:
        """Return where a point of the spectrum lies in the widget."""
        plot = self._plot()
        first, last, low, high = self.frame
        x = (math.log10(hertz) - math.log10(first)) / max(math.log10(last / first), 1e-9)
        y = (math.log10(max(density, low)) - math.log10(low)) / math.log10(high / low)
        return QPointF(plot.left() + x * plot.width(), plot.bottom() - y * plot.height())

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002, N802  (Qt's name)
        """Draw axes, band, line and corners."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(10)
        painter.setFont(font)
        text = self.palette().color(QPalette.ColorRole.WindowText)
        plot = self._plot()
        if self.spectrum is None:
            painter.setPen(text)
            painter.drawText(plot, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.empty)
            return
        self._draw_axes(painter, text)
        painter.setClipRect(plot.adjusted(-1, -1, 1, 1))
        low, middle, high = self.spectrum.quantiles
        if self.spectrum.channels > 1:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(BAND)
            painter.drawPolygon(QPolygonF([*self._points(high), *reversed(self._points(low))]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(LINE, 1.6))
        painter.drawPolyline(QPolygonF(self._points(middle)))
        painter.setPen(QPen(CORNER, 1.2, Qt.PenStyle.DashLine))
        for corner in self.corners:
            if self.frame[0] <= corner <= self.frame[1]:
                x = self.place(corner, 1.0).x()
                painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Say frequency and density under the mouse."""
        if event is not None and self.spectrum is not None:
            QToolTip.showText(event.globalPosition().toPoint(), self.told_at(event.position().x()), self)

    def told_at(self, x: float) -> str:
        """Return what lies above a place: ``"25 Hz: 3.1e-12 (1/s)²/Hz"``."""
        if self.spectrum is None:
            return ""
        plot, (first, last, *_) = self._plot(), self.frame
        part = min(1.0, max(0.0, (x - plot.left()) / max(plot.width(), 1.0)))
        hertz = first * (last / first) ** part
        place = int(np.argmin(np.abs(np.log(self.spectrum.hertz / hertz))))
        number = f"{self.spectrum.quantiles[1][place]:.3g} {self.spectrum.units}"
        return f"{self.spectrum.hertz[place]:.4g} Hz: {number}"

    def _plot(self) -> QRectF:
        left, top, right, bottom = MARGINS
        return QRectF(left, top, self.width() - left - right, self.height() - top - bottom)

    def _points(self, density: NDArray[np.float64]) -> list[QPointF]:
        assert self.spectrum is not None
        pairs = zip(self.spectrum.hertz.tolist(), density.tolist(), strict=True)
        return [self.place(hertz, value) for hertz, value in pairs]

    def _draw_axes(self, painter: QPainter, text: QColor) -> None:
        assert self.spectrum is not None
        plot, (first, last, low, high) = self._plot(), self.frame
        faint = QColor(text)
        faint.setAlpha(60)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        bottom, top = round(math.log10(low)), round(math.log10(high))
        every = max(1, -(-(top - bottom) // 4))
        for power in range(bottom, top + 1, every):
            y = self.place(first, 10.0**power).y()
            painter.setPen(faint)
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(text)
            painter.drawText(QRectF(0, y - 7, MARGINS[0] - 4, 14), right, f"1e{power}")
        taken = [plot.right() + 10]
        for hertz in _ticks(first, last):
            x = self.place(hertz, low).x()
            painter.setPen(faint)
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            if all(abs(x - other) > 24 for other in taken):
                painter.setPen(text)
                box = QRectF(x - 20, plot.bottom() + 3, 40, MARGINS[3] - 3)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{hertz:g}")
                taken.append(x)
        painter.setPen(text)
        painter.drawText(QRectF(plot.right() - 20, plot.bottom() + 3, 30, MARGINS[3] - 3), right, "Hz")
        painter.drawText(QRectF(4, 0, plot.width(), MARGINS[1] - 2), Qt.AlignmentFlag.AlignLeft, self.spectrum.units)


def _ticks(first: float, last: float) -> list[float]:
    """Return round frequencies between two, those first that are to be named first: 1, 10, 100, then 2, 5, 20 ..."""
    powers = range(math.floor(math.log10(first)), math.ceil(math.log10(last)) + 1)
    return [lead * 10.0**power for lead in (1, 2, 5) for power in powers if first <= lead * 10.0**power <= last]
