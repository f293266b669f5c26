"""``geofm info``: what a file holds, where it lies, what its headers offer."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Geofm
from tests.tiny import TinySurvey

pytestmark = pytest.mark.usefixtures("tiny")


def test_info_tells_the_files_own_numbers(geofm: Geofm, survey: TinySurvey) -> None:
    told = geofm("info", survey.file, "--json").data
    assert set(told) >= {"kind", "dims", "crs", "sample_format", "odd"}
    assert told["kind"] == "seismic-3d"
    assert told["dims"] == [
        {"name": "inline", "size": 6, "first": 1000, "last": 1050, "step": 10, "units": ""},
        {"name": "crossline", "size": 96, "first": 2000, "last": 2095, "step": 1, "units": ""},
        {"name": "twt", "size": 96, "first": 0.0, "last": 380.0, "step": 4.0, "units": "ms"},
    ]
    lines = geofm("info", survey.file)
    assert lines.status == 0
    assert "crossline" in lines.out
    assert "2000 to 2095" in lines.out


def test_info_tells_where_a_rotated_survey_lies(geofm: Geofm, tmp_path: Path) -> None:
    """25 m between inlines, 12.5 m between crosslines, whose numbers rise towards 30 degrees from Y."""
    from tests.io.segy.build import Trace, write

    along, across = (12.5 * 0.5, 12.5 * 3**0.5 / 2), (25 * 3**0.5 / 2, -25 * 0.5)
    traces = [
        Trace(
            np.ones(5),
            {71: -100, 189: 100 + 2 * i, 193: 7 + j}
            | {181: round(100 * (4e5 + across[0] * i + along[0] * j))}
            | {185: round(100 * (6e6 + across[1] * i + along[1] * j))},
        )
        for i in range(4)
        for j in range(5)
    ]
    file = write(tmp_path / "a.sgy", traces)
    told = geofm("info", file, "--json").data["coordinates"]
    assert [told[name] for name in ("x", "y")] == pytest.approx([4e5, 6e6], abs=0.1)
    assert [told[name] for name in ("inline_spacing", "crossline_spacing")] == pytest.approx([25.0, 12.5], abs=0.01)
    assert told["azimuth"] == pytest.approx(30.0, abs=0.1)
    lines = geofm("info", file).out
    assert "400000.0, 6000000.0 at inline 100, crossline 7" in lines
    assert "inlines 25 apart, crosslines 12.5; along an inline towards 30.0 degrees from Y" in lines


def test_info_of_several_files_is_a_list_and_uneven_steps_are_null(
    geofm: Geofm, survey: TinySurvey, tmp_path: Path
) -> None:
    from napari_geofm.samples.seismic import write_segy

    missing = np.zeros((6, 96), bool)
    missing[2] = True
    write_segy(survey.sample, tmp_path / "uneven.sgy", missing=missing)
    told = geofm("info", survey.file, tmp_path / "uneven.sgy", "--json").data
    assert [len(each["dims"]) for each in told] == [3, 3]
    assert told[1]["dims"][0] == {"name": "inline", "size": 5, "first": 1000, "last": 1050, "step": None, "units": ""}


def test_of_several_files_those_that_open_are_told_of(geofm: Geofm, survey: TinySurvey, tmp_path: Path) -> None:
    (tmp_path / "empty.sgy").write_bytes(b"")
    words = ("info", tmp_path / "empty.sgy", survey.file, tmp_path / "gone.sgy")
    ran = geofm(*words)
    assert ran.status == 2
    assert "tiny.sgy: seismic-3d" in ran.out
    first, second = ran.err.splitlines()
    assert first == "geofm: empty.sgy is empty; give a file with data in it"
    assert second.startswith("geofm: No file or folder")
    ran = geofm(*words, "--json")
    told = json.loads(ran.out)
    assert (ran.status, [Path(each["file"]).name for each in told]) == (2, ["empty.sgy", "tiny.sgy", "gone.sgy"])
    assert ["error" in each for each in told] == [True, False, True]
    assert len(ran.err.splitlines()) == 2
    # What is wrong with the words themselves is said once.
    assert "Header byte 300" in geofm("info", survey.file, survey.file, "--iline-byte", "300").line


def test_info_tells_the_headers_and_remembers(
    geofm: Geofm, survey: TinySurvey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    told = geofm("info", survey.file, "--headers", "2", "--json").data["headers"]
    assert told["candidates"][0]["iline_byte"] == 189
    assert len(told["traces"]) == 2
    assert {"byte": 189, "width": 4, "name": "inline"} in told["fields"]
    lines = geofm("info", survey.file, "--headers")
    assert "trace header" in lines.out
    assert "bytes 189 and 193" in lines.out
    assert geofm("info", survey.file, "--interval", "2", "--remember").status == 0
    assert geofm("info", survey.file, "--json").data["dims"][2]["step"] == 2.0
    assert geofm("info", survey.file, "--as-found", "--json").data["dims"][2]["step"] == 4.0
    assert geofm("info", survey.file, "--as-found", "--remember").status == 0
    assert geofm("info", survey.file, "--json").data["dims"][2]["step"] == 4.0
    assert "say what" in geofm("info", survey.file, "--remember").err
    (tmp_path / "taken").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "taken"))
    assert "cannot be kept" in geofm("info", survey.file, "--interval", "2", "--remember").line
