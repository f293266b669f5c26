"""Catalogues read and laid upon maps."""

from pathlib import Path

import pytest

from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, GeoFMError, SourceError, UsageError
from napari_geofm.io.craters.crater_table import read_crater_table
from napari_geofm.io.craters.placing import Laying, lay_catalogue
from napari_geofm.io.opening import open_survey
from tests.io.craters.conftest import write_map

KM = 1737.4 * 3.141592653589793 / 180
"""Of a degree on the Moon."""


def laid(tmp_path: Path, text: str, survey: Survey, laying: Laying | None = None, name: str = "c.csv") -> Catalogue:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return lay_catalogue(read_crater_table(tmp_path / name), survey, laying)


@pytest.mark.parametrize(
    "text",
    [
        "Lon,Lat,Diam_km\n-60,30,40\n",
        ",Unnamed: 0,Diameter (km),Long,Lat,tag\n9890,0,40,-60,30,standard\n",
        "CRATER_ID,LAT_CIRC_IMG,LON_CIRC_IMG,LAT_ELLI_IMG,DIAM_CIRC_IMG,DIAM_CIRC_SD_IMG\n00-1,30,300,30,40,0.1\n",
        "Name;Latitude (deg);Longitude (deg);Diameter (m)\nA;30;300;40000\n",
        "latitude\tlongitude\tradius_km\n30\t-60\t20\n",
        "# made by hand\nlat lon diameter\n30 300 40\n",
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"diameter_km":40},'
        '"geometry":{"type":"Point","coordinates":[-60,30]}}]}',
    ],
)
def test_the_columns_of_catalogues_are_known(tmp_path: Path, text: str, moon_map: Survey) -> None:
    (crater,) = laid(tmp_path, text, moon_map)
    assert (crater.lat, crater.lon, crater.diameter_km) == (30, -60, 40)
    # 60 degrees east of the corner at 120 W, 30 degrees south of it, in quarters of a degree.
    assert (crater.row, crater.column) == (pytest.approx(119.5), pytest.approx(239.5))
    assert crater.diameter_px == pytest.approx(40 / KM * 4 / 0.75**0.25, rel=1e-3)


@pytest.mark.parametrize(
    "text",
    [
        "Lat,Lon (W),Diameter (km)\n30,60,40\n",
        "latitude,west_longitude,diameter_km\n30,60,40\n",
        "Latitude,Longitude (°W),Diameter (km)\n30,60,40\n",
        'Center_Latitude,Center_Longitude,Diameter_km,Coordinate_System\n30,60,40,"Planetographic, +West, 0 - 360"\n',
    ],
)
def test_longitudes_that_count_to_the_west_are_turned(tmp_path: Path, text: str, moon_map: Survey) -> None:
    found = laid(tmp_path, text, moon_map)
    (crater,) = found
    assert (crater.lat, crater.lon, crater.column) == (30, -60, pytest.approx(239.5))
    assert found.notes == ("longitudes that count to the west are turned to the east",)


def test_longitudes_of_the_gazetteer_that_count_to_the_east_stay(tmp_path: Path, moon_map: Survey) -> None:
    text = 'Center_Latitude,Center_Longitude,Diameter_km,Coordinate_System\n30,60,40,"Planetocentric, +East, 0 - 360"\n'
    found = laid(tmp_path, text, moon_map)
    assert ([each.lon for each in found], found.notes) == ([60], ())


def test_a_catalogue_of_a_million_craters_fits_into_memory(tmp_path: Path, moon_map: Survey) -> None:
    import tracemalloc

    names = "\ufeffCRATER_ID,LAT_CIRC_IMG,LON_CIRC_IMG,DIAM_CIRC_IMG," + ",".join(f"OTHER_{k}" for k in range(17))
    lines = (
        f"00-{k},{-79.5 + k % 160},{k % 360 + 0.5},{1 + k % 9}.5,{','.join(['0.123456'] * 17)}" for k in range(10_000)
    )
    (tmp_path / "c.csv").write_text("\n".join([names, *lines]), encoding="utf-8")
    tracemalloc.start()
    try:
        table = read_crater_table(tmp_path / "c.csv")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(table) == 10_000
    # A list of all its lines takes 2 kB for each crater.
    assert most < 300 * len(table)
    assert len(lay_catalogue(table, moon_map)) == sum(
        abs(-79.5 + k % 160) < 60 and (k % 360 + 120.5) % 360 < 240 for k in range(10_000)
    )


def test_a_diameter_without_a_unit_is_km_and_told_so(tmp_path: Path, moon_map: Survey) -> None:
    text = "lat,lon,diameter\n30,-60,40\n"
    found = laid(tmp_path, text, moon_map)
    assert "taken to be km" in found.notes[0]
    (crater,) = laid(tmp_path, text.replace("40", "40000"), moon_map, Laying(unit="m"))
    assert crater.diameter_km == 40


def test_only_craters_that_fall_on_the_map_and_are_large_enough_are_kept(tmp_path: Path, moon_map: Survey) -> None:
    text = "lat,lon,diameter_km\n30,-60,40\n30,60,40\n30,121,70\n0,0,9\n,5,9\n1,1,0\n"
    found = laid(tmp_path, text, moon_map, Laying(smallest_px=2))
    # That at 121 E reaches over the border at 120 E.
    assert [(each.lon, each.diameter_km) for each in found] == [(121, 70), (-60, 40), (60, 40)]
    assert found.notes == (
        "2 lines without a place or diameter left out",
        "3 of 4 craters lie on the map and are large enough",
    )


def test_pixels_are_taken_for_what_they_are(tmp_path: Path, image: Survey, moon_map: Survey) -> None:
    for text in (
        "x,y,diameter\n200.5,150,12\n",
        "long,lat,diameter\n200.5,150,12\n",
        "column,row,radius_px\n200.5,150,6\n",
    ):
        (crater,) = laid(tmp_path, text, image)
        assert (crater.row, crater.column, crater.diameter_px, crater.lat) == (150, 200.5, 12, None)
    (crater,) = laid(tmp_path, "x,y,diameter_px\n239.5,119.5,12\n", moon_map)
    assert (crater.lat, crater.lon) == (pytest.approx(30), pytest.approx(-60))
    assert crater.diameter_km == pytest.approx(12 * KM / 4 * 0.75**0.25, rel=1e-3)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("lat,lon,depth\n1,2,3\n", FormatError, "has no column of diameter; it has lat, lon, depth"),
        ("name,size\nA,3\n", FormatError, "has no column of latitude or y, longitude or x, diameter"),
        ("lat,lon,diameter_km\n95,2,30\n", FormatError, "latitude 95, and none is beyond 90 degrees"),
        ("lat,lon,diameter_km\n5,725,30\n", FormatError, "longitude 725, and none is beyond 360"),
        ("lat,lon,diameter_km\n", FormatError, "holds no craters"),
        ("", FormatError, "holds no craters"),
        ("lat,lon,diameter_km\n1,2,0\n3,4,x\n", FormatError, "no crater with a place and a diameter above 0"),
        ("lat,lon,diameter_km,body\n1,2,30,Mars\n", UsageError, "craters of Mars, the map shows Moon"),
        ("lat,lon,diameter_km,body\n1,2,30,Mars\n1,2,30,Moon\n", FormatError, "craters of Mars, Moon"),
        ("lat,lon,diameter_px\n1,2,30\n", UsageError, "places in degrees and diameters in pixels"),
        ('{"type":"Topology"}', FormatError, "no GeoJSON of craters"),
    ],
)
def test_bad_catalogues_are_refused(
    tmp_path: Path, moon_map: Survey, text: str, error: type[GeoFMError], words: str
) -> None:
    with pytest.raises(error, match=words):
        laid(tmp_path, text, moon_map)


def test_the_user_may_say_the_body(tmp_path: Path, moon_map: Survey) -> None:
    text = "lat,lon,diameter_km\n30,-60,40\n"
    assert len(laid(tmp_path, text, moon_map, Laying(body="moon"))) == 1
    with pytest.raises(UsageError, match="craters of Mars, the map shows Moon"):
        laid(tmp_path, text, moon_map, Laying(body="mars"))
    with pytest.raises(UsageError, match="No body is named 'mooon'"):
        laid(tmp_path, text, moon_map, Laying(body="mooon"))


def test_degrees_need_a_map_with_a_place(tmp_path: Path, image: Survey) -> None:
    with pytest.raises(UsageError, match=r"picture.png has no place on a body, so c.csv with its degrees cannot be"):
        laid(tmp_path, "lat,lon,diameter_km\n30,-60,40\n", image)
    with pytest.raises(UsageError, match="diameters in km, which need a map"):
        laid(tmp_path, "x,y,diameter_km\n30,60,40\n", image)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"No file .*none.csv"):
        read_crater_table(tmp_path / "none.csv")


def test_craters_of_a_global_map_lie_on_it_whatever_their_turn(tmp_path: Path) -> None:
    survey = open_survey(write_map(tmp_path / "all.tif", (360, 720), step=0.5, corner=(0, 90)))
    found = laid(tmp_path, "lat,lon,diameter_km\n0,-10,50\n0,350,50\n", survey)
    assert [each.column for each in found] == [pytest.approx(699.5)] * 2


def test_the_real_catalogues(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "lunar" / "moon_maps"
    west = write_map(tmp_path / "west.tif", (1440, 1440), step=0.125, corner=(-180, 90))
    survey = open_survey(west)
    head = lay_catalogue(read_crater_table(folder / "HeadCraters_west.csv"), survey)
    lroc = lay_catalogue(read_crater_table(folder / "LROCCraters_west.csv"), survey)
    assert (len(head), len(lroc)) == (2347, 8274)
    assert min(each.size for each in head) >= 20
    assert 5 <= min(each.size for each in lroc) <= max(each.size for each in lroc) < 21
    from PIL import Image

    tile = shared_data / "lunar" / "mars_labelled" / "holdout_tile.pgm"
    with Image.open(tile) as picture:
        assert picture.size == (1700, 1700)
    mars = lay_catalogue(read_crater_table(tile.with_name("holdout_tile_labels.csv")), open_survey(tile))
    assert len(mars) == 409
    assert mars.unit == "px"
