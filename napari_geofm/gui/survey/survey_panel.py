"""The step Survey: what is open, and how it looks."""

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_geofm.gui.parts.heading import Heading
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.picks.picks_box import INTERPRETED, PicksBox
from napari_geofm.gui.survey.appearance_form import AppearanceForm
from napari_geofm.gui.survey.copy_box import CopyBox
from napari_geofm.gui.survey.minimap import Minimap
from napari_geofm.gui.survey.overview import Overview
from napari_geofm.gui.survey.page_map import PageMap
from napari_geofm.gui.survey.place_box import PlaceBox
from napari_geofm.gui.survey.processing_box import ProcessingBox
from napari_geofm.gui.survey.recording_line import RecordingLine
from napari_geofm.gui.survey.relief_box import ReliefBox
from napari_geofm.gui.survey.spectrum_box import SpectrumBox
from napari_geofm.io.das.segy_recording import SegyRecording
from napari_geofm.io.segy import SegyTemplate
from napari_geofm.session.gather import gather_words

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["SurveyPanel"]

NAMES = {
    "inline": "inline",
    "crossline": "crossline",
    "twt": "time sample",
    "depth": "depth sample",
    "cdp": "trace",
    "distance": "channel",
    "time": "time sample",
    "row": "row",
    "column": "column",
    "lat": "row",
    "lon": "column",
    "tile": "tile",
}
"""One of what an axis counts."""


class SurveyPanel(QWidget):
    """What is open, and its appearance.

    Parameters
    ----------
    workspace
        The viewer, session and engine.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = workspace.session
        self.what = Note(_described(workspace))
        self.recording = RecordingLine(self.session.survey)
        self.map, self.overview = Minimap(workspace), Overview(workspace)
        self.pages = PageMap(workspace, self.map.marks)
        self.volume = workspace.volume
        self.solid = StepButton("3-D view", "The survey, decimated, in three dimensions; again: the section", "Shift+D")
        self.solid.setCheckable(True)
        self.look, self.relief = AppearanceForm(self.session), ReliefBox(workspace)
        self.place = PlaceBox(workspace)
        self.headers = StepButton("Headers…", "Which bytes hold what in this SEG-Y file; open it otherwise", "Shift+H")
        self.picks, self.copy = PicksBox(workspace), CopyBox(workspace, before=self.headers)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        maps = (self.map, self.pages, self.overview)
        seen = (self.what, self.recording, *maps, self.solid, self.look)
        for part in (*seen, self.relief, self.place, self.copy):
            whole.addWidget(part)
        if self.session.survey.kind in INTERPRETED:
            whole.addWidget(Heading("Interpretations" if self.picks.seismic else "Polygons and labels"))
            whole.addWidget(self.picks)
        if self.session.survey.kind == "das":
            self.processing, self.spectrum = ProcessingBox(workspace), SpectrumBox(workspace)
            whole.addWidget(Heading("Processing"))
            whole.addWidget(self.processing)
            whole.addWidget(self.spectrum)
        self.solid.clicked.connect(self.volume.toggle)
        self.volume.changed.connect(self._show_solid)
        self.headers.setVisible(isinstance(self.session.survey.template, SegyTemplate | SegyRecording))
        self.solid.setVisible(not self.volume.reason())
        self._show_solid()

    def _show_solid(self) -> None:
        self.solid.setChecked(self.volume.active)
        self.solid.setText(
            "Stop reading" if self.volume.reading else "Back to the section" if self.volume.active else "3-D view"
        )


def _described(workspace: "Workspace") -> str:
    survey = workspace.session.survey
    sizes = " x ".join(
        f"{size:,} {NAMES.get(name, name)}{'' if size == 1 else 's'}"
        for name, size in zip(survey.dims, survey.shape, strict=True)
    )
    gather = gather_words(survey)
    odd = len(survey.odd)
    notes = f" {odd} note{'s' if odd > 1 else ''}: hover to read." if odd else ""
    return f"{survey.path.name}{f', {gather}' if gather else ''}: {sizes}.{notes}"
