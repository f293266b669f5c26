"""The whole survey in three dimensions, decimated, and back to the section as it was."""

import gc
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QObject, QTimer, Signal
from qtpy.QtWidgets import QLabel

from napari_geofm.core.region import At
from napari_geofm.errors import GeoFMError
from napari_geofm.gui.canvas.appearance import colour_map
from napari_geofm.gui.canvas.canvas_look import canvas_of, lie_over
from napari_geofm.gui.parts.telling import tell, telling
from napari_geofm.gui.parts.words import place_words
from napari_geofm.gui.solid.picking import picked
from napari_geofm.gui.solid.volume_layers import VolumeLayers
from napari_geofm.gui.solid.volume_scale import volume_scale
from napari_geofm.session.overview import Grid, amplitudes_of, labels_of, predictions_of, without_commonest

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["VolumeView"]

STILL = 4
"""Pixels that the mouse may move between press and release of what is a click, not a turn of the view."""

ANGLES = (0.0, 28.0, 62.0)

ORDER = (0, 2, 1)
"""From the survey's axes (inline, crossline, time) to the screen's: away, down, to the right."""


@dataclass(frozen=True, slots=True)
class _Before:
    """What is put back."""

    visible: dict[Any, bool]
    active: Any
    camera: tuple[tuple[float, ...], float, tuple[float, ...]]
    untouched: bool


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read; labels and prediction are inside values, None where there are none."""

    amplitudes: NDArray[np.uint8]
    labels: NDArray[np.uint8] | None
    prediction: NDArray[np.uint8] | None


class VolumeView(QObject):
    """Shows the survey in three dimensions while it is on: planes at the current section, labels, the prediction.

    A click on what is labelled or predicted goes to that section; the plane follows.

    Parameters
    ----------
    workspace
        The viewer, session and section view.
    """

    changed = Signal()
    """Turned on or off, or progress in reading."""

    _advanced = Signal(int)
    _ended = Signal(object)

    def __init__(self, workspace: "Workspace", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer, self._session, self._view = workspace.viewer, workspace.session, workspace.view
        self.layers: VolumeLayers | None = None
        self._grid = Grid.of(self._session.survey.shape)
        self._amplitudes: tuple[tuple[float, float], NDArray[np.uint8]] | None = None
        self._before: _Before | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._note = QLabel(canvas_of(self._viewer))
        self._note.setStyleSheet("background: rgba(20, 22, 28, 225); color: #f0f0f0; padding: 4px 8px;")
        self._note.hide()
        lie_over(self._note)
        self._advanced.connect(self._say_progress)
        self._ended.connect(self._arrived)

    @property
    def active(self) -> bool:
        """Whether three dimensions are on the screen."""
        return self.layers is not None

    @property
    def reading(self) -> bool:
        """Whether the survey is being read for it."""
        return self._thread is not None

    def reason(self) -> str:
        """Return why it cannot be shown, empty where it can."""
        survey = self._session.survey
        return "" if len(survey.cuts) == 3 else f"{survey.path.name} is no volume: it has no third dimension"

    def toggle(self) -> None:
        """Show the survey in three dimensions, or the section again; while it is read: stop reading."""
        if self.reason():
            tell(self.reason())
        elif self.active:
            self.leave()
        elif self.reading:
            self._stop.set()
        else:
            self._read()

    def leave(self) -> None:
        """Show the section again, as it was."""
        layers, before = self.layers, self._before
        if layers is None or before is None:
            return
        self.layers = self._before = None
        self._disconnect()
        # First the dimensions: a camera in three would frame what is left of them.
        self._viewer.dims.ndisplay = 2
        layers.remove()
        for layer, visible in before.visible.items():
            layer.visible = visible
        camera = self._viewer.scene.camera
        camera.center, camera.zoom, camera.angles = before.camera
        if before.untouched:
            self._view.frame()
        if before.active in self._viewer.layers:
            self._viewer.layers.selection.active = before.active
        self._say("")
        # A layer and what draws it hold each other: their memory would come back some time later.
        QTimer.singleShot(0, gc.collect)
        self.changed.emit()

    def close(self) -> None:
        """Stop reading, and take everything away."""
        self._stop.set()
        self._advanced.disconnect(self._say_progress)
        self._ended.disconnect(self._arrived)
        if self._thread is not None:
            self._thread.join(5)
        self.leave()
        self._note.hide()
        self._note.deleteLater()

    def _read(self) -> None:
        self._stop.clear()
        stretch = self._session.stretch
        limits = (stretch.low, stretch.high)
        self._thread = threading.Thread(target=self._run, args=(limits,), name="geofm-overview", daemon=True)
        self._say_progress(0)
        self._thread.start()
        self.changed.emit()

    def _run(self, limits: tuple[float, float]) -> None:
        """Read, in a thread of its own."""
        found: _Read | str | None = None
        try:
            kept = self._amplitudes
            if kept is None or kept[0] != limits:
                read = amplitudes_of(self._session.survey, self._grid, limits, lambda part: self._report(80 * part))
                kept = (limits, np.ascontiguousarray(read.transpose(ORDER))) if read is not None else None
                self._amplitudes = kept
            if kept is not None:
                labels = labels_of(self._session, self._grid, lambda part: self._report(80 + 10 * part))
                prediction = predictions_of(self._session, self._grid, lambda part: self._report(90 + 10 * part))
                found = _Read(kept[1], labels, prediction)
        except GeoFMError as error:
            found = str(error)
        except (OSError, ValueError) as error:
            found = f"{self._session.survey.path.name} cannot be read for three dimensions: {error}"
        self._ended.emit(found)

    def _report(self, percent: float) -> bool:
        self._advanced.emit(int(percent))
        return not self._stop.is_set()

    def _arrived(self, found: "_Read | str | None") -> None:
        self._thread = None
        self._say("")
        if isinstance(found, str):
            path = self._session.survey.path
            tell(found.replace(str(path), path.name))
        elif found is not None and not self._stop.is_set():
            with telling():
                self._show(found)
        self.changed.emit()

    def _show(self, read: _Read) -> None:
        viewer, camera = self._viewer, self._viewer.scene.camera
        visible = {layer: bool(layer.visible) for layer in viewer.layers}
        placed = (tuple(camera.center), float(camera.zoom), tuple(camera.angles))
        self._before = _Before(visible, viewer.layers.selection.active, placed, self._view.framing.untouched)
        for layer in visible:
            layer.visible = False
        settings, session = self._session.settings, self._session
        colours = colour_map(settings.colormap, flipped=settings.flipped)
        scale = volume_scale(session.survey, self._grid, settings.exaggeration)
        self.layers = VolumeLayers(viewer, read.amplitudes, scale, colours)
        if read.prediction is not None:
            shown = without_commonest(read.prediction).transpose(ORDER)
            self.layers.mark(np.ascontiguousarray(shown), "survey, predicted", session.classes, 0.6)
        if read.labels is not None:
            self.layers.mark(np.ascontiguousarray(read.labels.transpose(ORDER)), "survey, labelled", session.classes, 1)
        viewer.dims.ndisplay = 3
        self._place_planes()
        camera.angles = ANGLES
        # Hidden layers would count: a time slice, which is kilometres wide, would push the survey into a corner.
        viewer.reset_view(layers=self.layers.planes, margin=0.1, reset_camera_angle=False)
        # Nothing can be painted on it, and the mouse turns it.
        viewer.layers.selection.active = self.layers.planes[0]
        viewer.mouse_drag_callbacks.append(self._clicked)
        session.place_changed.connect(self._place_planes)
        session.classes_changed.connect(self._recolour)
        session.settings_changed.connect(self._keep_hidden)
        self._say("A click on a label or prediction goes to its section")

    def _disconnect(self) -> None:
        if self._clicked in self._viewer.mouse_drag_callbacks:
            self._viewer.mouse_drag_callbacks.remove(self._clicked)
        self._session.place_changed.disconnect(self._place_planes)
        self._session.classes_changed.disconnect(self._recolour)
        self._session.settings_changed.disconnect(self._keep_hidden)

    def _place_planes(self, _at: object = None) -> None:
        """Put the plane of the current axis at the current section; the other two frame the survey."""
        if self.layers is None:
            return
        survey, at = self._session.survey, self._session.place
        for dim, axis in enumerate(survey.dims):
            shown = ORDER.index(dim)
            if axis == at.axis and at.value is not None:
                self.layers.move(shown, self._grid.place(survey, axis, at.value))
            else:
                # The deepest level and the far ends.
                self.layers.move(shown, float(self._grid.shape[dim]) if axis == survey.dims[2] else 0.0)

    def _clicked(self, _viewer: Any, event: Any) -> Any:
        """Go where a click meets something; a drag turns the view."""
        start = np.asarray(event.pos, float)
        yield
        while event.type == "mouse_move":
            yield
        if self.layers is None or np.abs(np.asarray(event.pos, float) - start).max() > STILL:
            return
        found = picked(self.layers.marks, event)
        if found is None:
            self._say("Nothing is labelled or predicted there")
            return
        _, place, value = found
        self._go(place, value)

    def _go(self, place: tuple[int, int, int], value: int) -> None:
        """Go to the section of a sample along the current axis, and remember where it lies along the others."""
        survey, session = self._session.survey, self._session
        numbers = {
            axis: self._grid.number(survey, axis, place[ORDER.index(dim)]) for dim, axis in enumerate(survey.dims)
        }
        for axis, number in numbers.items():
            session.point_out(axis, float(number))
        session.go_to(At(session.place.axis, numbers[session.place.axis]))
        name = session.classes.names[value - 1] if value <= len(session.classes) else ""
        self._say(f"{name}: {', '.join(place_words(At(axis, number)) for axis, number in numbers.items())}")

    def _keep_hidden(self) -> None:
        """Keep for later what the settings now show or hide of the section."""
        if self._before is None:
            return
        settings, shown = self._session.settings, self._before.visible
        shown[self._view.layers.features] = settings.show_features
        shown[self._view.layers.prediction] = settings.show_prediction
        for layer in shown:
            layer.visible = False

    def _recolour(self) -> None:
        if self.layers is not None:
            self.layers.recolour(self._session.classes)

    def _say_progress(self, percent: int) -> None:
        if self.reading:
            self._say(f"Reading the survey for three dimensions… {percent} %")

    def _say(self, text: str) -> None:
        """Write at the canvas's lower edge; nothing is written by an empty text."""
        canvas = canvas_of(self._viewer)
        self._note.setText(text)
        self._note.setVisible(bool(text))
        self._note.adjustSize()
        self._note.move((canvas.width() - self._note.width()) // 2, canvas.height() - self._note.height() - 10)
        self._note.raise_()
