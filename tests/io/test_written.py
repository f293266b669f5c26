from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.io import written
from napari_geofm.io.written import Written


def sparse(file: Path, size: int) -> "np.memmap[tuple[int, ...], np.dtype[np.uint8]]":
    made = np.lib.format.open_memmap(file, mode="w+", dtype=np.uint8, shape=(size,))
    made.flush()
    return np.load(file, mmap_mode="r+")  # type: ignore[no-any-return]


def test_what_was_never_written_is_known_without_being_read(tmp_path: Path) -> None:
    """Some hundred gigabytes of nothing: to read them takes minutes."""
    array = sparse(tmp_path / "labels.npy", 3 * 10**11)
    array[10**11] = 1
    known = Written(array)
    assert known.untouched(10**10, 10**11 - 10**6)
    assert not known.untouched(10**11, 10**11 + 1)
    (run,) = known.within(10**10, 2 * 10**11)
    assert run.start <= 10**11 < run.stop
    assert run.stop - run.start < 10**7


@pytest.mark.parametrize("part", [slice(None), slice(5, 9)])
def test_of_what_is_no_whole_file_everything_may_be_written(tmp_path: Path, part: slice) -> None:
    array = sparse(tmp_path / "labels.npy", 100_000)
    for each in (array[5:], np.zeros(20, np.uint8)[part]):
        assert Written(each).within(0, each.size) == [slice(0, each.size)]
        assert not Written(each).untouched(1, 2)
    assert Written(np.zeros(0, np.uint8)).untouched(0, 1)


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 20)), max_size=8), st.integers(0, 99), st.integers(0, 99))
def test_runs_are_what_lies_in_the_range(found: list[tuple[int, int]], one: int, other: int) -> None:
    marks = np.zeros(120, np.bool_)
    for start, length in found:
        marks[start : start + length] = True
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marks, [False]]))).reshape(-1, 2).tolist()
    low, high = sorted((one, other))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(written, "_extents", lambda _: iter([(first, last) for first, last in edges]))
        patch.setattr(written, "AT_ONCE", 3)
        known = Written(np.zeros(120, np.uint8))
        runs = list(known.runs(low, high))
    got = np.zeros(120, np.bool_)
    for run in runs:
        assert 0 < run.stop - run.start <= 3
        got[run] = True
    marks[:low], marks[high:] = False, False
    np.testing.assert_array_equal(got, marks)
    assert known.untouched(low, high) == (not marks.any())
