"""The step Learn: fine-tune, its curves, and the models that came of it and of probes."""

from typing import TYPE_CHECKING

from qtpy.QtGui import QColor
from qtpy.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from napari_geofm.core.progress import Progress
from napari_geofm.gui.learn.cost import Cost
from napari_geofm.gui.learn.curves import Curves
from napari_geofm.gui.learn.finetune_form import FinetuneForm
from napari_geofm.gui.learn.guard_box import GuardBox
from napari_geofm.gui.learn.model_list import ModelList, ModelRow
from napari_geofm.gui.learn.training import Training
from napari_geofm.gui.parts.heading import Heading
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.telling import telling
from napari_geofm.gui.parts.words import time_words
from napari_geofm.io.model_scores import read_scores
from napari_geofm.jobs.specs import FinetuneResult

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["LearnPanel"]

SAID = {"fitting the head": "learning from the strokes"}
"""What a training reports, where an interpreter has other words for it."""


class LearnPanel(QWidget):
    """Everything that makes models.

    Parameters
    ----------
    workspace
        The viewer, session and engine.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = workspace.session
        self.training = Training(workspace, self)
        self.note = Note()
        self._why = self._awaited = ""
        self.form = FinetuneForm()
        self.cost = Cost(workspace, self.training, self.form, self)
        self.finetune = StepButton("Fine-tune", "Adapt the network to the strokes: minutes", "Shift+N")
        self.stop = StepButton("Stop, keep best", "End the training now; the best state so far becomes the model")
        self.cancel = StepButton("Cancel", "Drop the training; the model in use before stays")
        self.curves = Curves()
        self.guard = GuardBox(self.session)
        self.models = ModelList()
        self.use = StepButton("Use", "Predict with the chosen model from now on")
        self.revert = StepButton("Revert", "Go back to the model in use before; undo brings this one back")
        self._lay_out()
        self._connect(workspace)
        self.refresh()
        self.show_models()

    def refresh(self, _news: object = None) -> None:
        """Enable what can be done; say why the rest cannot."""
        reason, running = self.training.reason(self.form.base.base), self.training.running
        fine_tuning = running and self.training.method != "probe"
        self.finetune.allow(reason)
        self.stop.allow("" if fine_tuning else "no fine-tune is running")
        self.cancel.allow("" if running else "no training is running")
        self.curves.setVisible(fine_tuning or bool(self.curves.loss.points))
        why = f"{reason[0].upper()}{reason[1:]}." if reason and not running else ""
        if why or self.note.text() == self._why:
            self.note.say(why)
        self._why = why

    def show_models(self) -> None:
        """List the models anew."""
        entries = self.session.models
        rows = tuple(ModelRow(each.folder, each.recipe, each.made, read_scores(each.folder)) for each in entries)
        shipped = self.session.shipped_models
        rows += tuple(ModelRow(each.folder, each.recipe, each.made, purpose=each.purpose) for each in shipped)
        self.models.show_models(rows, self.session.model)
        self.form.base.offer([(row.folder, row.recipe) for row in rows])

    def run_finetune(self) -> None:
        """Fine-tune as the form says."""
        self.curves.clear()
        self.guard.dismiss()
        self.training.start(self.form.recipe(), self.form.base.base)

    def use_chosen(self) -> None:
        """Predict with the chosen model from now on."""
        if self.models.current is not None:
            with telling():
                self.session.use_model(self.models.current.folder)

    def revert_model(self) -> None:
        """Go back to the model in use before; undo brings this one back."""
        with telling():
            name = self.session.revert_model()
            self.note.say(f"Back to {name}." if name else "Back to no model.")

    def _lay_out(self) -> None:
        grid, last = QGridLayout(), QHBoxLayout()
        grid.addWidget(self.finetune, 0, 0, 1, 2)
        grid.addWidget(self.stop, 1, 0)
        grid.addWidget(self.cancel, 1, 1)
        last.addWidget(self.use)
        last.addWidget(self.revert)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addWidget(self.form)
        whole.addLayout(grid)
        for part in (self.note, self.curves, self.guard, Heading("Models"), self.models):
            whole.addWidget(part)
        whole.addLayout(last)

    def _connect(self, workspace: "Workspace") -> None:
        self.finetune.clicked.connect(self.run_finetune)
        self.stop.clicked.connect(self._stop)
        self.cancel.clicked.connect(self._cancel)
        self.use.clicked.connect(self.use_chosen)
        self.revert.clicked.connect(self.revert_model)
        self.models.wanted.connect(lambda _row: self.use_chosen())
        self.models.chosen.connect(self._chosen)
        self.guard.said.connect(self.note.say)
        self.form.base.chosen.connect(self.refresh)
        self.training.changed.connect(self.refresh)
        self.training.advanced.connect(self._advanced)
        self.training.learned.connect(self._learned)
        workspace.following.waiting_changed.connect(self._wait)
        self.session.labels_changed.connect(self.refresh)
        self.session.model_changed.connect(self.show_models)

    def _chosen(self, row: ModelRow | None) -> None:
        used = row is not None and row.folder == self.session.model
        self.use.allow("there is no model yet" if row is None else ("it is in use" if used else ""))
        self.revert.allow("" if self.session.model is not None else "there is no model yet")

    def _wait(self, what: str) -> None:
        """Say that the section is predicted: with a model that came with the program it may take a while."""
        model = self.session.model
        wanted = "the prediction" in what and model is not None and not self.training.running
        words = f"{model.name} is predicting this section…" if model is not None and wanted else ""
        if self.note.text() == self._awaited:
            self.note.say(words)
        self._awaited = words

    def _stop(self) -> None:
        self.training.stop()
        self.stop.allow("it is stopping")
        self.note.say("Stopping; the best state so far is kept.")

    def _cancel(self) -> None:
        # What was dropped is no model's history.
        self.curves.clear()
        self.training.cancel()
        name = self.session.model.name if self.session.model is not None else ""
        self.note.say(f"Cancelled; {name} stays in use." if name else "Cancelled; nothing has changed.")

    def _advanced(self, progress: Progress, seconds: float) -> None:
        part = progress.fraction
        numbers = progress.numbers
        if "loss" in numbers:
            self.curves.add(seconds, numbers["loss"], numbers.get("held-out mIoU"))
        left = f", {time_words(seconds * (1 - part) / part)} left" if part and 0.05 < part < 1 else ""
        if self.stop.reason != "it is stopping":
            words = SAID.get(progress.text, progress.text)
            self.note.say(f"{words[:1].upper()}{words[1:]}{left}")

    def _learned(self, result: FinetuneResult) -> None:
        # What came of it is said where probes say it, which is seen from every step.
        self.note.say(" ".join(result.notes))
        self.show_models()
        base = self.training.base
        if result.guard is not None and base is not None:
            colours = {info.name: QColor(info.colour) for info in self.session.classes}
            self.guard.ask(result.guard, base, result.output, colours)
