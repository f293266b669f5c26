"""Predicting the section on the screen: progress and cancel where it is large, and what is shown of the answer."""

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from napari_geofm.gui.parts.job_box import CANCEL_KEY
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.part_bar import PartBar
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.time_left import TimeLeft

if TYPE_CHECKING:
    from napari_geofm.core.progress import Progress
    from napari_geofm.gui.workspace import Workspace

__all__ = ["SectionBox"]


class SectionBox(QWidget):
    """The button, whether every section is predicted, and how far the prediction of a large one is.

    Parameters
    ----------
    workspace
        The viewer, session and engine.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.session = workspace.session
        self.predict = StepButton("Predict this section", "Ask the model in use for the classes of this section")
        self.shown = QCheckBox("on each section", self)
        self.shown.setToolTip("Predict every section that you go to, and show it over the amplitudes")
        self.cancel = StepButton("Cancel", "Predict this section no further; so does going to another", CANCEL_KEY)
        self.confidence = QCheckBox("Show how sure the model is", self)
        self.bar = PartBar(parent=self)
        self.note = Note()
        row, far = QHBoxLayout(), QHBoxLayout()
        row.addWidget(self.predict, 1)
        row.addWidget(self.shown)
        far.addWidget(self.bar, 2)
        far.addWidget(self.cancel, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(row)
        whole.addLayout(far)
        whole.addWidget(self.confidence)
        whole.addWidget(self.note)
        self._waiting, self._stopped = False, False
        self._left, self._far = TimeLeft(), ""
        self._connect()
        self.refresh()

    @property
    def running(self) -> bool:
        """Whether a prediction is on its way."""
        return self._waiting

    def ask(self) -> None:
        """Predict the section on the screen and show it."""
        if not self.session.settings.show_prediction:
            # Turning it on asks for the prediction.
            self.session.change(show_prediction=True)
            return
        self._workspace.following.ask_prediction()

    def stop(self) -> None:
        """Cancel the prediction that is on its way."""
        if not self.running:
            return
        self._workspace.following.cancel_prediction()
        self._stopped = True
        self.refresh()

    def refresh(self) -> None:
        """Say which model is used, or why nothing can be predicted."""
        model = self.session.model
        self.predict.allow("" if model is not None else "there is no model yet: press Probe first")
        self.shown.setChecked(self.session.settings.show_prediction)
        for part in (self.cancel, self.bar):
            part.setVisible(bool(self._far))
        others = ", or use one of those in Learn" if self.session.shipped_models else ""
        if model is None:
            self.note.say(f"There is no model yet: press Probe first{others}.")
        elif self._stopped:
            self.note.say(f"With {model.name}: cancelled, nothing is predicted here.")
        elif self._waiting:
            self.note.say(f"With {model.name}: predicting{self._far or '…'}")
        else:
            self.note.say(f"With {model.name}.")

    def _connect(self) -> None:
        following = self._workspace.following
        self.predict.clicked.connect(self.ask)
        self.cancel.clicked.connect(self.stop)
        self.shown.clicked.connect(lambda on: self.session.change(show_prediction=on))
        self.confidence.clicked.connect(self._show_confidence)
        self.session.model_changed.connect(self.refresh)
        self.session.settings_changed.connect(self.refresh)
        self.session.place_changed.connect(self._went)
        following.waiting_changed.connect(self._wait)
        following.prediction_advanced.connect(self._advanced)

    def _went(self) -> None:
        """Say no more of a section that was left."""
        self._stopped = False
        self.refresh()

    def _wait(self, what: str) -> None:
        """Say that a prediction is awaited, or no more."""
        before, self._waiting = self._waiting, "the prediction" in what
        if self._waiting != before:
            self._left, self._far, self._stopped = TimeLeft(), "", False
            self.bar.show_part(None)
        self.refresh()

    def _advanced(self, progress: "Progress") -> None:
        """Say how far it is, in the parts that the network looks at one by one."""
        if not self._waiting:
            return
        left = self._left.words(progress)
        self._far = f", {progress.done:.0f} of {progress.total:.0f} parts{left}"
        self.bar.show_part(progress.fraction)
        self.refresh()

    def _show_confidence(self, on: bool) -> None:
        self._workspace.viewer.layers["confidence"].visible = on
