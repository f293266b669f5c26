"""A raster's band, read by parts."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.labels import UNLABELLED
from napari_geofm.errors import FormatError
from napari_geofm.io.arrays import read_array
from napari_geofm.io.band_array import BandArray
from napari_geofm.io.gdal import quiet_rasterio
from napari_geofm.io.labels import read_labels
from tests.io.raster.build import write_tif

VALUES = np.arange(300, dtype=np.int16).reshape(20, 15)


def test_any_part_is_what_the_whole_holds(tmp_path: Path) -> None:
    band = BandArray.of(write_tif(tmp_path / "a.tif", VALUES))
    assert (band.shape, band.dtype) == ((20, 15), np.int16)
    for key in (3, -1, slice(4, 9), (slice(None), slice(2, 4)), (5, 6), (slice(None, None, -2), 3), ..., (VALUES > 90)):
        np.testing.assert_array_equal(band[key], VALUES[key])
    np.testing.assert_array_equal(np.asarray(band), VALUES)


def test_no_data_is_unlabelled_in_any_part(tmp_path: Path) -> None:
    found = read_array(write_tif(tmp_path / "a.tif", VALUES, nodata=7))
    assert int(found[0, 7]) == UNLABELLED
    assert np.asarray(found[1:3]).tolist() == VALUES[1:3].tolist()


def test_labels_of_a_large_image_are_opened_without_being_read_whole(tmp_path: Path) -> None:
    import rasterio

    file = tmp_path / "a.tif"
    profile = {"driver": "GTiff", "count": 1, "height": 6000, "width": 6000, "dtype": "uint8", "nodata": 255}
    with quiet_rasterio(), rasterio.open(file, "w", compress="deflate", **profile) as out:
        for top in range(0, 6000, 500):
            out.write(np.full((1, 500, 6000), top // 3000, np.uint8), window=((top, top + 500), (0, 6000)))
    tracemalloc.start()
    try:
        labels = read_labels(file)
        part = np.asarray(labels.values[2990:3010, 50:60])
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sorted(set(part.ravel().tolist())) == [0, 1]
    assert len(labels.classes) == 2
    # The classes that occur are looked for 16 million pixels at a time.
    assert most < 6 * 2**24


def test_a_file_that_is_cut_short_is_told_when_it_is_opened(tmp_path: Path) -> None:
    file = write_tif(tmp_path / "a.tif", np.zeros((400, 400), np.uint8))
    file.write_bytes(file.read_bytes()[:100_000])
    with pytest.raises(FormatError, match="may be damaged, cut short"):
        BandArray.of(file)
