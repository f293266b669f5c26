import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_geofm.io.raster import overview, read_raster
from tests.io.raster.build import changed, marked, write_tif


def ramp(side: int) -> np.ndarray:
    return (np.arange(side)[:, None] + np.arange(side)[None, :]).astype(np.uint16)


def test_the_overview_is_the_picture_small(tmp_path: Path) -> None:
    survey = read_raster(write_tif(tmp_path / "a.tif", ramp(900), tiled=True, blockxsize=64, blockysize=64))
    small = overview(survey, 100)
    assert small.complete
    assert small.values.shape == (100, 100)
    assert small.steps == (9.0, 9.0)
    middles = (np.arange(100) + 0.5) * 9
    np.testing.assert_allclose(small.values, middles[:, None] + middles[None, :], atol=9)


def test_overviews_in_the_file_are_used(tmp_path: Path) -> None:
    from rasterio.enums import Resampling

    path = write_tif(tmp_path / "a.tif", np.zeros((512, 512), np.uint8))
    with changed(path) as out:
        out.build_overviews([8], Resampling.nearest)
    # What the whole says and what its overview says differ, so that it shows which of them was read.
    with changed(path, OVERVIEW_LEVEL=0) as small:
        small.write(np.full((1, 64, 64), 7, np.uint8))
    assert (overview(read_raster(path), 64).values == 7).all()


def test_time_runs_out_and_what_is_missing_is_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    survey = read_raster(write_tif(tmp_path / "a.tif", np.full((640, 640), 5, np.uint8)))
    now = iter(np.arange(10_000.0))
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    small = overview(survey, 64, seconds=20.0)
    assert not small.complete
    assert (small.values == 5).all()


def test_a_small_picture_is_its_own_overview(tmp_path: Path) -> None:
    Image.fromarray(marked()).save(tmp_path / "a.png")
    small = overview(read_raster(tmp_path / "a.png"), 512)
    np.testing.assert_array_equal(small.values, marked())
    assert small.steps == (1.0, 1.0)
