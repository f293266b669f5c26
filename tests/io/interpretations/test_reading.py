"""Files as other programs write them, typed by hand, with awkward values."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.core.polygon import Polygon
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, GeoFMError, GeometryError, SourceError, UsageError
from napari_geofm.io.interpretations import read_interpretations
from napari_geofm.io.interpretations.lattice import Lattice
from napari_geofm.io.opening import open_survey


def xy(survey: Survey, inline: float, crossline: float) -> str:
    found = Lattice.of(survey).xy(np.array([inline]), np.array([crossline]))
    assert found is not None
    return f"{found[0][0]:.3f} {found[1][0]:.3f}"


def only(path: Path, survey: Survey, **options: str) -> Horizon:
    (found,) = read_interpretations(path, survey, **options).interpretations
    assert isinstance(found, Horizon)
    return found


def z_at(horizon: Horizon, survey: Survey, inline: float, crossline: float) -> float:
    return float(horizon.z[survey.axis("inline").index(inline), survey.axis("crossline").index(crossline)])


def test_opendtect_with_numbered_titles_in_seconds(cube: Survey, tmp_path: Path) -> None:
    file = tmp_path / "Top Sand.dat"
    file.write_text("# 1: Inline\n# 2: Crossline\n# 3: Z (s)\n# - - - - -\n1010\t2003\t0.1\n1020\t2004\t1e30\n")
    found = read_interpretations(file, cube)
    (horizon,) = found.interpretations
    assert isinstance(horizon, Horizon)
    assert (horizon.name, horizon.picked, found.format) == ("Top Sand", 1, "OpendTect ASCII")
    assert z_at(horizon, cube, 1010, 2003) == pytest.approx(100.0)
    assert found.notes == ("s turned into ms", "1 of 2 picks undefined, left out")


def test_opendtect_sticks_with_indices(cube: Survey, tmp_path: Path) -> None:
    lines = ['"X"\t"Y"\t"Z"\t"StickIndex"\t"NodeIndex"']
    for stick, inline in enumerate((1010, 1030)):
        lines += [f"{xy(cube, inline, 2003 + node)} {20 + 40 * node} {stick} {node}" for node in range(3)]
    file = tmp_path / "F1.dat"
    file.write_text("\n".join(lines))
    (fault,) = read_interpretations(file, cube).interpretations
    assert isinstance(fault, FaultSticks)
    assert [len(stick) for stick in fault.sticks] == [3, 3]
    np.testing.assert_allclose(fault.sticks[1], [[1030, 2003, 20], [1030, 2004, 60], [1030, 2005, 100]], atol=0.02)


@pytest.mark.parametrize("separator", ["", "->F\n", "999.0 999.0 999.0\n"], ids=["empty line", "cps-3", "irap"])
def test_sticks_between_separators_and_without_titles(cube: Survey, tmp_path: Path, separator: str) -> None:
    sticks = [
        "".join(f"{xy(cube, inline, 2003 + node)} {20 + 40 * node}\n" for node in range(3)) for inline in (1010, 1030)
    ]
    file = tmp_path / "fault.txt"
    file.write_text((separator or "\n").join(sticks) + separator)
    found = read_interpretations(file, cube)
    (fault,) = found.interpretations
    assert isinstance(fault, FaultSticks)
    assert len(fault.sticks) == 2
    assert "columns taken as X, Y, time or depth" in found.notes
    (horizon,) = read_interpretations(file, cube, kind="horizon").interpretations
    assert isinstance(horizon, Horizon)
    assert horizon.picked == 6


def test_lines_of_a_horizon_between_separators_are_no_sticks(cube: Survey, tmp_path: Path) -> None:
    lines = [
        "".join(f"{xy(cube, inline, line)} {100 + (line % 3)}\n" for line in range(2000, 2010))
        for inline in (1010, 1030)
    ]
    file = tmp_path / "lines.txt"
    file.write_text("FFASCI,0,COMPUTER\n->1\n" + "->2\n".join(lines))
    found = read_interpretations(file, cube)
    assert found.format == "CPS-3 lines"
    assert isinstance(found.interpretations[0], Horizon)
    assert found.interpretations[0].picked == 20


def test_charisma_horizon_and_sticks(cube: Survey, tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text(f"INLINE :   1010 XLINE :   2003   {xy(cube, 1010, 2003)}  100.5\n")
    assert z_at(only(file, cube), cube, 1010, 2003) == pytest.approx(100.5)
    rows = [
        f"INLINE-  {1000 + 10 * stick} XLINE-  {2001 + node} {xy(cube, 1000, 2000)} {40 * (node + 1)} {name} {stick}"
        for name, stick in (("Fault North", 0), ("Fault North", 1), ("F2", 2))
        for node in range(2)
    ]
    file.write_text("\n".join(rows))
    north, second = read_interpretations(file, cube).interpretations
    assert (north.name, second.name) == ("Fault North", "F2")
    assert isinstance(north, FaultSticks)
    assert len(north.sticks) == 2


def test_irap_grid_lies_between_its_nodes(cube: Survey, tmp_path: Path) -> None:
    box = Lattice.of(cube).box()
    assert box is not None
    x0, y0 = box[0] - 500, box[2] - 500
    nx, ny, step = 30, 25, 75.0
    x, y = x0 + step * np.arange(nx), y0 + step * np.arange(ny)
    z = 50 + 0.01 * (x[None] - x0) + 0.02 * (y[:, None] - y0)
    body = "\n".join(" ".join(f"{value:.6f}" for value in row) for row in z)
    head = f"-996 {ny} {step} {step}\n{x[0]} {x[-1]} {y[0]} {y[-1]}\n{nx} 0.0 {x0} {y0}\n0 0 0 0 0 0 0\n"
    (tmp_path / "map.irap").write_text(head + body)
    horizon = only(tmp_path / "map.irap", cube)
    there = Lattice.of(cube).xy(np.array([1040.0]), np.array([2007.0]))
    assert there is not None
    expected = 50 + 0.01 * (there[0][0] - x0) + 0.02 * (there[1][0] - y0)
    assert z_at(horizon, cube, 1040, 2007) == pytest.approx(expected, abs=1e-3)
    assert horizon.picked == 9 * 13


def test_cps3_grid_runs_from_the_north_west_down_each_column(cube: Survey, tmp_path: Path) -> None:
    box = Lattice.of(cube).box()
    assert box is not None
    west, east, south, north = box[0] - 10, box[1] + 10, box[2] - 10, box[3] + 10
    nx, ny = 4, 3
    x, y = np.linspace(west, east, nx), np.linspace(south, north, ny)
    columns = [[100 + 0.05 * (x[i] - west) + 0.02 * (y[j] - south) for j in range(ny)][::-1] for i in range(nx)]
    body = "\n".join(" ".join(f"{value:.6f}" for value in column) for column in columns)
    head = f'FSASCI 0 1 "Computed" 0 1E30 0\nFSATTR 0 0\nFSLIMI {west} {east} {south} {north} 0 1\nFSNROW {ny} {nx}\n'
    (tmp_path / "map.cps3").write_text(f"{head}FSXINC 1 1\n->Top\n{body}\n")
    horizon = only(tmp_path / "map.cps3", cube)
    there = Lattice.of(cube).xy(np.array([1070.0]), np.array([2002.0]))
    assert there is not None
    expected = 100 + 0.05 * (there[0][0] - west) + 0.02 * (there[1][0] - south)
    assert z_at(horizon, cube, 1070, 2002) == pytest.approx(expected, abs=1e-3)


def test_earthvision_and_petrel_headers(cube: Survey, tmp_path: Path) -> None:
    place = xy(cube, 1020, 2005)
    file = tmp_path / "ev.dat"
    fields = (
        "# Type: scattered data\n# Field: 1 x\n# Field: 2 y\n# Field: 3 z milliseconds\n# Field: 4 column\n# End:\n"
    )
    file.write_text(f"{fields}{place} 120 7\n")
    assert z_at(only(file, cube), cube, 1020, 2005) == 120
    file.write_text(
        f"# Petrel Points with attributes\nVERSION 1\nBEGIN HEADER\nX\nY\nZ\nFLOAT,Conf\nEND HEADER\n{place} -120 7\n"
    )
    found = read_interpretations(file, cube)
    assert found.format == "Petrel points"
    assert "numbers below zero taken as downwards" in found.notes
    assert z_at(only(file, cube), cube, 1020, 2005) == 120


def test_tables_with_titles_in_any_order_and_decimal_commas(cube: Survey, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("horizon,twt (ms),xline,iline\nTop,100,2003,1010\nBase,180,2003,1010\nBase,184,2004,1010\n")
    top, base = read_interpretations(file, cube).interpretations
    assert isinstance(top, Horizon)
    assert isinstance(base, Horizon)
    assert (top.name, base.name, base.picked) == ("Top", "Base", 2)
    assert z_at(base, cube, 1010, 2004) == 184
    for text in (
        "inline;crossline;twt\n1010;2003;100,5\n",
        "inline crossline twt\n1010 2003 100,5\n",
        "inline\tcrossline\ttwt\n1010\t2003\t100,5\n",
        '"inline","crossline","twt"\n1010,2003,100.5\n',
    ):
        file.write_text(text)
        assert z_at(only(file, cube), cube, 1010, 2003) == 100.5, text


def test_five_columns_without_titles(cube: Survey, tmp_path: Path) -> None:
    file = tmp_path / "h.txt"
    file.write_text(f"{xy(cube, 1020, 2005)} 1020 2005 120\n{xy(cube, 1030, 2005)} 1030 2005 124\n")
    assert z_at(only(file, cube), cube, 1030, 2005) == 124
    file.write_text(f"1020 2005 {xy(cube, 1020, 2005)} 120\n")
    assert z_at(only(file, cube), cube, 1020, 2005) == 120


def test_a_survey_without_coordinates_takes_lines_and_samples(plain: Survey, tmp_path: Path) -> None:
    file = tmp_path / "h.txt"
    file.write_text("2 3 7.5\n2 4 8\n")
    assert z_at(only(file, plain), plain, 2, 3) == 7.5
    file.write_text("x,y,z\n400000,6000000,7\n")
    with pytest.raises(GeometryError, match="has no X and Y in its headers; give inline and crossline"):
        read_interpretations(file, plain)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# 1: Inline\n# 2: Crossline\n# 3: Z\n1010 2003 100\n1010 2004\n", "line 5 has 2 columns, the first row 3"),
        ("1010 2003 100\n1010 20O4 104\n", "line 2: '20O4' is no number"),
        ("INLINE- 1010 XLINE- 2003 1 2 3\nINLINE- oops\n", "line 2 is not 'INLINE- n XLINE- n x y z'"),
        ("FSASCI 0 1 A 0 1E30\nFSLIMI 0 1 0\n", "line FSLIMI lacks numbers"),
        ("FSASCI 0 1 A 0 1E30\nFSLIMI 0 1 0 1 0 1\nFSNROW 2 2\n->a\n1 2 3\n", "holds 3 nodes, its header tells of 4"),
        ("-996 2 1 1\n0 1 0 1\n2 0 0 0\n0 0 0 0 0 0 0\n1 2 x 4\n", "line 5: 'x' is no number"),
        ("-996 999999999 1 1\n0 1 0 1\n999999999 0 0 0\n0 0 0 0 0 0 0\n1\n", "a grid has at least one"),
        ("-996 2\n", "its header has 2 numbers"),
        ("hello\nworld\n", "is of no known format"),
        ("1010 2003\n1010 2004\n", "has 2 columns of numbers"),
        ("1e30 1e30 1e30\n", "every row is undefined"),
        ("inline,crossline,twt\n1010,2003,-999\n", "every pick is undefined"),
        ("\n \n", "is empty"),
    ],
)
def test_malformed_files_name_the_line(cube: Survey, tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "bad.dat"
    file.write_text(text)
    with pytest.raises(GeoFMError) as caught:
        read_interpretations(file, cube)
    assert words in str(caught.value)
    assert str(caught.value).startswith("bad.dat")
    assert "\n" not in str(caught.value)


def test_pictures_and_missing_files(cube: Survey, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        read_interpretations(tmp_path / "none.dat", cube)
    (tmp_path / "picture.dat").write_bytes(b"\x89PNG\0\0\0\0")
    with pytest.raises(FormatError, match=r"picture.dat is no text"):
        read_interpretations(tmp_path / "picture.dat", cube)
    with pytest.raises(UsageError, match="unit 'yd'"):
        read_interpretations(tmp_path / "none.dat", cube, z_unit="yd")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x,y,z\n12.5,54.1,100\n", "they look like degrees"),
        (
            "inline,crossline,twt\n5,7,100\n",
            "inlines 5 to 5 and crosslines 7 to 7 are outside cube.sgy (inlines 1000 to 1080",
        ),
        ("7 5 100\n8 6 100\n", "runs from 7 to 8 and 5 to 6, outside cube.sgy"),
        ("inline,crossline,twt\n1010,2003,3100\n", "from 3100 to 3100, the survey's twt from 0 to 236 ms"),
        ("inline,crossline,twt (ft)\n1010,2003,100\n", "is in ft, the survey's twt in ms"),
    ],
)
def test_outside_other_units_and_other_systems(cube: Survey, tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "bad.dat"
    file.write_text(text)
    with pytest.raises(GeoFMError) as caught:
        read_interpretations(file, cube)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("twt", "z", "notes"),
    [
        ("0.100", 100.0, ("s turned into ms",)),
        ("-0.100", 100.0, ("s turned into ms, numbers below zero taken as downwards",)),
        ("100", 100.0, ()),
        # Two samples deep and more: ms, as it fits.
        ("8.5", 8.5, ()),
    ],
)
def test_seconds_in_a_survey_of_ms_are_found(
    cube: Survey, tmp_path: Path, twt: str, z: float, notes: tuple[str, ...]
) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"inline,crossline,twt\n1010,2003,{twt}\n")
    assert read_interpretations(file, cube).notes == notes
    assert z_at(only(file, cube), cube, 1010, 2003) == pytest.approx(z)


def test_what_would_bring_coordinates_in_is_told(cube: Survey, tmp_path: Path) -> None:
    x, y = xy(cube, 1040, 2006).split()
    file = tmp_path / "a.csv"
    file.write_text(f"x,y,z\n{float(x) / 0.3048},{float(y) / 0.3048},100\n")
    with pytest.raises(GeometryError, match="they would fit as feet"):
        read_interpretations(file, cube)
    file.write_text(f"x,y,z\n{y},{x},100\n")
    with pytest.raises(GeometryError, match="they would fit with X and Y exchanged"):
        read_interpretations(file, cube)


def test_picks_partly_outside_are_counted(cube: Survey, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("inline,crossline,twt\n1010,2003,100\n1010,2099,100\n900,2003,100\n1004,2003,100\n1006,2003,104\n")
    found = read_interpretations(file, cube)
    assert found.notes == (
        "2 of 5 picks outside the survey, left out",
        "1 more picks at traces that have one, averaged",
    )
    horizon = only(file, cube)
    # 1004 lies nearest to 1000, 1006 to 1010, whose two picks are averaged.
    assert (z_at(horizon, cube, 1000, 2003), z_at(horizon, cube, 1010, 2003)) == (100, 102)


def test_polygons_on_a_section(cube: Survey, tmp_path: Path) -> None:
    file = tmp_path / "salt.csv"
    file.write_text("inline,crossline,twt\n1010,2002,40\n1010,2008,40\n1010,2005,120\n")
    (polygon,) = read_interpretations(file, cube, kind="polygon").interpretations
    assert isinstance(polygon, Polygon)
    assert polygon.at == At("inline", 1010)
    np.testing.assert_allclose(polygon.rings[0], [[2002, 40], [2008, 40], [2005, 120]])
    file.write_text("inline,crossline,twt\n1010,2002,40\n1030,2008,80\n1050,2005,120\n")
    with pytest.raises(GeometryError, match="lies on no single inline"):
        read_interpretations(file, cube, kind="polygon")


TWO = ((2002, 40), (2008, 40), (2005, 120)), ((2010, 40), (2014, 40), (2012, 120))


@pytest.mark.parametrize(
    ("titles", "row", "names"),
    [
        ("class,polygon", "salt,{0}", ["salt", "salt"]),
        ("polygon", "{1}", ["salt", "sand"]),
        ("polygon", "{0}", ["p", "p"]),
    ],
)
def test_a_column_of_polygons_tells_them_apart(
    cube: Survey, tmp_path: Path, titles: str, row: str, names: list[str]
) -> None:
    rows = [
        f"{row.format(place + 7, ('salt', 'sand')[place])},1010,{across},{twt}"
        for place, ring in enumerate(TWO)
        for across, twt in ring
    ]
    file = tmp_path / "p.csv"
    file.write_text("\n".join([f"{titles},inline,crossline,twt", *rows]))
    found = read_interpretations(file, cube).interpretations
    assert [each.name for each in found] == names
    for polygon, ring in zip(found, TWO, strict=True):
        assert isinstance(polygon, Polygon)
        np.testing.assert_allclose(polygon.rings[0], ring)


def test_a_header_alone_is_named_as_such(cube: Survey, tmp_path: Path) -> None:
    file = tmp_path / "a.dat"
    file.write_text("# 1: Inline\n# 2: Crossline\n# 3: Z (ms)\n")
    with pytest.raises(FormatError, match=r"a\.dat has a header and no picks below it"):
        read_interpretations(file, cube)


def test_polygons_of_two_classes_are_two(cube: Survey, tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    rows = [f"{name},1010,{x},{z}" for name, ring in zip(("salt", "sand"), TWO, strict=True) for x, z in ring]
    file.write_text("\n".join(["name,inline,crossline,twt", *rows]))
    found = read_interpretations(file, cube, kind="polygon").interpretations
    assert [each.name for each in found] == ["salt", "sand"]


def test_sticks_that_are_read_as_a_horizon_are_told(cube: Survey, tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_text("stick,inline,crossline,twt\n1,1010,2002,40\n1,1010,2005,120\n2,1030,2002,40\n2,1030,2005,120\n")
    found = read_interpretations(file, cube, kind="horizon")
    assert found.notes == ("read as a horizon, and its columns tell of fault sticks",)


def test_geojson_on_an_image_comes_back(tmp_path: Path) -> None:
    from napari_geofm.core.classes import ClassTable
    from napari_geofm.io.label_polygons import write_polygons

    np.save(tmp_path / "image.npy", np.zeros((20, 30), np.float32))
    survey = open_survey(tmp_path / "image.npy")
    labels = np.full((20, 30), 255, np.uint8)
    labels[4:9, 10:20] = 1
    labels[6, 12:15] = 255
    write_polygons(labels, survey, ClassTable.named(["a", "salt"]), tmp_path / "p.geojson")
    (polygon,) = read_interpretations(tmp_path / "p.geojson", survey).interpretations
    assert isinstance(polygon, Polygon)
    assert (polygon.name, len(polygon.rings)) == ("salt", 2)
    assert polygon.rings[0].min(0).tolist() == [10, 4]
    (tmp_path / "far.geojson").write_text((tmp_path / "p.geojson").read_text().replace("1", "99"))
    with pytest.raises(GeometryError, match=r"lies outside image.npy"):
        read_interpretations(tmp_path / "far.geojson", survey)
    (tmp_path / "no.geojson").write_text('{"type": 1}')
    with pytest.raises(FormatError, match="no GeoJSON FeatureCollection"):
        read_interpretations(tmp_path / "no.geojson", survey)


def test_geojson_in_map_coordinates(shared_data: Path, tmp_path: Path) -> None:
    from napari_geofm.core.classes import ClassTable
    from napari_geofm.io.label_polygons import write_polygons

    survey = open_survey(shared_data / "lunar/geotiff/moon.tif")
    labels = np.full(survey.shape, 255, np.uint8)
    labels[3:7, 5:9] = 0
    write_polygons(labels, survey, ClassTable.named(["crater"]), tmp_path / "p.geojson")
    (polygon,) = read_interpretations(tmp_path / "p.geojson", survey).interpretations
    assert isinstance(polygon, Polygon)
    np.testing.assert_allclose(polygon.rings[0].min(0), [5, 3], atol=1e-6)
    np.testing.assert_allclose(polygon.rings[0].max(0), [9, 7], atol=1e-6)
