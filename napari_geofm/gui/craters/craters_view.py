"""Craters on the image that is shown: circles follow the camera, a click chooses one, a drag adjusts or draws one."""

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from qtpy.QtGui import QMouseEvent

from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.rims import Rims, holding, rims_of
from napari_geofm.core.craters.windows import columns_around
from napari_geofm.core.region import At
from napari_geofm.gui.canvas.canvas_look import canvas_of
from napari_geofm.gui.canvas.geometry import proportions
from napari_geofm.gui.canvas.overlaying import follow_camera
from napari_geofm.gui.craters.circles_overlay import CirclesOverlay
from napari_geofm.gui.craters.grip import Grip, grip_at
from napari_geofm.gui.craters.whereabouts import to_image, to_section
from napari_geofm.gui.parts.telling import tell
from napari_geofm.session.craters.shelf import CraterShelf

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.gui.canvas.section_view import SectionView
    from napari_geofm.session import Session

__all__ = ["CratersView"]

CORNERS = 48
NEAR_PX = 4.0
"""A click moves the mouse by at most so much."""

FILLS = 0.3
"""Part of the window's height that a crater takes that is gone to."""


class CratersView(QObject):
    """Keeps the circles what the shelf and the section say.

    Parameters
    ----------
    viewer, session, view
        The window, what is open in it, and the section on the screen.
    shelf
        The session's craters.
    """

    adjusting_changed = Signal(bool)

    def __init__(
        self,
        viewer: "Viewer",
        session: "Session",
        view: "SectionView",
        shelf: CraterShelf,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewer, self._session, self._view, self.shelf = viewer, session, view, shelf
        self._canvas = canvas_of(viewer)
        self.overlay = CirclesOverlay(self._canvas)
        self.overlay.stackUnder(view.furniture.rulers.top)
        self._known: dict[Crater, Rims] = {}
        self._listed: tuple[Crater, ...] = ()
        self._wanted: Crater | None = None
        self._pressed: QPointF | None = None
        self._grip: Grip | None = None
        self.adjusting = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.follow)
        self._canvas.installEventFilter(self)
        view.shown.connect(self._shown)
        shelf.changed.connect(self.refresh)
        shelf.chosen_changed.connect(self._point_out)
        for event in self._events():
            event.connect(self._later)
        self.refresh()

    def adjust(self, *, on: bool) -> None:
        """Have drags adjust and draw circles, or move the view again."""
        if on != self.adjusting:
            self.adjusting = on
            if on:
                # A brush would paint under the circle.
                self._view.layers.labels.mode = "pan_zoom"
                self.shelf.show(on=True)
            self.overlay.handles = on
            self.overlay.update()
            self.adjusting_changed.emit(on)

    def refresh(self) -> None:
        """Find anew which circles lie on the image that is shown."""
        shown = self.shelf.shown.craters if self.shelf.visible else ()
        self._listed = shown
        missing = [each for each in dict.fromkeys(shown) if each not in self._known]
        if missing:
            found = rims_of(missing, self.shelf.ground, self._shape, corners=CORNERS)
            self._known |= dict(zip(missing, found.each(), strict=True))
        if len(self._known) > 4 * len(shown) + 1000:
            self._known = {each: self._known[each] for each in shown}
        self._lay()

    def go_to(self, crater: Crater) -> None:
        """Bring a crater to the middle of the window, in the window of the image that holds it."""
        self.shelf.choose(crater)
        at, section, paging = self._view.at, self._view.section, self._session.paging
        if at is None or section is None:
            return
        column, row = to_section(np.array([crater.row, crater.column]), section)
        if paging is not None and not (0 <= row < section.shape[0] and 0 <= column < section.shape[1]):
            self._wanted = crater
            self._session.go_to(self._page_of(crater))
            return
        self._look_at(crater)

    def _page_of(self, crater: Crater) -> At:
        """Return the page of a large image that a crater's centre lies in, or comes nearest to."""
        survey, paging = self._session.survey, self._session.paging
        if paging is None:
            return survey.whole()
        rows, columns = survey.shape
        row, column = (min(max(0, round(at)), size - 1) for at, size in ((crater.row, rows), (crater.column, columns)))
        return survey.page(paging.around(row, column))

    def follow(self) -> None:
        """Paint where the camera sees the image now."""
        anything = bool(len(self.overlay.rims)) or self.overlay.drawn is not None or self.adjusting
        follow_camera(self.overlay, self.overlay.follow, self._viewer, self._view, self._session, anything=anything)

    def close(self) -> None:
        """Take the circles off the canvas."""
        self._soon.stop()
        self.shelf.changed.disconnect(self.refresh)
        self.shelf.chosen_changed.disconnect(self._point_out)
        for event in self._events():
            event.disconnect(self._later)
        self._canvas.removeEventFilter(self)
        self.overlay.hide()
        self.overlay.deleteLater()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802  (Qt's name)
        """Follow the canvas's size; choose, adjust or draw with the left button."""
        if event is not None and event.type() == QEvent.Type.Resize:
            self._later()
        elif isinstance(event, QMouseEvent) and self._mouse(event):
            return True
        return bool(super().eventFilter(watched, event))

    def _mouse(self, event: QMouseEvent) -> bool:
        """Take an event of the mouse; return whether napari is not to see it."""
        kind, place = event.type(), event.position()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = QPointF(place)
            if self.adjusting:
                self._grip = self._grip_at(place)
                return True
        elif kind == QEvent.Type.MouseMove and self._grip is not None:
            outline = self._grip.dragged(self.overlay, place)
            self.overlay.drawn = outline if self._moved(place) else None
            self.follow()
            self.overlay.update()
            return True
        elif kind == QEvent.Type.MouseButtonRelease and event.button() == Qt.MouseButton.LeftButton:
            return self._released(place)
        return False

    def _grip_at(self, place: QPointF) -> Grip | None:
        """Take hold of the chosen circle, of another one's rim, which is chosen then, or begin a new circle."""
        grip = grip_at(self.overlay, self.shelf.chosen, self.overlay.chosen, place)
        rim = self._rim_at(place) if grip.crater is None else None
        if rim is None:
            return grip
        self.shelf.choose(rim)
        if self.overlay.chosen is not None and not self.overlay.chosen.closed.any():
            tell("A circle around a pole is no circle on this map: adjust it on a polar map")
            return None
        return grip_at(self.overlay, rim, self.overlay.chosen, place)

    def _released(self, place: QPointF) -> bool:
        grip, self._grip = self._grip, None
        click = self._pressed is not None and not self._moved(place)
        self._pressed = None
        self.overlay.drawn = None
        painting = str(self._view.layers.labels.mode) != "pan_zoom"
        if click and not painting and self.overlay.isVisible():
            self.shelf.choose(self._nearest(place))
        elif grip is not None and not click:
            self._take(grip, place)
        self.overlay.update()
        return grip is not None

    def _take(self, grip: Grip, place: QPointF) -> None:
        """Keep what was dragged."""
        column, row, diameter = grip.circle(self.overlay, place)
        row, column = to_image(row, column, self._view.section)
        if diameter < 2:
            return
        if grip.crater is None:
            self.shelf.add(Crater(row, column, diameter))
        else:
            self.shelf.change(grip.crater, row, column, diameter)

    def _moved(self, place: QPointF) -> bool:
        start = self._pressed
        return start is not None and max(abs(place.x() - start.x()), abs(place.y() - start.y())) > NEAR_PX

    def _rim_at(self, place: QPointF) -> Crater | None:
        """Return the crater whose rim is at a place of the canvas."""
        seen = self.overlay.seen()
        if not seen.size:
            return None
        here = np.array([place.x() - self.overlay.x(), place.y() - self.overlay.y()])
        away = np.linalg.norm(self.overlay.spots(self.overlay.rims.points[seen]) - here, axis=2)
        nearest = np.fmin.reduce(away, axis=1)
        best = int(nearest.argmin())
        return self._listed[int(self.overlay.rims.owner[seen[best]])] if nearest[best] <= 2 * NEAR_PX else None

    def _nearest(self, place: QPointF) -> Crater | None:
        """Return the crater whose rim was clicked, or the smallest one that was clicked into."""
        rim = self._rim_at(place)
        seen = [self._listed[each] for each in np.unique(self.overlay.rims.owner[self.overlay.seen()]).tolist()]
        if rim is not None or not seen:
            return rim
        column, row = self.overlay.samples(place)
        within = holding(seen, self.shelf.ground, *to_image(row, column, self._view.section))
        return min((each for each, inside in zip(seen, within, strict=True) if inside), key=_size, default=None)

    def _look_at(self, crater: Crater) -> None:
        section = self._view.section
        if section is None:
            return
        column, row = to_section(np.array([crater.row, crater.column]), section).tolist()
        down, across = proportions(self._session.survey, section, self._session.settings.exaggeration).scale
        camera = self._viewer.scene.camera
        camera.center = (row * down, column * across)
        # Closer where it would be a dot, further where it would not fit.
        high = crater.diameter_px * down * float(camera.zoom) / max(1, self._canvas.height())
        if not 0.05 <= high <= 0.8:
            camera.zoom = float(camera.zoom) * FILLS / high
        self.follow()

    def _shown(self, _at: object) -> None:
        self._lay()
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self._look_at(wanted)

    def _lay(self) -> None:
        """Put the circles at their places in the section that is shown."""
        self.overlay.rims = self._in_section(Rims.together([self._known[each] for each in self._listed], CORNERS))
        self.overlay.edge = np.array([each.on_edge for each in self._listed], bool)
        self.overlay.ends = self._ends()
        self._point_out()
        self.follow()
        self.overlay.update()

    def _in_section(self, rims: Rims) -> Rims:
        return Rims(to_section(rims.points, self._view.section), rims.joined, rims.owner)

    def _ends(self) -> tuple[float, float] | None:
        """Return the columns in the section with which a map that closes around the body begins and ends."""
        columns = columns_around(self._shape, self.shelf.ground)
        if columns is None:
            return None
        ends = to_section(np.array([[0.0, -0.5], [0.0, columns - 0.5]]), self._view.section)[:, 0]
        return float(ends.min()), float(ends.max())

    @property
    def _shape(self) -> tuple[int, int]:
        rows, columns = self._session.survey.shape
        return rows, columns

    def _point_out(self) -> None:
        chosen = self.shelf.chosen
        known = None if chosen is None else self._known.get(chosen)
        self.overlay.chosen = None if known is None else self._in_section(known)
        self.overlay.update()

    def _events(self) -> tuple[Any, ...]:
        camera = self._viewer.scene.camera
        return camera.events.center, camera.events.zoom, self._viewer.dims.events.ndisplay

    def _later(self, _event: object = None) -> None:
        if self.overlay.isVisible() or len(self.overlay.rims):
            self._soon.start()


def _size(crater: Crater) -> float:
    return crater.diameter_px
