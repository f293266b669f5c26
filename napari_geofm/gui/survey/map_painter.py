"""Draws the small map: outline, lines in their colours, gauge, legend, north."""

from typing import TYPE_CHECKING

from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF

from napari_geofm.gui.survey.map_gaps import draw_gaps

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from napari_geofm.core.region import At
    from napari_geofm.gui.survey.depth_gauge import DepthGauge
    from napari_geofm.gui.survey.map_frame import MapFrame
    from napari_geofm.gui.survey.survey_marks import SurveyMarks
    from napari_geofm.io.coverage import Coverage

__all__ = ["NORTH_ROOM", "MapPainter"]

LABELLED = QColor("#ee7733")
PREDICTED = QColor("#33aa99")
"""As the curves of a training have them: told apart by all kinds of eyes, on dark and on light."""

NORTH_PX = 8.0

NORTH_ROOM = 24.0
"""Between map and gauge, for the arrow, px."""


class MapPainter:
    """Draws on a widget.

    Parameters
    ----------
    painter
        Begun on the widget.
    palette
        The widget's, which follows the theme.
    frame, gauge
        Where lines and times lie.
    """

    def __init__(self, painter: QPainter, palette: QPalette, frame: "MapFrame", gauge: "DepthGauge") -> None:
        self._painter, self._frame, self._gauge = painter, frame, gauge
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        self._text = palette.color(QPalette.ColorRole.WindowText)
        self._ground = palette.color(QPalette.ColorRole.Window)

    def draw_marks(self, marks: "SurveyMarks", gaps: "NDArray[np.bool_] | None" = None) -> None:
        """Draw the survey with what is labelled and predicted: what stays while one steps through it.

        Nothing but lines is drawn in ``gaps``, bool ``(px down, px across)``; None: there are none.
        """
        frame, gauge = self._frame, self._gauge
        outline = QRectF(frame.left, frame.top, frame.width, frame.height)
        for box in (outline, gauge.box):
            self._painter.setPen(Qt.PenStyle.NoPen)
            self._painter.setBrush(self._faint(24))
            self._painter.drawRect(box)
        for volume in marks.volumes:
            self._volume(volume)
        if gaps is not None:
            draw_gaps(self._painter, gaps, frame, self._ground)
        for at in marks.predicted:
            self._line(at, QPen(PREDICTED, 1.2))
        for at in marks.labelled:
            self._line(at, QPen(LABELLED, 1.6))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.setPen(QPen(self._faint(130), 1))
        for box in (outline, gauge.box):
            self._painter.drawRect(box)
        self._north()

    def draw_places(self, here: "At", pointed: "At | None") -> None:
        """Draw what is pointed at, and the current section above all."""
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        if pointed is not None:
            self._line(pointed, QPen(self._faint(150), 1, Qt.PenStyle.DashLine))
        if here.axis == self._gauge.axis.name:
            # A time slice is the whole map.
            self._painter.setPen(QPen(self._text, 2.5))
            self._painter.drawRect(QRectF(self._frame.left, self._frame.top, self._frame.width, self._frame.height))
        self._line(here, QPen(self._text, 2.5))

    def legend(self, box: QRectF) -> None:
        """Write what the colours mean."""
        left = box.left()
        for colour, word in ((self._text, "here"), (LABELLED, "labelled"), (PREDICTED, "predicted")):
            middle = box.center().y()
            self._painter.setPen(QPen(colour, 2.5))
            self._painter.drawLine(QPointF(left, middle), QPointF(left + 12, middle))
            self._painter.setPen(self._text)
            width = self._painter.fontMetrics().horizontalAdvance(word)
            self._painter.drawText(QRectF(left + 16, box.top(), width + 4, box.height()), _LEFT, word)
            left += width + 30

    def write(self, box: QRectF, text: str) -> None:
        """Write a line of text."""
        self._painter.setPen(self._text)
        self._painter.drawText(box, _LEFT, text)

    def end(self) -> None:
        """Finish."""
        self._painter.end()

    def _faint(self, alpha: int) -> QColor:
        found = QColor(self._text)
        found.setAlpha(alpha)
        return found

    def _line(self, at: "At", pen: QPen) -> None:
        if not isinstance(at.value, int | float):
            return
        self._painter.setPen(pen)
        if at.axis == self._gauge.axis.name:
            y, box = self._gauge.px(float(at.value)), self._gauge.box
            self._painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        elif at.axis in {"inline", "crossline"}:
            first, last = self._frame.line(at.axis, float(at.value))
            self._painter.drawLine(QPointF(*first), QPointF(*last))

    def _volume(self, volume: "Coverage") -> None:
        """Shade what a run has predicted, on the map and on the gauge."""
        colour = QColor(PREDICTED)
        colour.setAlpha(95)
        limits, whole = volume.of(self._gauge.axis.name), self._gauge.box
        ends = sorted(self._gauge.px(number) for number in limits) if limits else [whole.top(), whole.bottom()]
        self._painter.fillRect(QRectF(whole.left(), ends[0], whole.width(), max(ends[1] - ends[0], 1.0)), colour)
        sides = {}
        for name in ("inline", "crossline"):
            across, first, last = self._frame.span(name, volume.of(name))
            sides[across] = (first, last - first)
        self._painter.fillRect(QRectF(sides[True][0], sides[False][0], sides[True][1], sides[False][1]), colour)

    def _north(self) -> None:
        """Draw an arrow to the north where it is known, beside the map."""
        if self._frame.north is None:
            return
        right, down = self._frame.north
        middle = QPointF(self._gauge.box.left() - NORTH_ROOM / 2 - 3, self._gauge.box.top() + 20)
        tip = QPointF(middle.x() + NORTH_PX * right, middle.y() + NORTH_PX * down)
        tail = QPointF(middle.x() - NORTH_PX * right, middle.y() - NORTH_PX * down)
        side = QPointF(-down * 3.5, right * 3.5)
        neck = QPointF(middle.x() + 2 * right, middle.y() + 2 * down)
        self._painter.setPen(QPen(self._text, 1.4))
        self._painter.drawLine(tail, neck)
        self._painter.setBrush(self._text)
        self._painter.drawPolygon(QPolygonF([tip, neck + side, neck - side]))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        away = QPointF(tail.x() - 8 * right, tail.y() - 7 * down)
        self._painter.drawText(QRectF(away.x() - 6, away.y() - 6, 12, 12), Qt.AlignmentFlag.AlignCenter, "N")


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
