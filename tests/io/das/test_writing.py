"""A recording written anew is the same recording."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.das.chain import Chain
from napari_geofm.core.das.processing import Processing
from napari_geofm.core.progress import run_to_end
from napari_geofm.errors import UsageError
from napari_geofm.io.das.writing import write_recording
from napari_geofm.io.opening import open_survey
from napari_geofm.io.processed import processed
from tests.fibre import recording
from tests.io.das.recorder import noise, split, write


def test_a_folder_with_a_gap_becomes_one_file(tmp_path: Path) -> None:
    split(tmp_path / "files", noise(6, 900), 300, 500, skip=(1,))
    folder = open_survey(tmp_path / "files")
    less = processed(folder, Processing(Chain.parse("decimate 4")))
    run_to_end(write_recording(less, tmp_path / "less.nc"))
    found = open_survey(tmp_path / "less.nc")
    assert (found.kind, found.shape) == ("das", (6, 225))
    for name in ("distance", "time"):
        values = [each.axis(name).values.astype(np.float64) for each in (found, less)]
        np.testing.assert_allclose(values[0], values[1], atol=1e-9)
        assert found.axis(name).units == less.axis(name).units
    for word in ("start_utc", "units", "quantity", "gauge_length_m"):
        assert found.data.attrs[word] == less.data.attrs[word], word
    np.testing.assert_allclose(found.data.attrs["gaps"], less.data.attrs["gaps"], atol=1e-9)
    every = (slice(None), slice(None))
    np.testing.assert_array_equal(found.read(every), less.read(every))
    assert np.isnan(found.read(every)).any()


def test_numbered_channels_uneven_distances_and_no_date(tmp_path: Path) -> None:
    numbered = recording(noise(5, 300), numbered=True, start="")
    run_to_end(write_recording(numbered, tmp_path / "numbered.nc"))
    found = open_survey(tmp_path / "numbered.nc")
    assert found.axis("distance").values.tolist() == numbered.axis("distance").values.tolist()
    assert found.axis("distance").units == ""
    assert found.data.attrs["start_utc"] == ""
    assert found.axis("time").step == pytest.approx(0.01)
    write(tmp_path / "a.h5", noise(4, 300), distances=np.array([0.0, 4.0, 9.0, 30.0]))
    run_to_end(write_recording(open_survey(tmp_path / "a.h5"), tmp_path / "uneven.nc"))
    assert open_survey(tmp_path / "uneven.nc").axis("distance").values.tolist() == [0.0, 4.0, 9.0, 30.0]


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "volume.npy", np.zeros((4, 5, 6), np.float32))
    with pytest.raises(UsageError, match="only recordings"):
        run_to_end(write_recording(open_survey(tmp_path / "volume.npy"), tmp_path / "x.nc"))
