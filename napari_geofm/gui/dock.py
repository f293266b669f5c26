"""The dock: the steps of an interpretation from top to bottom, each of which folds away."""

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDialog, QFormLayout, QLabel, QScrollArea, QVBoxLayout, QWidget
from superqt import QCollapsible

from napari_geofm.gui.device_line import DeviceLine
from napari_geofm.gui.features_panel import FeaturesPanel
from napari_geofm.gui.keys import bind_keys, key_list
from napari_geofm.gui.labels_panel import LabelsPanel
from napari_geofm.gui.learn_panel import LearnPanel
from napari_geofm.gui.note import Note
from napari_geofm.gui.predict_panel import PredictPanel
from napari_geofm.gui.survey_panel import SurveyPanel

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["WIDTH", "Dock"]

WIDTH = 320
"""Widest, in pixels, at a window of 1366 x 768."""


class Dock(QScrollArea):
    """All steps.

    Parameters
    ----------
    workspace
        The viewer, session and engine.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        session = workspace.session
        self.survey = SurveyPanel(workspace)
        self.survey.what.setToolTip("\n".join(session.survey.odd))
        self.features = FeaturesPanel(workspace)
        self.labels = LabelsPanel(workspace)
        self.learn = LearnPanel(workspace)
        self.predict = PredictPanel(workspace)
        self.notices = Note("\n".join(session.notices))
        session.notice.connect(lambda _: self.notices.say("\n".join(session.notices[-3:])))
        inside = QWidget()
        whole = QVBoxLayout(inside)
        whole.setContentsMargins(6, 4, 6, 4)
        whole.setSpacing(2)
        whole.addWidget(self.notices)
        steps = (
            ("1  Survey", self.survey, True),
            ("2  Features", self.features, True),
            ("3  Labels", self.labels, True),
            ("4  Learn", self.learn, True),
            ("5  Predict and take home", self.predict, False),
        )
        self.steps: dict[str, QCollapsible] = {}
        for title, panel, is_open in steps:
            step = QCollapsible(title)
            step.setContent(panel)
            (step.expand if is_open else step.collapse)(animate=False)
            whole.addWidget(step)
            self.steps[title.partition("  ")[2]] = step
        whole.addStretch(1)
        whole.addWidget(DeviceLine(workspace))
        keys = QLabel("All keys: press ?")
        keys.setEnabled(False)
        whole.addWidget(keys)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMinimumWidth(300)
        self.setMaximumWidth(WIDTH)
        bind_keys(self)

    def show_keys(self) -> QDialog:
        """Show the list of keys; it closes by Escape."""
        box = QDialog(self)
        box.setWindowTitle("Keys")
        form = QFormLayout(box)
        for key in key_list(self):
            form.addRow(key.shown, QLabel(key.what))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.show()
        return box
