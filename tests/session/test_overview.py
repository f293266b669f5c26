"""A survey decimated: what is kept, what strokes are seen, what a prediction on disk means now."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.region import At
from napari_geofm.session import Session
from napari_geofm.session import overview as module
from napari_geofm.session.overview import Grid, amplitudes_of, labels_of, prediction_file, predictions_of
from tests.tiny import DEAD, TinySurvey, write_survey

SIZE = st.integers(1, 300)


@pytest.fixture(scope="module")
def survey_files(tmp_path_factory: pytest.TempPathFactory) -> TinySurvey:
    return write_survey(tmp_path_factory.mktemp("survey"))


@pytest.fixture
def session(survey_files: TinySurvey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    file = tmp_path / "tiny.sgy"
    shutil.copy(survey_files.file, file)
    opened = Session.open(file)
    opened.set_classes(ClassTable.named(["sand", "shale", "salt"]))
    yield opened
    opened.close()


def going_on(_part: float) -> bool:
    return True


@given(st.tuples(SIZE, SIZE, SIZE), st.integers(1, 100_000))
def test_a_grid_is_as_small_as_asked_and_reaches_to_the_end(shape: tuple[int, int, int], most: int) -> None:
    grid = Grid.of(shape, most)
    assert np.prod(grid.shape) <= most
    for size, step, kept in zip(shape, grid.steps, grid.shape, strict=True):
        assert len(range(0, size, step)) == kept


def test_amplitudes_are_the_survey_s_own(session: Session) -> None:
    survey = session.survey
    grid = Grid((2, 3, 4), (3, 32, 24))
    low, high = session.stretch.low, session.stretch.high
    parts: list[float] = []
    found = amplitudes_of(survey, grid, (low, high), lambda part: parts.append(part) is None)
    assert found is not None
    assert parts == pytest.approx([1 / 3, 2 / 3, 1])
    whole = survey.data.values
    kept = whole[::2, ::3, ::4]
    expected = np.clip((np.nan_to_num(kept, nan=(low + high) / 2) - low) / (high - low) * 255, 0, 255)
    assert np.abs(found.astype(float) - expected).max() <= 1.01
    assert np.isnan(whole[DEAD]).all()


def test_reading_stops_when_told(session: Session) -> None:
    grid = Grid.of(session.survey.shape, 1000)
    assert amplitudes_of(session.survey, grid, (-1.0, 1.0), lambda part: part < 0.3) is None


def test_thin_strokes_of_any_class_are_seen(session: Session) -> None:
    assert labels_of(session, Grid.of(session.survey.shape), going_on) is None
    at = At("inline", session.survey.axis("inline").values[3].item())
    painted = session.labels_at(at)
    painted[17, 30] = 1
    painted[50, 41] = 3
    session.record(at, painted, what="stroke")
    grid = Grid((2, 5, 4), (3, 20, 24))
    found = labels_of(session, grid, going_on)
    assert found is not None
    assert set(zip(*(axis.tolist() for axis in np.nonzero(found)), strict=True)) == {(1, 6, 4), (1, 8, 12)}
    assert found[1, 6, 4] == 1
    assert found[1, 8, 12] == 3


def test_numbers_of_the_grid_are_the_survey_s(session: Session) -> None:
    grid = Grid((2, 5, 4), (3, 20, 24))
    values = session.survey.axis("crossline").values
    assert grid.number(session.survey, "crossline", 6) == values[30]
    assert grid.place(session.survey, "crossline", values[30].item()) == 6.0


def predicted(session: Session, names: list[str], values: Any) -> None:
    """Write a prediction as a finished job leaves it."""
    import zarr

    file = session.folder / "predictions" / "probe-1.zarr"
    group = zarr.create_group(
        file, attributes={"classes": [{"number": n, "name": name} for n, name in enumerate(names)]}
    )
    array = group.create_array("prediction", shape=values.shape, dtype=np.uint8, chunks=(4, 40, 40), fill_value=255)
    array[:] = values


def test_a_prediction_has_the_classes_of_now(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(session), "model", property(lambda self: self.models_folder / "probe-1"))
    assert prediction_file(session) is None
    assert predictions_of(session, Grid.of(session.survey.shape), going_on) is None
    values = np.random.default_rng(4).integers(0, 3, session.survey.shape).astype(np.uint8)
    values[0] = 255
    predicted(session, ["salt", "gone", "sand"], values)
    for steps in ((1, 1, 1), (2, 3, 7), (5, 1, 41)):
        grid = Grid(steps, tuple(-(-size // step) for size, step in zip(values.shape, steps, strict=True)))
        found = predictions_of(session, grid, going_on)
        expected = np.array([3, 0, 1] + [0] * 253, np.uint8)[values[:: steps[0], :: steps[1], :: steps[2]]]
        assert found is not None
        assert np.array_equal(found, expected)


def test_a_part_of_the_survey_and_a_damaged_file_are_no_prediction(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(session), "model", property(lambda self: self.models_folder / "probe-1"))
    (session.folder / "predictions" / "probe-1.zarr").mkdir(parents=True)
    assert predictions_of(session, Grid.of(session.survey.shape), going_on) is None
    predicted(session, ["sand"], np.zeros((2, 96, 96), np.uint8))
    assert predictions_of(session, Grid.of(session.survey.shape), going_on) is None


def test_what_is_kept_takes_little_memory() -> None:
    assert 3 * np.prod(Grid.of((2000, 3000, 1500)).shape) <= 3 * module.MOST <= 30e6
