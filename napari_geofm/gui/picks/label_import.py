"""Labels of the whole survey from a file: each class becomes the session's class of that name."""

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Qt, Signal
from qtpy.QtWidgets import QProgressDialog, QWidget

from napari_geofm.core.classes import PALETTE
from napari_geofm.core.progress import Control, Job, Progress, part_of
from napari_geofm.gui.parts.aside import Aside
from napari_geofm.gui.parts.telling import tell, telling
from napari_geofm.gui.parts.words import count_words
from napari_geofm.io.labels import class_numbers
from napari_geofm.io.result_notes import of_another
from napari_geofm.session.picks.bodies import Given

if TYPE_CHECKING:
    from napari_geofm.core.labels import LabelSet
    from napari_geofm.session import Session
    from napari_geofm.session.filling import FillPlan

__all__ = ["LabelImport"]

STEPS = 1000
PLANNED = 0.6
"""Part of the time that working out what changes takes; the rest is writing it."""


class LabelImport(QObject):
    """Takes labels into a session as one step of undo; what a human drew stays.

    Labels are read and written in a thread, some rows at a time. Meanwhile a bar with a button to cancel holds the
    window up: nothing may be painted until what was begun is whole, or taken back.

    Parameters
    ----------
    session
        What is labelled.
    """

    said = Signal(str)
    """What is done, for the user."""

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._stopped = False
        self.work = Aside("geofm-labels", self)
        self.bar: QProgressDialog | None = None
        self.work.advanced.connect(self._advanced)
        self.work.busy_changed.connect(self._busy)

    def take_in(self, file: Path, labels: "LabelSet", used: tuple[int, ...] | None = None) -> None:
        """Take labels in; classes that the session has not are added first.

        Parameters
        ----------
        file
            Where they came from.
        labels
            What is taken in; it may be larger than memory.
        used
            The classes that occur in it, ascending; None: it is looked through.
        """
        if self._session.read_only:
            tell("Another viewer has this session open: labels can be seen here, not changed")
            return
        if self.work.busy:
            tell(f"Labels are being taken in already; import {file.name} afterwards")
            return
        self.said.emit(f"Taking in {file.name}…")
        if used is not None:
            self._fill(file, labels, used)
            return
        self.work.run(lambda control: _used(file, labels, control), lambda found: self._fill(file, labels, found))

    def _fill(self, file: Path, labels: "LabelSet", used: tuple[int, ...]) -> None:
        """Label what a file labels, once it is known which classes occur."""
        with telling():
            numbers = self._numbers(labels, used)
            body, asked = Given(labels.values, numbers), sorted({numbers[number] for number in used})

            def work(control: Control) -> "Job[FillPlan]":
                what = f"labels of {file.name}"
                planning = self._session.plan_fill([body], asked, what=what, control=control)
                plan = yield from part_of(planning, 0.0, PLANNED)
                return (yield from part_of(self._session.write_fill(plan, control), PLANNED, 1.0))

            self.work.run(work, lambda plan: self._take(file, plan))

    def _numbers(self, labels: "LabelSet", used: tuple[int, ...]) -> tuple[int, ...]:
        """Return which class of the session each class of the file is."""
        found = []
        for number, info in enumerate(labels.classes):
            if info.name in self._session.classes.names:
                found.append(self._session.classes.names.index(info.name))
            elif number in used and info.name != f"class {number}":
                found.append(self._session.add_class(info.name, self._free(info.colour)))
            else:
                # Files without names number their classes from 0, as the session does.
                while number in used and len(self._session.classes) <= number:
                    self._session.add_class()
                found.append(number)
        return tuple(found)

    def _free(self, colour: str) -> str | None:
        """Return a colour that no class of the session has yet: two of one colour look as one."""
        taken = {each.colour for each in self._session.classes}
        return next((each for each in (colour, *PALETTE) if each not in taken), None)

    def _take(self, file: Path, plan: "FillPlan") -> None:
        with telling():
            if self._session.take_written(plan):
                doubt = of_another(file, self._session.survey)
                said = f"{file.name}: {count_words(plan.count)} samples labelled; Undo takes them back."
                self.said.emit(f"{said} {doubt}." if doubt else said)
            else:
                self.said.emit(f"The labels changed meanwhile; import {file.name} again.")

    def _busy(self, on: bool) -> None:
        """Hold the window up while labels are changed, with a bar that tells how far it is."""
        if not on:
            if self.bar is not None:
                # Not closed, which would cancel.
                self.bar.done(0)
                self.bar.deleteLater()
            if self._stopped:
                self.said.emit("Cancelled; the labels are as they were.")
            self.bar, self._stopped = None, False
            return
        above = self.parent()
        while above is not None and not isinstance(above, QWidget):
            above = above.parent()
        self.bar = QProgressDialog("Taking in labels…", "Cancel", 0, STEPS, above)
        self.bar.setWindowTitle("Import")
        self.bar.setWindowModality(Qt.WindowModality.WindowModal)
        self.bar.setAutoReset(False)
        self.bar.setAutoClose(False)
        # It stays until what was written has been taken back.
        self.bar.canceled.disconnect()
        self.bar.canceled.connect(self._stop)
        self.bar.open()

    def _stop(self) -> None:
        self._stopped = True
        self.work.wind_up()
        if self.bar is not None:
            self.bar.setLabelText("Cancelling; what was written is taken back…")

    def _advanced(self, progress: Progress) -> None:
        if self.bar is not None:
            self.bar.setValue(round(STEPS * (progress.fraction or 0.0)))


def _used(file: Path, labels: "LabelSet", control: Control) -> Job[tuple[int, ...]]:
    """Look labels through for the classes that occur."""
    yield Progress(0, 0, f"reading {file.name}")
    return class_numbers(file, labels.values, control.check)
