from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_geofm.io.raster import RasterSaid, read_raster
from tests.io.raster.build import MOON, changed, placed, write_tif

HEIGHTS = np.array([[-100, 0], [50, 4000]], np.int16)


def described(path: Path, array: Any, **about: Any) -> Path:
    write_tif(path, array, crs=MOON, transform=placed(1.0, -1.0))
    with changed(path) as out:
        for name, value in about.items():
            setattr(out, name, value)
    return path


@pytest.mark.parametrize(
    ("name", "about", "expected"),
    [
        ("a.tif", {"units": ("m",)}, HEIGHTS * 1.0),
        ("a.tif", {"units": ("km",), "scales": (0.001,)}, HEIGHTS * 1.0),
        ("moon_dem.tif", {"scales": (0.5,)}, HEIGHTS * 0.5),
        ("a.tif", {"descriptions": ("LOLA elevation",)}, HEIGHTS * 1.0),
        ("LDEM_4.tif", {"scales": (0.5,), "offsets": (1_737_400.0,)}, HEIGHTS * 0.5),
    ],
)
def test_a_map_of_elevation_is_known_and_told_in_metres(
    tmp_path: Path, name: str, about: dict[str, Any], expected: Any
) -> None:
    survey = read_raster(described(tmp_path / name, HEIGHTS, **about))
    assert (survey.data.attrs["quantity"], survey.data.attrs["units"], survey.data.name) == (
        "elevation",
        "m",
        "elevation",
    )
    np.testing.assert_allclose(survey.data.values, expected, atol=1e-3)
    assert any("a map of elevation" in note for note in survey.odd)


RADII = 1_737_400.0 + HEIGHTS.astype(np.float64)


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("LDRM_4.tif", RADII.astype(np.float32)),
        ("moon_dem.tif", RADII.astype(np.float32)),
        ("ldem_km.tif", RADII / 1000),
        ("a.tif", RADII.astype(np.int32)),
    ],
)
def test_radii_have_the_bodys_taken_off(tmp_path: Path, name: str, array: Any) -> None:
    array[0, 0] = 0
    write_tif(tmp_path / name, array, crs=MOON, transform=placed(1.0, -1.0), nodata=0)
    survey = read_raster(tmp_path / name)
    assert survey.data.attrs["quantity"] == "elevation"
    expected = np.where(array == 0, np.nan, HEIGHTS)
    np.testing.assert_allclose(survey.data.values, expected, atol=0.1)
    assert any("radii" in note and "1,737,400 m are taken off" in note for note in survey.odd)


def test_numbers_that_are_not_all_near_the_radius_are_no_radii(tmp_path: Path) -> None:
    numbers = np.array([[1_700_000, 1_750_000], [1_740_000, 200_000]], np.float32)
    survey = read_raster(write_tif(tmp_path / "a.tif", numbers, crs=MOON, transform=placed(1.0, -1.0)))
    assert "quantity" not in survey.data.attrs
    # Kilometres alone tell nothing: brightness has such numbers, too.
    survey = read_raster(write_tif(tmp_path / "b.tif", RADII / 1000, crs=MOON, transform=placed(1.0, -1.0)))
    assert "quantity" not in survey.data.attrs


def test_a_picture_of_elevation_without_a_unit_is_told_as_such(tmp_path: Path) -> None:
    survey = read_raster(write_tif(tmp_path / "ldem_16.tif", HEIGHTS.astype(np.uint8)))
    assert (survey.data.attrs["quantity"], survey.data.attrs["units"]) == ("elevation", "")
    assert any("--elevation gives the metres per unit" in note for note in survey.odd)


@pytest.mark.parametrize("name", ["a.tif", "demo.tif", "slender.tif", "moon.tif"])
def test_other_maps_are_no_elevation(tmp_path: Path, name: str) -> None:
    survey = read_raster(write_tif(tmp_path / name, HEIGHTS, crs=MOON, transform=placed(1.0, -1.0)))
    assert "quantity" not in survey.data.attrs
    assert survey.data.name == "brightness"


def test_the_user_has_the_last_word(tmp_path: Path) -> None:
    path = described(tmp_path / "dem.tif", HEIGHTS)
    assert "quantity" not in read_raster(path, RasterSaid(metres=0.0)).data.attrs
    np.testing.assert_allclose(read_raster(path, RasterSaid(metres=2.0)).data.values, HEIGHTS * 2.0)


def test_real_maps_of_elevation_span_what_is_known(shared_data: Path) -> None:
    dem = read_raster(shared_data / "lunar/geotiff/moon_dem.tif")
    assert float(np.nanmin(dem.data.values)) == pytest.approx(-8634.5, abs=1)
    assert float(np.nanmax(dem.data.values)) == pytest.approx(10627.5, abs=1)
    gld = read_raster(shared_data / "lunar/pds_isis/WAC_GLD100_V1.0_GLOBAL_with_LOLA_30M_POLE.16bit.reduced.cub")
    assert gld.data.attrs["units"] == "m"
    assert -10_000 < float(np.nanmin(gld.data.values)) < -6_000
    assert 8_000 < float(np.nanmax(gld.data.values)) < 11_000
