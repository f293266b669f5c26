"""Interpretations on the small map of the survey: how far horizons reach, and where faults run."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_geofm.core.survey import Survey
    from napari_geofm.gui.survey.map_frame import MapFrame
    from napari_geofm.session.picks.shelf import Pick

__all__ = ["draw_on_map"]

PIXELS = 4
"""Pixels of the outline's image for one of the screen, across and down: its line is then as thin as others."""


def draw_on_map(painter: QPainter, picks: "Iterable[Pick]", survey: "Survey", frame: "MapFrame") -> None:
    """Draw what is visible: the outlines of what was picked of horizons, and in them the sticks of faults."""
    seen = [pick for pick in picks if pick.visible]
    for pick in seen:
        if isinstance(pick.what, Horizon):
            _draw_area(painter, np.isfinite(pick.what.z), QColor(pick.colour), survey, frame)
    for pick in seen:
        if isinstance(pick.what, FaultSticks):
            _draw_fault(painter, pick.what, QColor(pick.colour), frame)


def _draw_area(
    painter: QPainter, there: NDArray[np.bool_], colour: QColor, survey: "Survey", frame: "MapFrame"
) -> None:
    """Draw the outline of the traces that have a pick."""
    axes = survey.axis("inline"), survey.axis("crossline")
    ends = [(frame.line(axis.name, float(axis.first)), frame.line(axis.name, float(axis.last))) for axis in axes]
    # Inlines that lie one beside the other go across.
    inlines_across = ends[0][0][0][0] == ends[0][0][1][0]
    shown = there.T if inlines_across else there
    across, down = (ends[0], ends[1]) if inlines_across else (ends[1], ends[0])
    if across[0][0][0] > across[1][0][0]:
        shown = shown[:, ::-1]
    if down[0][0][1] > down[1][0][1]:
        shown = shown[::-1]
    # At the map's own size, so that the outline is seen whatever the count of lines.
    size = [max(1, round(PIXELS / 2 * side)) for side in (frame.height, frame.width)]
    rows, columns = (np.arange(each) * shown.shape[n] // each for n, each in enumerate(size))
    edge = _outline(shown[np.ix_(rows, columns)])
    pixels = np.zeros((*edge.shape, 4), np.uint8)
    pixels[edge] = (colour.blue(), colour.green(), colour.red(), 255)
    image = QImage(pixels.tobytes(), edge.shape[1], edge.shape[0], QImage.Format.Format_ARGB32_Premultiplied)
    painter.drawImage(QRectF(frame.left, frame.top, frame.width, frame.height), image)


def _outline(there: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what lies at the edge of an area, two pixels wide."""
    inner = there.copy()
    for _ in range(2):
        padded = np.pad(inner, 1)
        inner = inner & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return there & ~inner


def _draw_fault(painter: QPainter, fault: FaultSticks, colour: QColor, frame: "MapFrame") -> None:
    painter.save()
    painter.setClipRect(QRectF(frame.left, frame.top, frame.width, frame.height))
    painter.setPen(QPen(colour, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    middles = []
    for stick in fault.sticks:
        spots = [_spot(frame, inline, crossline) for inline, crossline in stick[:, :2].tolist()]
        painter.drawPolyline(QPolygonF(spots))
        middles.append(_spot(frame, *stick[:, :2].mean(axis=0).tolist()))
    painter.setPen(QPen(colour, 1.6))
    painter.drawPolyline(QPolygonF(middles))
    painter.restore()


def _spot(frame: "MapFrame", inline: float, crossline: float) -> QPointF:
    (x, y), (other_x, _) = frame.line("inline", inline)
    (u, v), _ = frame.line("crossline", crossline)
    return QPointF(x, v) if x == other_x else QPointF(u, y)
