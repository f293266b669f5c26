"""What is wanted all the time, whichever step is open: undo, redo, and the probe."""

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QCheckBox, QGridLayout, QWidget

from napari_geofm.core.recipe import Recipe
from napari_geofm.gui.learn.live_probe import LiveProbe
from napari_geofm.gui.learn.score_table import score_words
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.telling import telling
from napari_geofm.gui.parts.words import time_words
from napari_geofm.jobs.specs import FinetuneResult

if TYPE_CHECKING:
    from napari_geofm.gui.learn.training import Training

__all__ = ["QuickRow"]


class QuickRow(QWidget):
    """Undo, redo and probe, with a line on what came of them.

    Parameters
    ----------
    training
        What fits the probe; its session is what undo takes steps back of.
    """

    def __init__(self, training: "Training", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.training, self.session = training, training.session
        self.live_probe = LiveProbe(training, self)
        self.undo = StepButton("Undo", "Take the last step back", "Ctrl+Z")
        self.redo = StepButton("Redo", "Do it again", "Ctrl+Shift+Z")
        self.probe = StepButton("Probe", "Learn from the strokes and show the result: seconds", "N")
        self.live = QCheckBox("Probe after each stroke", self)
        self.live.setToolTip("Learn anew whenever a stroke ends, and show the prediction")
        self.live.setChecked(self.session.settings.live_probe)
        self.note = Note()
        self._why = ""
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        for column, part in enumerate((self.undo, self.redo, self.probe)):
            grid.addWidget(part, 0, column)
            grid.setColumnStretch(column, 1)
        grid.addWidget(self.live, 1, 0, 1, 3)
        grid.addWidget(self.note, 2, 0, 1, 3)
        self._connect()
        self.refresh()

    def refresh(self, _news: object = None) -> None:
        """Say what undo and redo would do, and whether there is something to learn from."""
        for button, text, none in (
            (self.undo, self.session.undo_text, "there is nothing to take back"),
            (self.redo, self.session.redo_text, "nothing was undone"),
        ):
            button.allow("" if text else none)
            if text:
                button.setToolTip(f"{button.toolTip()}: {text}")
        reason = self.training.reason()
        self.probe.allow(reason)
        why = f"{reason[0].upper()}{reason[1:]}." if reason and not self.training.running else ""
        if why or self.note.text() == self._why:
            self.note.say(why)
        self._why = why

    def run_probe(self) -> None:
        """Fit the probe."""
        self.training.start(Recipe.for_method("probe"))

    def take_back(self) -> None:
        """Undo."""
        with telling():
            self.session.undo()

    def do_again(self) -> None:
        """Redo."""
        with telling():
            self.session.redo()

    def _connect(self) -> None:
        self.undo.clicked.connect(self.take_back)
        self.redo.clicked.connect(self.do_again)
        self.probe.clicked.connect(self.run_probe)
        self.live.clicked.connect(lambda on: self.session.change(live_probe=on))
        self.training.changed.connect(self.refresh)
        self.training.learned.connect(self._learned)
        self.session.history_changed.connect(self.refresh)
        self.session.labels_changed.connect(self.refresh)

    def _learned(self, result: FinetuneResult) -> None:
        score = f", held-out mIoU {score_words(result.miou)}" if result.held_out else ""
        words = f"{result.output.name} learned in {time_words(result.seconds)}{score}."
        if result.kept_step == 0:
            words += " No step was surely better on the held-out strokes than the beginning, which is kept."
        if result.guard is not None:
            words += f" {result.guard.verdict()} Keep it or go back in the step Learn."
        self.note.say(words)
