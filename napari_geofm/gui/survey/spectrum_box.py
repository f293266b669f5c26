"""Which frequencies there are: of the channel under the mouse, or of the part that is drawn or seen."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from weakref import ref

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QTimer, Signal
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from napari_geofm.core.das.signal import Signal as Recorded
from napari_geofm.core.das.spectrum import Spectrum, spectrum_of
from napari_geofm.errors import GeoFMError
from napari_geofm.gui.labels.drawn_region import DrawnRegion
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.survey.spectrum_plot import SpectrumPlot
from napari_geofm.io.spectra import corners_of

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["SpectrumBox"]

CHANNEL, SEEN, DRAWN = "channel at the mouse", "what is seen", "what I draw"
"""What the spectrum is of."""


class SpectrumBox(QWidget):
    """Draws spectra of the section on the screen, as it is processed there.

    Parameters
    ----------
    workspace
        The session and what is on the screen.
    """

    _came = Signal(int, object)

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer, self.session, self._view = workspace.viewer, workspace.session, workspace.view
        self.toggle = StepButton("Spectrum", "Which frequencies there are on the screen", "Shift+Q")
        self.toggle.setCheckable(True)
        self.of, self.plot, self.note = QComboBox(self), SpectrumPlot(self), Note()
        self.of.addItems([CHANNEL, SEEN, DRAWN])
        self.of.setToolTip(
            "The channel under the mouse; the part of the section on the screen; a region that you draw around. "
            "The line is the median, within the band lie 80 % of the channels"
        )
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.toggle)
        row.addWidget(self.of, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(row)
        whole.addWidget(self.plot)
        whole.addWidget(self.note)
        self._region = DrawnRegion(workspace)
        self._number, self._said = 0, ""
        # What is on the screen: another chain may be chosen while its section is still being read.
        self._seen = self.session.shown
        self._asked: tuple[int, ...] = ()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="geofm-spectrum")
        # However far the mouse moves in one go, the last place alone is looked at.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(30)
        self._soon.timeout.connect(self.refresh)
        self.toggle.toggled.connect(self._toggled)
        self.of.currentTextChanged.connect(lambda _: self._chosen())
        self._came.connect(self._arrived)
        self._view.shown.connect(self._shown)
        moved = _heard(self)
        for events in (workspace.viewer.cursor.events.position, workspace.viewer.scene.camera.events):
            events.connect(moved)
            self.destroyed.connect(partial(events.disconnect, moved))
        self.destroyed.connect(self._pool.shutdown)
        self._toggled(False)

    def refresh(self) -> None:
        """Ask for the spectrum of what is meant, unless it is drawn already."""
        section = self._view.section
        if not self.toggle.isChecked() or section is None:
            return
        places = self._places()
        if places is None or (id(section), *places) == self._asked:
            return
        self._asked = (id(section), *places)
        rows, columns = slice(places[0], places[1]), slice(places[2], places[3])
        values, signal = section.values[rows, columns].T, Recorded.of(self._seen)
        self._number += 1
        number, self._said = self._number, self._words(rows, columns)
        told = self._pool.submit(spectrum_of, [values], signal)
        told.add_done_callback(lambda done: self._tell(number, done))

    def _tell(self, number: int, done: "Future[Spectrum]") -> None:
        """Hand over what a thread has found; the window may have gone meanwhile."""
        try:
            found: object = done.result()
        except GeoFMError as error:
            found = str(error)
        with suppress(RuntimeError):
            self._came.emit(number, found)

    def _arrived(self, number: int, found: object) -> None:
        if number != self._number or not self.toggle.isChecked():
            return
        if isinstance(found, Spectrum):
            self.plot.show_spectrum(found, corners_of(self._seen))
            self.note.say(self._said)
        else:
            self.plot.show_spectrum(None, (), str(found))
            self.note.say("")

    def _places(self) -> tuple[int, int, int, int] | None:
        """Return first and last row and column of what is meant; None beside the section."""
        section = self._view.section
        assert section is not None
        rows, columns = section.shape
        layer = self._view.layers.amplitude
        if self.of.currentText() == CHANNEL:
            row, column = (round(float(each)) for each in layer.world_to_data(self._viewer.cursor.position)[-2:])
            return (0, rows, column, column + 1) if 0 <= row < rows and 0 <= column < columns else None
        if self.of.currentText() == DRAWN:
            drawn = self._region.layer
            if drawn is None or not len(drawn.data):
                return None
            corners = np.asarray(drawn.data[-1])
        else:
            corners = np.array([layer.world_to_data(corner)[-2:] for corner in self._corners()])
        low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
        top, left = max(0, int(low[0])), max(0, int(low[1]))
        bottom, right = min(rows, int(high[0]) + 1), min(columns, int(high[1]) + 1)
        return (top, bottom, left, right) if bottom > top and right > left else None

    def _corners(self) -> list[NDArray[np.float64]]:
        """Return two opposite corners of the canvas in the world."""
        camera, canvas = self._viewer.scene.camera, self._viewer.window._qt_viewer.canvas
        half = np.array(canvas.size, float) / (2 * camera.zoom)
        centre = np.array(camera.center[-2:], float)
        return [centre - half, centre + half]

    def _words(self, rows: slice, columns: slice) -> str:
        """Return what the spectrum is of."""
        section = self._view.section
        assert section is not None
        time, along = section.rows.values[rows], section.columns.values[columns]
        unit = f" {section.columns.units}" if section.columns.units else ""
        where = f"{along[0]:.6g}" if along.size == 1 else f"{along[0]:.6g} to {along[-1]:.6g}"
        count = "" if along.size == 1 else f", {along.size} channels"
        return f"Distance {where}{unit}{count}, {time[0]:.4g} to {time[-1]:.4g} s."

    def moved(self) -> None:
        """Take notice of another place of the mouse, or another part of the section on the screen."""
        if self.toggle.isChecked() and not self._soon.isActive():
            self._soon.start()

    def _shown(self, _at: object) -> None:
        self._seen = self.session.shown
        self._again()

    def _again(self) -> None:
        self._asked = ()
        self.moved()

    def _chosen(self) -> None:
        """Have a region drawn where one is meant, and take it away where none is."""
        if self.toggle.isChecked() and self.of.currentText() == DRAWN:
            self._region.begin().events.data.connect(self._drawn)
            self.plot.show_spectrum(None, (), "draw around a part of the section")
        elif self._region.layer is not None:
            self._region.clear()
        self._again()

    def _drawn(self, _event: object = None) -> None:
        self._again()

    def _toggled(self, on: bool) -> None:
        for part in (self.of, self.plot):
            part.setVisible(on)
        self.note.say("")
        self.plot.show_spectrum(None, (), "point at a channel")
        self._chosen()


def _heard(box: SpectrumBox) -> Callable[..., None]:
    """Return what tells a box that the mouse or the camera moved, as long as it is there."""
    there = ref(box)

    def moved(_event: object = None) -> None:
        found = there()
        if found is not None:
            with suppress(RuntimeError):
                found.moved()

    return moved
