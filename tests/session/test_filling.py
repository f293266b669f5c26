from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from napari_geofm.core.labels import Origin
from napari_geofm.core.polygon import Polygon
from napari_geofm.core.progress import Control, run_to_end
from napari_geofm.core.region import At
from napari_geofm.errors import CancelledError, LabelError
from napari_geofm.samples.seismic import SeismicSampleSpec, make_seismic, write_segy
from napari_geofm.session import Session
from napari_geofm.session.filling import traces_there
from napari_geofm.session.picks import fills
from napari_geofm.session.picks.bodies import Above, Below, Between, Body, Given
from napari_geofm.session.picks.fills import slices_at_once
from tests.session.conftest import SHAPE

SAMPLES = np.arange(SHAPE[2], dtype=np.float64)


def flat(z: float) -> np.ndarray:
    return np.full(SHAPE[:2], z, np.float32)


def whole(session: Session) -> np.ndarray:
    return np.asarray(session._store.values).copy()


def origins(session: Session) -> np.ndarray:
    return np.asarray(session._store.origins).copy()


MAPS = arrays(np.float32, SHAPE[:2], elements=st.one_of(st.just(float("nan")), st.floats(-3, 14, width=32)))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=MAPS, other=MAPS)
def test_between_and_sides_against_a_loop(session: Session, one: np.ndarray, other: np.ndarray) -> None:
    begin = whole(session)
    bodies: list[Body] = [Above(one, SAMPLES, 0), Between(one, other, SAMPLES, 1)]
    session.fill(bodies, [0, 1], what="filled")
    expected = begin.copy()
    for i, j in np.ndindex(*SHAPE[:2]):
        for k in range(SHAPE[2]):
            if np.isfinite(one[i, j]) and k < one[i, j] - 1e-4:
                expected[i, j, k] = 1
            upper, lower = min(one[i, j], other[i, j]), max(one[i, j], other[i, j])
            if np.isfinite(one[i, j]) and np.isfinite(other[i, j]) and upper - 1e-4 <= k < lower - 1e-4:
                expected[i, j, k] = 2
    np.testing.assert_array_equal(whole(session), expected)
    if (expected != begin).any():
        assert session.undo() == "filled"
    np.testing.assert_array_equal(whole(session), begin)


def test_a_fill_is_one_step_and_imported(session: Session) -> None:
    count = session.fill([Below(flat(7), SAMPLES, 1)], [1], what="below Top is class 2")
    assert count == SHAPE[0] * SHAPE[1] * 4
    assert (origins(session)[..., 7:] == Origin.IMPORTED).all()
    assert (whole(session)[..., :7] == 0).all()
    assert session.undo_text == "below Top is class 2"
    session.undo()
    assert not whole(session).any()
    assert not origins(session).any()
    session.redo()
    assert np.count_nonzero(whole(session)) == count


def test_strokes_and_locked_classes_stay(session: Session) -> None:
    at = At("inline", 2)
    painted = session.labels_at(at)
    painted[3:5] = 1
    session.record(at, painted, what="stroke")
    session.accept(at, np.full(painted.shape, 1, np.uint8), where=np.arange(painted.shape[0])[:, None] == 8)
    session.fill([Between(flat(0), flat(20), SAMPLES, 1)], [1], what="fill")
    assert (session.labels_at(at)[3:5] == 1).all()
    assert (np.delete(session.labels_at(at), [3, 4], axis=0) == 2).all()
    session.fill([Between(flat(0), flat(20), SAMPLES, 1)], [1], what="fill", over=True)
    assert (session.labels_at(at) == 2).all()
    session.lock_class(1, on=True)
    session.fill([Between(flat(0), flat(20), SAMPLES, 0)], [0], what="fill", over=True)
    assert (whole(session) == 2).all()
    with pytest.raises(LabelError, match="'class 2' is locked"):
        session.fill([Between(flat(0), flat(20), SAMPLES, 1)], [1], what="fill")
    with pytest.raises(LabelError, match="no class 7"):
        session.fill([Between(flat(0), flat(20), SAMPLES, 7)], [7], what="fill")


def test_a_plan_no_longer_holds_after_a_stroke(session: Session) -> None:
    plan = run_to_end(session.plan_fill([Below(flat(0), SAMPLES, 0)], [0], what="fill"))
    painted = session.labels_at(At("inline", 1))
    painted[0, 0] = 2
    session.record(At("inline", 1), painted, what="stroke")
    assert not session.take_fill(plan)
    assert np.count_nonzero(whole(session)) == 1
    plan = run_to_end(session.plan_fill([Below(flat(0), SAMPLES, 0)], [0], what="fill"))
    assert session.take_fill(plan)
    assert whole(session)[1, 0, 0] == 2


def test_cancelling_changes_nothing(session: Session) -> None:
    control = Control()
    job = session.plan_fill([Below(flat(0), SAMPLES, 0)], [0], what="fill", control=control)
    control.cancel()
    with pytest.raises(CancelledError):
        next(job)
    assert not whole(session).any()
    assert session.undo_text == ""


def test_a_fill_written_in_parts_is_one_step(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fills, "_AT_ONCE", SHAPE[1] * SHAPE[2])
    painted = session.labels_at(At("inline", 1))
    painted[7:9, 1] = 2
    session.record(At("inline", 1), painted, what="stroke")
    begin, counted = whole(session), session.statistics()
    plan = run_to_end(session.plan_fill([Between(flat(2), flat(9), SAMPLES, 0)], [0], what="fill"))
    assert len(plan.changes) == SHAPE[0]
    written = session.write_fill(plan)
    next(written)
    assert session.undo_text == "stroke on inline 1"
    done = run_to_end(written)
    assert session.take_written(done)
    expected = begin.copy()
    expected[..., 2:9] = 1
    expected[begin > 0] = begin[begin > 0]
    np.testing.assert_array_equal(whole(session), expected)
    assert [each.samples for each in session.statistics()] == [int((expected == n).sum()) for n in (1, 2)]
    assert session.undo() == "fill"
    np.testing.assert_array_equal(whole(session), begin)
    assert session.statistics() == counted
    assert session.redo() == "fill"
    np.testing.assert_array_equal(whole(session), expected)


def test_a_fill_cancelled_while_it_is_written_is_taken_back(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fills, "_AT_ONCE", SHAPE[1] * SHAPE[2])
    plan = run_to_end(session.plan_fill([Below(flat(2), SAMPLES, 0)], [0], what="fill"))
    control = Control()
    written = session.write_fill(plan, control)
    for _ in range(3):
        next(written)
    assert whole(session).any()
    control.cancel()
    with pytest.raises(CancelledError):
        next(written)
    assert not whole(session).any()
    assert not origins(session).any()
    assert not session.take_written(plan)
    assert (session.undo_text, session.statistics()[0].samples) == ("", 0)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=arrays(np.uint8, SHAPE, elements=st.sampled_from([255, 255, 0, 1])), runs=st.booleans())
def test_runs_and_single_samples_do_the_same(session: Session, wanted: np.ndarray, runs: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fills, "_WORTH", 0 if runs else 99)
        begin = whole(session)
        session.fill([Given(wanted, (0, 1))], [0, 1], what="fill")
    expected = np.where(wanted == 255, begin, wanted + 1)
    np.testing.assert_array_equal(whole(session), expected)
    for dimension in range(3):
        for place in range(SHAPE[dimension]):
            part = expected.take(place, dimension)
            counted = session._store.counts.at(dimension, place)[:2].tolist()
            assert counted == [int((part == n).sum()) for n in (1, 2)]
    if session.undo_text:
        session.undo()
    np.testing.assert_array_equal(whole(session), begin)


def test_labels_of_a_file(session: Session) -> None:
    values = np.full(SHAPE, 255, np.uint8)
    values[1, 2, 3], values[4, 6, 10] = 0, 1
    session.fill([Given(values, (1, 0))], [0, 1], what="imported labels")
    assert (whole(session)[1, 2, 3], whole(session)[4, 6, 10], np.count_nonzero(whole(session))) == (2, 1, 2)


def test_a_polygon_fills_its_section_only(session: Session) -> None:
    at = At("crossline", 4)
    outline, hole = (
        np.array([[0.5, 1.5], [3.5, 1.5], [3.5, 8.5], [0.5, 8.5]]),
        np.array([[1.5, 3.5], [2.5, 3.5], [2.5, 5.5], [1.5, 5.5]]),
    )
    session.fill_polygon(Polygon("salt", at, (outline, hole)), 1)
    expected = np.zeros((SHAPE[2], SHAPE[0]), np.uint8)
    expected[2:9, 1:4] = 2
    expected[4:6, 2] = 0
    np.testing.assert_array_equal(session.labels_at(at), expected)
    assert np.count_nonzero(whole(session)) == np.count_nonzero(expected)
    assert session.undo_text == "polygon salt as class 2 on crossline 4"


def test_missing_traces_get_no_label(tmp_path: Path) -> None:
    sample = make_seismic(SeismicSampleSpec(seed=1, inlines=6, crosslines=8, samples=32))
    missing = np.zeros((6, 8), bool)
    missing[2, 3] = True
    write_segy(sample, tmp_path / "gap.sgy", missing=missing)
    session = Session.open(tmp_path / "gap.sgy")
    there = traces_there(session.survey)
    assert there is not None
    np.testing.assert_array_equal(there, ~missing)
    z = np.zeros((6, 8), np.float32)
    session.fill([Below(z, session.survey.axis("twt").values.astype(float), 0)], [0], what="all")
    assert not whole(session)[2, 3].any()
    assert np.count_nonzero(whole(session)) == 47 * 32
    session.close()


def test_blocks_cover_each_slice_once() -> None:
    shape = (1000, 1000, 500)
    blocks = list(slices_at_once(shape))
    assert [block.start for block in blocks] == [0, *(block.stop for block in blocks[:-1])]
    assert blocks[-1].stop == 1000
    assert max(block.stop - block.start for block in blocks) == 8
