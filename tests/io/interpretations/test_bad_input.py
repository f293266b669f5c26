"""What people's files hold: each is read, or refused in one line that says what to do."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.horizon import Horizon
from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError, LabelError
from napari_geofm.io.interpretations import read_interpretations
from napari_geofm.io.labels import class_numbers, read_class_table, read_labels
from napari_geofm.io.opening import open_survey
from tests.io.segy.build import Trace, write


def read(file: Path, survey: Survey) -> tuple[np.ndarray, tuple[str, ...]]:
    found = read_interpretations(file, survey)
    (horizon,) = found.interpretations
    assert isinstance(horizon, Horizon)
    return np.asarray(horizon.z), found.notes


@pytest.mark.parametrize(
    "null", ["1e30", "1.0E+30", "-999", "-999.25", "-999.250000", "9999900.0", "nan", "-", "undef"]
)
def test_each_null_of_each_program_is_undefined(cube: Survey, tmp_path: Path, null: str) -> None:
    file = tmp_path / "h.dat"
    file.write_text(f"1010 2003 100\n1010 2004 {null}\n1010 2005 104\n")
    z, notes = read(file, cube)
    assert np.isfinite(z).sum() == 2
    assert notes[-1] == "1 of 3 picks undefined, left out"
    assert not any("outside" in note for note in notes)


@pytest.mark.parametrize(
    "text",
    [
        "Exported by program X on 3 May\nHorizon: Top A\nDatum: MSL\n\n1010 2003 100\n1010 2004 104\n",
        "# comment\n! other comment\n// third\n* fourth\n1010 2003 100\n1010 2004 104\n",
        "inline,crossline,twt (ms),quality\n1010,2003,100,9\n1010,2004,104,8\n",
        "\ufeffinline;crossline;twt\r\n1010;2003;100,0\r\n1010;2004;104,0\r\n",
        "1010 2003 100\n1010 2004 104\nEOD\n",
    ],
)
def test_lines_that_are_no_picks_are_passed_over(cube: Survey, tmp_path: Path, text: str) -> None:
    file = tmp_path / "h.dat"
    file.write_text(text, encoding="utf-8")
    z, _ = read(file, cube)
    assert z[1, 3:5].tolist() == [100, 104]
    assert np.isfinite(z).sum() == 2


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-16"])
def test_names_in_any_encoding(cube: Survey, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "h.csv"
    file.write_text('horizon,inline,crossline,twt\n"Å b, ø",1010,2003,100\n', encoding=encoding)
    (horizon,) = read_interpretations(file, cube).interpretations
    assert horizon.name == "Å b, ø"


def test_duplicate_picks_are_averaged_and_counted(cube: Survey, tmp_path: Path) -> None:
    file = tmp_path / "h.dat"
    file.write_text("1010 2003 100\n1010 2003 104\n1010 2003 108\n1010 2004 90\n")
    z, notes = read(file, cube)
    assert z[1, 3:5].tolist() == [104, 90]
    assert notes[-1] == "2 more picks at traces that have one, averaged"


@pytest.mark.parametrize(
    ("unit", "file_unit", "z", "words"),
    [
        # A survey of 0 to 236 m, or ft: what fits it, and nothing is silently converted.
        ("m", "", 100.0, "depths taken as m"),
        ("m", "ft", 30.48, "ft turned into m"),
        ("ft", "", 100.0, "depths taken as ft"),
        ("ft", "m", 328.084, None),
    ],
)
def test_depths(tmp_path: Path, unit: str, file_unit: str, z: float, words: str | None) -> None:
    traces = [
        Trace(np.ones(60, np.float32), {189: i, 193: k, 71: 1, 181: 100 * i, 185: 100 * k})
        for i in range(1, 5)
        for k in range(1, 6)
    ]
    binary = {3255: ("h", 2 if unit == "ft" else 1)}
    survey = open_survey(write(tmp_path / "d.sgy", traces, binary=binary), domain="depth")
    assert survey.axes[2].units == unit
    file = tmp_path / "h.csv"
    file.write_text(f"inline,crossline,depth{f' ({file_unit})' if file_unit else ''}\n2,3,100\n")
    if words is None:
        # 100 m are 328 ft, below the survey's last sample: told with both ranges.
        with pytest.raises(GeoFMError, match=r"from 100 to 100, the survey's depth from 0 to 236 ft"):
            read(file, survey)
        return
    found, notes = read(file, survey)
    assert found[1, 2] == pytest.approx(z)
    assert words in notes[0]
    file.write_text("inline,crossline,twt (ms)\n2,3,100\n")
    with pytest.raises(GeoFMError, match=r"is in ms, the survey's depth in"):
        read(file, survey)


def test_crossed_horizons_fill_between_on_either_side(cube: Survey) -> None:
    from napari_geofm.session.picks.wishing import between

    one = np.full((9, 13), 100, np.float32)
    other = np.full((9, 13), 140, np.float32)
    other[:, 6:] = 60
    (body,) = between(Horizon("a", one), Horizon("b", other), cube, 0)
    inside = body.inside(slice(0, 9))
    assert (inside[:, :6, 25:35] == 1).all()
    assert (inside[:, 6:, 15:25] == 1).all()
    assert inside.sum() == 9 * 13 * 10


@pytest.mark.parametrize("ending", [".npy", ".npz", ".sgy"])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("shape", "have shape"),
        ("half", "Label value 0.5|whole numbers"),
        ("negative", "Label value -3"),
        ("large", "Label value 300"),
    ],
)
def test_label_volumes_that_are_none(cube: Survey, tmp_path: Path, ending: str, change: str, words: str) -> None:
    values = np.zeros(cube.shape, np.float32)
    values[2, 3, 4] = {"half": 0.5, "negative": -3, "large": 300}.get(change, 1)
    if change == "shape":
        values = values[:, :-1]
    file = tmp_path / f"labels{ending}"
    if ending == ".sgy":
        lines = [axis.values.tolist() for axis in cube.axes[:2]]
        traces = [
            Trace(values[i, k], {189: lines[0][i], 193: lines[1][k]})
            for i in range(values.shape[0])
            for k in range(values.shape[1])
        ]
        write(file, traces)
    elif ending == ".npz":
        np.savez(file, labels=values)
    else:
        np.save(file, values)
    with pytest.raises(LabelError, match=words) as caught:
        class_numbers(file, read_labels(file, cube).values)
    assert "\n" not in str(caught.value)
    assert file.name in str(caught.value)


def test_whole_floats_and_minus_one_are_classes(cube: Survey, tmp_path: Path) -> None:
    values = np.full(cube.shape, -1.0, np.float32)
    values[0, 0, :5] = 2.0
    np.save(tmp_path / "labels.npy", values)
    assert class_numbers(tmp_path / "labels.npy", read_labels(tmp_path / "labels.npy", cube).values) == (2,)


@pytest.mark.parametrize("ending", [".npy", ".npz"])
def test_more_classes_than_the_table(cube: Survey, tmp_path: Path, ending: str) -> None:
    (tmp_path / "names.csv").write_text("name\nmud\nsand\n")
    values = np.full(cube.shape, 255, np.uint8)
    values[..., :20], values[..., 20:40] = 1, 4
    file = tmp_path / f"labels{ending}"
    if ending == ".npz":
        np.savez(file, labels=values)
    else:
        np.save(file, values)
    with pytest.raises(LabelError, match=rf"labels\{ending} holds class 4, but there are 2 classes"):
        read_labels(file, cube, read_class_table(tmp_path / "names.csv"))
