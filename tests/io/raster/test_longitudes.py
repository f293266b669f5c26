"""Longitudes of maps that count them in different ways."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.io.opening import open_survey
from napari_geofm.io.raster import Ground, RasterTemplate, read_folder, read_raster
from napari_geofm.io.raster.crs import is_west_positive, wkt_of
from tests.io.raster.build import MOON, placed, write_tif

WEST = (
    'GEOGCRS["Moon",DATUM["D_Moon",ELLIPSOID["Moon",1737400,0]],PRIMEM["Reference Meridian",0],CS[ellipsoidal,2],'
    'AXIS["latitude",NORTH],AXIS["longitude",WEST],ANGLEUNIT["degree",0.0174532925199433]]'
)

LABEL = """PDS_VERSION_ID = PDS3
RECORD_TYPE = FIXED_LENGTH
RECORD_BYTES = 72
FILE_RECORDS = 36
^IMAGE = "A.IMG"
TARGET_NAME = MARS
OBJECT = IMAGE
 LINES = 36
 LINE_SAMPLES = 72
 SAMPLE_TYPE = MSB_UNSIGNED_INTEGER
 SAMPLE_BITS = 8
 BANDS = 1
END_OBJECT = IMAGE
OBJECT = IMAGE_MAP_PROJECTION
 MAP_PROJECTION_TYPE = "SIMPLE_CYLINDRICAL"
 A_AXIS_RADIUS = 3396.19 <KM>
 B_AXIS_RADIUS = 3396.19 <KM>
 C_AXIS_RADIUS = 3376.2 <KM>
 POSITIVE_LONGITUDE_DIRECTION = %s
 CENTER_LATITUDE = 0.0 <DEGREE>
 CENTER_LONGITUDE = 90.0 <DEGREE>
 MAP_RESOLUTION = 0.2 <PIXEL/DEGREE>
 MAP_SCALE = 296.37 <KM/PIXEL>
 LINE_PROJECTION_OFFSET = 17.5
 SAMPLE_PROJECTION_OFFSET = 35.5
END_OBJECT = IMAGE_MAP_PROJECTION
END
"""


def tile(folder: Path, name: str, lon: float, value: int) -> None:
    """Write a tile of 90 by 30 degrees that begins at a longitude."""
    write_tif(folder / name, np.full((30, 90), value, np.uint8), crs=MOON, transform=placed(1.0, -1.0, c=lon, f=15))


@pytest.mark.parametrize(
    ("lons", "first", "moved"),
    [
        # Two pieces that touch across the 180th meridian.
        ((90, -180), 90, "1.tif"),
        # Counted to 360, and from -180.
        ((180, 90, -90), 90, "2.tif"),
        ((-90, 180, 90), 90, "0.tif"),
        # All around, as they are.
        ((0, 90, -180, -90), -180, ""),
        ((-90, 0, 90, 180), -90, ""),
    ],
)
def test_tiles_that_count_longitudes_differently_are_one_picture(
    tmp_path: Path, lons: tuple[int, ...], first: int, moved: str
) -> None:
    for place, lon in enumerate(lons):
        tile(tmp_path, f"{place}.tif", lon, place + 1)
    survey = read_folder(tmp_path)
    assert survey.shape == (30, 90 * len(lons))
    assert np.isfinite(survey.data.values).all()
    ground = Ground.of(survey.template)
    assert ground is not None
    for place, lon in enumerate(lons):
        column = int(ground.pixel(lon + 45.5, 0.5)[1])
        assert survey.data.values[15, column] == place + 1
    assert float(ground.lonlat(0, 0)[0]) == pytest.approx((first + 0.5 + 180) % 360 - 180)
    turned = [note for note in survey.odd if "turned by 360 degrees" in note]
    assert len(turned) == bool(moved)
    assert all(moved in note for note in turned)


def test_a_geographic_map_to_the_west_is_turned(tmp_path: Path) -> None:
    picture = np.tile(np.arange(36, dtype=np.uint8), (18, 1))
    write_tif(tmp_path / "a.tif", picture)
    (tmp_path / "a.vrt").write_text(
        f"<VRTDataset rasterXSize='36' rasterYSize='18'><SRS dataAxisToSRSAxisMapping='2,1'>{WEST}</SRS>"
        "<GeoTransform>100,-1,0,9,0,-1</GeoTransform><VRTRasterBand dataType='Byte' band='1'><SimpleSource>"
        "<SourceFilename relativeToVRT='1'>a.tif</SourceFilename><SourceBand>1</SourceBand></SimpleSource>"
        "</VRTRasterBand></VRTDataset>",
        encoding="utf-8",
    )
    survey = read_raster(tmp_path / "a.vrt")
    assert not is_west_positive(survey.crs or "")
    assert (survey.axis("lon").first, survey.axis("lon").last) == (-99.5, -64.5)
    # East is right already.
    np.testing.assert_array_equal(survey.section(survey.whole()).values, picture)
    assert "its longitudes count to the west; they are turned to the east" in survey.odd


@pytest.mark.parametrize(("direction", "centre"), [("EAST", 90.0), ("WEST", -90.0), ('"WEST"', -90.0)])
def test_the_centre_of_a_pds_map_is_where_its_label_says(tmp_path: Path, direction: str, centre: float) -> None:
    (tmp_path / "A.LBL").write_text(LABEL % direction, encoding="ascii")
    np.zeros((36, 72), np.uint8).tofile(tmp_path / "A.IMG")
    survey = open_survey(tmp_path / "A.LBL")
    ground = Ground.of(survey.template)
    assert ground is not None
    assert ground.body.name == "Mars"
    assert float(ground.lonlat(17.5, 35.5)[0]) == pytest.approx(centre, abs=5)
    assert any("count to the west" in note for note in survey.odd) == (centre < 0)


def test_a_sinusoidal_map_has_places_within_its_outline_only() -> None:
    transform = (15_000.0, 0.0, -5_460_000.0, 0.0, -15_000.0, 2_730_000.0)
    ground = Ground.of(RasterTemplate((364, 728), wkt_of("+proj=sinu +R=1737400"), transform))
    assert ground is not None
    row, column = ground.pixel(-120.0, 50.0)
    lon, lat = ground.lonlat(row, column)
    assert (float(lon), float(lat)) == (pytest.approx(-120.0), pytest.approx(50.0))
    # At 50 degrees the map is 0.64 as wide as at the equator; beyond there is no place.
    assert np.isnan(ground.lonlat(row, 20.0)).all()
    assert np.isfinite(ground.lonlat(181.5, 20.0)).all()
