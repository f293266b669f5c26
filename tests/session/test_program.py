"""Whatever is painted, merged, deleted, undone and done again: labels are those of a plain record kept beside."""

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import Origin
from napari_geofm.core.region import At
from napari_geofm.io.opening import open_survey
from napari_geofm.session import Session
from napari_geofm.session.label_counts import LabelCounts
from tests.session.conftest import SHAPE

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
)


@dataclass
class Plain:
    """The record: labels and origins in the survey's order, class names, all that ever were."""

    names: tuple[str, ...]
    values: Any = field(default_factory=lambda: np.zeros(SHAPE, np.uint8))
    origins: Any = field(default_factory=lambda: np.zeros(SHAPE, np.uint8))

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


@settings(max_examples=25, deadline=None)
@given(program=st.lists(st.one_of(STROKE, STROKE, OTHER), min_size=5, max_size=25))
def test_a_session_equals_a_plain_record(program: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as folder:
        np.save(Path(folder) / "survey.npy", np.zeros(SHAPE, np.float32))
        survey = open_survey(Path(folder) / "survey.npy")
        session = Session(survey)
        try:
            session.set_classes(ClassTable.named(["a", "b", "c"]))
            states, here = [Plain(("a", "b", "c"))], 0
            for step in program:
                states, here = _run(session, states, here, step)
                assert session.classes.names == states[here].names
                np.testing.assert_array_equal(session._store.values, states[here].values)
                np.testing.assert_array_equal(session._store.origins, states[here].origins)
            _check_counts(session)
        finally:
            session.close()
        again = Session(survey)
        try:
            np.testing.assert_array_equal(again._store.values, states[here].values)
            assert again.classes.names == states[here].names
            _check_counts(again)
        finally:
            again.close()


def _run(session: Session, states: list[Plain], here: int, step: tuple[Any, ...]) -> tuple[list[Plain], int]:
    now, kind, count = states[here], step[0], len(states[here].names)
    if kind == "undo":
        # The first step is the class list that the test begins with.
        if here:
            session.undo()
        return states, max(0, here - 1)
    if kind == "redo":
        session.redo()
        return states, min(here + 1, len(states) - 1)
    if kind == "lock":
        if step[1] < count:
            session.lock_class(step[1], on=step[1] not in session.locked)
        return states, here
    new = _changed(session, now, step, count, f"n{len(states)}")
    return (states, here) if new is None else ([*states[: here + 1], new], here + 1)


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
