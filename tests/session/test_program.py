"""Whatever is painted, merged, deleted, reverted, restored, undone and done again equals a plain record kept beside."""

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import Origin
from napari_geofm.core.region import At
from napari_geofm.io.opening import open_survey
from napari_geofm.session import Backup, Session
from napari_geofm.session.label_counts import LabelCounts
from tests.session.conftest import SHAPE
from tests.session.test_modelling import model

if TYPE_CHECKING:
    from collections.abc import Callable

AXES = ("inline", "crossline", "twt")

STROKE = st.tuples(
    st.just("stroke"),
    st.sampled_from(AXES),
    st.integers(0, 4),
    st.integers(0, 4),
    st.integers(0, 4),
    st.integers(0, 4),
    st.booleans(),
)
OTHER = st.one_of(
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
    st.tuples(st.just("add")),
    st.tuples(st.just("delete"), st.integers(0, 4)),
    st.tuples(st.just("merge"), st.integers(0, 4), st.integers(0, 4)),
    st.tuples(st.just("lock"), st.integers(0, 4)),
    st.tuples(st.just("use"), st.integers(0, 2)),
    st.tuples(st.just("revert")),
    st.tuples(st.just("back up")),
    st.tuples(st.just("restore")),
)


@dataclass
class Plain:
    """The record: labels and origins in the survey's order, class names, all that ever were."""

    names: tuple[str, ...]
    values: Any = field(default_factory=lambda: np.zeros(SHAPE, np.uint8))
    origins: Any = field(default_factory=lambda: np.zeros(SHAPE, np.uint8))
    reverted: tuple[str, str] | None = None
    """Model in use before and after, where the step to this state was a revert."""

    def seen(self, axis: str, position: int) -> Any:
        dimension = AXES.index(axis)
        part = np.take(self.values, position, dimension)
        # Time runs down; of a time slice the inlines do.
        return part if axis == "twt" else part.T

    def painted(self, axis: str, position: int, after: Any, origin: Origin, locked: frozenset[int]) -> "Plain":
        dimension = AXES.index(axis)
        values, origins = self.values.copy(), self.origins.copy()
        where: tuple[Any, ...] = tuple(position if each == dimension else slice(None) for each in range(3))
        new = after if axis == "twt" else after.T
        for index in np.ndindex(new.shape):
            old = values[where][index]
            if new[index] != old and not {int(old) - 1, int(new[index]) - 1} & locked:
                values[where][index] = new[index]
                origins[where][index] = origin if new[index] else 0
        return Plain(self.names, values, origins)

    def without(self, number: int, into: int | None) -> "Plain":
        values, origins = self.values.copy(), self.origins.copy()
        gone = values == number + 1
        values[gone] = 0 if into is None else into + 1
        origins[gone] = 0 if into is None else origins[gone]
        values[values > number + 1] -= 1
        return Plain((*self.names[:number], *self.names[number + 1 :]), values, origins)


@dataclass
class Record:
    """What a session should hold: all states, the one it is in, the model in use, a backup and the state it is of."""

    session: Session
    states: list[Plain]
    here: int = 0
    model: str = ""
    used: list[str] = field(default_factory=list)
    kept: tuple[Backup, Plain] | None = None

    @property
    def now(self) -> Plain:
        return self.states[self.here]

    def use(self, model: str) -> None:
        self.used = [name for name in self.used if name != model] + ([model] if model else [])
        self.model = model

    def before(self) -> str:
        return next((name for name in reversed(self.used) if name != self.model), "")

    def add(self, state: Plain) -> None:
        self.states[self.here + 1 :] = [state]
        self.here += 1

    def check(self) -> None:
        assert self.session.classes.names == self.now.names
        np.testing.assert_array_equal(self.session._store.values, self.now.values)
        np.testing.assert_array_equal(self.session._store.origins, self.now.origins)
        assert (self.session.model.name if self.session.model else "") == self.model
        done, undone = self.session.steps
        # The first step is the class list that the test begins with.
        assert (len(done), len(undone)) == (self.here + 1, len(self.states) - 1 - self.here)


@settings(max_examples=40, deadline=None)
@given(program=st.lists(st.one_of(STROKE, STROKE, OTHER), min_size=5, max_size=25))
def test_a_session_equals_a_plain_record(program: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as folder:
        np.save(Path(folder) / "survey.npy", np.zeros(SHAPE, np.float32))
        survey = open_survey(Path(folder) / "survey.npy")
        session = Session(survey)
        for _ in range(3):
            model(session.new_model_folder("probe"))
        try:
            session.set_classes(ClassTable.named(["a", "b", "c"]))
            record = Record(session, [Plain(("a", "b", "c"))])
            for step in program:
                _run(record, step)
                record.check()
            _check_counts(session)
        finally:
            session.close()
        again = Session(survey)
        try:
            np.testing.assert_array_equal(again._store.values, record.now.values)
            assert again.classes.names == record.now.names
            assert (again.model.name if again.model else "") == record.model
            _check_counts(again)
        finally:
            again.close()


def _run(record: Record, step: tuple[Any, ...]) -> None:
    session, kind, count = record.session, step[0], len(record.now.names)
    steps: dict[str, Callable[[], None]] = {
        "undo": lambda: _undo(record),
        "redo": lambda: _redo(record),
        "use": lambda: _use(record, step[1]),
        "revert": lambda: _revert(record),
        "back up": lambda: _back_up(record),
        "restore": lambda: _restore(record),
    }
    if kind in steps:
        steps[kind]()
    elif kind == "lock":
        if step[1] < count:
            session.lock_class(step[1], on=step[1] not in session.locked)
    else:
        new = _changed(session, record.now, step, count, f"n{len(record.states)}")
        if new is not None:
            record.add(new)


def _undo(record: Record) -> None:
    if record.here:
        record.session.undo()
        if record.now.reverted is not None:
            record.use(record.now.reverted[0])
        record.here -= 1


def _redo(record: Record) -> None:
    record.session.redo()
    if record.here + 1 < len(record.states):
        record.here += 1
        if record.now.reverted is not None:
            record.use(record.now.reverted[1])


def _use(record: Record, number: int) -> None:
    record.use(f"probe-{number + 1}")
    record.session.use_model(record.session.models_folder / record.model)


def _revert(record: Record) -> None:
    if record.model:
        reverted = (record.model, record.before())
        assert record.session.revert_model() == reverted[1]
        record.use(reverted[1])
        record.add(Plain(record.now.names, record.now.values, record.now.origins, reverted))


def _back_up(record: Record) -> None:
    record.session._autosave.back_up()
    record.kept = (record.session.backups[0], record.now) if record.session.backups else None


def _restore(record: Record) -> None:
    """Go back to the backup, unless newer ones have pushed it out."""
    if record.kept is None or not record.kept[0].archive.exists():
        return
    backup, then = record.kept
    changed = record.session.restore(backup)
    differs = (then.values != record.now.values) | (then.origins != record.now.origins)
    assert changed == np.count_nonzero(differs)
    if changed or then.names != record.now.names:
        record.add(Plain(then.names, then.values, then.origins))


def _changed(session: Session, now: Plain, step: tuple[Any, ...], count: int, name: str) -> Plain | None:
    """Do a step that undo takes back; return the record after it, None where it changes nothing."""
    kind = step[0]
    if kind == "add":
        if name in now.names:
            return None
        session.add_class(name)
        return Plain((*now.names, name), now.values, now.origins)
    if kind == "stroke":
        _, axis, position, row, column, value, accepted = step
        origin = Origin.ACCEPTED if accepted else Origin.HUMAN
        after = now.seen(axis, position).copy()
        after[row : row + 3, column : column + 2] = min(value, count)
        new = now.painted(axis, position, after, origin, session.locked)
        at = At(axis, session.survey.axis(axis).values[position].item())
        changed = session.record(at, after, what="stroke", origin=origin)
        assert changed == np.count_nonzero(new.values != now.values)
        return new if changed else None
    number, into = step[1], step[2] if kind == "merge" else None
    if number >= count or (into is not None and (into >= count or into == number)) or {number, into} & session.locked:
        return None
    session.delete_class(number) if into is None else session.merge_classes(number, into)
    return now.without(number, into)


def _check_counts(session: Session) -> None:
    """What is kept up to date equals a full scan."""
    scanned = LabelCounts.scanned(session._store.values, session._store._steps)
    for name, counts in session._store.counts.arrays().items():
        np.testing.assert_array_equal(counts[:, 1:], scanned.arrays()[name][:, 1:])
    values = session._store.values
    for each in session.statistics("crossline"):
        found = values == each.number + 1
        assert (each.samples, each.sections) == (found.sum(), found.any(axis=(0, 2)).sum())
