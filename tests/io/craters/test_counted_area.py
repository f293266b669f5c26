"""Craters are counted where there are data, and the area is that of the data."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.craters.crater import Crater
from napari_geofm.io.craters.counted_area import counted_area
from napari_geofm.io.opening import open_survey
from tests.io.raster.build import MOON, placed, write_tif

KM = 1737.4 * np.pi / 180


def test_craters_on_missing_pixels_are_left_out_as_their_area_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("napari_geofm.io.craters.counted_area._AT_ONCE", 1000)
    picture = np.ones((60, 100), np.uint8)
    picture[:, 40:] = 0
    picture[:30] = 0
    where = placed(0.1, -0.1, c=0, f=3.0)
    survey = open_survey(write_tif(tmp_path / "a.tif", picture, crs=MOON, transform=where, nodata=0))
    there, missing, beyond = Crater(40, 10, 9, 0, 0, 3), Crater(40, 40, 9, 0, 0, 3), Crater(-5, 10, 30, 0, 0, 3)
    found = counted_area(survey, [there, missing, Crater(29.4, 10, 9), Crater(59.49, 39.49, 9), beyond])
    assert found.craters == (there, Crater(59.49, 39.49, 9))
    assert found.beside == 2
    assert (found.area, found.unit) == (pytest.approx(3 * 4 * KM**2, rel=2e-3), "km")


def test_an_image_without_a_place_counts_pixels(tmp_path: Path) -> None:
    picture = np.ones((6, 10), np.float32)
    picture[2, 3:5] = np.nan
    survey = open_survey(write_tif(tmp_path / "a.tif", picture))
    found = counted_area(survey, [Crater(2, 3, 4), Crater(3, 3, 4)])
    assert (found.area, found.unit, found.beside, len(found.craters)) == (58.0, "px", 1, 1)
