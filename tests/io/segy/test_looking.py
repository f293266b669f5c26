"""What a file's headers offer to whoever has to say which bytes hold what."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.io.segy import LineBytes, SegyOptions, look_at, read_segy
from tests.io.segy.build import Trace, cube, write


def test_standard_bytes_are_clear(tmp_path: Path) -> None:
    _, traces = cube([3, 5, 7], [10, 11, 12, 13])
    look = look_at(write(tmp_path / "a.sgy", traces))
    best = look.candidates[0]
    assert (best.lines, best.score, best.n_ilines, best.n_xlines, best.fill) == (LineBytes(189, 193), 1.0, 3, 4, 1.0)
    assert look.clear
    assert look.text.startswith("C 1 TEST SURVEY")
    assert (look.layout.n_traces, look.gathers, look.cdp_byte) == (12, None, None)


def test_the_text_header_decides_between_two_grids(tmp_path: Path) -> None:
    # 17/13 count within a patch, 9/21 hold the lines: both make a grid.
    _, traces = cube([100, 102, 104], [7, 8, 9, 10], bytes_at=(9, 21))
    both = [Trace(t.samples, t.numbers | {17: 1 + k % 2, 13: 1 + k // 2}) for k, t in enumerate(traces)]
    silent = look_at(write(tmp_path / "a.sgy", both))
    assert "make as good a grid" in silent.doubt
    assert not silent.clear
    assert any("in doubt" in line for line in read_segy(silent.path).odd)
    for words, pair in (("INLINE BYTES 9-12 XLINE BYTES 21-24", (9, 21)), ("ILINE: 17  XLINE: 13", (17, 13))):
        path = write(tmp_path / "b.sgy", both, words=(words,))
        look = look_at(path)
        assert (look.candidates[0].lines, look.candidates[0].named) == (LineBytes(*pair), True)
        assert look.clear
        assert any(f"bytes {pair[0]} and {pair[1]}" in line for line in read_segy(path).odd)


def test_bytes_beyond_the_common_ones_are_found_where_the_text_names_them(tmp_path: Path) -> None:
    values, traces = cube([100, 102, 104], [7, 8, 9, 10], bytes_at=(221, 225))
    path = write(tmp_path / "a.sgy", traces, words=("INLINE BYTE 221, CROSSLINE BYTE 225",))
    np.testing.assert_array_equal(read_segy(path).data.values, values)
    unnamed = look_at(write(tmp_path / "b.sgy", traces))
    assert [each.lines for each in unnamed.candidates] == [LineBytes(221, 225)]
    assert "bytes 221 and 225 do" in unnamed.doubt


def test_a_text_header_that_lies_raises_a_doubt(tmp_path: Path) -> None:
    values, traces = cube([100, 102, 104], [7, 8, 9, 10])
    path = write(tmp_path / "a.sgy", traces, words=("INLINE BYTE 9 CROSSLINE BYTE 21",))
    assert "names bytes 9 and 21; bytes 189 and 193 make a better grid" in look_at(path).doubt
    survey = read_segy(path)
    np.testing.assert_array_equal(survey.data.values, values)
    assert any("in doubt" in line for line in survey.odd)


def test_the_named_bytes_that_repeat_the_standards_change_nothing(tmp_path: Path) -> None:
    _, traces = cube([100, 102], [7, 8, 9])
    doubled = [Trace(t.samples, t.numbers | {9: t.numbers[189], 21: t.numbers[193]}) for t in traces]
    path = write(tmp_path / "a.sgy", doubled, words=("INLINE BYTE 9 CROSSLINE BYTE 21",))
    assert look_at(path).clear
    assert read_segy(path).odd == read_segy(write(tmp_path / "b.sgy", doubled)).odd


def test_bytes_given_come_first_and_any_pair_can_be_scored(tmp_path: Path) -> None:
    _, traces = cube([100, 102], [7, 8, 9])
    look = look_at(write(tmp_path / "a.sgy", traces), SegyOptions(iline_byte=9, xline_byte=21))
    assert [each.lines for each in look.candidates] == [LineBytes(9, 21), LineBytes(189, 193)]
    assert look.candidates[0].score == 0.0
    assert look.clear  # whoever gives them need not be asked
    assert look.score(LineBytes(191, 195, 2, 2)).score == 1.0


def test_table_of_headers(tmp_path: Path) -> None:
    _, traces = cube([100, 102], [7, 8, 9])
    look = look_at(write(tmp_path / "a.sgy", traces, order="<"))
    table = look.table(2, first=1).used()
    assert table.traces.tolist() == [1, 2]
    named = {field.name: column for field, column in zip(table.fields, table.values.T.tolist(), strict=True)}
    assert named == {
        "trace identification": [1, 1],
        "samples": [12, 12],
        "sample interval": [4000, 4000],
        "inline": [100, 100],
        "crossline": [8, 9],
    }
    assert look.table(99, first=4).traces.tolist() == [4, 5]
    assert look.table(5, first=99).values.shape[0] == 0


def test_outline(tmp_path: Path) -> None:
    _, traces = cube([1, 2, 3], [1, 2, 3])
    placed = [Trace(t.samples, t.numbers | {181: 100 * t.numbers[189], 185: t.numbers[193], 71: -10}) for t in traces]
    look = look_at(write(tmp_path / "a.sgy", placed))
    outline = look.outline()
    assert outline.xy is not None
    assert outline.lines is not None
    np.testing.assert_allclose(outline.xy[[0, 8]], [[10.0, 0.1], [30.0, 0.3]])
    assert outline.lines[[0, 8]].tolist() == [[1, 1], [3, 3]]
    few = look.outline(LineBytes(193, 189), most=3)
    assert few.traces.tolist() == [0, 4, 8]
    assert few.lines is not None
    assert few.lines[1].tolist() == [2, 2]
    assert look_at(write(tmp_path / "b.sgy", traces)).outline().xy is None


def test_real_files_are_clear(shared_data: Path) -> None:
    folder = shared_data / "seismic"
    for name in ("f3_small/f3.sgy", "f3_small/Format6lsb.sgy", "penobscot/penobscot_il1075-1090_int16.sgy"):
        look = look_at(folder / name)
        assert (look.candidates[0].lines, look.clear) == (LineBytes(189, 193), True)
    line = look_at(folder / "npra_line_31-81" / "31_81_PR.sgy")
    assert (line.candidates, line.cdp_byte, line.clear) == ((), 21, True)


@pytest.mark.parametrize("stack", [False, True])
def test_gathers_are_told(tmp_path: Path, stack: bool) -> None:
    traces = [
        Trace(np.ones(4), {189: i, 193: x, 37: offset}) for i in (1, 2) for x in (1, 2, 3) for offset in (100, 300, 500)
    ]
    look = look_at(write(tmp_path / "a.sgy", traces), SegyOptions(stack=stack))
    assert look.gathers is not None
    assert (look.gathers.fold, look.gathers.lowest, look.gathers.highest, look.gathers.step) == (3.0, 100, 500, 200.0)
    assert look.clear == stack
