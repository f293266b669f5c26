"""Picks of another program as labels of the recording: bands from each onset on, as one step of undo."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QFileDialog, QWidget

from napari_geofm.core.das.phases import phase_hint
from napari_geofm.core.das.picks import Picks
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.gui.parts.aside import Aside
from napari_geofm.gui.parts.telling import tell, telling
from napari_geofm.gui.parts.words import count_words

if TYPE_CHECKING:
    from napari_geofm.session import Session
    from napari_geofm.session.filling import FillPlan

__all__ = ["PicksImport", "class_of"]


class PicksImport(QObject):
    """Asks for a file of picks, works out the labels in a thread, and takes them in.

    Parameters
    ----------
    session
        What is labelled.
    window
        What dialogs belong to.
    """

    said = Signal(str)
    """What came of it."""

    def __init__(self, session: "Session", window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self.work = Aside("geofm-picks", self)

    def ask(self) -> None:
        """Ask for a file."""
        kinds = "Picks (*.csv *.txt *.xml *.qml *.quakeml);;All files (*)"
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Onsets of another program", str(self._session.survey.path.parent), kinds
        )
        if name:
            self.take(Path(name))

    def take(self, path: Path) -> None:
        """Label from the picks in a file; what they are called says the class, else it is the one that is painted."""
        from napari_geofm.io.events.pick_files import read_picks

        with telling():
            found = read_picks(path, self._session.survey)
            names = sorted({each.name for each in found})
            # A class is added first: a fill is worked out for the labels as they are.
            numbers = {name: class_of(name, self._session) for name in names}
            self.said.emit(f"Labelling from {path.name}…")
            self.work.run(lambda control: self._plan(found, numbers, path.name, control), self._taken, self._failed)

    def _plan(self, found: Sequence[Picks], numbers: dict[str, int], source: str, control: Control) -> "Job[FillPlan]":
        from napari_geofm.session.picks.onset_bands import onset_bands

        yield Progress(0, 0, "reading picks")
        bodies = []
        for name, number in numbers.items():
            bodies += onset_bands([each for each in found if each.name == name], self._session.survey, number)[0]
        what = f"labels from {source}"
        return (yield from self._session.plan_fill(bodies, sorted(set(numbers.values())), what=what, control=control))

    def _taken(self, plan: "FillPlan") -> None:
        with telling():
            if not self._session.take_fill(plan):
                self.said.emit("The labels changed meanwhile; import the picks again.")
            elif plan.count:
                self.said.emit(f"{count_words(plan.count)} samples labelled from the onsets on; Undo takes them back.")
            else:
                self.said.emit("No sample changed: what lies there is labelled already.")

    def _failed(self, why: str) -> None:
        self.said.emit("")
        tell(why)


def class_of(name: str, session: "Session") -> int:
    """Return the class for picks of a name: one called so, or of the same phase; else the current one, or a new one."""
    names = session.classes.names
    if name in names:
        return names.index(name)
    hint = phase_hint(name)
    alike = next((number for number, each in enumerate(names) if hint and phase_hint(each) == hint), None)
    if alike is not None:
        return alike
    if names and not name:
        return session.current_class
    return session.add_class(name or "event")
