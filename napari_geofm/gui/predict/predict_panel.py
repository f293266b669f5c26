"""The step Predict: this section, the survey, and taking the results home."""

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from napari_geofm.gui.craters.craters_box import CratersBox
from napari_geofm.gui.events.events_box import EventsBox
from napari_geofm.gui.parts.heading import Heading
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.predict.export_box import ExportBox
from napari_geofm.gui.predict.report_row import ReportRow
from napari_geofm.gui.predict.volume_box import VolumeBox

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["PredictPanel"]


class PredictPanel(QWidget):
    """Everything that a model is used for.

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
        self.confidence = QCheckBox("Show how sure the model is", self)
        self.note = Note()
        self.volume = VolumeBox(workspace)
        self.events = EventsBox(workspace) if workspace.session.survey.kind == "das" else None
        self.export = ExportBox(workspace)
        self.report = ReportRow(workspace, velocity=lambda: self.export.velocity)
        row = QHBoxLayout()
        row.addWidget(self.predict, 1)
        row.addWidget(self.shown)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(row)
        for part in (self.confidence, self.note, Heading("Survey"), self.volume):
            whole.addWidget(part)
        if self.events is not None:
            whole.addWidget(Heading("Events"))
            whole.addWidget(self.events)
        whole.addWidget(Heading("Take home"))
        whole.addWidget(self.export)
        whole.addWidget(self.report)
        # Of images only.
        self.craters = CratersBox(workspace, workspace.craters) if workspace.craters is not None else None
        if self.craters is not None:
            whole.insertWidget(whole.indexOf(self.export) - 1, Heading("Craters"))
            whole.insertWidget(whole.indexOf(self.export) - 1, self.craters)
            self.volume.written.connect(self.craters.refresh)
        self._waiting = False
        self._connect()
        self.refresh()

    def ask(self) -> None:
        """Predict the section on the screen and show it."""
        if not self.session.settings.show_prediction:
            # Turning it on asks for the prediction.
            self.session.change(show_prediction=True)
            return
        self._workspace.following.ask_prediction()

    def _connect(self) -> None:
        self.predict.clicked.connect(self.ask)
        self.shown.clicked.connect(lambda on: self.session.change(show_prediction=on))
        self.confidence.clicked.connect(self._show_confidence)
        self.volume.written.connect(self.export.refresh)
        if self.events is not None:
            self.volume.written.connect(self.events.refresh)
        self.session.model_changed.connect(self.refresh)
        self.session.settings_changed.connect(self.refresh)
        self._workspace.following.waiting_changed.connect(self._wait)

    def refresh(self) -> None:
        """Say which model is used, or why nothing can be predicted."""
        model = self.session.model
        reason = "" if model is not None else "there is no model yet: press Probe first"
        self.predict.allow(reason)
        self.shown.setChecked(self.session.settings.show_prediction)
        others = ", or use one of those in Learn" if self.session.shipped_models else ""
        doing = ": predicting, which takes longer the larger the section is…" if self._waiting else "."
        none = f"There is no model yet: press Probe first{others}."
        self.note.say(f"With {model.name}{doing}" if model is not None else none)

    def _wait(self, what: str) -> None:
        """Say that a prediction is awaited, or no more."""
        self._waiting = "the prediction" in what
        self.refresh()

    def _show_confidence(self, on: bool) -> None:
        self._workspace.viewer.layers["confidence"].visible = on
