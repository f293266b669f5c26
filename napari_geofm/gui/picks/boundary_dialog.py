"""A horizon from the boundary between two classes of labels or of a prediction."""

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QWidget

from napari_geofm.core.progress import Control, Job
from napari_geofm.gui.parts.aside import Aside
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.telling import telling
from napari_geofm.gui.parts.words import count_words
from napari_geofm.gui.predict.takeaways import takeaways_of

if TYPE_CHECKING:
    from napari_geofm.io.label_horizons import Boundary
    from napari_geofm.session import Session

__all__ = ["BoundaryDialog"]


class BoundaryDialog(QDialog):
    """Asks for two classes, and adds the horizon between them to the session's interpretations.

    Parameters
    ----------
    session
        Its labels and predictions are offered.
    """

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Horizon between two classes")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self.work = Aside("geofm-boundary", self)
        self.source, self.above, self.below = QComboBox(self), QComboBox(self), QComboBox(self)
        for each in takeaways_of(session):
            if each.quantity == "labels" and each.source is not None:
                self.source.addItem(each.words, each.source)
        for box in (self.above, self.below):
            box.addItems(session.classes.names)
        self.below.setCurrentIndex(min(1, len(session.classes) - 1))
        self.note = Note()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.make = self.buttons.addButton("&Find", QDialogButtonBox.ButtonRole.ApplyRole)
        form = QFormLayout(self)
        form.addRow("in", self.source)
        form.addRow("above it", self.above)
        form.addRow("below it", self.below)
        form.addRow(self.note)
        form.addRow(self.buttons)
        if self.make is not None:
            self.make.clicked.connect(self.start)
        self.buttons.rejected.connect(self.reject)
        self.work.busy_changed.connect(self._busy)
        self.setMinimumWidth(360)

    def start(self) -> None:
        """Look for the boundary."""
        source, session = Path(self.source.currentData()), self._session
        upper, lower = self.above.currentIndex(), self.below.currentIndex()
        names = self.above.currentText(), self.below.currentText()

        def work(control: Control) -> "Job[Boundary]":
            from napari_geofm.io.label_horizons import boundary_job
            from napari_geofm.io.labels import read_labels

            labels = read_labels(source, session.survey)
            return (
                yield from boundary_job(
                    labels.values, session.survey, upper, lower, " to ".join(names), control, names=names
                )
            )

        self.note.say("Looking for the boundary…")
        self.work.run(work, self._found, self.note.say)

    def reject(self) -> None:
        """Cancel what runs, or close."""
        self.work.cancel()
        super().reject()

    def _found(self, found: "Boundary") -> None:
        with telling():
            (pick,) = self._session.picks.add([found.horizon], self.source.currentText())
            several = f"; {found.several:,} traces have several, the shallowest is taken" if found.several else ""
            self.note.say(
                f"{pick.name}: {count_words(found.horizon.picked)} picks{several}. More > Export… takes it home."
            )

    def _busy(self, on: bool) -> None:
        if self.make is not None:
            self.make.setEnabled(not on)
