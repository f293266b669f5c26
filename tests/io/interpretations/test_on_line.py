"""Picks of a 2-D line: by trace number, shot point, map coordinates and line name."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.core.polygon import Polygon
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError, GeometryError
from napari_geofm.io.interpretations import read_interpretations
from napari_geofm.io.interpretations.track import Track
from napari_geofm.io.opening import open_survey


def z_of(file: Path, line: Survey, kind: str = "") -> np.ndarray:
    (horizon,) = read_interpretations(file, line, kind=kind).interpretations
    assert isinstance(horizon, Horizon)
    assert horizon.z.shape == (line.shape[0],)
    return np.asarray(horizon.z)


def xy(line: Survey, cdp: float) -> str:
    found = Track.of(line).xy(np.array([cdp]))
    assert found is not None
    return f"{found[0][0]:.2f} {found[1][0]:.2f}"


def test_numbers_and_coordinates_of_the_headers(line: Survey) -> None:
    track = Track.of(line)
    assert track.shots is not None
    assert track.spacing == pytest.approx(np.hypot(20, 10), abs=0.02)
    x, y = (
        np.array(each) for each in zip(*(map(float, xy(line, cdp).split()) for cdp in (101, 110.5, 140)), strict=True)
    )
    np.testing.assert_allclose(track.of_xy(x, y), [101, 110.5, 140], atol=0.01)
    # Beside the line by three spacings, and beyond its end.
    assert np.isnan(track.of_xy(x + 40, y - 60)).all()
    # Two traces to a shot point from 1001 on: the place of a shot point is between them.
    np.testing.assert_allclose(track.of_shots(np.array([1001.0, 1002, 1003.5])), [101.5, 103.5, 106.5])
    assert np.isnan(track.of_shots(np.array([990.0, 1100.0]))).all()


NUMBERED = "# 1: LineName\n# 2: X\n# 3: Y\n# 4: TraceNr\n# 5: Z(ms)\n#---\n"
TITLED = '# "Line name" "X" "Y" "TrcNr" "Z(s)"\n#---\n'


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("cdp,twt (ms)\n105,40\n106,44\n", ()),
        ("trace twt\n105 0.040\n106 0.044\n", ("s turned into ms",)),
        ("105 40\n106 44\n", ("columns taken as trace, time or depth",)),
        ("@5 40\n@6 44\n", ("columns taken as X, Y, time or depth", "placed by X and Y")),
        ("@5 105 40\n@6 106 44\n", ("columns taken as X, Y, trace, time or depth",)),
        # OpendTect's 2-D horizons with numbered titles, and with a line of titles.
        (f"{NUMBERED} L-7 @5 105 40\n L-7 @6 106 44\n", ("line L-7",)),
        (f'{TITLED}"L 7"  @5 105 0.04\n"L 7"  @6 106 0.044\n', ("line L 7", "s turned into ms")),
        # Charisma's 2-D lines, as Petrel writes them.
        ("L-7 105 @5 40.0 Top A\nL-7 106 @6 44.0 Top A\n", ("columns taken as trace, X, Y, time or depth", "line L-7")),
        ("line shotpoint twt\nL7 1003 40\nL7 1003.5 44\n", ("line L7", "placed by shot point")),
    ],
)
def test_formats_by_trace_shot_point_and_coordinates(
    line: Survey, tmp_path: Path, text: str, notes: tuple[str, ...]
) -> None:
    file = tmp_path / "Top A.dat"
    file.write_text(text.replace("@5", xy(line, 105)).replace("@6", xy(line, 106)))
    found = read_interpretations(file, line)
    assert found.notes == notes
    assert found.interpretations[0].name == "Top A"
    expected = np.full(40, np.nan, np.float32)
    expected[4:6] = 40, 44
    np.testing.assert_allclose(z_of(file, line), expected, atol=1e-4)


def test_of_several_lines_this_one_is_taken(line: Survey, tmp_path: Path) -> None:
    file = tmp_path / "h.csv"
    file.write_text("line,cdp,twt\nA,105,90\nL-07,105,40\nL-07,106,44\nB,107,90\n")
    found = read_interpretations(file, line)
    assert found.notes == ("line L-07 of 3",)
    assert np.flatnonzero(np.isfinite(z_of(file, line))).tolist() == [4, 5]
    # By their coordinates, where no name is like the file's.
    file.write_text(f"line x y twt\nA 9 9 90\nQ {xy(line, 105)} 40\n")
    assert read_interpretations(file, line).notes == ("line Q of 2", "placed by X and Y")
    file.write_text("line,cdp,twt\nA,105,90\nB,107,90\n")
    with pytest.raises(GeometryError, match=r"h.csv holds 2 lines \(A, B\), none of them called as L07.sgy"):
        read_interpretations(file, line)


def test_trace_numbers_of_another_processing_give_way_to_coordinates(line: Survey, tmp_path: Path) -> None:
    file = tmp_path / "h.csv"
    file.write_text(f"cdp x y twt\n120 {xy(line, 105)} 40\n121 {xy(line, 106)} 44\n")
    assert read_interpretations(file, line).notes == ("trace numbers are not the headers': placed by X and Y",)
    assert np.flatnonzero(np.isfinite(z_of(file, line))).tolist() == [4, 5]


def test_sticks_and_polygons_on_a_line(line: Survey, tmp_path: Path) -> None:
    file = tmp_path / "F1.dat"
    file.write_text(f"{xy(line, 105)} 10\n{xy(line, 108)} 90\n\n{xy(line, 120)} 10\n{xy(line, 122)} 90\n")
    (fault,) = read_interpretations(file, line).interpretations
    assert isinstance(fault, FaultSticks)
    np.testing.assert_allclose(fault.sticks[0], [[105, 10], [108, 90]], atol=0.01)
    assert (len(fault.sticks), fault.span, fault.patches()) == (2, (10, 90), [])
    file.write_text("cdp,twt\n105,10\n120,10\n112,90\n")
    (polygon,) = read_interpretations(file, line, kind="polygon").interpretations
    assert isinstance(polygon, Polygon)
    assert polygon.at == At()


def test_a_map_is_cut_along_the_line(line: Survey, tmp_path: Path) -> None:
    box = Track.of(line).box()
    assert box is not None
    west, east, south, north = box[0] - 5, box[1] + 5, box[2] - 5, box[3] + 5
    file = tmp_path / "map.irap"
    head = f"-996 2 {east - west} {north - south}\n{west} {east} {south} {north}\n2 0 {west} {south}\n0 0 0 0 0 0 0\n"
    file.write_text(head + "10 90 10 90\n")
    z = z_of(file, line)
    assert np.isfinite(z).all()
    assert (np.diff(z) > 0).all()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("inline,crossline,twt\n105,1,40\n", "with inlines and crosslines, which has no 2-D form"),
        ("cdp,twt\n5,40\n", "traces 5 to 5 are outside L07.sgy (traces 101 to 140)"),
        ("sp,twt\n5,40\n", "shot points 5 to 5 are outside L07.sgy (shot points 1001 to 1020)"),
        ("x,y,twt\n5,6,40\n", "X runs from 5 to 5, Y from 6 to 6, outside L07.sgy"),
        ("5 40\n6 44\n", "its first column runs from 5 to 6, which lies nowhere on L07.sgy (traces 101 to 140"),
        ("cdp,twt\n105,4000\n", "times or depths run from 4000 to 4000"),
        ("cdp,twt (m)\n105,40\n", "is in m, the survey's twt in ms"),
        ("cdp,twt\n105,1e30\n", "every pick is undefined"),
        ("name,twt\na,40\nb,50\n", "is of no known format"),
    ],
)
def test_what_lies_elsewhere_is_told_in_one_line(line: Survey, tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "h.csv"
    file.write_text(text)
    with pytest.raises(GeoFMError) as caught:
        read_interpretations(file, line)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_line_without_coordinates_takes_trace_numbers_only(tmp_path: Path, shared_data: Path) -> None:
    survey = open_survey(shared_data / "seismic/npra_line_31-81/31_81_PR.sgy")
    file = tmp_path / "h.csv"
    file.write_text("cdp,twt\n101,1200\n634,1800\n")
    assert np.flatnonzero(np.isfinite(z_of(file, survey))).tolist() == [0, 533]
    file.write_text("sp,twt\n101,1200\n")
    with pytest.raises(GeometryError, match=r"has shot points, and 31_81_PR.sgy has none in its headers"):
        read_interpretations(file, survey)
    file.write_text("x,y,twt\n1,2,1200\n")
    with pytest.raises(GeometryError, match=r"has X and Y, and 31_81_PR.sgy has none in its headers"):
        read_interpretations(file, survey)


def test_undefined_words_and_picks_off_the_line_are_counted(line: Survey, tmp_path: Path) -> None:
    file = tmp_path / "h.dat"
    file.write_text("cdp twt\n105 -\n106 44\n107 undef\n300 50\n106 46\n")
    found = read_interpretations(file, line)
    assert found.notes == (
        "2 of 5 picks undefined, left out",
        "1 of 5 picks outside the survey, left out",
        "1 more picks at traces that have one, averaged",
    )
    assert z_of(file, line)[5] == 45
