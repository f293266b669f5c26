from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.relief import REACH, gradients, hillshade
from napari_geofm.errors import UsageError
from napari_geofm.io.raster import RasterSaid, read_raster
from napari_geofm.io.raster.relief import ReliefMap
from tests.io.raster.build import MOON, placed, write_tif

DEGREE = np.pi * 1_737_400 / 180
METRES = RasterSaid(metres=1.0)


def globe(path: Path, elevation: np.ndarray, **profile: object) -> Path:
    """Write a map of the whole Moon."""
    step = 360 / elevation.shape[1]
    where = placed(step, -step, c=-180.0, f=90.0)
    return write_tif(path, elevation.astype(np.float32), **({"crs": MOON, "transform": where} | profile))


def cone(rows: int = 180, columns: int = 360) -> np.ndarray:
    """Return elevation that rises by 1 in 10 to the north at every place."""
    return np.repeat((90 - (np.arange(rows)[:, None] + 0.5)) * DEGREE / 10, columns, axis=1)


def test_pixels_narrow_with_latitude_and_keep_their_height(tmp_path: Path) -> None:
    patch = ReliefMap(read_raster(globe(tmp_path / "a.tif", cone()), METRES)).patch((slice(0, 180), slice(0, 360)))
    np.testing.assert_allclose(patch.down_m, DEGREE, rtol=1e-6)
    lat = 90 - np.arange(180) - 0.5
    np.testing.assert_allclose(patch.across_m[:, 0], DEGREE * np.cos(np.deg2rad(lat)), rtol=1e-6)
    down, right = gradients(patch.elevation, patch.down_m, patch.across_m)
    np.testing.assert_allclose(down, -0.1, rtol=1e-4)
    np.testing.assert_allclose(right, 0.0)


def test_a_projected_map_has_the_same_slopes(tmp_path: Path) -> None:
    metres = placed(DEGREE, -DEGREE, -180 * DEGREE, 90 * DEGREE)
    path = globe(tmp_path / "a.tif", cone(), crs="IAU_2015:30110", transform=metres)
    relief = ReliefMap(read_raster(path, METRES))
    assert relief.is_closed
    patch = relief.patch((slice(20, 160), slice(0, 360)))
    np.testing.assert_allclose(patch.down_m, DEGREE, rtol=1e-4)
    assert patch.across_m[10, 0] == pytest.approx(DEGREE * np.cos(np.deg2rad(59.5)), rel=1e-3)


def test_a_polar_map_keeps_its_size_across_the_pole(tmp_path: Path) -> None:
    where = placed(1000.0, -1000.0, -50_000.0, 50_000.0)
    path = globe(tmp_path / "a.tif", np.zeros((100, 100)), crs="IAU_2015:30130", transform=where)
    patch = ReliefMap(read_raster(path, METRES)).patch((slice(0, 100), slice(0, 100)))
    np.testing.assert_allclose(patch.down_m, 1000.0, rtol=2e-3)
    np.testing.assert_allclose(patch.across_m, 1000.0, rtol=2e-3)


def test_a_closed_map_goes_on_beyond_its_ends(tmp_path: Path) -> None:
    elevation = np.random.default_rng(0).normal(0, 100, (180, 360)).cumsum(0)
    relief = ReliefMap(read_raster(globe(tmp_path / "a.tif", elevation), METRES))
    assert relief.is_closed
    patch = relief.patch((slice(50, 60), slice(0, 20)), 5)
    np.testing.assert_allclose(patch.elevation[5:15, :5], elevation[50:60, -5:], rtol=1e-6)
    # A Moon turned by half a turn is shaded alike.
    turned = ReliefMap(read_raster(globe(tmp_path / "b.tif", np.roll(elevation, 180, 1)), METRES))
    one, other = (each.patch((slice(0, 180), slice(0, 360)), 1) for each in (relief, turned))
    shades = [hillshade(p.elevation, p.down_m, p.across_m, exaggeration=20.0)[p.inner] for p in (one, other)]
    np.testing.assert_allclose(np.roll(shades[0], 180, 1)[60:120], shades[1][60:120], atol=1e-6)


def test_beyond_an_open_map_there_is_nothing(tmp_path: Path) -> None:
    path = write_tif(tmp_path / "a.tif", np.ones((20, 30), np.float32), crs=MOON, transform=placed(0.1, -0.1))
    relief = ReliefMap(read_raster(path, METRES))
    assert not relief.is_closed
    patch = relief.patch((slice(0, 5), slice(25, 30)), 2)
    assert np.isnan(patch.elevation[:2]).all()
    assert np.isnan(patch.elevation[:, -2:]).all()
    assert np.isfinite(patch.elevation[patch.inner]).all()


@pytest.mark.parametrize("north_up", [True, False])
def test_windows_are_cut_from_one_picture_north_up(tmp_path: Path, north_up: bool) -> None:
    elevation = np.random.default_rng(3).normal(0, 50, (180, 360)).cumsum(0)
    stored = elevation if north_up else elevation[::-1]
    where = placed(0.05, -0.05, 0.0, 9.0) if north_up else placed(0.05, 0.05, 0.0, 0.0)
    survey = read_raster(write_tif(tmp_path / "a.tif", stored.astype(np.float32), crs=MOON, transform=where), METRES)
    relief = ReliefMap(survey)
    fit = relief.fit()
    whole = relief.picture((slice(0, 180), slice(0, 360)), fit)
    assert whole.shape == (180, 360, 3)
    rows = slice(40, 90) if north_up else slice(90, 140)
    part = relief.picture((rows, slice(100, 200)), fit)
    np.testing.assert_allclose(part, whole[40:90, 100:200], atol=1e-5)
    assert REACH > 40


def test_a_map_without_place_or_data_is_drawn_all_the_same(tmp_path: Path) -> None:
    elevation = np.full((30, 40), -9999, np.float32)
    survey = read_raster(write_tif(tmp_path / "dem.tif", elevation, nodata=-9999))
    relief = ReliefMap(survey)
    assert (relief.picture((slice(0, 30), slice(0, 40)), relief.fit()) == 0.5).all()


def test_what_is_no_elevation_is_refused(tmp_path: Path) -> None:
    survey = read_raster(write_tif(tmp_path / "a.tif", np.ones((4, 6), np.uint8)))
    with pytest.raises(UsageError, match=r"a\.tif is not known to be a map of elevation.*--elevation M"):
        ReliefMap(survey)


def test_the_moon_has_the_slopes_that_are_known(shared_data: Path) -> None:
    relief = ReliefMap(read_raster(shared_data / "lunar/geotiff/moon_dem.tif"))
    patch = relief.patch((slice(0, 512), slice(0, 1024)))
    down, right = gradients(patch.elevation, patch.down_m, patch.across_m)
    steep = np.rad2deg(np.arctan(np.hypot(down, right)))
    # Over 10 km slopes are a few degrees (Kreslavsky et al. 2013); near its ends the file has faults.
    assert 0.5 < float(np.nanmedian(steep)) < 4
    assert float(np.nanpercentile(steep[57:455], 99.9)) < 20
