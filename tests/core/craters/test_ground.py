import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.body import Body, body_named, distance_m
from napari_geofm.core.craters.ground import PixelPlane, PlaneOnBody, plane_at
from napari_geofm.io.raster import RasterTemplate
from napari_geofm.io.raster.crs import wkt_of
from napari_geofm.io.raster.ground import Ground


def plate_carree(per_degree: float = 16.0, rows: int = 2880, columns: int = 5760) -> Ground:
    found = Ground.of(
        RasterTemplate(
            (rows, columns), wkt_of("+proj=longlat +R=1737400"), (1 / per_degree, 0, -180, 0, -1 / per_degree, 90)
        )
    )
    assert found is not None
    return found


def polar() -> Ground:
    words = wkt_of("+proj=stere +lat_0=-90 +R=1737400 +units=m")
    found = Ground.of(RasterTemplate((1000, 1000), words, (500.0, 0, -250000.0, 0, -500.0, 250000.0)))
    assert found is not None
    return found


@given(lat=st.floats(-90, 90), lon=st.floats(-179.99, 179.99), away=st.floats(0.1, 900), way=st.floats(0, 2 * math.pi))
def test_distances_from_the_origin_are_true(lat: float, lon: float, away: float, way: float) -> None:
    plane = PlaneOnBody(plate_carree(), lat, lon)
    there = plane.lonlat(away * math.sin(way), away * math.cos(way))
    assert float(distance_m(body_named("Moon"), lon, lat, *there)) / 1000 == pytest.approx(away, rel=1e-6)
    right, up = plane.of_lonlat(*there)
    assert np.isfinite(there).all()
    assert (float(right), float(up)) == (
        pytest.approx(away * math.sin(way), abs=1e-6),
        pytest.approx(away * math.cos(way), abs=1e-6),
    )


def test_on_an_ellipsoid_lengths_are_those_along_and_across_the_meridian() -> None:
    mars = body_named("Mars")
    ground = Ground(mars, "", (1, 0, 0, 0, -1, 0), (1, 1))
    plane = PlaneOnBody(ground, 45.0, 10.0)
    up = 0.0
    for lon, lat in ((10.5, 45.0), (10.0, 45.5)):
        right, up = (float(each) for each in plane.of_lonlat(lon, lat))
        assert math.hypot(right, up) == pytest.approx(float(distance_m(mars, 10.0, 45.0, lon, lat)) / 1000, rel=2e-4)
    # By the mean sphere it would be off by three in a thousand.
    sphere = Body("Mars", mars.mean_m, mars.mean_m)
    assert float(distance_m(sphere, 10.0, 45.0, 10.0, 45.5)) / 1000 != pytest.approx(up, rel=2e-4)


def test_a_pixel_of_plate_carree_shrinks_with_the_cosine() -> None:
    ground = plate_carree()
    at_equator, at_sixty = plane_at(ground, 1439.5, 3000.0), plane_at(ground, 479.5, 3000.0)
    side = math.pi * 1737.4 / 2880
    assert at_equator.unit_px == pytest.approx(1 / side, rel=1e-3)
    assert at_sixty.unit_px == pytest.approx(math.sqrt(2) / side, rel=1e-2)


def test_around_a_pole_a_circle_is_one() -> None:
    plane = plane_at(polar(), 499.5, 499.5)
    assert isinstance(plane, PlaneOnBody)
    way = np.linspace(0, 2 * np.pi, 20)
    rows, columns = plane.pixel(50 * np.sin(way), 50 * np.cos(way))
    assert np.hypot(rows - 499.5, columns - 499.5) == pytest.approx(100, rel=1e-3)


def test_without_a_place_the_image_itself_is_the_plane() -> None:
    plane = plane_at(None, 10, 20)
    assert plane == PixelPlane(10, 20)
    right, up = plane.flat(7.0, 25.0)
    assert (float(right), float(up)) == (5.0, 3.0)
    assert [float(each) for each in plane.pixel(right, up)] == [7.0, 25.0]
