"""Click to see what is similar: on and off, threshold, label as the chosen class."""

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from napari_geofm.gui.features.similar import Similar
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.telling import telling

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["SimilarBox"]

KEY = "J"


class SimilarBox(QWidget):
    """The controls of :class:`Similar`.

    Parameters
    ----------
    workspace
        The viewer, session and engine.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = workspace.session
        self.similar = Similar(workspace, self)
        self.toggle = StepButton("Similar to…", "Click on the section to see what looks like that place", KEY)
        self.toggle.setCheckable(True)
        self.above = QSlider(Qt.Orientation.Horizontal, self)
        self.above.setRange(0, 95)
        self.above.setValue(round(100 * self.similar.threshold))
        self.above.setToolTip("How alike to be seen, and to be labelled: to the right less, but more alike")
        self.above_text = QLabel(self)
        self.label = StepButton("Label", "Label what is seen in these colours, where nothing is labelled yet")
        self.note = Note()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        grid.addWidget(self.toggle, 0, 0, 1, 3)
        self._shown_when_on = [QLabel("Alike from", self), self.above, self.above_text, self.label]
        for column, part in enumerate(self._shown_when_on[:3]):
            grid.addWidget(part, 1, column)
        grid.addWidget(self.label, 2, 0, 1, 3)
        grid.addWidget(self.note, 3, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        # Room for the widest, so that nothing moves while it is dragged.
        self.above_text.setMinimumWidth(self.above_text.fontMetrics().horizontalAdvance("95 %"))
        self.toggle.clicked.connect(self.similar.toggle)
        self.above.valueChanged.connect(lambda percent: self.similar.move_threshold(percent / 100))
        self.label.clicked.connect(self.take)
        self.similar.changed.connect(self.refresh)
        self.session.classes_changed.connect(self.refresh)
        self.session.labels_changed.connect(self.refresh)
        self.refresh()

    def refresh(self, _news: object = None) -> None:
        """Say what to do, and what a press of the button would label."""
        similar = self.similar
        self.toggle.setChecked(similar.on)
        for part in self._shown_when_on:
            part.setVisible(similar.on)
        self.above_text.setText(f"{self.above.value()} %")
        name = self.session.classes.names[self.session.current_class] if len(self.session.classes) else ""
        self.label.setText(f"Label as {name}" if name else "Label")
        self.label.allow(self._reason())
        if not similar.on:
            self.note.say("")
        elif similar.waiting:
            self.note.say("Looking for what is similar…")
        elif similar.values is None:
            self.note.say("Click on the section. Escape ends it.")
        else:
            self.note.say("Click elsewhere to compare with that. Step on to see other sections. Escape ends it.")

    def take(self) -> None:
        """Label."""
        with telling():
            count = self.similar.label()
            self.note.say(f"{count:,} samples labelled; undo takes them back." if count else "No sample was labelled.")

    def _reason(self) -> str:
        if self.session.read_only:
            return "the session is read-only"
        if not len(self.session.classes):
            return "there is no class yet: add one first"
        if self.session.current_class in self.session.locked:
            return "the chosen class is locked"
        if self.similar.values is None:
            return "click on the section first"
        return "" if self.similar.mask().any() else "nothing that is not labelled yet is so alike"
