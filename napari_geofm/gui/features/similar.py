"""What looks like the place that was clicked: asked for, shown as a heat layer, labelled above a threshold."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QObject, Signal
from qtpy.QtGui import QKeySequence
from qtpy.QtWidgets import QShortcut

from napari_geofm.core.labels import Origin
from napari_geofm.core.region import At
from napari_geofm.gui.features.heat_layer import HeatLayer
from napari_geofm.gui.parts.telling import tell
from napari_geofm.jobs.view_specs import SimilarityResult, SimilaritySpec

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["Similar"]

NEAR = 4.0
"""A click moves the mouse by at most so much, in canvas px; what moves it further is a drag, which moves the view."""


class Similar(QObject):
    """Off at first. While it is on, a click on the section asks, and other sections are compared with that place too.

    Parameters
    ----------
    workspace
        The viewer, session and engine.

    Attributes
    ----------
    values
        ndarray of float32, ``(rows, columns)`` of the section shown, -1 to 1, NaN where there is no trace; None where
        nothing has been answered.
    threshold
        From where on it is seen, and labelled: 0 to 1.
    """

    changed = Signal()
    """It was turned on or off, asked, answered, or its threshold moved."""

    def __init__(self, workspace: "Workspace", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._viewer, self._view, self.session = workspace.viewer, workspace.view, workspace.session
        self._heat = HeatLayer(workspace.viewer, workspace.view.layers.amplitude)
        self.on = self.waiting = False
        self.values: NDArray[np.float32] | None = None
        self.threshold = 0.5
        self._at: At | None = None
        self._direction: tuple[float, ...] | None = None
        self._mode = "pan_zoom"
        self._escape = QShortcut(QKeySequence("Escape"), self._viewer.window._qt_window)
        self._escape.setEnabled(False)
        self._escape.activated.connect(self.end)
        self.destroyed.connect(self._escape.deleteLater)
        self._view.shown.connect(self._shown)
        self._view.layers.labels.events.mode.connect(self._tool_chosen)

    @property
    def chosen(self) -> bool:
        """Whether a place has been clicked."""
        return self._direction is not None or self.waiting

    def toggle(self) -> None:
        """Begin, or end."""
        if self.on:
            self.end()
        else:
            self.begin()

    def begin(self) -> None:
        """Wait for a click; the brush rests meanwhile."""
        if self.on:
            return
        labels = self._view.layers.labels
        self._mode = str(labels.mode)
        labels.mode = "pan_zoom"
        self.on = True
        self._viewer.layers.selection.active = labels
        self._viewer.mouse_drag_callbacks.append(self._pressed)
        self._escape.setEnabled(True)
        self.changed.emit()

    def end(self) -> None:
        """Take the heat away; the brush is what it was."""
        if not self.on:
            return
        self._stop()
        self._view.layers.labels.mode = self._mode

    def move_threshold(self, threshold: float) -> None:
        """Show, and label, from another likeness on."""
        self.threshold = threshold
        self._heat.show_from(threshold)
        self.changed.emit()

    def mask(self) -> NDArray[np.bool_]:
        """Return what is alike enough on the section shown and not labelled yet; no sample where nothing is known."""
        if self.values is None or self._at is None or self._at != self._view.at:
            return np.zeros((1, 1), bool)
        found: NDArray[np.bool_] = (self.values >= self.threshold) & (self.session.labels_at(self._at) == 0)
        return found

    def label(self) -> int:
        """Label what is alike enough as the chosen class, where nothing is labelled; return how many samples.

        Raises
        ------
        OutputError
            When the disk is full.
        """
        mask, at = self.mask(), self._at
        if at is None or not mask.any():
            return 0
        painted = self.session.labels_at(at)
        painted[mask] = self.session.current_class + 1
        # Nobody painted these: they are not what a model is tested on.
        return self.session.record(at, painted, what="labelled what looks alike", origin=Origin.ACCEPTED)

    def ask(self, row: int, column: int) -> None:
        """Ask what looks like a sample of the section shown."""
        if self._view.at is not None:
            self._direction = None
            self._ask(SimilaritySpec(self.session.survey.path, self._view.at, row, column))

    def _ask(self, spec: SimilaritySpec) -> None:
        self.waiting = True
        self._workspace.engine.view(spec, "similar", self._answered, self._failed)
        self.changed.emit()

    def _answered(self, found: SimilarityResult) -> None:
        self.waiting = False
        if self.on and found.at == self._view.at:
            self._at, self.values, self._direction = found.at, found.similarity, found.direction
            self._heat.show(found.similarity, self.threshold)
        self.changed.emit()

    def _failed(self, why: str) -> None:
        self.waiting = False
        tell(why)
        self.changed.emit()

    def _shown(self, at: At) -> None:
        """Compare the next section with the same place."""
        self._forget()
        if self.on and self._direction is not None:
            self._ask(SimilaritySpec(self.session.survey.path, at, direction=self._direction))
        elif self.on:
            self.waiting = False
            self.changed.emit()

    def _forget(self) -> None:
        self.values = self._at = None
        self._heat.hide()

    def _stop(self) -> None:
        self.on = self.waiting = False
        self._direction = None
        self._escape.setEnabled(False)
        if self._pressed in self._viewer.mouse_drag_callbacks:
            self._viewer.mouse_drag_callbacks.remove(self._pressed)
        self._forget()
        self.changed.emit()

    def _tool_chosen(self, _event: object = None) -> None:
        """End when a brush is taken up, which then paints."""
        if self.on and str(self._view.layers.labels.mode) != "pan_zoom":
            self._stop()

    def _pressed(self, _viewer: Any, event: Any) -> Iterator[None]:
        """Tell a click from a drag."""
        start = np.asarray(event.pos, float)
        yield
        while event.type == "mouse_move":
            yield
        section = self._view.section
        if section is None or event.button != 1 or np.abs(np.asarray(event.pos, float) - start).max() > NEAR:
            return
        row, column = (round(float(part)) for part in self._view.layers.amplitude.world_to_data(event.position))
        if 0 <= row < section.shape[0] and 0 <= column < section.shape[1]:
            self.ask(row, column)
