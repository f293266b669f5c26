"""Where traces lie when common bytes do not say it, or fill little of a grid."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.errors import GeometryError
from napari_geofm.io.segy import SegyOptions, look_at, read_segy
from tests.io.segy.build import Trace, cube, write


@pytest.mark.parametrize("pair", [(9, 13), (221, 225), (17, 25)])
@pytest.mark.parametrize("running", [False, True])
def test_a_volume_that_opens_as_a_line_is_told(tmp_path: Path, pair: tuple[int, int], running: bool) -> None:
    """Whoever reads it without the viewer's question learns which bytes make the volume."""
    _, traces = cube([1, 2, 3, 4], [10, 11, 12], bytes_at=pair)
    traces = [Trace(each.samples, each.numbers | ({21: k} if running else {})) for k, each in enumerate(traces, 1)]
    path = write(tmp_path / "a.sgy", traces)
    told = [note for note in read_segy(path).odd if "in doubt" in note]
    assert len(told) == 1
    assert f"bytes {pair[0]} and {pair[1]} do" in told[0]
    assert look_at(path).doubt in told[0]


def test_uncommon_bytes_are_named_where_nothing_else_opens(tmp_path: Path) -> None:
    values, traces = cube([1, 2, 3, 4], [10, 11, 12], bytes_at=(189, 21))
    path = write(tmp_path / "a.sgy", traces)
    with pytest.raises(GeometryError, match=r"grid of 4 x 3 lines.*--iline-byte 189 --xline-byte 21$"):
        read_segy(path)
    assert np.array_equal(read_segy(path, iline_byte=189, xline_byte=21).data.values, values)


def strip(pair: tuple[int, int]) -> list[Trace]:
    """A strip three traces wide across sixty lines: it fills 5 % of its grid."""
    return [
        Trace(np.full(12, 1.0 + line), {pair[0]: line, pair[1]: line + k}) for line in range(1, 61) for k in range(3)
    ]


def test_a_narrow_strip_across_the_lines_opens(tmp_path: Path) -> None:
    survey = read_segy(write(tmp_path / "a.sgy", strip((189, 193))))
    assert survey.shape == (60, 62, 12)
    assert "3540 of 3720 grid places have no trace" in survey.odd
    other = write(tmp_path / "b.sgy", strip((9, 13)))
    assert read_segy(other, SegyOptions(iline_byte=9, xline_byte=13)).shape == (60, 62, 12)


def test_numbers_that_nobody_vouches_for_still_make_no_grid(tmp_path: Path) -> None:
    with pytest.raises(GeometryError, match="no grid"):
        read_segy(write(tmp_path / "a.sgy", strip((9, 21))))


@pytest.mark.parametrize("byte", [17, 197])
def test_a_line_is_numbered_by_its_shot_points_where_it_has_no_cdp(tmp_path: Path, byte: int) -> None:
    _, traces = cube([7], list(range(101, 121)), bytes_at=(9, byte))
    survey = read_segy(write(tmp_path / "a.sgy", traces))
    assert survey.axis("cdp").values.tolist() == list(range(101, 121))
    assert f"CDP numbers are read from byte {byte}, not 21" in survey.odd


def test_what_is_no_shot_point_numbers_no_line(tmp_path: Path) -> None:
    """Programs of their own put floats there."""
    _, traces = cube([7], list(range(101, 121)), bytes_at=(9, 1))
    floats = np.geomspace(1.0, 300.0, 20).astype(">f4").view(">i4")
    traces = [Trace(each.samples, each.numbers | {197: int(floats[k])}) for k, each in enumerate(traces)]
    survey = read_segy(write(tmp_path / "a.sgy", traces))
    assert survey.axis("cdp").values.tolist() == list(range(1, 21))


def test_a_running_number_makes_no_lines_of_a_large_file(tmp_path: Path) -> None:
    """Of a large file only a sample of the headers is seen: a CDP number that never repeats is no crossline in it."""
    lines, places = np.divmod(np.arange(70000), 250)
    path = write(tmp_path / "a.sgy", [Trace(np.ones(1))] * 2)
    head, trace = path.read_bytes()[:3600], path.read_bytes()[3600:3844]
    raw = np.tile(np.frombuffer(trace, np.uint8), (lines.size, 1))
    for byte, numbers in ((9, lines + 1), (13, places + 1), (21, np.arange(1, lines.size + 1))):
        raw[:, byte - 1 : byte + 3] = numbers.astype(">i4").view(np.uint8).reshape(-1, 4)
    path.write_bytes(head + raw.tobytes())
    assert "bytes 9 and 13 do" in look_at(path).doubt
    assert any("bytes 9 and 13 do" in note for note in read_segy(path).odd)
    assert read_segy(path, iline_byte=9, xline_byte=13).shape == (280, 250, 1)
