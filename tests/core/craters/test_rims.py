"""Rims as lines on maps of any projection."""

import numpy as np
import pytest

from napari_geofm.core.body import distance_m
from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.rims import Rims, holding, rims_of
from napari_geofm.io.raster import Ground, RasterTemplate
from napari_geofm.io.raster.crs import wkt_of

KM = 1737.4 * np.pi / 180


def ground_of(crs: str, transform: tuple[float, ...], shape: tuple[int, int]) -> Ground:
    found = Ground.of(RasterTemplate(shape, wkt_of(crs), transform))  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.fixture
def world() -> Ground:
    return ground_of("+proj=longlat +R=1737400", (0.5, 0, -180, 0, -0.5, 90), (360, 720))


def crater(ground: Ground, lat: float, lon: float, km: float) -> Crater:
    row, column = (float(each) for each in ground.pixel(lon, lat))
    return Crater(row, column, 10.0, lat, lon, km)


def lengths(rims: Rims) -> np.ndarray:
    """Return the lengths of the joined steps, px."""
    steps = np.linalg.norm(np.diff(rims.points, axis=1), axis=2)
    return np.asarray(steps[rims.joined])


def assert_at_the_radius(rims: Rims, ground: Ground, one: Crater) -> None:
    lon, lat = ground.lonlat(rims.points[..., 0], rims.points[..., 1])
    assert one.lon is not None
    assert one.lat is not None
    away = distance_m(ground.body, lon, lat, one.lon, one.lat) / 1000
    np.testing.assert_allclose(away[np.isfinite(away)], one.size / 2, rtol=1e-6)


def test_a_circle_across_the_seam_is_seen_at_both_ends_of_the_map(world: Ground) -> None:
    one = crater(world, 20.0, 179.0, 10 * KM)
    rims = rims_of([one], world, (360, 720))
    assert rims.closed.all()
    spans = sorted((float(line[:, 1].min()), float(line[:, 1].max())) for line in rims.points)
    assert [low < edge < high for (low, high), edge in zip(spans, (0, 719), strict=True)] == [True, True]
    assert lengths(rims).max() < 3
    assert_at_the_radius(rims, world, one)


@pytest.mark.parametrize("lat", [89.0, -87.0])
def test_a_circle_around_a_pole_runs_from_end_to_end_of_the_map(world: Ground, lat: float) -> None:
    one = crater(world, lat, 130.0, 20 * KM)
    rims = rims_of([one], world, (360, 720))
    assert not rims.closed.any()
    # Every column is crossed, and no line goes back across the map.
    for column in (0, 100, 400, 719):
        beside = rims.points[..., 1] - column
        crossed = int(np.sum(beside[:, :-1] * beside[:, 1:] <= 0))
        assert crossed == 1
    assert_at_the_radius(rims, world, one)


def test_a_map_that_is_torn_is_not_crossed() -> None:
    ground = ground_of("+proj=sinu +R=1737400", (15000, 0, -5458203, 0, -15000, 2729101), (364, 728))
    one = crater(ground, 40.0, 179.0, 12 * KM)
    rims = rims_of([one, crater(ground, 0.0, 0.0, 300.0)], ground, (364, 728))
    assert rims.closed.tolist() == [False, True]
    assert int((~rims.joined[0]).sum()) == 2
    assert lengths(rims).max() < 8


def test_a_full_disc_shows_no_rim_beyond_its_limb() -> None:
    ground = ground_of("+proj=ortho +lat_0=0 +lon_0=0 +R=1737400", (10000, 0, -1750000, 0, -10000, 1750000), (350, 350))
    rims = rims_of([crater(ground, 0.0, 80.0, 40 * KM)], ground, (350, 350))
    assert 10 < int(rims.joined.sum()) < 48
    assert np.isfinite(lengths(rims)).all()


def test_what_is_clicked_into_is_told_on_the_ground(world: Ground) -> None:
    craters = [crater(world, 89.0, 130.0, 20 * KM), crater(world, 20.0, 179.0, 10 * KM), crater(world, 0.0, 0.0, 300)]
    assert holding(craters, world, 3.0, 10.0).tolist() == [True, False, False]
    assert holding(craters, world, 139.5, 2.0).tolist() == [False, True, False]
    assert holding([Crater(5, 5, 4), Crater(5, 9, 4)], None, 5, 8).tolist() == [False, True]
