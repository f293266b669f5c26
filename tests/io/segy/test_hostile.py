"""Files that lie: one line each, soon, and without memory for what is not there."""

import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.errors import FormatError, GeoFMError, SourceError
from napari_geofm.io.segy import is_segy, read_segy
from tests.io.segy.build import Trace, cube, write


def attempt(path: Path) -> str:
    """Open a file and read some of it; return the refusal, or nothing."""
    is_segy(path)
    try:
        survey = read_segy(path)
        survey.data[-1].values  # noqa: B018 - reading is the test
        survey.data[..., 0].values  # noqa: B018
    except GeoFMError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("contents", [b"", b"x", b"SEG" * 999, b"\0" * 3600, b"\0" * 50_000, b"{}" * 5000])
def test_not_segy(tmp_path: Path, contents: bytes) -> None:
    path = tmp_path / "a.sgy"
    path.write_bytes(contents)
    assert not is_segy(path)
    with pytest.raises(FormatError) as caught:
        read_segy(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_not_there_and_folder(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "none.sgy", "does not exist"), (tmp_path, "is a folder")):
        assert not is_segy(path)
        with pytest.raises(SourceError, match=words):
            read_segy(path)


def test_truncated_anywhere(tmp_path: Path) -> None:
    _, traces = cube([1, 2, 3], [1, 2, 3])
    whole = write(tmp_path / "whole.sgy", traces).read_bytes()
    path = tmp_path / "a.sgy"
    for size in [*range(0, 3600, 397), *range(3600, len(whole), 149)]:
        path.write_bytes(whole[:size])
        refusal = attempt(path)
        assert refusal if size < 3600 + 288 else True, size
        assert "\n" not in refusal


def test_sample_counts_that_fit_nothing(tmp_path: Path) -> None:
    _, traces = cube([1, 2, 3], [1, 2, 3])
    traces = [Trace(each.samples, each.numbers | {115: 31}) for each in traces]
    path = write(tmp_path / "a.sgy", traces, binary={3221: ("H", 17)})
    with pytest.raises(FormatError, match="17 or 31 samples per trace"):
        read_segy(path)


def test_a_format_that_is_none(tmp_path: Path) -> None:
    _, traces = cube([1, 2], [1, 2])
    with pytest.raises(FormatError, match="sample format 13, which is none of"):
        read_segy(write(tmp_path / "a.sgy", traces, binary={3225: ("h", 13)}))


@pytest.mark.parametrize("seed", range(4))
def test_mutated_headers_take_no_memory_and_no_traceback(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    _, traces = cube(list(range(1, 6)), list(range(1, 7)))
    whole = write(tmp_path / "whole.sgy", traces, order="><"[seed % 2], binary={3501: ("B", seed % 3)}).read_bytes()
    places = [3216, 3220, 3224, 3254, 3268, 3272, 3296, 3500, 3504, 3506, 3520, 3528, 3600 + 28, 3600 + 114, 3600 + 188]
    path = tmp_path / "a.sgy"
    tracemalloc.start()
    for _ in range(25):
        raw = bytearray(whole)
        for place in random.choice(places, 2).tolist():
            number = random.choice([0, 1, 2, 3, 5, 8, 16, 255, 32767, 65535, 2**31 - 1, 2**32 - 1])
            struct.pack_into(random.choice([">I", "<I", ">H", "<H"]).item(), raw, place, int(number) & 0xFFFF)
            raw[int(random.integers(3200, len(raw)))] = int(random.integers(256))
        path.write_bytes(bytes(raw))
        assert "\n" not in attempt(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6


def test_line_numbers_that_span_everything(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    numbers = random.integers(-(2**31), 2**31 - 1, (300, 2))
    traces = [Trace(np.ones(4), {189: int(i), 193: int(x)}) for i, x in numbers]
    tracemalloc.start()
    refusal = attempt(write(tmp_path / "a.sgy", traces))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50e6
    assert "Traceback" not in refusal


def test_samples_that_are_not_numbers_stay(tmp_path: Path) -> None:
    values, traces = cube([1, 2], [1, 2, 3])
    values[0, 1, 3], values[1, 1, 2] = np.nan, np.inf
    path = write(tmp_path / "a.sgy", [Trace(values[k // 3, k % 3], traces[k].numbers) for k in range(6)])
    np.testing.assert_array_equal(read_segy(path).data.values, values)


def test_all_zero_volume_is_dead(tmp_path: Path) -> None:
    _, traces = cube([1, 2], [1, 2, 3])
    survey = read_segy(write(tmp_path / "a.sgy", [Trace(np.zeros(8), each.numbers) for each in traces]))
    assert np.isnan(survey.data.values).all()
    assert any("100 % of the traces hold only zeros" in line for line in survey.odd)
