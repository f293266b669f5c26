"""Craters drawn where they are looked at."""

import tracemalloc

import numpy as np
import pytest

from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.drawn_craters import DrawnCraters, draw_craters
from napari_geofm.io.raster import Ground, RasterTemplate
from napari_geofm.io.raster.crs import wkt_of

MOON = "+proj=longlat +R=1737400"


def world(shape: tuple[int, int], step: float) -> Ground:
    found = Ground.of(RasterTemplate(shape, wkt_of(MOON), (step, 0, -180, 0, -step, 90)))
    assert found is not None
    return found


def placed(ground: Ground, lat: float, lon: float, km: float) -> Crater:
    row, column = (float(each) for each in ground.pixel(lon, lat))
    return Crater(row, column, km / float(ground.km_per_px(row, column)), lat, lon, km)


@pytest.mark.parametrize("rim", [None, 2])
def test_parts_are_what_the_whole_shows(rim: int | None) -> None:
    rng = np.random.default_rng(3)
    ground = world((360, 720), 0.5)
    # Some across the seam, some on the poles.
    places = [(*rng.uniform((-85, -180, 60), (85, 180, 900)),) for _ in range(60)] + [(89, 10, 300), (-88, 170, 400)]
    craters = [placed(ground, *each) for each in places]
    whole = draw_craters(craters, ground, (360, 720), crater=1, rim=rim)
    assert set(np.unique(whole)) == ({0, 1} if rim is None else {0, 1, 2})
    drawn = DrawnCraters(craters, ground, (360, 720), crater=1, rim=rim)
    np.testing.assert_array_equal(drawn[:, :], whole)
    for rows, columns in (
        (slice(0, 7), slice(0, 720)),
        (slice(150, 260), slice(700, 720)),
        (slice(353, 360), slice(9)),
    ):
        np.testing.assert_array_equal(drawn[rows, columns], whole[rows, columns])
    np.testing.assert_array_equal(drawn[100:101], whole[100:101])


def test_an_image_larger_than_memory_is_drawn_by_parts() -> None:
    craters = [Crater(1000.0 * k, 1000.0 * k, 300.0) for k in range(40)]
    drawn = DrawnCraters(craters, None, (40_000, 40_000), crater=1, rim=2)
    tracemalloc.start()
    try:
        part = drawn[11_950:12_050]
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert part.shape == (100, 40_000)
    assert [int(part[50, column]) for column in (12_000, 12_148, 12_200)] == [1, 2, 0]
    assert most < 8 * part.size
