"""Fitting a section into the part of the canvas that the rulers leave free."""

from typing import TYPE_CHECKING

from qtpy.QtCore import QEvent, QObject, QTimer

from napari_geofm.gui.canvas.canvas_look import canvas_of

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.gui.canvas.geometry import Proportions

__all__ = ["Framing"]

FREE = 6
"""Pixels around a fitted section."""


class Framing(QObject):
    """Fits sections, and fits them again while the window finds its size, until the user moves the camera.

    Parameters
    ----------
    viewer
        napari's.
    """

    def __init__(self, viewer: "Viewer", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer, self._canvas = viewer, canvas_of(viewer)
        self._box: tuple[float, float, float, float] | None = None
        self._margins = (0, 0)
        self._left: tuple[float, ...] = ()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._refit)
        self._canvas.installEventFilter(self)
        viewer.events.reset_view.connect(self._reset)

    @property
    def untouched(self) -> bool:
        """Whether the camera is where it was left by the last fit."""
        return self._camera() == self._left

    def describe(self, shape: tuple[int, int], proportions: "Proportions", margins: tuple[int, int]) -> None:
        """Note what is to be fitted: rows and columns, their scale, the canvas's upper and left margin (px)."""
        down, across = proportions.scale
        self._box = ((shape[0] - 1) / 2 * down, (shape[1] - 1) / 2 * across, shape[0] * down, shape[1] * across)
        self._margins = margins

    def fit(self) -> None:
        """Show the whole section."""
        if self._box is None or self._viewer.dims.ndisplay != 2:
            return
        self._look_at(*self._box)
        self._left = self._camera()

    def fit_part(self, middle: tuple[float, float], size: tuple[float, float]) -> None:
        """Show a part of the section, in world units: its middle, its height and width."""
        if self._box is not None and self._viewer.dims.ndisplay == 2:
            self._look_at(*middle, *size)

    def _look_at(self, middle_y: float, middle_x: float, height: float, width: float) -> None:
        top, left = self._margins
        free_y = max(self._canvas.height() - top - 2 * FREE, 20)
        free_x = max(self._canvas.width() - left - 2 * FREE, 20)
        zoom = min(free_y / height, free_x / width)
        camera = self._viewer.scene.camera
        camera.center = (middle_y - top / 2 / zoom, middle_x - left / 2 / zoom)
        camera.zoom = zoom

    def close(self) -> None:
        """Leave the camera alone."""
        self._soon.stop()
        self._canvas.removeEventFilter(self)
        self._viewer.events.reset_view.disconnect(self._reset)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802  (Qt's name)
        """Fit again when the canvas changes its size."""
        if event is not None and event.type() == QEvent.Type.Resize and self.untouched:
            self._soon.start()
        return bool(super().eventFilter(watched, event))

    def _camera(self) -> tuple[float, ...]:
        camera = self._viewer.scene.camera
        return (*(float(part) for part in camera.center[-2:]), float(camera.zoom))

    def _refit(self) -> None:
        if self.untouched:
            self.fit()

    def _reset(self, _event: object = None) -> None:
        """Fit as napari's button does, clear of the rulers."""
        self.fit()
