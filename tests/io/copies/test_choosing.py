"""A copy is used by itself where it wins, and only while it is of the file as it is."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.io.copies import choosing
from napari_geofm.io.copies.choosing import CopyTimes, copy_wins, copy_words, known_copy, register
from napari_geofm.io.copies.measuring import copy_cost, measured_times
from napari_geofm.io.copies.plan import plan_copy
from napari_geofm.io.opening import open_survey
from napari_geofm.io.segy import SegyTemplate
from napari_geofm.session import Session
from tests.io.copies.build import copied, volume

GB = 10**9


@pytest.mark.parametrize(
    ("size", "times", "wins"),
    [
        (2 * GB, CopyTimes(), False),
        (20 * GB, CopyTimes(), True),
        (20 * GB, CopyTimes(30, 40), False),
        (2 * GB, CopyTimes(900, 40), False),
        (2 * GB, CopyTimes(1100, 40), True),
        (2 * GB, CopyTimes(1100, 500), False),
    ],
)
def test_where_a_copy_wins(size: int, times: CopyTimes, wins: bool) -> None:
    assert copy_wins(size, 32 * GB, times) is wins
    assert copy_words(size, 32 * GB, times).startswith("Used from now on") is wins


@pytest.fixture
def made(tmp_path: Path) -> Path:
    volume(tmp_path / "cube.sgy", holes=False)
    copied(tmp_path / "cube.sgy", tmp_path / "elsewhere" / "fast.zarr")
    return tmp_path / "cube.sgy"


def small_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "_memory", lambda: 1000)


def test_a_file_that_fits_in_memory_is_read_itself(made: Path) -> None:
    register(made, made.parent / "elsewhere" / "fast.zarr", CopyTimes(300, 40))
    assert not any("fast copy" in note for note in open_survey(made).odd)


def test_a_larger_one_is_read_through_its_copy_and_is_itself_in_all_else(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_memory(monkeypatch)
    plain = open_survey(made)
    register(made, made.parent / "elsewhere" / "fast.zarr", CopyTimes(300, 40))
    survey = open_survey(made)
    assert "read from its fast copy fast.zarr" in survey.odd
    assert isinstance(survey.template, SegyTemplate)
    assert (survey.path, survey.fingerprint) == (made, plain.fingerprint)
    np.testing.assert_array_equal(survey.section("crossline", 310).values, plain.section("crossline", 310).values)
    np.testing.assert_array_equal(survey.data.values, plain.data.values)
    assert not any("fast copy" in note for note in open_survey(made, copies=False).odd)


def test_a_copy_that_is_old_gone_or_damaged_is_not_used(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_memory(monkeypatch)
    copy = made.parent / "elsewhere" / "fast.zarr"
    register(made, copy, CopyTimes())
    content = bytearray(made.read_bytes())
    content[-200] ^= 1
    made.write_bytes(content)
    survey = open_survey(made)
    assert any("fast.zarr is of an older state of this file and is not used" in note for note in survey.odd)
    assert survey.data.values[-1, -1].tolist() == open_survey(made, copies=False).data.values[-1, -1].tolist()
    copy.rename(copy.with_name("moved.zarr"))
    assert not any("fast copy" in note for note in open_survey(made).odd)


def test_the_last_copy_is_remembered(made: Path, own_memory: Path) -> None:
    assert known_copy(made) is None
    register(made, Path("/a.zarr"), CopyTimes(1, 2))
    register(made, Path("/b.zarr"), CopyTimes(3, 4))
    known = known_copy(made)
    assert known is not None
    assert (known.path, known.times, known.is_there) == (Path("/b.zarr"), CopyTimes(3, 4), False)
    for text in ("{", '{"a": 1}', '[1, {"source": 2}]', f'[{{"source": "{made}"}}]'):
        next(own_memory.rglob("copies.json")).write_text(text)
        assert known_copy(made) is None


def test_the_original_and_its_copy_share_a_session(made: Path) -> None:
    copied(made, made.with_suffix(".zarr"))
    with_labels = Session.open(made)
    painted = with_labels.labels_at(with_labels.place)
    painted[2:4, 2:4] = 1
    with_labels.record(with_labels.place, painted, what="stroke")
    place, folder = with_labels.place, with_labels.folder
    with_labels.close()
    copy = Session.open(made.with_suffix(".zarr"))
    assert copy.folder == folder
    assert copy.labels_at(place)[2, 2] == 1
    assert copy.notices == []
    copy.close()
    again = Session.open(made)
    assert (again.folder, again.labels_at(place)[2, 2]) == (folder, 1)
    again.close()


def test_another_file_of_the_name_has_its_own_session(made: Path) -> None:
    Session.open(made).close()
    np.save(made.with_suffix(".npy"), np.ones((4, 4, 4)))
    other = Session.open(made.with_suffix(".npy"))
    assert other.folder.name == "cube.npy.geofm"
    other.close()


def test_costs_and_gains_are_measured(made: Path) -> None:
    survey = open_survey(made)
    cost = copy_cost(survey, plan_copy(survey), made.with_suffix(".zarr"))
    assert 0 < cost.seconds < 60
    assert cost.n_bytes < cost.free
    times = measured_times(survey, made.parent / "elsewhere" / "fast.zarr")
    assert times.source_ms > 0
    assert times.copy_ms > 0
    assert sorted(each.name for each in made.parent.iterdir()) == ["cube.sgy", "elsewhere"]
