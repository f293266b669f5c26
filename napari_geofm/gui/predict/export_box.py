"""Taking labels, predictions and features home in the files that other programs read."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QUrl
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import QComboBox, QFileDialog, QPushButton, QSpinBox, QVBoxLayout, QWidget

from napari_geofm.core.recipe import AUTO
from napari_geofm.gui.parts.job_box import JobBox, JobWords
from napari_geofm.gui.parts.questions import ask, write_as
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.telling import tell, telling
from napari_geofm.gui.parts.words import place_words
from napari_geofm.gui.predict.takeaways import ENDINGS, Takeaway, files_of, formats_of, takeaways_of
from napari_geofm.io.exports import ExportOptions
from napari_geofm.io.sample_sizes import SLOWEST_FASTEST, said_unit, sample_volume, why_no_velocity
from napari_geofm.jobs.export_spec import ExportSpec
from napari_geofm.jobs.feature_volume_spec import FeatureVolumeResult, FeatureVolumeSpec
from napari_geofm.jobs.specs import FeatureResult, FeaturesSpec

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["ExportBox"]

WORDS = JobWords("a file is being written", "Stop writing; there will be no file", "Cancelled; nothing was written.")


class ExportBox(QWidget):
    """What, and in which format; the worker writes it."""

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine, self.session = workspace.engine, workspace.session
        self._written: Path | None = None
        self._listed: list[Takeaway] = []
        self.question: Any = None
        self.what, self.format = QComboBox(self), QComboBox(self)
        self.what.setToolTip("Labels, a prediction of the survey and how sure it is, or what the network sees")
        self.format.setToolTip("A picture is of the section on the screen; the other formats hold the survey")
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
        self.least.valueChanged.connect(self._name_unit)
        self.average.valueChanged.connect(self._name_unit)
        self._name_unit()
        self.export = StepButton("Export…", "Write it to a file of your choice", "Shift+E")
        self.folder = QPushButton("Folder", self)
        self.folder.setToolTip("Open the folder of the file that was written")
        self.job = JobBox(self._engine, self.export, WORDS, before=self.format, after=self.folder)
        self.cancel, self.note, self.bar = self.job.cancel, self.job.note, self.job.bar
        self._lay_out()
        self.export.clicked.connect(self._ask)
        self.folder.clicked.connect(self._show_folder)
        self.what.currentIndexChanged.connect(self._chosen)
        self.format.currentTextChanged.connect(self._show_least)
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
        with telling():
            files = files_of(self.session, what, output)
            if any(file.exists() and survey.path.exists() and file.samefile(survey.path) for file in files):
                tell(f"{survey.path.name} is the survey itself, which is never written to; choose another name")
            elif what.source is not None:
                spec = ExportSpec(survey.path, what.source, output, self._options(output), what.quantity)
                of = f" of {place_words(self.session.place)}" if spec.options.at is not None else ""
                self.job.run(spec, f"Writing {output.name}{of}…", lambda _: self._done(files))
            elif what.whole:
                self._write_survey(output)
            else:
                self._write_section(output)

    def _options(self, output: Path) -> ExportOptions:
        ending = output.suffix.lower()
        if ending == ".ply":
            return ExportOptions(overwrite=True, minimum=float(self.least.value()), velocity=self.velocity)
        return ExportOptions(overwrite=True, at=self.session.place if ending == ".png" else None)

    def _write_survey(self, output: Path) -> None:
        """Write features of every sample; what an interrupted run has finished is not encoded again."""
        spec = FeatureVolumeSpec(self.session.survey.path, output, tuning=AUTO, resume=True, overwrite=True)

        def done(found: FeatureVolumeResult) -> str:
            kept = f" {found.kept} of {found.sections} sections were encoded already." if found.kept else ""
            return self._done(found.files) + kept

        stopped = f"Cancelled; an export to {output.name} goes on from the sections that are finished."
        self.job.run(spec, f"Writing the features of the survey to {output.name}…", done, stopped)

    def _write_section(self, output: Path) -> None:
        exact = output.suffix == ".npz"
        spec = FeaturesSpec(self.session.survey.path, self.session.place, exact=exact, coloured=not exact)

        def done(found: FeatureResult) -> str:
            _written_section(found, output)
            return self._done((output,))

        self.job.run(spec, f"Writing the features of {place_words(spec.at)} to {output.name}…", done)

    def _ask(self) -> None:
        ending, what = ENDINGS[self.format.currentText()], self.chosen
        survey = self.session.survey
        section = ending == ".png" or not what.whole
        # The name of a tile may hold what names of files cannot.
        place = (
            re.sub(r"[^\w.+]+", "-", f" {place_words(self.session.place)}")
            if section and self.session.place.axis
            else ""
        )
        start = survey.path.with_name(f"{survey.path.stem}-{what.name}{place}{ending}")
        name, _ = QFileDialog.getSaveFileName(self, "Export", str(start), f"*{ending}")
        if name:
            self.question = write_as(self, Path(name), (ending,), self._ask_of_several) or self.question

    def _ask_of_several(self, output: Path) -> None:
        """Write; ask first about files that the dialog could not ask about, since they bear the classes' names, too."""
        with telling():
            there = [file for file in files_of(self.session, self.chosen, output) if file != output and file.exists()]
            if not there:
                self.write(output)
                return
            more = f" and {len(there) - 1} more exist: replace them?" if len(there) > 1 else " exists: replace it?"
            self.question = ask(self, f"{there[0].name}{more}", "What is there is lost.", "Replace", "Keep",
                                lambda: self.write(output))  # fmt: skip

    def _chosen(self, _index: int = 0) -> None:
        before = self.format.currentText()
        self.format.clear()
        self.format.addItems(formats_of(self.session, self.chosen))
        if before and self.format.findText(before) >= 0:
            self.format.setCurrentText(before)
        self._allow()

    def _name_unit(self, _value: int = 0) -> None:
        volume = sample_volume(self.session.survey, self.velocity)
        plural = "sample" if self.least.value() == 1 else "samples"
        self.least.setSuffix(f" {said_unit(volume[1]) if volume is not None else plural}")

    def _show_least(self, words: str) -> None:
        bodies = ENDINGS.get(words) == ".ply"
        self.least.setVisible(bodies)
        self.average.setVisible(bodies and not why_no_velocity(self.session.survey))

    def _allow(self, _news: object = None) -> None:
        labelled = any(each.samples for each in self.session.statistics())
        nothing = self.chosen.name == "labels" and not labelled
        self.job.allow("nothing is labelled yet" if nothing else "")

    def _done(self, files: tuple[Path, ...]) -> str:
        self._written = files[0]
        words = files[0].name + (f" and {len(files) - 1} more" if len(files) > 1 else "")
        self.session.noted(f"exported {words}")
        return f"{words} written to {files[0].parent}."

    def _show_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written.parent)))

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        for part in (self.what, self.least, self.average, self.job):
            whole.addWidget(part)
        # Names of models are long at times; the box is as wide as the dock.
        self.what.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.what.setMinimumContentsLength(12)


def _written_section(found: FeatureResult, output: Path) -> None:
    """Write the numbers as ``.npz``, or the colours as a picture of the section's size."""
    from napari_geofm.io.featurefile import write_features
    from napari_geofm.io.pictures import upscaled, write_rgb

    if found.feature_map is not None and output.suffix == ".npz":
        write_features(found.feature_map, output, overwrite=True)
    elif found.colours is not None:
        write_rgb(upscaled(found.colours, found.token_px, found.shape), output, overwrite=True)
