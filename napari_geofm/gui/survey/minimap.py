"""A small map of the survey: where one is, what is labelled, what is predicted; a click goes there."""

from typing import TYPE_CHECKING

from qtpy.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap
from qtpy.QtWidgets import QSizePolicy, QWidget

from napari_geofm.core.region import At
from napari_geofm.gui.parts.words import place_words
from napari_geofm.gui.picks.map_marks import draw_on_map
from napari_geofm.gui.survey.depth_gauge import DepthGauge
from napari_geofm.gui.survey.map_frame import MapFrame
from napari_geofm.gui.survey.map_gaps import gaps_of
from napari_geofm.gui.survey.map_painter import NORTH_ROOM, MapPainter
from napari_geofm.gui.survey.survey_marks import SurveyMarks

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["Minimap"]

HEIGHT = 130
CAPTION = 16
"""Room below the map for the legend, px."""

GAUGE = 16
"""Room at the right for the gauge of time or depth, px."""

MARGIN = 5


class Minimap(QWidget):
    """Map of a volume, seen from above, with a gauge of time or depth beside it; other surveys need none.

    Parameters
    ----------
    workspace
        The session, and what is shown of it.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = workspace.session
        self.marks = SurveyMarks(workspace, self)
        self.pointed: At | None = None
        self._frame: MapFrame | None = None
        self._gauge: DepthGauge | None = None
        self._ground: QPixmap | None = None
        self._held = ""
        self.wanted = {"inline", "crossline"} <= set(self.session.survey.cuts)
        """Whether there is something to draw."""
        self.setVisible(self.wanted)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.marks.changed.connect(self._remarked)
        self.session.place_changed.connect(self._moved)
        self.session.picks.changed.connect(self._remarked)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the size that suits the dock."""
        return QSize(280, HEIGHT)

    @property
    def frame(self) -> MapFrame:
        """Where lines lie at the present size."""
        if self._frame is None:
            room = self.height() - CAPTION - 2 * MARGIN
            box = (MARGIN, MARGIN, self.width() - GAUGE - 2 * MARGIN - NORTH_ROOM, room)
            self._frame = MapFrame.fitted(self.session.survey, tuple(float(side) for side in box))  # type: ignore[arg-type]
        return self._frame

    @property
    def gauge(self) -> DepthGauge:
        """Where times or depths lie."""
        if self._gauge is None:
            box = QRectF(self.width() - MARGIN - GAUGE, MARGIN, GAUGE, self.height() - CAPTION - 2 * MARGIN)
            self._gauge = DepthGauge(self.session.survey.axis(self.session.survey.cuts[-1]), box)
        return self._gauge

    def place_at(self, x: float, y: float, held: str = "") -> At | None:
        """Return the section that a position means; None beside the map.

        On the map it is the section along the axis that is looked along, through that place; seen from a time slice,
        the inline. ``held`` is what a drag began on, ``"map"`` or ``"gauge"``, and stays on.
        """
        if held == "gauge" or (not held and self.gauge.box.contains(QPointF(x, y))):
            return At(self.gauge.axis.name, self.gauge.number(y))
        if held == "map" or self.frame.holds(x, y):
            axis = self._along
            return At(axis, self.frame.at(x, y)[axis])
        return None

    def resizeEvent(self, event: object) -> None:  # noqa: N802  (Qt's name)
        """Fit the map anew."""
        self._frame = self._gauge = self._ground = None
        super().resizeEvent(event)  # type: ignore[arg-type]

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Draw map, gauge, and the legend or what is pointed at."""
        if not self.wanted:
            return
        if self._ground is None:
            self._ground = self._drawn_marks()
        device = QPainter(self)
        device.drawPixmap(0, 0, self._ground)
        painter = MapPainter(device, self.palette(), self.frame, self.gauge)
        painter.draw_places(self.session.place, self.pointed)
        caption = QRectF(MARGIN, self.height() - CAPTION, self.width() - 2 * MARGIN, CAPTION)
        if self.pointed is not None:
            painter.write(caption, self._words(self.pointed))
        else:
            painter.legend(caption)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Go to where it is clicked."""
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        x, y = event.position().x(), event.position().y()
        found = self.place_at(x, y)
        if found is not None:
            self._held = "gauge" if found.axis == self.gauge.axis.name else "map"
            if self._held == "map":
                # Turning to the other lines goes to the one that was clicked too.
                for axis, number in self.frame.at(x, y).items():
                    self.session.point_out(axis, number)
            self.session.go_to(found)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Tell what is pointed at; go there while the button is held."""
        if event is None:
            return
        found = self.place_at(event.position().x(), event.position().y(), self._held)
        if self._held and found is not None:
            self._scrub(found)
        if found != self.pointed:
            self.pointed = found
            self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:  # noqa: N802  (Qt's name)
        """End a drag."""
        self._held = ""

    def leaveEvent(self, _event: QEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Show the legend again."""
        self.pointed = None
        self.update()

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Draw in the colours of another theme."""
        super().changeEvent(event)
        if event is not None and event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._remarked()

    @property
    def _along(self) -> str:
        axis = self.session.place.axis
        return axis if axis in {"inline", "crossline"} else "inline"

    def _words(self, at: At) -> str:
        """Return what is pointed at, in words."""
        words = place_words(at)
        if at in self.marks.labelled:
            words += ", labelled"
        if at in self.marks.predicted:
            words += ", predicted"
        return f"Go to {words}"

    def _scrub(self, at: At) -> None:
        """Step to a section: of a whole drag the way back is one step long."""
        here, axis = self.session.place, self.session.survey.axis(at.axis)
        if here.axis == at.axis and here.value is not None and at.value is not None:
            self.session.step(axis.index(at.value) - axis.index(here.value))

    def _drawn_marks(self) -> QPixmap:
        """Return what stays while one steps: hundreds of lines are drawn once."""
        ratio = self.devicePixelRatioF()
        found = QPixmap(self.size() * ratio)
        found.setDevicePixelRatio(ratio)
        found.fill(Qt.GlobalColor.transparent)
        device = QPainter(found)
        painter = MapPainter(device, self.palette(), self.frame, self.gauge)
        painter.draw_marks(self.marks, gaps_of(self.session.survey, self.frame))
        draw_on_map(device, self.session.picks.items, self.session.survey, self.frame)
        painter.end()
        return found

    def _remarked(self) -> None:
        self._ground = None
        self.update()

    def _moved(self, _at: At) -> None:
        self.update()
