"""The current section on the screen: it follows the session, and strokes go back to it."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QObject, QTimer, Signal

from napari_geofm.core.region import At
from napari_geofm.core.section import Section
from napari_geofm.gui.canvas.appearance import clip_limits, colour_map
from napari_geofm.gui.canvas.framing import Framing
from napari_geofm.gui.canvas.furniture import Furniture
from napari_geofm.gui.canvas.geometry import Proportions, proportions
from napari_geofm.gui.canvas.layers import SectionLayers
from napari_geofm.gui.canvas.positions import Positions
from napari_geofm.gui.canvas.reading import Reader
from napari_geofm.gui.canvas.sparing import Sparing
from napari_geofm.gui.canvas.waiting import Waiting
from napari_geofm.gui.canvas.wheel_stepping import WheelStepping
from napari_geofm.gui.parts.telling import tell, telling

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.session import Session

__all__ = ["SectionView"]

Prediction = tuple[At, NDArray[np.uint8], NDArray[np.float32]]

_WORDS = {"paint": "stroke", "erase": "eraser", "fill": "fill", "polygon": "polygon"}


class SectionView(QObject):
    """Shows the session's place, and records what is painted on it.

    Parameters
    ----------
    viewer
        napari's.
    session
        What is shown.
    staged
        Whether the amplitudes come alone at first, drawn that much sooner, and the rest by :meth:`complete`.
    """

    began = Signal()
    """Once: the first section is shown, or could not be read."""

    shown = Signal(object)
    """The place (At) that all layers show from now on."""

    prediction_changed = Signal()

    def __init__(
        self, viewer: "Viewer", session: "Session", parent: QObject | None = None, *, staged: bool = False
    ) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._session = session
        self.section: Section | None = None
        self.prediction: Prediction | None = None
        self.layers = SectionLayers(viewer)
        self._sparing: Sparing | None = None
        self._begun = False
        self.furniture = Furniture(viewer, session, self.layers.amplitude, self.layers.confidence, self)
        self.framing = Framing(viewer, self)
        self._wheel = WheelStepping(viewer, session)
        self._following = True
        self._staying = False
        self._unrecorded = False
        self._framed: tuple[str, tuple[int, int]] | None = None
        self.positions = Positions(session.survey)
        self._waiting = Waiting(viewer, self)
        self._reader = Reader(self._read, session.beyond, self._state, self)
        self._reader.done.connect(self._show)
        self._reader.failed.connect(self._unread)
        session.place_changed.connect(self._ask)
        session.labels_changed.connect(self._relabelled)
        session.classes_changed.connect(self._reclassed)
        session.settings_changed.connect(self.restyle)
        session.processing_changed.connect(self._reprocessed)
        self.layers.labels.events.paint.connect(self._painted)
        self.layers.labels.events.selected_label.connect(self._chosen)
        self._reclassed()
        if not staged:
            self.complete()
        self._ask(session.place)

    def complete(self) -> None:
        """Add what lies over the amplitudes."""
        self.layers.add_rest()
        self._sparing = Sparing(self._viewer, self.layers.all[1:])

    @property
    def at(self) -> At | None:
        """The place on the screen; None before the first section is read."""
        return self.section.at if self.section is not None else None

    def show_features(self, at: At, colours: NDArray[np.uint8], token_px: float) -> None:
        """Show a feature map, unless the section has gone meanwhile."""
        if at == self.at:
            self.layers.show_features(colours, token_px)

    def show_prediction(self, at: At, classes: NDArray[np.uint8], confidence: NDArray[np.float32]) -> None:
        """Show a prediction, unless the section has gone meanwhile."""
        if at == self.at:
            self.prediction = (at, classes, confidence)
            self.layers.show_prediction(classes, confidence)
            self._show_used()
            self.prediction_changed.emit()

    def forget_prediction(self) -> None:
        """Take the prediction off the screen."""
        if self.prediction is None:
            return
        self.prediction = None
        self.layers.hide_prediction()
        self.prediction_changed.emit()

    def restyle(self) -> None:
        """Show the section as the settings say: colours, clip, polarity, exaggeration."""
        settings, section = self._session.settings, self.section
        if section is None:
            return
        colours = colour_map(settings.colormap, flipped=settings.flipped)
        limits = clip_limits(self._session.stretch, section.values, settings.percent)
        self.layers.colour_amplitude(colours, limits)
        untouched, shape = self.framing.untouched, self._proportions(section)
        self.layers.rescale(shape.scale)
        self.furniture.show_section(section, shape)
        self.framing.describe(section.shape, shape, self.furniture.rulers.margins)
        if untouched:
            self.frame()

    def frame(self) -> None:
        """Fit the section into the canvas."""
        self.framing.fit()

    def close(self) -> None:
        """Record what is being painted, and stop reading."""
        self._end_stroke()
        self._reader.close()
        self._waiting.close()
        if self._sparing is not None:
            self._sparing.close()
        self.layers.close()
        self._wheel.close()
        self.framing.close()
        self.furniture.close()

    def _proportions(self, section: Section) -> Proportions:
        return proportions(self._session.survey, section, self._session.settings.exaggeration)

    def _read(self, at: At) -> tuple[Section, NDArray[np.uint8]]:
        """Read a section, in the reader's thread."""
        self.positions.load()
        # Fitted here, where nobody waits for it.
        _ = self._session.stretch
        return self._session.section(at), self._session.labels_at(at)

    def _state(self) -> object:
        """Return what changes with the survey's file, in the reader's thread; of one that is gone no two are equal."""
        try:
            found = self._session.survey.path.stat()
        except OSError:
            return object()
        return found.st_size, found.st_mtime_ns, found.st_ino, self._session.shown.fingerprint

    def _ask(self, at: At) -> None:
        if not self._staying:
            self._waiting.begin(at)
            self._reader.ask(at)

    def _unread(self, why: str) -> None:
        """Tell why a section cannot be shown, and stay at the one on the screen: it is what "this section" means."""
        self._waiting.end()
        tell(why.replace(str(self._session.survey.path), self._session.survey.path.name))
        if self.section is not None:
            self._staying = True
            try:
                self._session.stay_at(self.section.at)
            finally:
                self._staying = False
        self._begin()

    def _show(self, section: Section, labels: NDArray[np.uint8]) -> None:
        """Show a section that was read."""
        self._waiting.end()
        self._end_stroke()
        self.section, self.prediction = section, None
        self._following = False
        # A stroke may have been recorded between reading and showing.
        labels = self._session.labels_at(section.at)
        self.layers.show(section.values, labels, self._proportions(section).scale)
        self._following = True
        self.restyle()
        frame = (section.at.axis, section.shape)
        if frame != self._framed:
            self._framed = frame
            self.frame()
        self._show_used()
        self.prediction_changed.emit()
        self.shown.emit(section.at)
        self._begin()

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self.began.emit()

    def _painted(self, _event: object = None) -> None:
        """Record what napari's tools have painted: one event a stroke, which for a fill comes before its samples."""
        if self._following and self.section is not None:
            self._unrecorded = True
            QTimer.singleShot(0, self._record)

    def _end_stroke(self) -> None:
        """Record what is being painted, on the section that is still on the screen, before another one comes."""
        self.layers.labels.end_stroke()
        self._record()

    def _record(self) -> None:
        if self.section is None or not self._unrecorded:
            return
        self._unrecorded = False
        painted = np.where(self.section.valid, self.layers.labels.data, 0).astype(np.uint8)
        mode = str(self.layers.labels.mode)
        with telling():
            self._session.record(self.section.at, painted, what=_WORDS.get(mode, "stroke"))
        # Locked classes and dead traces stay as they were; the layer shows what is kept.
        self._refresh_labels()

    def _reprocessed(self) -> None:
        """Show the same section as it is processed now."""
        self._ask(self._session.place)

    def _relabelled(self, _at: object = None) -> None:
        self._refresh_labels()

    def _refresh_labels(self) -> None:
        if self.section is None:
            return
        kept = self._session.labels_at(self.section.at)
        if not np.array_equal(kept, self.layers.labels.data):
            self._following = False
            self.layers.show_labels(kept)
            self._following = True
        self._show_used()

    def _show_used(self) -> None:
        self.furniture.show_used(self.layers.labels.data, self.layers.prediction.data)

    def _reclassed(self) -> None:
        labels, wanted = self.layers.labels, self._session.current_class + 1
        # New colours make the layer tell of its own choice again, which is the one before.
        with labels.events.selected_label.blocker(self._chosen):
            self.layers.recolour(self._session.classes)
        if self.section is not None:
            self._show_used()
        if labels.selected_label not in {0, wanted}:
            labels.selected_label = wanted

    def _chosen(self, _event: object = None) -> None:
        number = int(self.layers.labels.selected_label) - 1
        if 0 <= number < len(self._session.classes):
            self._session.current_class = number
