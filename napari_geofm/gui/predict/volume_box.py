"""Predicting the survey or a part of it: progress, time left, cancel, resume."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from napari_geofm.gui.parts.job_box import JobBox, JobWords
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.words import time_words
from napari_geofm.gui.predict.area_form import AreaForm
from napari_geofm.gui.predict.volume_cost import VolumeCost
from napari_geofm.jobs.specs import SegmentResult, SegmentSpec

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["VolumeBox"]

WORDS = JobWords(
    "a prediction is running",
    "Stop; finished parts are kept, and the next start goes on from there",
    "Cancelled; finished parts are kept.",
)


class VolumeBox(QWidget):
    """Writes the prediction into the session's folder; an interrupted run goes on where it ended."""

    written = Signal(object)
    """The finished prediction's path."""

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine, self.session = workspace.engine, workspace.session
        self.area = AreaForm(workspace)
        self.confidence = QCheckBox("Confidence too", self)
        self.confidence.setToolTip("Write how sure the model is, sample by sample, as a second volume")
        self.probabilities = QCheckBox("Probabilities too", self)
        self.probabilities.setToolTip("Write the probability of every class, sample by sample: a volume for each class")
        self.cost = VolumeCost(workspace, self)
        self.start = StepButton("Predict the survey", "Predict every section, in the background", "Shift+S")
        self.job = JobBox(self._engine, self.start, WORDS)
        self.cancel, self.bar, self.note = self.job.cancel, self.job.bar, self.job.note
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addWidget(self.area)
        extra = QHBoxLayout()
        extra.addWidget(self.confidence)
        extra.addWidget(self.probabilities)
        whole.addLayout(extra)
        whole.addWidget(self.cost)
        whole.addWidget(self.job)
        self.start.clicked.connect(self.run)
        self.job.changed.connect(self.refresh)
        self.area.only.toggled.connect(self.refresh)
        for pair in self.area.limits.values():
            for field in pair:
                field.valueChanged.connect(self.refresh)
        for box in (self.confidence, self.probabilities):
            box.toggled.connect(self.refresh)
        self.session.model_changed.connect(self.refresh)
        self.refresh()

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Find out what a prediction takes, now that it is looked at."""
        super().showEvent(event)
        self.cost.look()

    @property
    def output(self) -> Path | None:
        """Where the prediction goes: named after the model and the part; None without a model."""
        if self.session.model is None:
            return None
        region = self.area.region()
        part = f"-{hashlib.sha256(repr(region).encode()).hexdigest()[:6]}" if region else ""
        return self.session.folder / "predictions" / f"{self.session.model.name}{part}.zarr"

    @property
    def begun(self) -> bool:
        """Whether an interrupted run can be taken up."""
        output = self.output
        return output is not None and output.with_name(f".{output.name}.partial").is_dir()

    def refresh(self, _news: object = None) -> None:
        """Enable what can be done."""
        running = self.job.running
        reason = "there is no model yet: press Probe first" if self.session.model is None else ""
        reason = "another viewer has this session open" if self.session.read_only else reason
        self.job.allow(reason)
        self.cost.show_cost(
            self.area.region(), confidence=self.confidence.isChecked(), probabilities=self.probabilities.isChecked()
        )
        part = "the part" if self.area.only.isChecked() else "the survey"
        output = self.output
        again = " again" if output is not None and output.exists() else ""
        self.start.setText(f"Go on predicting {part}" if self.begun and not running else f"Predict {part}{again}")
        if self.session.read_only and not running:
            self.note.say("Another viewer has this session open.")

    def run(self) -> None:
        """Begin, or go on."""
        output, model = self.output, self.session.model
        if output is None or model is None or self.job.running:
            return
        output.parent.mkdir(parents=True, exist_ok=True)

        def beside(quantity: str) -> Path:
            return output.with_name(f"{output.stem}-{quantity}.zarr")

        spec = SegmentSpec(
            self.session.survey.path,
            model,
            output,
            region=self.area.region(),
            confidence=beside("confidence") if self.confidence.isChecked() else None,
            probabilities=beside("probabilities") if self.probabilities.isChecked() else None,
            resume=True,
        )
        self.job.run(spec, "Starting…", self._done)

    def _done(self, result: SegmentResult) -> str:
        self.session.noted(f"predicted the survey as {result.output.stem}")
        self.written.emit(result.output)
        kept = f", {result.blocks_kept} of {result.blocks_total} parts were there already" if result.blocks_kept else ""
        return f"{result.output.name} written in {time_words(result.seconds)}{kept}."
