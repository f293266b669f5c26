from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Geofm
from tests.io.copies.build import volume
from tests.io.segy.build import write
from tests.io.segy.test_gathers import gathers


@pytest.fixture
def cube(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    volume(tmp_path / "cube.sgy", holes=False)
    return tmp_path / "cube.sgy"


def test_a_copy_is_made_and_gives_the_same_sections(geofm: Geofm, cube: Path, tmp_path: Path) -> None:
    copy = tmp_path / "cube.zarr"
    told = geofm("ingest", cube, "-o", copy, "--estimate", "--json").data
    assert told["n_bytes"] < told["free"]
    assert not copy.exists()
    told = geofm("ingest", cube, "-o", copy, "--json").data
    assert (told["output"], told["parts"], told["used"]) == (str(copy), 3, False)
    for file, name in ((cube, "a.npy"), (copy, "b.npy")):
        assert geofm("section", file, "--at", "crossline=310", "-o", tmp_path / name).status == 0
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), np.load(tmp_path / "b.npy"))
    assert geofm("info", copy, "--json").data["dims"] == geofm("info", cube, "--json").data["dims"]


def test_results_on_a_copy_go_home_as_segy(geofm: Geofm, cube: Path, tmp_path: Path) -> None:
    assert geofm("ingest", cube, "-o", tmp_path / "cube.zarr").status == 0
    np.save(tmp_path / "l.npy", np.ones((70, 45, 50), np.uint8))
    for like, out in ((cube, "a.sgy"), (tmp_path / "cube.zarr", "b.sgy")):
        assert geofm("export", tmp_path / "l.npy", "--like", like, "-o", tmp_path / out).status == 0
    assert (tmp_path / "a.sgy").read_bytes() == (tmp_path / "b.sgy").read_bytes()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("-o", "a.sgy"), "a folder whose name ends in .zarr"),
        (("-o", "CUBE/all.zarr"), "a part of the path is a file"),
        ((), "-o/--output"),
    ],
)
def test_words_that_do_not_fit(geofm: Geofm, cube: Path, words: tuple[str, ...], expected: str) -> None:
    ran = geofm("ingest", cube, *(word.replace("CUBE", str(cube)) for word in words), "--quiet")
    assert ran.status == 2, ran
    assert expected in ran.line
    assert [each.name for each in cube.parent.iterdir()] == ["cube.sgy"]


def test_an_output_that_exists_is_kept(geofm: Geofm, cube: Path, tmp_path: Path) -> None:
    assert geofm("ingest", cube, "-o", tmp_path / "a.zarr").status == 0
    assert "exists and is kept" in geofm("ingest", cube, "-o", tmp_path / "a.zarr", "--quiet").line
    assert geofm("ingest", cube, "-o", tmp_path / "a.zarr", "--overwrite").status == 0
    assert "is what is read" in geofm("ingest", tmp_path / "a.zarr", "-o", tmp_path / "a.zarr", "--overwrite").line


def test_a_file_is_copied_as_its_options_say(
    geofm: Geofm, cube: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values, traces = gathers(20, 30, n_samples=40)
    file = write(tmp_path / "gathers.sgy", traces)
    assert "pre-stack" in geofm("ingest", file, "-o", tmp_path / "a.zarr", "--quiet").line
    assert geofm("ingest", file, "--offset", 500, "-o", tmp_path / "a.zarr", "--estimate").status == 0
    assert geofm("ingest", file, "--offset", 500, "-o", tmp_path / "a.zarr").status == 0
    assert geofm("section", tmp_path / "a.zarr", "--at", "inline=12", "-o", tmp_path / "s.npy").status == 0
    np.testing.assert_array_equal(np.load(tmp_path / "s.npy"), values[2, :, 2].T)
    # The copy serves what was copied, and no other way of reading the file.
    monkeypatch.setattr("napari_geofm.io.copies.choosing.copy_wins", lambda *_: True)
    for offset, place, used in ((500, 2, True), (700, 3, False)):
        told = geofm("info", file, "--offset", offset, "--json").data
        assert any("fast copy" in note for note in told["odd"]) is used
        words = ("section", file, "--offset", offset, "--at", "inline=12", "-o", tmp_path / f"{offset}.npy")
        assert geofm(*words).status == 0
        np.testing.assert_array_equal(np.load(tmp_path / f"{offset}.npy"), values[2, :, place].T)
    depth = geofm("info", cube, "--domain", "depth", "--json").data
    assert depth["dims"][2]["name"] == "depth"


def test_results_on_a_copy_of_one_offset_go_home_with_its_headers(geofm: Geofm, cube: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "gathers.sgy", gathers(20, 30, n_samples=40)[1])
    assert geofm("ingest", file, "--offset", 500, "-o", tmp_path / "a.zarr").status == 0
    np.save(tmp_path / "l.npy", np.ones((20, 30, 40), np.uint8))
    for like, out in ((file, "a.sgy"), (tmp_path / "a.zarr", "b.sgy")):
        words = ("export", tmp_path / "l.npy", "--like", like, "--offset", 500, "-o", tmp_path / out)
        assert geofm(*words).status == 0
    assert (tmp_path / "a.sgy").read_bytes() == (tmp_path / "b.sgy").read_bytes()
    refused = geofm(
        "export", tmp_path / "l.npy", "--like", tmp_path / "a.zarr", "-o", tmp_path / "c.sgy", "--quiet"
    ).line
    assert "no SEG-Y" in refused


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no folder of the system's own numbers")
def test_a_folder_that_takes_no_files(geofm: Geofm, cube: Path) -> None:
    told = geofm("ingest", cube, "-o", "/proc/x.zarr", "--quiet").line
    assert told == "geofm: Cannot write /proc/x.zarr: /proc takes no new files; write elsewhere"
