"""The step Predict: this section, the survey, and taking the results home."""

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_geofm.gui.craters.craters_box import CratersBox
from napari_geofm.gui.events.events_box import EventsBox
from napari_geofm.gui.parts.heading import Heading
from napari_geofm.gui.predict.export_box import ExportBox
from napari_geofm.gui.predict.report_row import ReportRow
from napari_geofm.gui.predict.section_box import SectionBox
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
        self.section = SectionBox(workspace)
        self.confidence = self.section.confidence
        self.volume = VolumeBox(workspace)
        self.events = EventsBox(workspace) if workspace.session.survey.kind == "das" else None
        self.export = ExportBox(workspace)
        self.report = ReportRow(workspace, velocity=lambda: self.export.velocity)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        for part in (self.section, Heading("Survey"), self.volume):
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
        self.volume.written.connect(self.export.refresh)
        if self.events is not None:
            self.volume.written.connect(self.events.refresh)
