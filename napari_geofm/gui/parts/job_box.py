"""A button that begins work of the worker, and what is told of it: progress, time left, cancel, how it ended."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from napari_geofm.errors import GeoFMError
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.part_bar import PartBar
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.telling import tell
from napari_geofm.gui.parts.time_left import TimeLeft

if TYPE_CHECKING:
    from napari_geofm.compute.handle import Handle
    from napari_geofm.core.progress import Progress
    from napari_geofm.gui.engine import Engine
    from napari_geofm.jobs.spec import JobSpec

__all__ = ["CANCEL_KEY", "JobBox", "JobWords"]

R = TypeVar("R")

CANCEL_KEY = "Shift+Escape"
"""Cancels what any of these boxes has running."""


@dataclass(frozen=True, slots=True)
class JobWords:
    """What is said of one kind of work.

    Attributes
    ----------
    running
        Why it cannot be begun while it runs: ``"a file is being written"``.
    stop
        What cancelling does, for the tooltip.
    stopped
        What is said once it is cancelled.
    """

    running: str
    stop: str
    stopped: str


class JobBox(QWidget):
    """The button, Cancel beside it while the work runs, a bar, and a line of words.

    Parameters
    ----------
    engine
        Where the work runs.
    start
        The button that begins it; what it does is its owner's, who calls :meth:`run` in the end.
    words
        What is said of this kind of work.
    before
        What stands in front of the button.
    after
        A button for what the work has left, shown once it is done.
    """

    changed = Signal()
    """The work began or ended, in whatever way."""

    def __init__(
        self,
        engine: "Engine",
        start: StepButton,
        words: JobWords,
        *,
        before: QWidget | None = None,
        after: QPushButton | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine, self.start, self._words, self._after = engine, start, words, after
        self._handle: Handle[Any] | None = None
        self._number, self._left, self._reason, self._stopped = 0, TimeLeft(), "", words.stopped
        self.cancel = StepButton("Cancel", words.stop, CANCEL_KEY)
        self.bar = PartBar(parent=self)
        self.note = Note()
        row = QHBoxLayout()
        row.setSpacing(4)
        for part, stretch in ((before, 2), (start, 2), (after, 1), (self.cancel, 1)):
            if part is not None:
                row.addWidget(part, stretch)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(row)
        whole.addWidget(self.bar)
        whole.addWidget(self.note)
        self.cancel.clicked.connect(self.stop)
        self._show(over=False)

    @property
    def running(self) -> bool:
        """Whether the work is under way."""
        return self._handle is not None

    def allow(self, reason: str = "") -> None:
        """Enable the button unless there is a ``reason`` not to, or the work is under way."""
        self._reason = reason
        self.start.allow(self._words.running if self.running else reason)

    def run(self, spec: "JobSpec[R]", saying: str, done: Callable[[R], str], stopped: str = "") -> None:
        """Begin; nothing happens while the work is under way.

        Parameters
        ----------
        spec
            The work.
        saying
            What is said until it tells of its progress.
        done
            Called with the result; returns what is said of it. A GeoFMError in it is told as a failure of the work.
        stopped
            What is said once it is cancelled, where that is not what this kind of work says.
        """
        if self.running:
            return
        self._number += 1
        number, self._left, self._stopped = self._number, TimeLeft(), stopped or self._words.stopped

        def ended(result: R) -> None:
            if number == self._number:
                self._done(result, done)

        def failed(why: str) -> None:
            if number == self._number:
                self._failed(why)

        self.note.say(saying)
        self.bar.show_part(None)
        if spec.lane == "job":
            self._handle = self._engine.job(spec, self._advanced, ended, failed)
        else:
            self._handle = self._engine.view(spec, f"{spec.title} for {id(self)}", ended, failed, self._advanced)
        self._show(over=False)

    def stop(self) -> None:
        """Cancel."""
        handle, self._handle = self._handle, None
        if handle is None:
            return
        handle.cancel()
        self.note.say(self._stopped)
        self._show(over=False)

    def _advanced(self, progress: "Progress") -> None:
        if self._handle is None:
            return
        self.bar.show_part(progress.fraction)
        words = progress.text.replace("=", " ")
        self.note.say(f"{words[:1].upper()}{words[1:]}{self._left.words(progress)}")

    def _done(self, result: R, done: Callable[[R], str]) -> None:
        self._handle = None
        try:
            words = done(result)
        except GeoFMError as error:
            self._failed(str(error))
            return
        self.note.say(words)
        self._show(over=True)

    def _failed(self, why: str) -> None:
        self._handle = None
        self.note.say("")
        self._show(over=False)
        if why:
            tell(why)

    def _show(self, *, over: bool) -> None:
        self.cancel.setVisible(self.running)
        self.bar.setVisible(self.running)
        if self._after is not None:
            self._after.setVisible(over)
        self.allow(self._reason)
        self.changed.emit()
