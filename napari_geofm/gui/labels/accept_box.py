"""Taking a prediction, or carried labels, over as labels: a class or all, above a confidence, in a drawn region."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QSignalBlocker, Qt
from qtpy.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QSlider, QWidget

from napari_geofm.gui.labels.drawn_region import DrawnRegion
from napari_geofm.gui.parts.heading import Heading
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.telling import telling

if TYPE_CHECKING:
    from napari_geofm.gui.labels.carrying import Carrying
    from napari_geofm.gui.workspace import Workspace
    from napari_geofm.session.proposals import Proposal

__all__ = ["AcceptBox"]


class AcceptBox(QWidget):
    """Accept what was carried to the section shown, else its prediction; what is labelled already stays."""

    def __init__(
        self, workspace: "Workspace", key: str = "", carrying: "Carrying | None" = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._carrying = carrying
        self._before: int | None = None
        self.heading = Heading("Accept the prediction")
        self._workspace = workspace
        self.session = workspace.session
        self.region = DrawnRegion(workspace)
        self.what = QComboBox(self)
        self.what.addItems(["the chosen class", "all classes"])
        self.above = QSlider(Qt.Orientation.Horizontal, self)
        self.above.setRange(0, 99)
        self.above.setValue(50)
        self.above.setToolTip("Samples are accepted where the model, or the match with the neighbour, is so sure")
        self.above_text = QLabel(self)
        self.inside = QCheckBox("Only inside a region that I draw", self)
        self.inside.setToolTip("Draw around an area on the section with the mouse; then accept")
        self.accept = StepButton("Accept", "Take what is proposed over as labels where nothing is labelled yet", key)
        self.note = Note()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        grid.addWidget(self.what, 0, 0, 1, 2)
        grid.addWidget(self.accept, 0, 2)
        grid.addWidget(QLabel("Surer than", self), 1, 0)
        grid.addWidget(self.above, 1, 1)
        grid.addWidget(self.above_text, 1, 2)
        grid.addWidget(self.inside, 2, 0, 1, 3)
        grid.addWidget(self.note, 3, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        self.above.valueChanged.connect(self.refresh)
        self.what.currentIndexChanged.connect(self.refresh)
        self.inside.clicked.connect(self._draw)
        self.accept.clicked.connect(self.take)
        self.session.labels_changed.connect(self.refresh)
        self.session.classes_changed.connect(self.refresh)
        workspace.view.shown.connect(self.refresh)
        workspace.view.prediction_changed.connect(self.refresh)
        if carrying is not None:
            carrying.changed.connect(self.refresh)
        self.refresh()

    def refresh(self, _news: object = None) -> None:
        """Say what accepting would do, or why nothing can be accepted."""
        self.above_text.setText(f"{self.above.value()} %")
        reason, carried = self._reason(), self._proposal
        if (carried is None) is not (self._before is None):
            # Carried labels are wanted as they are, not class by class.
            before, self._before = self._before, None if carried is None else self.what.currentIndex()
            with QSignalBlocker(self.what):
                self.what.setCurrentIndex(1 if before is None else before)
        self.heading.setText("Accept what was carried" if carried is not None else "Accept the prediction")
        self.accept.allow(reason)
        self.note.say(f"Nothing to accept: {reason}." if reason else "")

    def take(self) -> None:
        """Accept."""
        number = self.session.current_class if self.what.currentIndex() == 0 else None
        with telling():
            count = self._taken(number, self.above.value() / 100)
            self.refresh()
            words = f"{count:,} samples accepted; undo takes them back." if count else "No sample met these conditions."
            self.note.say(words)

    @property
    def _proposal(self) -> "Proposal | None":
        return self._carrying.shown if self._carrying is not None else None

    def _taken(self, number: int | None, above: float) -> int:
        """Take over what was carried, else the prediction, and return how many samples."""
        carried, found = self._proposal, self._workspace.view.prediction
        if carried is not None and self._carrying is not None:
            where = self._where(carried.classes)
            count = self.session.accept_carried([carried], number=number, where=where, above=above)
            if count and number is None and where is None:
                self._carrying.accept(count)
            return count
        if found is None:
            return 0
        at, classes, confidence = found
        return self.session.accept(at, classes, confidence, number=number, where=self._where(classes), above=above)

    def _reason(self) -> str:
        if self.session.read_only:
            return "the session is read-only"
        if self._proposal is not None:
            return ""
        found = self._workspace.view.prediction
        if found is None or found[0] != self.session.place:
            return "this section has no prediction yet"
        return ""

    def _where(self, classes: NDArray[np.uint8]) -> NDArray[np.bool_] | None:
        if not self.inside.isChecked():
            return None
        mask = self.region.mask((classes.shape[0], classes.shape[1]))
        return mask if mask is not None else np.zeros(classes.shape, bool)

    def _draw(self, on: bool) -> None:
        if on:
            self.region.begin()
            self.note.say("Draw around the area with the mouse button held down, then press Accept.")
        else:
            self.region.clear()
            self.refresh()
