"""Steps on labels and classes that are done, taken back and done again."""

from dataclasses import dataclass, replace

from psygnal import Signal

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.survey import Survey
from napari_geofm.session.chain_state import ChainState
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
    drawn
        Sections on which labels were painted or accepted, as ``--at`` writes them.
    renumbered
        How often a class went out or came back, so that the numbers of the others moved.
    """

    table: ClassTable
    current: int = 0
    locked: frozenset[int] = frozenset()
    complete: frozenset[str] = frozenset()
    drawn: frozenset[str] = frozenset()
    renumbered: int = 0


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

    @property
    def steps(self) -> tuple[list[str], list[str]]:
        """The steps that can be taken back, oldest first, and those that can be done again, the next first."""
        return self._undo.texts()

    def undo(self) -> str:
        """Take the last step back; return what it was, empty where there was none.

        Raises
        ------
        OutputError
            When the disk is full.
        """
        edit = self._undo.to_undo()
        if edit is None or not self._writable:
            return ""
        self._store.require_room(edit)
        self._store.apply(edit, back=True)
        self._undo.undone()
        self._follow(edit, back=True)
        self.noted(f"took back: {edit.what}")
        return edit.what

    def redo(self) -> str:
        """Do the step last taken back again; return what it is, empty where there is none.

        Raises
        ------
        OutputError
            When the disk is full.
        """
        edit = self._undo.to_redo()
        if edit is None or not self._writable:
            return ""
        self._store.require_room(edit)
        self._store.apply(edit)
        self._undo.redone()
        self._follow(edit, back=False)
        self.noted(f"did again: {edit.what}")
        return edit.what

    def _do(self, edit: Edit) -> None:
        if not self._writable:
            return
        # First what may fail: a step that was not done is none to undo.
        self._store.require_room(edit)
        self._store.apply(edit)
        self._done(edit)

    def _done(self, edit: Edit) -> None:
        """Take in a step whose samples are in the labels."""
        self._undo.push(edit)
        self._follow(edit, back=False)
        self.noted(edit.what)

    def _follow(self, edit: Edit, *, back: bool) -> None:
        """Take in what the labels have, and tell of it."""
        before = self._state
        self._state = _after(before, edit, back=back)
        if edit.renumbers:
            # At once: until the document knows of the new numbers, a killed process takes them back.
            self._renumbered()
        if edit.models is not None:
            self._use(edit.models[0 if back else 1])
        if edit.chains is not None:
            self._process(edit.chains[0 if back else 1])
        if edit.events is not None:
            self._list_events(edit.events[0 if back else 1])
        if self._state != before:
            self.classes_changed.emit()
        if edit.changes or edit.renumbers:
            self.labels_changed.emit(edit.at)
        self.history_changed.emit()

    def _renumbered(self) -> None:
        """Write down that classes have other numbers from now on."""

    def _use(self, model: str) -> None:
        """Take up a model by its name, empty for none."""

    def _process(self, state: ChainState) -> None:
        """See a recording through another chain."""

    def _list_events(self, events: EventList) -> None:
        """Have a recording's other list of events."""

    def _restate(self, state: ClassState) -> None:
        self._state = state
        self.noted("")
        self.classes_changed.emit()


def _after(state: ClassState, edit: Edit, *, back: bool) -> ClassState:
    """Return what is noted of the classes after an edit, or after it is taken back."""
    if edit.completes is not None and edit.at is not None:
        place = {str(edit.at)}
        on = edit.completes is not back
        state = replace(state, complete=state.complete | place if on else state.complete - place)
    painted = {str(at) for at in (edit.at, *edit.also) if at is not None} if edit.changes else set()
    if not painted <= state.drawn:
        state = replace(state, drawn=state.drawn | painted)
    if edit.tables is None:
        return state
    table = edit.tables[0 if back else 1]
    moved = {each: renumbered(edit.removed, each, back=back) for each in {*state.locked, state.current}}
    kept = frozenset(new for old in state.locked if (new := moved[old]) is not None and new < len(table))
    current = moved[state.current]
    current = min(state.current if current is None else current, max(0, len(table) - 1))
    count = state.renumbered + edit.renumbers
    return replace(state, table=table, locked=kept, current=current, renumbered=count)
