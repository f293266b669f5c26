from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.errors import UsageError
from napari_geofm.io.raster import RasterTemplate, read_raster
from napari_geofm.io.raster.crs import body_of, is_geographic, is_west_positive, wkt_of
from napari_geofm.io.raster.ground import Ground

MOON, MOON_EQC, MOON_NORTH = "IAU_2015:30100", "IAU_2015:30110", "IAU_2015:30130"
GLOBE = (0.5, 0.0, -180.0, 0.0, -0.5, 90.0)


def ground(crs: str, transform: tuple[float, float, float, float, float, float], shape: tuple[int, int]) -> Ground:
    found = Ground.of(RasterTemplate(shape, wkt_of(crs), transform))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("crs", "name", "equatorial", "polar"),
    [
        (MOON, "Moon", 1_737_400.0, 1_737_400.0),
        (MOON_NORTH, "Moon", 1_737_400.0, 1_737_400.0),
        ("IAU_2015:19900", "Mercury", 2_440_530.0, 2_440_530.0),
        ("IAU_2015:49910", "Mars", 3_396_190.0, 3_396_190.0),
        ("IAU_2015:49901", "Mars", 3_396_190.0, 3_376_200.0),
        ("ESRI:104903", "Moon", 1_737_400.0, 1_737_400.0),
        ("+proj=eqc +R=1737400", "Moon", 1_737_400.0, 1_737_400.0),
        ("+proj=longlat +a=3396190 +b=3376200", "Mars", 3_396_190.0, 3_376_200.0),
        ("EPSG:32633", "Earth", 6_378_137.0, 6_356_752.3),
        ("+proj=longlat +R=50000", "unknown body", 50_000.0, 50_000.0),
    ],
)
def test_a_coordinate_system_tells_its_body(crs: str, name: str, equatorial: float, polar: float) -> None:
    body = body_of(wkt_of(crs))
    assert body is not None
    assert (body.name, body.equatorial_m) == (name, equatorial)
    assert body.polar_m == pytest.approx(polar, abs=0.1)


def test_a_system_of_no_body_and_one_that_cannot_be_read() -> None:
    assert body_of('LOCAL_CS["arbitrary",UNIT["metre",1]]') is None
    with pytest.raises(UsageError, match=r"'IAU_2015:99' is no coordinate system; write one as IAU_2015:30100"):
        wkt_of("IAU_2015:99")


@pytest.mark.parametrize("radius", [1_111_000.0, 2_222_000.0])
def test_a_full_disc_has_no_places_beyond_its_limb(radius: float) -> None:
    # A system of its own for each, since only the first errors of one are told.
    words = f"+proj=ortho +lat_0=10 +R={radius:.0f} +units=m"
    disc = ground(words, (radius / 10, 0.0, -1.2 * radius, 0.0, -radius / 10, 1.2 * radius), (24, 24))
    assert np.isnan(disc.lonlat(0, 0)[1])
    lat = disc.lonlat(*np.mgrid[:24, :24])[1]
    down, across = np.mgrid[:24, :24] - 11.5
    np.testing.assert_array_equal(np.isfinite(lat), np.hypot(down, across) < 10)
    assert np.isnan(disc.pixel([0.0, 180.0], [0.0, -10.0])[0]).tolist() == [False, True]


def test_pixels_of_a_globe_are_where_their_centres_are() -> None:
    moon = ground(MOON, GLOBE, (360, 720))
    lon, lat = moon.lonlat([0, 359, 180], [0, 719, 360])
    np.testing.assert_allclose(lon, [-179.75, 179.75, 0.25])
    np.testing.assert_allclose(lat, [89.75, -89.75, -0.25])
    row, column = moon.pixel([-179.75, 180.25, 0.25], [89.75, 89.75, -0.25])
    np.testing.assert_allclose(row, [0, 0, 180], atol=1e-9)
    np.testing.assert_allclose(column, [0, 0, 360], atol=1e-9)
    assert moon.columns_around == 720
    down, across = moon.pixel_km(np.array([180.0, 60.0]), 10.0)
    degree = np.pi * 1737.4 / 180
    np.testing.assert_allclose(down, 0.5 * degree, rtol=1e-6)
    np.testing.assert_allclose(across, 0.5 * degree * np.cos(np.deg2rad([0.25, 59.75])), rtol=1e-5)


def test_a_map_from_0_to_360_takes_longitudes_of_either_kind() -> None:
    moon = ground(MOON, (1.0, 0.0, 0.0, 0.0, -1.0, 90.0), (180, 360))
    for lon in (-90.5, 269.5):
        assert float(moon.pixel(lon, 0.0)[1]) == pytest.approx(269.0)
    assert float(moon.lonlat(0, 269)[0]) == pytest.approx(-90.5)


def test_a_plate_carree_map_in_metres_goes_round_as_well() -> None:
    width = 2 * np.pi * 1_737_400 / 360
    moon = ground(MOON_EQC, (width, 0.0, 0.0, 0.0, -width, 90 * width), (180, 360))
    assert moon.columns_around == pytest.approx(360)
    assert float(moon.pixel(-90.5, 0.0)[1]) == pytest.approx(269.0)
    assert float(moon.lonlat(89.5, 269)[0]) == pytest.approx(-90.5)
    assert np.isnan(moon.lonlat(-40.0, 10.0)[1])


def test_a_polar_map_knows_the_pole_and_distances_across_it() -> None:
    north = ground(MOON_NORTH, (1000.0, 0.0, -50_500.0, 0.0, -1000.0, 50_500.0), (101, 101))
    lon, lat = north.lonlat([50, 40], [50, 50])
    assert lat[0] == pytest.approx(90.0)
    assert lat[1] < 90.0
    assert lon[1] == pytest.approx(-180.0)
    assert float(north.distance_km(40, 50, 60, 50)) == pytest.approx(20.0, rel=1e-3)
    assert float(north.km_per_px(50, 50)) == pytest.approx(1.0, rel=1e-3)
    assert north.columns_around is None


def test_longitudes_to_the_west_are_turned() -> None:
    wkt = wkt_of("IAU_2015:49901")
    assert is_geographic(wkt)
    assert is_west_positive(wkt)
    mars = ground("IAU_2015:49901", (1.0, 0.0, 0.0, 0.0, -1.0, 90.0), (180, 360))
    assert float(mars.lonlat(0, 9)[0]) == pytest.approx(-9.5)
    assert float(mars.pixel(-9.5, 0.0)[1]) == pytest.approx(9.0)


@given(st.floats(-85, 85), st.floats(-179, 179), st.sampled_from(["geo", "rotated", "eqc", "polar"]))
def test_there_and_back(lat: float, lon: float, kind: str) -> None:
    maps = {
        "geo": ground(MOON, GLOBE, (360, 720)),
        "rotated": ground(MOON_EQC, (900.0, 300.0, -5e5, -300.0, 900.0, 2e5), (1000, 1000)),
        "eqc": ground(MOON_EQC, (10_000.0, 0.0, -5_458_000.0, 0.0, -10_000.0, 2_729_000.0), (546, 1092)),
        "polar": ground("IAU_2015:30135", (1000.0, 0.0, -5e5, 0.0, -1000.0, 5e5), (1000, 1000)),
    }
    row, column = maps[kind].pixel(lon, lat)
    back_lon, back_lat = maps[kind].lonlat(row, column)
    assert float(back_lat) == pytest.approx(lat, abs=1e-7)
    assert float(back_lon) == pytest.approx(lon, abs=1e-7)


def test_a_raster_without_a_place_has_no_ground() -> None:
    assert Ground.of(RasterTemplate((4, 6))) is None
    assert Ground.of(None) is None


def test_the_projected_view_of_the_moon_agrees_with_the_geographic_one(shared_data: Path) -> None:
    degrees, metres = (
        Ground.of(read_raster(shared_data / "lunar/geotiff" / name).template) for name in ("moon.tif", "moon_eqc.vrt")
    )
    assert degrees is not None
    assert metres is not None
    lon, lat = np.array([-120.0, 0.0, 77.0]), np.array([-43.0, 10.0, 80.0])
    for one, other in zip(degrees.pixel(lon, lat), metres.pixel(lon, lat), strict=True):
        np.testing.assert_allclose(one, other, atol=0.01)
