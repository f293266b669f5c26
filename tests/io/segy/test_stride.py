"""Samples per trace where the headers lie about them, or say nothing."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_geofm.cli.main import main
from napari_geofm.errors import FormatError, GeometryError, UsageError
from napari_geofm.io.segy import SegyOptions, SegyTemplate, likely_count, read_segy, recall, remember, write_segy_like
from tests.io.segy.build import Trace, cube, write


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def lying(
    path: Path, binary: int, in_trace: int, *, samples: NDArray[np.float32] | None = None, tail: bytes = b""
) -> NDArray[np.float32]:
    """Write a volume of 12 samples a trace whose headers say otherwise; trace headers without interval, too."""
    values, traces = cube([1, 2, 3], [5, 6, 7, 8])
    values = values if samples is None else samples
    lies = [
        Trace(values[k // 4, k % 4], each.numbers | {115: in_trace, 117: 4000 if in_trace else 0})
        for k, each in enumerate(traces)
    ]
    write(path, lies, binary={3221: ("H", binary)}, tail=tail)
    return values


@pytest.mark.parametrize(("binary", "in_trace"), [(13, 13), (11, 13), (13, 0), (60000, 0), (0, 0)])
def test_lies_are_refused_with_the_remedy_that_helps(tmp_path: Path, binary: int, in_trace: int) -> None:
    path = tmp_path / "a.sgy"
    values = lying(path, binary, in_trace)
    if binary < 60000:
        with pytest.raises(FormatError, match=r"--samples 12") as caught:
            read_segy(path)
        assert "\n" not in str(caught.value)
        assert "grid" not in str(caught.value)
    assert likely_count(path) == 12
    survey = read_segy(path, SegyOptions(samples=12))
    np.testing.assert_array_equal(survey.data.values, values)
    assert any("traces are read with 12 samples, as was chosen; the headers say" in note for note in survey.odd)


def test_a_count_of_the_binary_header_that_fits_the_size_by_chance(tmp_path: Path) -> None:
    """Empty trace headers and samples of 0 speak for any count; 12 traces of 12 samples are 8 of 48."""
    _, traces = cube([1, 2, 3], [5, 6, 7, 8])
    silent = [Trace(np.zeros(12, np.float32), each.numbers | {115: 0, 117: 0}) for each in traces]
    path = write(tmp_path / "a.sgy", silent, binary={3221: ("H", 48)})
    assert 12 * (240 + 48) == 8 * (240 + 192)
    with pytest.raises(FormatError, match="with 12 samples each of them does: say --samples 12"):
        read_segy(path)
    assert read_segy(path, SegyOptions(samples=12)).shape == (3, 4, 12)


def test_empty_trace_headers_alone_are_no_lie(tmp_path: Path) -> None:
    values = lying(tmp_path / "a.sgy", 12, 0)
    np.testing.assert_array_equal(read_segy(tmp_path / "a.sgy").data.values, values)


def test_where_nothing_fits_to_the_byte_the_option_is_named(tmp_path: Path) -> None:
    values = lying(tmp_path / "a.sgy", 13, 0, tail=b"a tail")
    with pytest.raises(
        GeometryError, match=r"have not 13 samples, which only the binary header says \(say --samples N\)"
    ):
        read_segy(tmp_path / "a.sgy")
    survey = read_segy(tmp_path / "a.sgy", SegyOptions(samples=12))
    np.testing.assert_array_equal(survey.data.values, values)


def test_a_wrong_choice_is_refused(tmp_path: Path) -> None:
    lying(tmp_path / "a.sgy", 12, 12)
    with pytest.raises(FormatError, match=r"--samples is 10 samples.*with 12 samples each of them does"):
        read_segy(tmp_path / "a.sgy", SegyOptions(samples=10))
    with pytest.raises(FormatError, match="choose another --samples"):
        read_segy(tmp_path / "a.sgy", SegyOptions(samples=100000))
    with pytest.raises(UsageError, match="above 0"):
        SegyOptions(samples=0)


def test_it_is_remembered_for_files_that_it_fits(tmp_path: Path) -> None:
    path = tmp_path / "a.sgy"
    values = lying(path, 13, 13)
    options = SegyOptions(samples=12, domain="depth")
    remember(path, options)
    survey = read_segy(path)
    np.testing.assert_array_equal(survey.data.values, values)
    longer, traces = cube([1, 2], [5, 6, 7], n_samples=25)
    other = write(tmp_path / "b.sgy", traces)
    assert recall(other) == SegyOptions(domain="depth")
    np.testing.assert_array_equal(read_segy(other).data.values, longer)
    # A result of another size, whose headers lie as its survey's do.
    assert isinstance(survey.template, SegyTemplate)
    classes = (values.astype(np.int64) % 5).astype(np.uint8)
    write_segy_like(survey.template, classes, tmp_path / "out.sgy", sample_format="int8")
    np.testing.assert_array_equal(read_segy(tmp_path / "out.sgy", zeros_are_dead=False).data.values, classes)


def test_by_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.sgy"
    lying(path, 13, 13)
    assert main(["info", str(path)]) != 0
    assert "--samples 12" in capsys.readouterr().err
    assert main(["info", str(path), "--samples", "12", "--remember"]) == 0
    assert "12 values" in capsys.readouterr().out
    assert main(["info", str(path)]) == 0
