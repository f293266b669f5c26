"""Files that were cut, grew, lie about their length, or vanish while they are read."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.progress import Progress
from napari_geofm.errors import CancelledError, FormatError, SourceError
from napari_geofm.io.segy import read_segy
from tests.io.segy.build import Trace, cube, write


def test_last_trace_cut_short(tmp_path: Path) -> None:
    values, traces = cube([1, 2], [1, 2, 3])
    path = write(tmp_path / "a.sgy", traces)
    path.write_bytes(path.read_bytes()[:-20])
    survey = read_segy(path)
    assert any("last trace is cut short (268 of 288 bytes)" in line for line in survey.odd)
    values[1, 2] = np.nan
    np.testing.assert_array_equal(survey.data.values, values)


@pytest.mark.parametrize("left", [1778, 2000, 2560, 3000])
@pytest.mark.parametrize("crossline_sorted", [False, True])
def test_a_file_cut_in_the_middle_is_refused(tmp_path: Path, left: int, crossline_sorted: bool) -> None:
    _, traces = cube([1, 2, 3, 4], [1, 2, 3, 4])
    if crossline_sorted:
        traces = sorted(traces, key=lambda trace: (trace.numbers[193], trace.numbers[189]))
    path = write(tmp_path / "a.sgy", traces)
    path.write_bytes(path.read_bytes()[: 3600 + left])
    with pytest.raises(FormatError, match="truncated"):
        read_segy(path)


def test_bytes_after_the_last_trace(tmp_path: Path) -> None:
    values, traces = cube([1, 2], [1, 2, 3])
    survey = read_segy(write(tmp_path / "a.sgy", traces, tail=b"end"))
    assert any("3 bytes after the last trace" in line for line in survey.odd)
    np.testing.assert_array_equal(survey.data.values, values)


@pytest.mark.parametrize(("stated", "in_trace"), [(12, 0), (12, 700), (700, 12), (0, 12)])
def test_lying_sample_counts_are_seen_through(tmp_path: Path, stated: int, in_trace: int) -> None:
    values, traces = cube([1, 2, 3], [1, 2, 3])
    traces = [Trace(each.samples, each.numbers | {115: in_trace}) for each in traces]
    survey = read_segy(write(tmp_path / "a.sgy", traces, binary={3221: ("H", stated)}))
    np.testing.assert_array_equal(survey.data.values, values)


def test_file_that_shrinks_or_vanishes_while_open(tmp_path: Path) -> None:
    _, traces = cube([1, 2], [1, 2])
    path = write(tmp_path / "a.sgy", traces)
    survey = read_segy(path)
    with path.open("r+b") as stream:
        stream.truncate(3700)
    with pytest.raises(SourceError, match="when it was opened"):
        survey.section("inline", 1)
    path.unlink()
    with pytest.raises(SourceError, match="Cannot read"):
        survey.section("inline", 1)


def test_scan_reports_and_can_be_cancelled(tmp_path: Path) -> None:
    _, traces = cube([1, 2], [1, 2])
    path = write(tmp_path / "a.sgy", traces)
    seen: list[Progress] = []
    read_segy(path, on_progress=seen.append)
    assert seen[-1].fraction == 1.0

    def cancel(_: Progress) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        read_segy(path, on_progress=cancel)
