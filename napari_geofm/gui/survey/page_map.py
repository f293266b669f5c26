"""A large image as a whole, or a recording as a line: the window that is seen, what is labelled; a click goes there."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from qtpy.QtWidgets import QSizePolicy, QWidget

from napari_geofm.core.progress import Progress
from napari_geofm.gui.canvas.appearance import clip_limits, colour_map
from napari_geofm.gui.parts.aside import Aside
from napari_geofm.gui.survey.map_painter import LABELLED, PREDICTED

if TYPE_CHECKING:
    from napari_geofm.core.progress import Job
    from napari_geofm.gui.survey.survey_marks import SurveyMarks
    from napari_geofm.gui.workspace import Workspace
    from napari_geofm.io.raster.overview import Overview
    from napari_geofm.session import Session

__all__ = ["PageMap"]

PICTURE, LINE = 170, 30
"""Heights of an image's map and of a recording's."""

MOST_PX = 640
"""Sides of the picture that is read."""

SOON_S, LATE_S = 1.0, 20.0
"""How long a picture is read before what there is of it is shown, and then until it is whole."""

FRAME = QColor("#ffd000")
"""Seen on gray pictures, beside the colours of what is labelled and predicted."""


class PageMap(QWidget):
    """Of surveys that have pages; others have other maps.

    Parameters
    ----------
    workspace
        The session, and what is shown of it.
    marks
        What is labelled and predicted.
    """

    def __init__(self, workspace: "Workspace", marks: "SurveyMarks", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.marks = workspace.session, marks
        survey = self.session.survey
        self.wanted = survey.paged
        """Whether there is something to draw."""
        self._recording = survey.kind == "das"
        self._picture: QImage | None = None
        self._values: NDArray[np.float32] | None = None
        self._dragging = False
        self._asides = [Aside("geofm-overview", self), Aside("geofm-overview", self)]
        self.setVisible(self.wanted)
        self.setFixedHeight(LINE if self._recording else PICTURE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.CrossCursor)
        if not self.wanted:
            return
        self.setToolTip(
            f"The whole {'recording' if self._recording else 'image'}: the window is framed, labelled windows are "
            "orange, predicted ones green. Click to go there"
        )
        marks.changed.connect(self._redraw)
        self.session.place_changed.connect(self._redraw)
        self.session.settings_changed.connect(self._recolour)
        if not self._recording:
            self._begin(0, SOON_S)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the size that suits the dock."""
        return QSize(280, self.height())

    @property
    def read(self) -> bool:
        """Whether the picture is there."""
        return self._values is not None

    @property
    def box(self) -> QRectF:
        """Where the whole is drawn, px: time runs across, an image lies as on the screen."""
        room = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        if self._recording:
            return room
        down, across = self._extent()
        scale = min(room.width() / across, room.height() / down)
        size = (max(12.0, across * scale), max(12.0, down * scale))
        return QRectF(room.center().x() - size[0] / 2, room.center().y() - size[1] / 2, *size)

    def frame_of(self, places: tuple[int | slice, ...]) -> QRectF:
        """Return where a window is drawn, px."""
        box, survey = self.box, self.session.survey
        layout = survey.layout(survey.whole())
        ends: dict[str, tuple[float, float]] = {}
        for name, part, size in zip(survey.dims, places, survey.shape, strict=True):
            assert isinstance(part, slice)
            low, high = part.start / size, part.stop / size
            flipped = (name == layout.rows and layout.flip_rows) or (name == layout.columns and layout.flip_columns)
            ends[name] = (1 - high, 1 - low) if flipped else (low, high)
        down, across = ends[layout.rows], ends[layout.columns]
        if self._recording:
            down, across = (ends["distance"], ends["time"])
        return QRectF(
            box.left() + across[0] * box.width(),
            box.top() + down[0] * box.height(),
            (across[1] - across[0]) * box.width(),
            (down[1] - down[0]) * box.height(),
        )

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Draw the whole, what is labelled and predicted, and the frame of the window."""
        if not self.wanted:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box, text = self.box, self.palette().windowText().color()
        text.setAlphaF(0.5)
        if self._values is not None and self._picture is None:
            self._picture = self._drawn(self._values)
        if self._picture is not None:
            painter.drawImage(box, self._picture)
        painter.setPen(QPen(text, 1))
        painter.drawRect(box)
        for predicted in self.marks.pages:
            self._mark(painter, self.frame_of(predicted), PREDICTED)
        for at in self.marks.labelled:
            self._mark(painter, self.frame_of(self.session.survey.places(at)), LABELLED)
        frame = self.frame_of(self.session.survey.places(self.session.place))
        # A second of an hour is still seen.
        grown = frame.adjusted(*((-1.5, -2, 1.5, 2) if self._recording else (0, 0, 0, 0)))
        painter.setPen(QPen(QColor("black"), 3))
        painter.drawRect(grown)
        painter.setPen(QPen(FRAME, 1.5))
        painter.drawRect(grown)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Go there."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._go(event.position(), remember=True)
            self._dragging = True

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Go where the mouse is dragged to; of a whole drag the way back is one step long."""
        if event is not None and self._dragging:
            self._go(event.position(), remember=False)

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:  # noqa: N802  (Qt's name)
        """End a drag."""
        self._dragging = False

    def _go(self, place: QPointF, *, remember: bool) -> None:
        survey, box, paging = self.session.survey, self.box, self.session.paging
        if paging is None:
            return
        layout = survey.layout(survey.whole())
        across = min(max((place.x() - box.left()) / box.width(), 0.0), 0.999999)
        down = min(max((place.y() - box.top()) / box.height(), 0.0), 0.999999)
        if self._recording:
            shares = {"time": across, "distance": down}
        else:
            shares = {
                layout.rows: 1 - down if layout.flip_rows else down,
                layout.columns: 1 - across if layout.flip_columns else across,
            }
        first, second = (
            min(int(shares[name] * size), size - 1) for name, size in zip(survey.dims, survey.shape, strict=True)
        )
        self.session.go_to(survey.page(paging.around(first, second)), remember=remember)

    def _mark(self, painter: QPainter, frame: QRectF, colour: QColor) -> None:
        """Fill a window lightly; one that would be too thin to be seen is drawn wider."""
        shade = QColor(colour)
        shade.setAlphaF(0.9 if self._recording else 0.35)
        if frame.width() < 2:
            frame = frame.adjusted(-1, 0, 1, 0)
        painter.fillRect(frame, shade)

    def _extent(self) -> tuple[float, float]:
        """Return height and width of the image, in proportion."""
        survey = self.session.survey
        layout = survey.layout(survey.whole())
        sizes = dict(zip(survey.dims, survey.shape, strict=True))
        return float(sizes[layout.rows]), float(sizes[layout.columns])

    def _begin(self, turn: int, seconds: float) -> None:
        """Read the picture in a thread; without one the map is a plain box."""
        self._asides[turn].run(lambda _: _read(self.session, seconds), self._arrived, lambda _why: None)

    def _arrived(self, found: "Overview") -> None:
        if not found.complete:
            self._begin(1, LATE_S)
        survey = self.session.survey
        self._values = survey.layout(survey.whole()).to_display(found.values)
        self._recolour()

    def _redraw(self, _news: object = None) -> None:
        self.update()

    def _recolour(self) -> None:
        self._picture = None
        self.update()

    def _drawn(self, values: NDArray[np.float32]) -> QImage:
        """Return the picture in the colours of the section; transparent where there is no data."""
        settings = self.session.settings
        low, high = clip_limits(self.session.stretch, values, settings.percent)
        parts = np.clip((values - low) / (high - low), 0.0, 1.0)
        colours = np.asarray(colour_map(settings.colormap, flipped=settings.flipped).map(np.nan_to_num(parts).ravel()))
        pixels = np.ascontiguousarray(colours * 255).astype(np.uint8).reshape(*values.shape, 4)
        pixels[~np.isfinite(values), 3] = 0
        height, width = values.shape
        # A copy: the bytes are Python's, and go.
        return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()


def _read(session: "Session", seconds: float) -> "Job[Overview]":
    """Read the picture, in a thread."""
    from napari_geofm.io.raster import overview

    yield Progress(0, 0, "reading the image small")
    _ = session.stretch
    return overview(session.survey, MOST_PX, seconds=seconds)
