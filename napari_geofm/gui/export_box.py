"""Taking labels and predictions home in the files that other programs read."""

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QComboBox, QFileDialog, QGridLayout, QWidget

from napari_geofm.gui.note import Note
from napari_geofm.gui.step_button import StepButton
from napari_geofm.gui.telling import tell
from napari_geofm.io.exports import ExportOptions
from napari_geofm.jobs.export_spec import ExportSpec

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["ExportBox"]

FORMATS = {
    "SEG-Y (.sgy)": ".sgy",
    "NumPy (.npy)": ".npy",
    "table (.csv)": ".csv",
    "GeoTIFF (.tif)": ".tif",
    "polygons (.geojson)": ".geojson",
    "surfaces (.ply)": ".ply",
}
SUITED = {
    "seismic-3d": (".sgy", ".npy", ".csv", ".ply"),
    "seismic-2d": (".sgy", ".npy", ".csv"),
    "das": (".npy", ".csv"),
    "image": (".tif", ".npy", ".csv", ".geojson"),
    "tiles": (".npy", ".csv", ".geojson"),
}
LABELS = "my labels"


class ExportBox(QWidget):
    """What, and in which format; the worker writes it."""

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine, self.session = workspace.engine, workspace.session
        self.what, self.format = QComboBox(self), QComboBox(self)
        survey = self.session.survey
        segy = survey.path.suffix.lower() in {".sgy", ".segy"}
        suited = [end for end in SUITED.get(survey.kind, (".npy",)) if segy or end != ".sgy"]
        self.format.addItems([word for word, ending in FORMATS.items() if ending in suited])
        self.export = StepButton("Export…", "Write it to a file of your choice")
        self.note = Note()
        self.what.setToolTip("Labels, or a prediction of the survey")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        grid.addWidget(self.what, 0, 0, 1, 2)
        grid.addWidget(self.format, 1, 0)
        grid.addWidget(self.export, 1, 1)
        grid.addWidget(self.note, 2, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        self.export.clicked.connect(self._ask)
        self.what.currentIndexChanged.connect(self._allow)
        self.session.labels_changed.connect(self._allow)
        self.refresh()

    def refresh(self, _news: object = None) -> None:
        """List what can be exported."""
        folder = self.session.folder / "predictions"
        found = sorted(each.name for each in folder.glob("*.zarr")) if folder.is_dir() else []
        chosen = self.what.currentText()
        self.what.clear()
        # Confidences are no classes; they are zarr already.
        self.what.addItems([LABELS, *(name for name in found if "-confidence" not in name and name[0] != ".")])
        if chosen:
            self.what.setCurrentText(chosen)
        self._allow()

    def write(self, output: Path) -> None:
        """Export what is chosen to ``output``; the dialog has asked about an existing file."""
        chosen = self.what.currentText()
        labels = self.session.labels_folder if chosen == LABELS else self.session.folder / "predictions" / chosen
        self.export.allow("an export is running")
        self.note.say(f"Writing {output.name}…")
        spec = ExportSpec(self.session.survey.path, labels, output, ExportOptions(overwrite=True))
        self._engine.job(spec, lambda _: None, self._done, self._failed)

    def _ask(self) -> None:
        ending = FORMATS[self.format.currentText()]
        name = "labels" if self.what.currentText() == LABELS else Path(self.what.currentText()).stem
        start = self.session.survey.path.with_name(f"{self.session.survey.name}-{name}{ending}")
        found, _ = QFileDialog.getSaveFileName(self, "Export", str(start), f"*{ending}")
        if found:
            path = Path(found)
            self.write(path if path.suffix.lower() == ending else path.with_name(path.name + ending))

    def _allow(self, _news: object = None) -> None:
        labelled = any(each.samples for each in self.session.statistics())
        nothing = self.what.currentText() == LABELS and not labelled
        self.export.allow("nothing is labelled yet" if nothing else "")

    def _done(self, output: Path) -> None:
        self.note.say(f"{output.name} written to {output.parent}.")
        self._allow()

    def _failed(self, why: str) -> None:
        self.note.say("")
        self._allow()
        tell(why)
