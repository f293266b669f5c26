"""Interpretations on the section that is shown: they follow the section, the camera and their list."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QObject, QTimer

from napari_geofm.gui.canvas.canvas_look import canvas_of
from napari_geofm.gui.canvas.overlaying import follow_camera
from napari_geofm.gui.events.event_marks import event_marks
from napari_geofm.gui.picks.picks_overlay import DrawnPick, PicksOverlay
from napari_geofm.session.picks.crossing import crossing

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.gui.canvas.section_view import SectionView
    from napari_geofm.session import Session

__all__ = ["PicksView"]


class PicksView(QObject):
    """Keeps the overlay what the session and the section say.

    Parameters
    ----------
    viewer, session, view
        The window, what is open in it, and the section on the screen.
    """

    def __init__(
        self, viewer: "Viewer", session: "Session", view: "SectionView", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._viewer, self._session, self._view = viewer, session, view
        self._canvas = canvas_of(viewer)
        self.events_shown = True
        self._chosen: frozenset[int] = frozenset()
        self.overlay = PicksOverlay(self._canvas)
        self.overlay.stackUnder(view.furniture.rulers.top)
        # Several changes of the camera in one turn of the event loop are followed once.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.follow)
        self._canvas.installEventFilter(self)
        view.shown.connect(self.refresh)
        session.picks.changed.connect(self.refresh)
        session.events_changed.connect(self.refresh)
        session.settings_changed.connect(self._later)
        for event in self._events():
            event.connect(self._later)
        self.refresh()

    def refresh(self, _at: object = None) -> None:
        """Find anew what crosses the section on the screen."""
        at = self._view.at
        drawn = []
        for pick in self._session.picks.items:
            if at is None or not pick.visible:
                continue
            found = crossing(pick.what, self._session.survey, at)
            if found.lines or len(found.dots):
                drawn.append(DrawnPick(pick.colour, found.lines, found.dots))
        if self.events_shown and self._session.events is not None and self._view.section is not None:
            drawn += event_marks(self._session.events, self._view.section, self._chosen)
        if drawn or self.overlay.drawn:
            self.overlay.draw(drawn)
        self.follow()

    def choose_events(self, positions: Collection[int]) -> None:
        """Draw these events of the list with their errors."""
        if frozenset(positions) != self._chosen:
            self._chosen = frozenset(positions)
            self.refresh()

    def show_events(self, *, on: bool) -> None:
        """Draw the onsets of events, or leave them out."""
        self.events_shown = on
        self.refresh()

    def follow(self) -> None:
        """Paint where the camera sees the section now."""
        drawn = bool(self.overlay.drawn)
        follow_camera(self.overlay, self.overlay.follow, self._viewer, self._view, self._session, anything=drawn)

    def close(self) -> None:
        """Take the lines off the canvas."""
        self._soon.stop()
        self._session.picks.changed.disconnect(self.refresh)
        self._session.events_changed.disconnect(self.refresh)
        self._session.settings_changed.disconnect(self._later)
        for event in self._events():
            event.disconnect(self._later)
        self._canvas.removeEventFilter(self)
        self.overlay.hide()
        self.overlay.deleteLater()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802  (Qt's name)
        """Fill the canvas when it changes its size."""
        if event is not None and event.type() == QEvent.Type.Resize:
            self._later()
        return bool(super().eventFilter(watched, event))

    def _events(self) -> tuple[Any, ...]:
        camera = self._viewer.scene.camera
        return camera.events.center, camera.events.zoom, self._viewer.dims.events.ndisplay

    def _later(self, _event: object = None) -> None:
        if self.overlay.drawn:
            self._soon.start()
