"""What is told as unusual about a file that opens: true, and no more than that."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.errors import FormatError, GeometryError
from napari_geofm.io.opening import open_survey
from napari_geofm.io.segy import SegyOptions, read_segy
from tests.io.segy.build import Trace, cube, write

UNSORTED = "traces are in no regular order"


@pytest.mark.parametrize(("down", "across"), [(True, False), (False, True), (True, True)])
@pytest.mark.parametrize("crossline_sorted", [False, True])
def test_falling_numbers_are_a_regular_order(tmp_path: Path, down: bool, across: bool, crossline_sorted: bool) -> None:
    values, traces = cube([3, 5, 7, 9], [20, 21, 22])
    lines = np.arange(12).reshape(4, 3)[:: -1 if down else 1, :: -1 if across else 1]
    order = (lines.T if crossline_sorted else lines).reshape(-1)
    survey = read_segy(write(tmp_path / "a.sgy", [traces[k] for k in order]))
    assert np.array_equal(survey.data.values, values)
    assert survey.axis("inline").values.tolist() == [3, 5, 7, 9]
    assert UNSORTED not in survey.odd
    assert ("inline numbers fall along the file" in survey.odd) == down
    assert ("crossline numbers fall along the file" in survey.odd) == across
    assert ("traces are sorted by crossline" in survey.odd) == crossline_sorted


def test_an_irregular_outline_hides_no_order(tmp_path: Path) -> None:
    """The last line is short, so that the last trace lies further left than the first."""
    _, traces = cube([1, 2, 3], [20, 21, 22, 23])
    kept = [*traces[2:4], *traces[4:8], traces[8]]
    assert UNSORTED not in read_segy(write(tmp_path / "a.sgy", kept)).odd
    assert UNSORTED in read_segy(write(tmp_path / "b.sgy", [traces[k] for k in (5, 1, 8, 0, 2, 11, 3, 4)])).odd


def test_falling_cdp_numbers_are_told(tmp_path: Path) -> None:
    _, traces = cube([7], list(range(9, 0, -1)), bytes_at=(9, 21))
    assert read_segy(write(tmp_path / "a.sgy", traces)).odd == ("CDP numbers fall along the file",)


def test_a_file_with_falling_lines_cut_in_the_middle_is_refused(tmp_path: Path) -> None:
    _, traces = cube([3, 2, 1], [1, 2, 3, 4, 5])
    path = write(tmp_path / "a.sgy", traces)
    with path.open("r+b") as stream:
        stream.truncate(path.stat().st_size - 3 * (240 + 12 * 4) + 100)
    with pytest.raises(FormatError, match="is truncated"):
        read_segy(path)


def test_delays_of_padding_move_no_survey(tmp_path: Path) -> None:
    """The headers of the first traces were never filled in."""
    _, traces = cube([1, 2, 3], [1, 2, 3, 4])
    traces = [Trace(each.samples, each.numbers | {109: 0 if k < 2 else 120}) for k, each in enumerate(traces)]
    survey = read_segy(write(tmp_path / "a.sgy", traces))
    assert survey.axis("twt").first == 120.0
    assert "delay recording times differ between traces (0 to 120 ms); the most common, 120 ms, is used" in survey.odd


@pytest.mark.parametrize(("stated", "there"), [(0, 2), (1, 0), (3, 3), (-1, 2), (1, 3)])
@pytest.mark.parametrize("encoding", ["cp037", "ascii"])
def test_extended_text_headers_are_counted_where_they_are(
    tmp_path: Path, stated: int, there: int, encoding: str
) -> None:
    values, traces = cube([1, 2, 3], [1, 2, 3, 4])
    blocks = [*["WORDS OF A PROCESSOR " * 100] * (there - 1), "((SEG: EndText))"][:there]
    path = write(tmp_path / "a.sgy", traces, extended=blocks, encoding=encoding, binary={3505: ("h", stated)})
    survey = read_segy(path)
    assert np.array_equal(survey.data.values, values)
    told = [note for note in survey.odd if "extended text" in note]
    assert told == ([f"{there} extended text headers"] if there else [])


def test_no_samples_per_trace_in_any_header(tmp_path: Path) -> None:
    _, traces = cube([1, 2, 3], [1, 2, 3, 4])
    traces = [Trace(each.samples, each.numbers | {115: 0}) for each in traces]
    with pytest.raises(FormatError, match="gives no number of samples per trace"):
        read_segy(write(tmp_path / "a.sgy", traces, binary={3221: ("H", 0)}))


@pytest.mark.parametrize("options", [SegyOptions(), SegyOptions(stack=True)])
def test_a_mark_on_every_trace_tells_nothing(tmp_path: Path, options: SegyOptions) -> None:
    values, traces = cube([1, 2, 3], [1, 2, 3, 4])
    marked = [Trace(each.samples, each.numbers | {29: 2}) for each in traces]
    survey = read_segy(write(tmp_path / "a.sgy", marked), options)
    assert np.array_equal(survey.data.values, values)
    assert "all traces are marked dead; they are read all the same" in survey.odd
    one = read_segy(write(tmp_path / "b.sgy", [*traces[:1], *marked[1:]]), options)
    assert "11 traces are marked dead" in one.odd


def test_an_interval_below_zero_gives_way_to_the_traces(tmp_path: Path) -> None:
    _, traces = cube([1, 2, 3], [1, 2, 3, 4])
    survey = read_segy(write(tmp_path / "a.sgy", traces, binary={3217: ("h", -2000)}))
    assert survey.axis("twt").step == 4.0
    assert "headers disagree on the sample interval (63536 and 4000 us); 4000 us is used" in survey.odd


def test_dummy_traces_are_dead(tmp_path: Path) -> None:
    values, traces = cube([1, 2, 3], [1, 2, 3, 4])
    marked = [Trace(each.samples, each.numbers | {29: {3: 2, 7: 3}.get(k, 1)}) for k, each in enumerate(traces)]
    survey = read_segy(write(tmp_path / "a.sgy", marked))
    values[0, 3] = values[1, 3] = np.nan
    assert np.array_equal(survey.data.values, values, equal_nan=True)
    assert "2 traces are marked dead" in survey.odd


def test_one_of_a_kind_is_told_as_one(tmp_path: Path) -> None:
    _, traces = cube([1, 2, 3], [1, 2, 3, 4])
    dead = Trace(traces[3].samples, traces[3].numbers | {29: 2})
    odd = [*traces[:3], dead, *traces[4:8], traces[9], traces[9], *traces[10:]]
    survey = read_segy(write(tmp_path / "a.sgy", odd, tail=b"!", extended=["WORDS OF A PROCESSOR " * 100]))
    told = ["1 extended text header", "1 byte after the last trace is left out", "1 of 12 grid places has no trace",
            "1 trace repeats the numbers of another; the first of them is used", "1 trace is marked dead"]  # fmt: skip
    assert [note for note in survey.odd if note.startswith("1 ")] == told
    with pytest.raises(GeometryError, match="12 traces only 1 different place:"):
        read_segy(write(tmp_path / "b.sgy", traces), iline_byte=5, xline_byte=9)


def test_a_doubt_stands_alone(tmp_path: Path) -> None:
    _, traces = cube([1, 2, 3], [1, 2, 3, 4], bytes_at=(221, 225))
    survey = read_segy(write(tmp_path / "a.sgy", traces))
    assert survey.odd == (
        "which bytes hold the line numbers is in doubt: no common bytes make a grid, but bytes 221 and 225 do; until "
        "then its traces are counted from 1, as one line",
    )
    bare = [Trace(each.samples) for each in traces]
    assert read_segy(write(tmp_path / "b.sgy", bare)).odd == (
        "traces carry no line or CDP numbers; they are counted from 1",
    )


def test_a_text_that_is_called_segy(tmp_path: Path) -> None:
    path = tmp_path / "horizon.sgy"
    path.write_text("Inline Crossline Time\n" + "1080 300 1240.5\n" * 1000, encoding="ascii")
    with pytest.raises(FormatError, match="is not SEG-Y but plain text") as caught:
        open_survey(path)
    assert "--sample-format" not in str(caught.value)
