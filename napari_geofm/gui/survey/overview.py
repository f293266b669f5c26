"""A line, recording or image as a whole, small, with the part that is seen framed; a click or drag moves the view."""

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from qtpy.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["Overview"]

HEIGHT = 130
THINNEST_PX = 24.0
"""A long recording is drawn at least this thick."""

FRAME = QColor("#ee7733")
"""Seen on gray sections, dark and light."""


class Overview(QWidget):
    """For what is a single section; volumes, tiles, and what is gone through in windows have other maps.

    Parameters
    ----------
    workspace
        The viewer, and the section that it shows.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = workspace.view
        self._camera = workspace.viewer.scene.camera
        self._canvas = workspace.viewer.window._qt_viewer.canvas.native
        self._picture: QImage | None = None
        self.wanted = not workspace.session.survey.cuts and not workspace.session.survey.paged
        """Whether there is something to draw."""
        self.setVisible(self.wanted)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setToolTip("The whole; what is seen on the canvas is framed. Click or drag to look elsewhere")
        if not self.wanted:
            return
        self._view.shown.connect(self._draw_anew)
        workspace.session.settings_changed.connect(self._draw_anew)
        for event in (self._camera.events.center, self._camera.events.zoom):
            event.connect(self._moved)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the size that suits the dock."""
        return QSize(280, HEIGHT)

    @property
    def box(self) -> QRectF:
        """Where the whole is drawn, px."""
        height, width = self._extent()
        room = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        scale = min(room.width() / width, room.height() / height)
        across, down = max(width * scale, THINNEST_PX), max(height * scale, THINNEST_PX)
        return QRectF(room.center().x() - across / 2, room.center().y() - down / 2, across, down)

    @property
    def seen(self) -> QRectF:
        """Where what is seen on the canvas lies, px; no larger than the whole."""
        box, (height, width) = self.box, self._extent()
        zoom = float(self._camera.zoom)
        down, across = self._canvas.height() / zoom / height, self._canvas.width() / zoom / width
        top, left = (self._camera.center[-2] / height - down / 2, self._camera.center[-1] / width - across / 2)
        found = QRectF(
            box.left() + left * box.width(), box.top() + top * box.height(), across * box.width(), down * box.height()
        )
        return found.intersected(box)

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Draw the whole and the frame."""
        if not self.wanted or self._view.section is None:
            return
        if self._picture is None:
            self._picture = self._drawn()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.box, self._picture)
        painter.setPen(QPen(FRAME, 2))
        painter.drawRect(self.seen)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Look there."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._look_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Look where the mouse is dragged to."""
        if event is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._look_at(event.position())

    def _look_at(self, place: QPointF) -> None:
        box, (height, width) = self.box, self._extent()
        down, across = (place.y() - box.top()) / box.height(), (place.x() - box.left()) / box.width()
        parts = [min(1.0, max(0.0, part)) for part in (down, across)]
        self._camera.center = (parts[0] * height, parts[1] * width)

    def _extent(self) -> tuple[float, float]:
        """Return height and width of the section on the canvas, as it is stretched."""
        shape = self._view.section.shape if self._view.section is not None else (1, 1)
        down, across = (
            size * float(side) for size, side in zip(shape, self._view.layers.amplitude.scale[-2:], strict=True)
        )
        return down, across

    def _drawn(self) -> QImage:
        """Return the section in the layer's colours, no larger than is drawn."""
        layer = self._view.layers.amplitude
        values = np.asarray(layer.data)
        most = 2 * max(self.width(), HEIGHT)
        values = values[tuple(slice(None, None, max(1, size // most)) for size in values.shape)]
        low, high = layer.contrast_limits
        parts = np.clip((values - low) / (high - low), 0.0, 1.0)
        colours = np.ascontiguousarray(np.asarray(layer.colormap.map(parts.ravel())) * 255).astype(np.uint8)
        height, width = values.shape
        image = QImage(colours.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
        # A copy: the bytes are Python's, and go.
        return image.copy()

    def _draw_anew(self, _news: object = None) -> None:
        self._picture = None
        self.update()

    def _moved(self, _event: object = None) -> None:
        self.update()
