"""Taking labels, predictions and features home in the files that other programs read."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QUrl
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import QComboBox, QFileDialog, QGridLayout, QPushButton, QSpinBox, QWidget

from napari_geofm.errors import GeoFMError
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.questions import write_as
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.telling import tell
from napari_geofm.gui.parts.words import place_words
from napari_geofm.gui.predict.takeaways import ENDINGS, Takeaway, formats_of, takeaways_of
from napari_geofm.io.exports import ExportOptions
from napari_geofm.io.sample_sizes import SLOWEST_FASTEST, said_unit, sample_volume, why_no_velocity
from napari_geofm.jobs.export_spec import ExportSpec
from napari_geofm.jobs.specs import FeatureResult, FeaturesSpec

if TYPE_CHECKING:
    from napari_geofm.compute.handle import Handle
    from napari_geofm.gui.workspace import Workspace

__all__ = ["ExportBox"]


class ExportBox(QWidget):
    """What, and in which format; the worker writes it."""

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine, self.session = workspace.engine, workspace.session
        self._handle: Handle[Any] | None = None
        self._written: Path | None = None
        self._listed: list[Takeaway] = []
        self.question: Any = None
        self.what, self.format = QComboBox(self), QComboBox(self)
        self.what.setToolTip("Labels, a prediction of the survey, or what the network sees on this section")
        self.least = QSpinBox(self)
        self.least.setRange(1, 2_000_000_000)
        self.least.setPrefix("bodies of at least ")
        self.least.setToolTip("Smaller bodies of a class are left out of the surfaces")
        self.average = QSpinBox(self)
        self.average.setRange(int(SLOWEST_FASTEST[0]) - 50, int(SLOWEST_FASTEST[1]))
        self.average.setSingleStep(50)
        self.average.setSuffix(" m/s on average")
        self.average.setSpecialValueText("no velocity: area by time")
        self.average.setToolTip("An average velocity makes volumes of two-way times, for bodies and for the report")
        self.export = StepButton("Export…", "Write it to a file of your choice", "Shift+E")
        self.cancel = QPushButton("Cancel", self)
        self.cancel.setToolTip("Stop writing; there will be no file")
        self.folder = QPushButton("Show in folder", self)
        self.folder.setToolTip("Open the folder of the file that was written")
        self.note = Note()
        self._lay_out()
        self.export.clicked.connect(self._ask)
        self.cancel.clicked.connect(self.stop)
        self.folder.clicked.connect(self._show_folder)
        self.what.currentIndexChanged.connect(self._chosen)
        self.format.currentTextChanged.connect(self._show_least)
        self.average.valueChanged.connect(self._show_unit)
        self.session.labels_changed.connect(self._allow)
        self.refresh()

    @property
    def chosen(self) -> Takeaway:
        """What is chosen."""
        return self._listed[max(0, self.what.currentIndex())]

    @property
    def velocity(self) -> float | None:
        """The average velocity in m/s, None where none is given or the survey has no use for one."""
        given = self.average.value() > self.average.minimum()
        return float(self.average.value()) if given and not why_no_velocity(self.session.survey) else None

    def refresh(self, _news: object = None) -> None:
        """List what can be exported."""
        before = self.what.currentText()
        self._listed = takeaways_of(self.session)
        self.what.blockSignals(True)
        self.what.clear()
        self.what.addItems([each.words for each in self._listed])
        self.what.setCurrentText(before)
        self.what.blockSignals(False)
        self._chosen()

    def write(self, output: Path) -> None:
        """Export what is chosen to ``output``, over what may be there."""
        what, survey = self.chosen, self.session.survey
        if output.exists() and survey.path.exists() and output.samefile(survey.path):
            tell(f"{output.name} is the survey itself, which is never written to; choose another name")
            return
        self._written = None
        self.note.say(f"Writing {output.name}…")
        if what.source is None:
            self._write_features(output)
        else:
            options = ExportOptions(overwrite=True)
            if output.suffix.lower() == ".ply":
                options = ExportOptions(overwrite=True, minimum=float(self.least.value()), velocity=self.velocity)
            spec = ExportSpec(survey.path, what.source, output, options, what.quantity)
            self._handle = self._engine.job(spec, lambda _: None, self._done, self._failed)
        self._allow()

    def stop(self) -> None:
        """Cancel; the file does not appear, and an older one stays."""
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.cancel()
            self.note.say("Cancelled; nothing was written.")
        self._allow()

    def _write_features(self, output: Path) -> None:
        exact = output.suffix == ".npz"
        spec = FeaturesSpec(self.session.survey.path, self.session.place, exact=exact, coloured=not exact)
        where = place_words(spec.at)

        def done(found: FeatureResult) -> None:
            try:
                _write_features(found, output)
            except GeoFMError as error:
                self._failed(str(error))
            else:
                self._done(output)

        self.note.say(f"Writing the features of {where} to {output.name}…")
        self._handle = self._engine.view(spec, "features to take home", done, self._failed)

    def _ask(self) -> None:
        ending = ENDINGS[self.format.currentText()]
        survey = self.session.survey
        start = survey.path.with_name(f"{survey.path.stem}-{self.chosen.name}{ending}")
        name, _ = QFileDialog.getSaveFileName(self, "Export", str(start), f"*{ending}")
        if not name:
            return
        self.question = write_as(self, Path(name), (ending,), self.write)

    def _chosen(self, _index: int = 0) -> None:
        before = self.format.currentText()
        self.format.clear()
        self.format.addItems(formats_of(self.session, self.chosen))
        if before and self.format.findText(before) >= 0:
            self.format.setCurrentText(before)
        self._allow()

    def _show_least(self, words: str) -> None:
        bodies = ENDINGS.get(words) == ".ply"
        self.least.setVisible(bodies)
        self.average.setVisible(bodies and not why_no_velocity(self.session.survey))
        self._show_unit()

    def _show_unit(self, _value: int = 0) -> None:
        volume = sample_volume(self.session.survey, self.velocity)
        self.least.setSuffix(f" {said_unit(volume[1] if volume is not None else 'samples')}")

    def _allow(self, _news: object = None) -> None:
        running = self._handle is not None
        labelled = any(each.samples for each in self.session.statistics())
        nothing = self.chosen.name == "labels" and not labelled
        self.export.allow("a file is being written" if running else "nothing is labelled yet" if nothing else "")
        self.cancel.setVisible(running)
        self.folder.setVisible(self._written is not None and not running)

    def _done(self, output: Path) -> None:
        self._handle, self._written = None, output
        self.note.say(f"{output.name} written to {output.parent}.")
        self.session.noted(f"exported {output.name}")
        self._allow()

    def _failed(self, why: str) -> None:
        self._handle = None
        self.note.say("")
        self._allow()
        if why:
            tell(why)

    def _show_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written.parent)))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        grid.addWidget(self.what, 0, 0, 1, 2)
        grid.addWidget(self.format, 1, 0)
        grid.addWidget(self.export, 1, 1)
        for row, part in enumerate((self.least, self.average, self.note, self.cancel, self.folder), start=2):
            grid.addWidget(part, row, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        # Names of models are long at times; the box is as wide as the dock.
        self.what.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.what.setMinimumContentsLength(12)


def _write_features(found: FeatureResult, output: Path) -> None:
    """Write the numbers as ``.npz``, or the colours as a picture of the section's size."""
    from napari_geofm.io.featurefile import write_features
    from napari_geofm.io.pictures import upscaled, write_rgb

    if found.feature_map is not None and output.suffix == ".npz":
        write_features(found.feature_map, output, overwrite=True)
    elif found.colours is not None:
        write_rgb(upscaled(found.colours, found.token_px, found.shape), output, overwrite=True)
