"""What is said of a whole section: its rest is one class; it is complete."""

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QWidget

from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.telling import telling
from napari_geofm.gui.parts.words import place_words

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["RestRow"]

COMPLETE = "Everything that matters here is labelled: the section counts fully in training"


class RestRow(QWidget):
    """What the rest of this section is, and the tick for a section that is done."""

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = workspace.session
        self.names = QComboBox(self)
        self.names.setToolTip("The class of everything that is not labelled on this section")
        self.fill = StepButton("Fill", "Label everything that is left on this section as this class")
        self.fill.setMaximumWidth(54)
        self.complete = QCheckBox(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        grid.addWidget(QLabel("The rest is", self), 0, 0)
        grid.addWidget(self.names, 0, 1)
        grid.addWidget(self.fill, 0, 2)
        grid.addWidget(self.complete, 1, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        self.names.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.names.setMinimumContentsLength(8)
        self.fill.clicked.connect(self._fill)
        self.complete.clicked.connect(self._completed)
        self.session.classes_changed.connect(self.refresh)
        self.session.place_changed.connect(self._show_place)
        self.session.history_changed.connect(self._show_place)
        self.refresh()

    def refresh(self) -> None:
        """Read the classes anew."""
        chosen = self.names.currentText()
        self.names.clear()
        self.names.addItems(self.session.classes.names)
        if chosen in self.session.classes.names:
            self.names.setCurrentText(chosen)
        self._show_place()

    def _show_place(self, _at: object = None) -> None:
        place = self.session.place
        # Rows and columns of a window are longer than the dock is wide.
        here = "this window" if place.axis == "window" else place_words(place)
        self.complete.setText(f"{here} is completely labelled".capitalize())
        self.complete.setChecked(str(place) in self.session.complete)
        complete = self.complete.isChecked()
        labelled = complete or self.session.is_labelled(place)
        self.complete.setEnabled(labelled and not self.session.read_only)
        self.complete.setToolTip(COMPLETE if labelled else "Nothing is labelled on this section yet")
        reason = "there are no classes yet" if not len(self.session.classes) else ""
        self.fill.allow("the session is read-only" if self.session.read_only else reason)

    def _fill(self) -> None:
        with telling():
            self.session.fill_rest(self.session.place, self.names.currentIndex())

    def _completed(self, on: bool) -> None:
        with telling():
            self.session.set_complete(self.session.place, on)
