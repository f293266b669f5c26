from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import Origin
from napari_geofm.core.region import At
from napari_geofm.errors import LabelError
from napari_geofm.session import Session
from tests.session.conftest import SHAPE

AXES = ("inline", "crossline", "twt")


def whole(session: Session) -> np.ndarray:
    return np.asarray(session._store.values)


def stroke(session: Session, at: At, rows: slice, columns: slice, value: int, what: str = "stroke") -> int:
    painted = session.labels_at(at)
    painted[rows, columns] = value
    return session.record(at, painted, what=what)


def place(session: Session, axis: str, position: int) -> At:
    return At(axis, session.survey.axis(axis).values[position].item())


def names(session: Session) -> list[str]:
    return list(session.classes.names)


def test_time_runs_down_and_a_stroke_lies_where_it_was_painted(session: Session) -> None:
    at = place(session, "inline", 1)
    assert session.labels_at(at).shape == (SHAPE[2], SHAPE[1])
    assert stroke(session, at, slice(8, 10), slice(2, 3), 2) == 2
    expected = np.zeros(SHAPE, np.uint8)
    expected[1, 2, 8:10] = 2
    np.testing.assert_array_equal(whole(session), expected)
    # The same samples are seen on the crossline and the time slice that cross them.
    assert session.labels_at(place(session, "crossline", 2))[8, 1] == 2
    assert session.labels_at(place(session, "twt", 9))[1, 2] == 2


STROKES = st.lists(
    st.tuples(
        st.sampled_from(AXES), st.integers(0, 4), st.integers(0, 4), st.integers(0, 4), st.integers(0, 2), st.booleans()
    ),
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(strokes=STROKES)
def test_undo_takes_back_and_redo_does_again_step_by_step(session: Session, strokes: list[Any]) -> None:
    begin = whole(session).copy()
    states = [begin]
    for axis, position, row, column, value, accepted in strokes:
        at = place(session, axis, position)
        painted = session.labels_at(at)
        painted[row : row + 2, column : column + 2] = value
        origin = Origin.ACCEPTED if accepted else Origin.HUMAN
        if session.record(at, painted, what="stroke", origin=origin):
            states.append(whole(session).copy())
        np.testing.assert_array_equal(session.labels_at(at), painted)
    assert all((np.asarray(session._store.origins) > 0).ravel() == (whole(session) > 0).ravel())
    for state in reversed(states[:-1]):
        assert session.undo()
        np.testing.assert_array_equal(whole(session), state)
    for state in states[1:]:
        assert session.redo()
        np.testing.assert_array_equal(whole(session), state)
    while len(states) > 1:
        states.pop()
        session.undo()
    np.testing.assert_array_equal(whole(session), begin)
    _check_counts(session)


def _check_counts(session: Session) -> None:
    values = whole(session)
    for number, each in enumerate(session.statistics("crossline")):
        found = values == number + 1
        assert each.samples == found.sum()
        assert each.sections == found.any(axis=(0, 2)).sum()
    for axis, name in enumerate(AXES):
        others = tuple(dim for dim in range(3) if dim != axis)
        lines = np.flatnonzero((values > 0).any(axis=others))
        assert session.labelled_sections(name) == [place(session, name, int(position)) for position in lines]


def test_a_hundred_steps_are_undone(session: Session) -> None:
    at = place(session, "inline", 0)
    for step in range(150):
        stroke(session, at, slice(step % 11, step % 11 + 1), slice(step % 7, step % 7 + 1), 1 + step % 2)
    done = 0
    while session.undo():
        done += 1
    assert done >= 100
    assert not whole(session).any()


def test_locked_classes_are_neither_painted_over_nor_erased_nor_painted(session: Session) -> None:
    at = place(session, "inline", 0)
    stroke(session, at, slice(0, 2), slice(0, 2), 1)
    session.lock_class(0, on=True)
    painted = session.labels_at(at)
    painted[:] = 2
    painted[5, 5] = 1
    session.record(at, painted, what="stroke")
    seen = session.labels_at(at)
    assert (seen[:2, :2] == 1).all()
    assert seen[5, 5] == 0
    assert (seen[6:] == 2).all()
    session.lock_class(0, on=False)
    assert stroke(session, at, slice(0, 2), slice(0, 2), 0) == 4


def test_deleting_and_merging_renumber_and_are_undone(session: Session) -> None:
    session.set_classes(ClassTable.named(["a", "b", "c", "d"]))
    at = place(session, "crossline", 3)
    for number in range(4):
        stroke(session, at, slice(number, number + 1), slice(0, 5), number + 1)
    session.lock_class(3, on=True)
    before = whole(session).copy()
    session.merge_classes(1, 2)
    assert names(session) == ["a", "c", "d"]
    assert session.locked == {2}
    assert [int(each.samples) for each in session.statistics()] == [5, 10, 5]
    np.testing.assert_array_equal(session.labels_at(at)[:4, 0], [1, 2, 2, 3])
    session.delete_class(0)
    assert names(session) == ["c", "d"]
    np.testing.assert_array_equal(session.labels_at(at)[:4, 0], [0, 1, 1, 2])
    _check_counts(session)
    session.undo()
    session.undo()
    assert names(session) == ["a", "b", "c", "d"]
    np.testing.assert_array_equal(whole(session), before)
    _check_counts(session)
    session.redo()
    np.testing.assert_array_equal(session.labels_at(at)[:4, 0], [1, 2, 2, 3])


def test_classes_are_added_renamed_and_recoloured(session: Session) -> None:
    number = session.add_class()
    assert session.current_class == number == 2
    session.rename_class(number, " salt ")
    session.recolour_class(number, "#aa3377")
    assert (session.classes.infos[2].name, session.classes.infos[2].colour) == ("salt", "#aa3377")
    with pytest.raises(LabelError, match="occurs twice"):
        session.rename_class(0, "salt")
    with pytest.raises(LabelError, match="#rrggbb"):
        session.recolour_class(0, "red")
    for _ in range(3):
        session.undo()
    assert names(session) == ["class 1", "class 2"]


def test_a_list_that_would_leave_labels_without_a_class_is_refused(session: Session) -> None:
    stroke(session, place(session, "inline", 0), slice(0, 1), slice(0, 1), 2)
    with pytest.raises(LabelError, match="'class 2' is labelled"):
        session.set_classes(ClassTable.named(["only"]))
    with pytest.raises(LabelError, match="add one first"):
        stroke(session, place(session, "inline", 0), slice(0, 1), slice(0, 1), 3)


def test_the_rest_is_filled_where_there_are_traces(session: Session) -> None:
    at = place(session, "inline", 2)
    stroke(session, at, slice(0, 4), slice(0, 2), 2)
    filled = session.fill_rest(at, 0)
    assert filled == SHAPE[2] * (SHAPE[1] - 1) - 8
    seen = session.labels_at(at)
    assert (seen[:, 3] == 0).all()
    assert (seen[:4, :2] == 2).all()
    assert str(at) in session.complete


def test_a_prediction_is_accepted_where_nobody_has_labelled(session: Session) -> None:
    at = place(session, "inline", 0)
    stroke(session, at, slice(0, 1), slice(0, 7), 2)
    classes = np.zeros((SHAPE[2], SHAPE[1]), np.uint8)
    classes[:, 4:] = 1
    classes[10] = 255
    confidence = np.tile(np.linspace(0, 1, SHAPE[1], dtype=np.float32), (SHAPE[2], 1))
    assert session.accept(at, classes, confidence, number=1, above=0.9) == 9
    seen, origins = session.labels_at(at), session.origins_at(at)
    assert (seen[1:10, 6] == 2).all()
    assert (origins[1:10, 6] == Origin.ACCEPTED).all()
    assert (origins[0] == Origin.HUMAN).all()
    assert (seen[1:, :6] == 0).all()
    where = np.zeros_like(classes, bool)
    where[3, 2] = True
    assert session.accept(at, classes, where=where) == 1
