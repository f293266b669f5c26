"""Files that do not say what they hold: told once on the command line, and then known by name."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Geofm

WHOLE = np.arange(4 * 5 * 6, dtype=">i2").reshape(4, 5, 6)


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    (tmp_path / "cube.dat").write_bytes(b"head" + WHOLE.tobytes())
    return tmp_path / "cube.dat"


SAYS = ("--shape", "4,5,6", "--dtype", "int16:big", "--header-bytes", "4")


def test_told_once_and_known_afterwards(geofm: Geofm, raw: Path, tmp_path: Path) -> None:
    told = geofm("info", raw, *SAYS, "--dims", "crossline,inline,twt", "--json").data
    assert [(dim["name"], dim["size"]) for dim in told["dims"]] == [("inline", 5), ("crossline", 4), ("twt", 6)]
    assert told["sample_format"] == "bare int16, big endian"
    assert geofm("section", raw, "--at", "inline=2", "-o", tmp_path / "s.npy").status == 0
    np.testing.assert_array_equal(np.load(tmp_path / "s.npy"), WHOLE[:, 2].T)


def test_axes_are_told_apart_from_the_type(geofm: Geofm, raw: Path) -> None:
    assert geofm("info", raw, *SAYS).status == 0
    told = geofm("info", raw, "--dims", "twt,crossline,inline", "--json").data
    assert [dim["size"] for dim in told["dims"]] == [6, 5, 4]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--shape", "4,5,7", *SAYS[2:]), "284 bytes, the file has 244; 4 x 5 x 6 would fit"),
        (("--shape", "4,five,6", *SAYS[2:]), "sizes are whole numbers"),
        (("--shape", "4,-5,6", *SAYS[2:]), "each size is 1 or more"),
        (SAYS[:2], "bare numbers need both --shape and --dtype"),
        ((*SAYS[:2], "--dtype", "words"), "numbers are float32"),
        ((*SAYS[:2], "--dtype", "int16:middle"), "give little or big"),
        ((*SAYS, "--dims", "a,b,c"), "a volume has inline, crossline"),
        ((), "--shape and --dtype"),
    ],
)
def test_words_that_do_not_fit(geofm: Geofm, raw: Path, words: tuple[str, ...], expected: str) -> None:
    ran = geofm("info", raw, *words)
    assert ran.status == 2, ran
    assert expected in ran.line
    assert not (raw.parent / "user").exists(), "what was wrong must not be remembered"


def test_results_of_a_bare_volume_go_home_as_numbers(geofm: Geofm, raw: Path, tmp_path: Path) -> None:
    assert geofm("info", raw, *SAYS).status == 0
    labels = np.zeros(WHOLE.shape, np.uint8)
    np.save(tmp_path / "labels.npy", labels)
    assert geofm("export", tmp_path / "labels.npy", "--like", raw, "-o", tmp_path / "l.csv").status == 0
    assert json.loads((tmp_path / "l.csv.json").read_text())["survey"]["file"] == "cube.dat"
    ran = geofm("export", tmp_path / "labels.npy", "--like", raw, "-o", tmp_path / "l.sgy")
    assert "no SEG-Y, whose headers it would need" in ran.line


def test_seg_y_that_is_a_recording(
    geofm: Geofm, shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    file = tmp_path / "fibre.sgy"
    file.write_bytes((shared_data / "das/formats/small_channel_patch.sgy").read_bytes())
    assert geofm("info", file, "--domain", "das", "--json").data["kind"] == "das"
    chain = ("--process", "detrend", "--domain", "das")
    assert "20 time down x 10 distance across" in geofm("section", file, *chain, "-o", tmp_path / "s.npy").out
    assert geofm("info", file, "--domain", "das", "--remember").status == 0
    assert geofm("info", file, "--json").data["kind"] == "das"
    assert "SEG-Y taken for a DAS recording" in geofm("info", file).out
