"""Header numbers along the upper and left edges of the canvas, and a scale bar, which follow pan and zoom."""

from typing import TYPE_CHECKING

from qtpy.QtCore import QEvent, QObject, Qt, QTimer

from napari_geofm.gui.canvas.canvas_look import CanvasLook, canvas_of
from napari_geofm.gui.canvas.geometry import Proportions
from napari_geofm.gui.canvas.map_axes import MapAxes
from napari_geofm.gui.canvas.ruler import HIGH, WIDE, Ruler
from napari_geofm.gui.canvas.scale_bar import ScaleBar
from napari_geofm.gui.parts.words import NAMES

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.core.axis import Axis
    from napari_geofm.core.section import Section
    from napari_geofm.core.survey import Survey

__all__ = ["Rulers", "axis_title"]

UNITS = {"deg": "°", "px": ""}
"""Units as they are written where the axis's own word is not what people read."""


SHORT = {"samples": "no.", "crossline": "xline"}
"""Words that are too long for the corner."""


class Rulers(QObject):
    """Two rulers and a scale bar over a viewer's canvas, while it shows a section in two dimensions.

    Parameters
    ----------
    viewer
        napari's.
    """

    def __init__(self, viewer: "Viewer", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer, self._canvas = viewer, canvas_of(viewer)
        self._proportions = Proportions(1.0, 1.0)
        self._map: MapAxes | None = None
        self._wanted = True
        look = CanvasLook.of(viewer)
        self.top = Ruler(self._canvas, Qt.Orientation.Horizontal, look)
        self.left = Ruler(self._canvas, Qt.Orientation.Vertical, look)
        self.bar = ScaleBar(self._canvas, look)
        # Several changes of the camera in one turn of the event loop are followed once.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.follow)
        self._canvas.installEventFilter(self)
        viewer.scene.camera.events.center.connect(self._later)
        viewer.scene.camera.events.zoom.connect(self._later)
        viewer.dims.events.ndisplay.connect(self._later)
        viewer.events.theme.connect(self._rethemed)
        self._lay_out()

    @property
    def margins(self) -> tuple[int, int]:
        """Height and width of the canvas's edges that lie under the rulers, in pixels."""
        return (HIGH, WIDE) if self._wanted else (0, 0)

    def show_section(self, section: "Section", proportions: Proportions, survey: "Survey") -> None:
        """Show a section's numbers at its scale."""
        self._proportions, self._map = proportions, MapAxes(survey, section)
        columns, rows = self._map.columns, self._map.rows
        stretch = proportions.stretch
        told = "" if stretch is None or 0.95 < stretch < 1.05 else f"   height × {stretch:.2g}"
        self.top.show_axis(columns, f"{axis_title(columns)}{told}", _unit(rows))
        self.left.show_axis(rows)
        self.follow()

    def set_wanted(self, on: bool) -> None:
        """Show or hide them."""
        self._wanted = on
        self.follow()

    def follow(self, _event: object = None) -> None:
        """Show what the camera sees now."""
        seen = self._wanted and self._viewer.dims.ndisplay == 2 and self.top.axis is not None
        self.top.setVisible(seen)
        self.left.setVisible(seen)
        if not seen:
            self.bar.hide()
            return
        camera = self._viewer.scene.camera
        zoom, (middle_y, middle_x) = float(camera.zoom), camera.center[-2:]
        down, across = self._proportions.scale
        self.top.follow(self._canvas.width() / 2 - middle_x * zoom, across * zoom)
        self.left.follow(self._canvas.height() / 2 - middle_y * zoom, down * zoom)
        self.bar.follow(self._pixels_per_m(zoom, middle_y, middle_x), feet=self._proportions.told_in_feet)
        self._place_bar()

    def _pixels_per_m(self, zoom: float, y: float, x: float) -> float | None:
        """Return pixels of the screen for a m across in the middle of the canvas; None where that is not known."""
        if not self._proportions.in_metres:
            return None
        down, across = self._proportions.scale
        # On a map a degree is as long as the place has it that one looks at.
        wide = self._map.width_m(y / down, x / across) if self._map is not None else None
        return zoom if wide is None else zoom * across / wide

    def close(self) -> None:
        """Take them off the canvas."""
        self._soon.stop()
        camera = self._viewer.scene.camera
        for event, done in (
            (camera.events.center, self._later),
            (camera.events.zoom, self._later),
            (self._viewer.dims.events.ndisplay, self._later),
            (self._viewer.events.theme, self._rethemed),
        ):
            event.disconnect(done)
        self._canvas.removeEventFilter(self)
        for part in (self.top, self.left, self.bar):
            part.hide()
            part.deleteLater()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802  (Qt's name)
        """Keep to the edges when the canvas changes its size."""
        if event is not None and event.type() == QEvent.Type.Resize:
            self._lay_out()
            self._later()
        return bool(super().eventFilter(watched, event))

    def _later(self, _event: object = None) -> None:
        self._soon.start()

    def _lay_out(self) -> None:
        self.top.setGeometry(0, 0, self._canvas.width(), HIGH)
        self.left.setGeometry(0, HIGH, WIDE, max(self._canvas.height() - HIGH, 1))
        self._place_bar()

    def _place_bar(self) -> None:
        self.bar.move(WIDE + 8, self._canvas.height() - self.bar.height() - 8)

    def _rethemed(self, _event: object = None) -> None:
        for part in (self.top, self.left, self.bar):
            part.look = CanvasLook.of(self._viewer)
            part.update()


def axis_title(axis: "Axis") -> str:
    """Return an axis's name and unit as they stand on a ruler.

    Examples
    --------
    >>> import numpy as np
    >>> from napari_geofm.core.axis import Axis
    >>> axis_title(Axis("distance", np.arange(3.0), "m")), axis_title(Axis("inline", np.arange(3)))
    ('distance (m)', 'inline')
    """
    unit, name = UNITS.get(axis.units, axis.units), NAMES.get(axis.name, axis.name)
    return f"{name} ({unit})" if unit else name


def _unit(axis: "Axis") -> str:
    """Return what an axis counts, short enough for the corner: its unit, or its name where it has none."""
    return SHORT.get(axis.units) or UNITS.get(axis.units, axis.units) or SHORT.get(axis.name, axis.name)
