"""Formats of the planetary archives, written here by GDAL, are read with their numbers, place and missing pixels."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.io.gdal import quiet_rasterio
from napari_geofm.io.opening import open_survey
from napari_geofm.io.raster import Ground
from tests.io.raster.build import placed, write_tif

NUMBERS = np.array([[-32768, 1, 2], [3, 4, 5]], np.int16)


@pytest.mark.parametrize(("driver", "ending"), [("PDS4", "xml"), ("ISIS3", "cub"), ("VRT", "vrt"), ("PNG", "png")])
def test_what_was_written_is_read(tmp_path: Path, driver: str, ending: str) -> None:
    import rasterio.shutil

    numbers = NUMBERS if driver != "PNG" else np.where(NUMBERS < 0, 0, NUMBERS).astype(np.uint16)
    source = write_tif(
        tmp_path / "source.tif", numbers, crs="IAU_2015:30110", transform=placed(1000.0, -1000.0, 0.0, 2000.0),
        nodata=int(numbers[0, 0]),
    )  # fmt: skip
    file = tmp_path / f"made.{ending}"
    with quiet_rasterio():
        rasterio.shutil.copy(source, file, driver=driver)
    survey = open_survey(file)
    values = survey.section(survey.whole()).values
    assert np.isnan(values[0, 0])
    np.testing.assert_array_equal(values.ravel()[1:], [1, 2, 3, 4, 5])
    ground = Ground.of(survey.template)
    assert ground is not None
    assert ground.body.name == "Moon"
    lon, lat = ground.lonlat(0, 0)
    assert float(lat) == pytest.approx(1500 / 1_737_400 * 180 / np.pi, rel=1e-3)
    assert float(lon) == pytest.approx(500 / 1_737_400 * 180 / np.pi, rel=1e-3)
