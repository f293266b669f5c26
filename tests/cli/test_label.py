import json
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.io.interpretations import write_horizon, write_sticks
from napari_geofm.io.opening import open_survey
from napari_geofm.samples.seismic import SeismicSampleSpec, make_seismic, write_segy
from tests.cli.conftest import Geofm
from tests.io.segy.build import write_line


@pytest.fixture
def cube(tmp_path: Path) -> Path:
    missing = np.zeros((6, 8), bool)
    missing[2, 3] = True
    sample = make_seismic(SeismicSampleSpec(seed=1, inlines=6, crosslines=8, samples=40))
    write_segy(sample, tmp_path / "cube.sgy", missing=missing)
    survey = open_survey(tmp_path / "cube.sgy")
    for name, z in (("top", 40), ("base", 80)):
        picks = np.full((6, 8), z, np.float32)
        picks[1:5, 1:7] = np.nan
        write_horizon(Horizon(name, picks), survey, tmp_path / f"{name}.dat")
    sticks = tuple(np.array([[i, 2004.0, 0.0], [i, 2004.0, 156.0]]) for i in (1000.0, 1050.0))
    write_sticks((FaultSticks("f", sticks),), survey, tmp_path / "f.dat")
    return tmp_path / "cube.sgy"


def test_horizons_and_faults_become_labels(geofm: Geofm, cube: Path) -> None:
    folder = cube.parent
    words = ["--above", folder / "top.dat", "over", "--between", folder / "top.dat", folder / "base.dat", "sand"]
    words += ["--fault", folder / "f.dat", "fault", "--thickness", "3"]
    told = geofm("label", cube, *words, "-o", folder / "l.npy", "--json").data
    labels = np.load(folder / "l.npy")
    expected = np.full((6, 8, 40), 255, np.uint8)
    expected[..., :10], expected[..., 10:20] = 0, 1
    expected[:, 3:6] = 2
    expected[2, 3] = 255
    np.testing.assert_array_equal(labels, expected)
    assert told["classes"] == {name: int((expected == n).sum()) for n, name in enumerate(("over", "sand", "fault"))}
    assert told["notes"][str(folder / "top.dat")] == ["OpendTect ASCII", "24 traces between picks interpolated"]
    assert geofm("label", cube, *words, "-o", folder / "l.npy").line.endswith(
        "l.npy exists and is kept; add --overwrite to replace it, or choose another name"
    )
    # Names go with the array, so that what comes next knows the classes by them.
    out = folder / "top of sand.dat"
    assert geofm("export", folder / "l.npy", "--like", cube, "--between", "over", "sand", "-o", out).status == 0
    assert geofm("label", cube, *words, "-o", folder / "l.sgy", "--quiet").status == 0
    assert json.loads((folder / "l.sgy.json").read_text())["classes"][1]["name"] == "sand"


def test_polygons_are_classes_by_name(geofm: Geofm, cube: Path) -> None:
    folder = cube.parent
    (folder / "p.csv").write_text(
        "name,inline,crossline,twt\nsalt,1010,2001.5,38\nsalt,1010,2004.5,38\nsalt,1010,2004.5,58\nsalt,1010,2001.5,58\n"
    )
    (folder / "names.csv").write_text("name\nmud\nsalt\n")
    assert (
        geofm(
            "label", cube, "--polygons", folder / "p.csv", "--classes", folder / "names.csv", "-o", folder / "l.npy"
        ).status
        == 0
    )
    labels = np.load(folder / "l.npy")
    assert np.argwhere(labels == 1).min(0).tolist() == [1, 2, 10]
    assert np.argwhere(labels == 1).max(0).tolist() == [1, 4, 14]
    assert (labels != 255).sum() == 15


def test_one_of_several_horizons_is_chosen_by_its_name(geofm: Geofm, cube: Path) -> None:
    folder = cube.parent
    rows = [f"{name},{line},2001,{z}" for line in (1000, 1010) for name, z in (("a: top", 40), ("b", 80))]
    (folder / "two.csv").write_text("\n".join(["name,inline,crossline,twt", *rows]) + "\n")
    words = ("--between", f"{folder / 'two.csv'}:a: top", f"{folder / 'two.csv'}:b", "x")
    assert geofm("label", cube, *words, "-o", folder / "l.npy", "--quiet").status == 0
    assert np.flatnonzero(np.load(folder / "l.npy")[0, 1] == 0).tolist() == list(range(10, 20))


def test_what_cannot_be(geofm: Geofm, cube: Path) -> None:
    folder = cube.parent
    assert "Nothing to label with" in geofm("label", cube, "-o", folder / "l.npy").line
    (folder / "two.csv").write_text("name,inline,crossline,twt\na,1010,2001,40\nb,1010,2001,80\n")
    told = geofm("label", cube, "--below", folder / "two.csv", "x", "-o", folder / "l.npy")
    assert f"two.csv holds 2 horizons, a, b; say which, as in {folder / 'two.csv'}:a" in told.line
    told = geofm("label", cube, "--below", f"{folder / 'two.csv'}:c", "x", "-o", folder / "l.npy")
    assert "two.csv holds no horizon 'c', but a, b" in told.line
    words = ("--between", folder / "top.dat", folder / "top.dat", "x")
    assert "No sample lies there" in geofm("label", cube, *words, "-o", folder / "l.npy", "--quiet").line
    assert not (folder / "l.npy").exists()
    assert not list(folder.glob(".*part*"))


def test_where_nothing_can_be_written(geofm: Geofm, cube: Path) -> None:
    folder = cube.parent
    told = geofm("label", cube, "--above", folder / "top.dat", "over", "-o", folder / "top.dat" / "l.npy")
    assert told.status == 2
    assert "l.npy: a part of the path is a file, not a folder" in told.line


def test_a_line_is_labelled(geofm: Geofm, tmp_path: Path) -> None:
    write_line(tmp_path / "L07.sgy")
    (tmp_path / "top.csv").write_text("cdp,twt\n101,40\n140,40\n")
    (tmp_path / "base.dat").write_text("# 1: LineName\n# 2: TraceNr\n# 3: Z(ms)\nL07 101 80\nL07 140 80\n")
    (tmp_path / "f.csv").write_text("fault,cdp,twt,stick\nf,110,0,1\nf,110,196,1\n")
    words = ["--between", tmp_path / "top.csv", tmp_path / "base.dat", "sand", "--fault", tmp_path / "f.csv", "fault"]
    told = geofm("label", tmp_path / "L07.sgy", *words, "--thickness", "1", "-o", tmp_path / "l.npy", "--json").data
    expected = np.full((40, 50), 255, np.uint8)
    expected[:, 10:20] = 0
    expected[9] = 1
    np.testing.assert_array_equal(np.load(tmp_path / "l.npy"), expected)
    assert told["notes"][str(tmp_path / "base.dat")] == [
        "OpendTect ASCII",
        "line L07",
        "38 traces between picks interpolated",
    ]
    (tmp_path / "grid.dat").write_text("INLINE- 1010 XLINE- 1020 1 2 40\n")
    told = geofm("label", tmp_path / "L07.sgy", "--above", tmp_path / "grid.dat", "x", "-o", tmp_path / "m.npy")
    assert told.status == 2
    assert "outside L07.sgy" in told.line
    words = ["--like", tmp_path / "L07.sgy", "--between", "0", "1"]
    assert geofm("export", tmp_path / "l.npy", *words, "-o", tmp_path / "b.irap").status == 2


def test_a_file_is_read_as_is_said(geofm: Geofm, cube: Path) -> None:
    """Its sample interval is wrong in the headers: what is said moves the boundary to other samples."""
    above = ("--above", cube.parent / "top.dat", "over")
    assert geofm("label", cube, *above, "-o", cube.parent / "a.npy").status == 0
    assert geofm("label", cube, "--interval", "2", *above, "-o", cube.parent / "b.npy").status == 0
    first, second = (np.load(cube.parent / name)[0, 0].tolist().index(255) for name in ("a.npy", "b.npy"))
    assert (first, second) == (10, 20)
