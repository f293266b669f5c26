"""Taking a prediction over as labels: a class or all, above a confidence, inside a drawn region."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QSlider, QWidget

from napari_geofm.gui.labels.drawn_region import DrawnRegion
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.telling import telling

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["AcceptBox"]


class AcceptBox(QWidget):
    """Accept the prediction shown; what is labelled already stays."""

    def __init__(self, workspace: "Workspace", key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.session = workspace.session
        self.region = DrawnRegion(workspace)
        self.what = QComboBox(self)
        self.what.addItems(["the chosen class", "all classes"])
        self.above = QSlider(Qt.Orientation.Horizontal, self)
        self.above.setRange(0, 99)
        self.above.setValue(50)
        self.above.setToolTip("Samples are accepted where the model is at least this sure")
        self.above_text = QLabel(self)
        self.inside = QCheckBox("Only inside a region that I draw", self)
        self.inside.setToolTip("Draw around an area on the section with the mouse; then accept")
        self.accept = StepButton("Accept", "Take the prediction over as labels where nothing is labelled yet", key)
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
        self.refresh()

    def refresh(self, _news: object = None) -> None:
        """Say what accepting would do, or why nothing can be accepted."""
        self.above_text.setText(f"{self.above.value()} %")
        reason = self._reason()
        self.accept.allow(reason)
        self.note.say(f"Nothing to accept: {reason}." if reason else "")

    def take(self) -> None:
        """Accept."""
        found = self._workspace.view.prediction
        if found is None:
            return
        at, classes, confidence = found
        number = self.session.current_class if self.what.currentIndex() == 0 else None
        with telling():
            count = self.session.accept(
                at, classes, confidence, number=number, where=self._where(classes), above=self.above.value() / 100
            )
            self.refresh()
            words = f"{count:,} samples accepted; undo takes them back." if count else "No sample met these conditions."
            self.note.say(words)

    def _reason(self) -> str:
        if self.session.read_only:
            return "the session is read-only"
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
