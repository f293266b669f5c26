"""Labels of the whole survey from a file: each class becomes the session's class of that name."""

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal

from napari_geofm.core.classes import PALETTE
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


class LabelImport(QObject):
    """Takes labels into a session as one step of undo; what a human drew stays.

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
        self.work = Aside("geofm-labels", self)

    def take_in(self, file: Path, labels: "LabelSet") -> None:
        """Take labels in; classes that the session has not are added first."""
        if self._session.read_only:
            tell("Another viewer has this session open: labels can be seen here, not changed")
            return
        with telling():
            used = class_numbers(file, labels.values)
            numbers = self._numbers(labels, used)
            body = Given(labels.values, numbers)
            what = f"labels of {file.name}"
            self.said.emit(f"Taking in {file.name}…")
            asked = sorted({numbers[number] for number in used})
            self.work.run(
                lambda control: self._session.plan_fill([body], asked, what=what, control=control),
                lambda plan: self._take(file, plan),
            )

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
            if self._session.take_fill(plan):
                doubt = of_another(file, self._session.survey)
                said = f"{file.name}: {count_words(plan.count)} samples labelled; Undo takes them back."
                self.said.emit(f"{said} {doubt}." if doubt else said)
            else:
                self.said.emit(f"The labels changed meanwhile; import {file.name} again.")
