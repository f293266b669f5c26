import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, UsageError
from napari_geofm.io.opening import open_survey
from napari_geofm.io.raster import Ground, RasterSaid, read_raster
from napari_geofm.io.raster.georeference import Georeference
from napari_geofm.io.raster.said import recall_said, remember_said
from tests.io.raster.build import marked

GLOBE = "-180,90,16,body=Moon"


def ground_of(survey: Survey) -> Ground:
    found = Ground.of(survey.template)
    assert found is not None
    return found


def picture(path: Path) -> Path:
    Image.fromarray(marked()).save(path)
    return path


@pytest.mark.parametrize(
    "words",
    [GLOBE, "lon=-180, lat=90, px_per_degree=16, crs=IAU_2015:30100", "-180,90,16,crs=+proj=longlat +R=1737400"],
)
def test_a_map_lies_where_the_user_says(tmp_path: Path, words: str) -> None:
    survey = read_raster(picture(tmp_path / "a.png"), RasterSaid(Georeference.parse(words)))
    assert survey.dims == ("lat", "lon")
    assert survey.axis("lat").first == pytest.approx(90 - 1 / 32)
    assert survey.axis("lon").last == pytest.approx(-180 + 5.5 / 16)
    ground = ground_of(survey)
    assert ground.body.name == "Moon"
    assert float(ground.pixel_km(0, 0)[0]) == pytest.approx(np.pi * 1737.4 / 2880)
    np.testing.assert_array_equal(survey.section(survey.whole()).values, marked())
    assert "its place is as you said" in survey.odd


def test_a_map_in_metres_lies_where_the_user_says(tmp_path: Path) -> None:
    said = RasterSaid(Georeference.parse("x=-3000,y=2000,m_per_px=1000,crs=IAU_2015:30130"))
    survey = read_raster(picture(tmp_path / "a.png"), said)
    assert survey.dims == ("row", "column")
    assert float(ground_of(survey).lonlat(1.5, 2.5)[1]) == pytest.approx(90.0)


def test_a_world_file_places_a_picture_and_the_user_names_its_body(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    (tmp_path / "a.pgw").write_text("0.5\n0\n0\n-0.5\n10.25\n19.75\n")
    survey = read_raster(path)
    assert survey.dims == ("row", "column")
    assert Ground.of(survey.template) is None
    assert any("--georeference body=Moon" in note for note in survey.odd)
    survey = read_raster(path, RasterSaid(Georeference.parse("body=Mars")))
    assert survey.dims == ("lat", "lon")
    assert (survey.axis("lat").first, survey.axis("lon").first) == (19.75, 10.25)
    assert ground_of(survey).body.name == "Mars"


def test_notes_of_gdal_beside_a_picture_are_heeded(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    (tmp_path / "a.png.aux.xml").write_text(
        "<PAMDataset><SRS>IAU_2015:30100</SRS><GeoTransform>10, 0.5, 0, 20, 0, -0.5</GeoTransform></PAMDataset>"
    )
    survey = read_raster(path)
    assert survey.dims == ("lat", "lon")
    assert survey.axis("lon").first == 10.25


def test_what_is_said_once_is_remembered_and_can_be_taken_back(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    remember_said(path, RasterSaid(Georeference.parse(GLOBE), 78.0, 1))
    known = recall_said(path)
    assert known.georeference is not None
    assert (known.georeference.x, known.metres, known.band) == (-180.0, 78.0, 1)
    survey = open_survey(path)
    assert survey.dims == ("lat", "lon")
    assert survey.data.attrs["units"] == "m"
    assert float(np.nanmax(survey.data.values)) == 200 * 78.0
    assert survey.fingerprint != read_raster(picture(tmp_path / "b.png")).fingerprint
    remember_said(path, RasterSaid())
    assert open_survey(path).dims == ("row", "column")


def test_a_file_beside_it_says_the_same(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    beside = tmp_path / "a.png.json"
    beside.write_text(json.dumps({"georeference": GLOBE, "elevation": 2}))
    survey = open_survey(path)
    assert (survey.dims, float(survey.data.max())) == (("lat", "lon"), 400.0)
    beside.write_text('{"georeference": "nowhere"}')
    with pytest.raises(FormatError, match=r"a\.png\.json does not describe a raster"):
        open_survey(path)
    beside.write_text('{"program": "napari-geofm 1", "band": 7}')
    assert open_survey(path).dims == ("row", "column")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("1,2", "three numbers stand first"),
        ("1,2,16", "name either the body or the coordinate system"),
        ("1,2,16,body=Lun", "No body is named 'Lun'"),
        ("1,95,16,body=Moon", "latitude 95 is no place"),
        ("1,2,0,body=Moon", "a pixel has a size above 0"),
        ("1,2,-4,body=Moon", "a pixel has a size above 0"),
        ("1,two,16,body=Moon", "'two' is no number"),
        ("1,2,16,crs=IAU_2015:30130", "the words do not go together"),
        ("1,2,16,crs=hello", "'hello' is no coordinate system"),
        ('body=,crs=LOCAL_CS["a",UNIT["metre",1]]', "without a value"),
    ],
)
def test_words_that_name_no_place_are_refused(words: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        Georeference.parse(words)
    assert why in str(caught.value)


def test_numbers_that_cannot_be_are_refused() -> None:
    with pytest.raises(UsageError, match="metres per stored unit"):
        RasterSaid(metres=-1.0)
    with pytest.raises(UsageError, match="counted from 1"):
        RasterSaid(band=0)
