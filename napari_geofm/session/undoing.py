"""Steps on labels and classes that are done, taken back and done again."""

from dataclasses import dataclass, replace

from psygnal import Signal

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.session.edits import Edit, UndoStack, renumbered
from napari_geofm.session.label_store import LabelStore

__all__ = ["ClassState", "Undoing"]


@dataclass(frozen=True, slots=True)
class ClassState:
    """Classes and what is noted of them.

    Attributes
    ----------
    table
        Names and colours.
    current
        The class that is painted.
    locked
        Classes whose labels stay.
    complete
        Sections that are labelled as far as they should be, as ``--at`` writes them.
    """

    table: ClassTable
    current: int = 0
    locked: frozenset[int] = frozenset()
    complete: frozenset[str] = frozenset()


class Undoing:
    """Labels and classes with the steps that made them.

    Signals (psygnal): ``labels_changed(object)`` with the section or None for anywhere, ``classes_changed()``,
    ``history_changed()``.

    Parameters
    ----------
    survey
        What is labelled.
    store
        The labels on disk.
    state
        Classes as they were last.
    writable
        False: nothing can be changed.
    """

    labels_changed = Signal(object)
    classes_changed = Signal()
    history_changed = Signal()

    def __init__(self, survey: Survey, store: LabelStore, state: ClassState, *, writable: bool) -> None:
        self.survey = survey
        self._store = store
        self._writable = writable
        self._undo = UndoStack()
        self._state = state

    def noted(self, what: str) -> None:
        """Take notice of a change, which is done; ``what`` is in the interpreter's words, empty for small things."""

    @property
    def undo_text(self) -> str:
        """What undo would take back; empty where nothing."""
        edit = self._undo.to_undo()
        return edit.what if edit is not None else ""

    @property
    def redo_text(self) -> str:
        """What redo would do again; empty where nothing."""
        edit = self._undo.to_redo()
        return edit.what if edit is not None else ""

    def undo(self) -> str:
        """Take the last step back; return what it was, empty where there was none."""
        edit = self._undo.to_undo()
        if edit is None or not self._writable:
            return ""
        self._undo.undone()
        self._apply(edit, back=True)
        self.noted(f"took back: {edit.what}")
        return edit.what

    def redo(self) -> str:
        """Do the step last taken back again; return what it is, empty where there is none."""
        edit = self._undo.to_redo()
        if edit is None or not self._writable:
            return ""
        self._undo.redone()
        self._apply(edit, back=False)
        self.noted(f"did again: {edit.what}")
        return edit.what

    def _do(self, edit: Edit) -> None:
        if not self._writable:
            return
        self._undo.push(edit)
        self._apply(edit, back=False)
        self.noted(edit.what)

    def _apply(self, edit: Edit, *, back: bool) -> None:
        self._store.apply(edit, back=back)
        if edit.tables is not None:
            table = edit.tables[0 if back else 1]
            locked = frozenset(renumbered(edit.removed, each, back=back) for each in self._state.locked) - {None}
            kept = frozenset(each for each in locked if each is not None and each < len(table))
            current = min(self._state.current, max(0, len(table) - 1))
            self._state = replace(self._state, table=table, locked=kept, current=current)
            self.classes_changed.emit()
        if edit.change is not None or edit.removed is not None:
            self.labels_changed.emit(At.parse(edit.at) if edit.at not in {"", "whole"} else None)
        self.history_changed.emit()

    def _restate(self, state: ClassState) -> None:
        self._state = state
        self.noted("")
        self.classes_changed.emit()
