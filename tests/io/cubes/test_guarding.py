"""A volume that changes or vanishes while it is open is refused in one line; one that was only touched is read on."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from napari_geofm.core.survey import Survey
from napari_geofm.errors import SourceError
from napari_geofm.io.cubes.reading import Reading
from napari_geofm.io.opening import open_survey

VALUES = np.random.default_rng(0).normal(size=(6, 7, 20)).astype(np.float32)


def as_npy(folder: Path) -> Survey:
    np.save(folder / "a.npy", VALUES)
    return open_survey(folder / "a.npy")


def as_raw(folder: Path) -> Survey:
    VALUES.tofile(folder / "a.dat")
    return open_survey(folder / "a.dat", reading=Reading(shape=VALUES.shape, dtype="float32"))


def as_netcdf3(folder: Path) -> Survey:
    xr.Dataset({"data": (("iline", "xline", "twt"), VALUES)}).to_netcdf(folder / "a.nc", engine="scipy")
    return open_survey(folder / "a.nc")


def as_netcdf4(folder: Path) -> Survey:
    xr.Dataset({"data": (("iline", "xline", "twt"), VALUES)}).to_netcdf(folder / "a.nc", engine="h5netcdf")
    return open_survey(folder / "a.nc")


def as_hdf5(folder: Path) -> Survey:
    import h5py

    with h5py.File(folder / "a.h5", "w") as file:
        file["data"] = VALUES
    return open_survey(folder / "a.h5", reading=Reading(variable="data"))


def as_zarr(folder: Path) -> Survey:
    import zarr

    zarr.create_array(folder / "a.zarr", data=VALUES, chunks=(2, 7, 20))
    return open_survey(folder / "a.zarr")


FILES = [as_npy, as_raw, as_netcdf3, as_netcdf4, as_hdf5]


def section(survey: Survey, number: int) -> np.ndarray:
    return np.asarray(survey.data[number].values)


@pytest.mark.parametrize("make", [*FILES, as_zarr])
def test_a_volume_that_is_gone_is_refused(tmp_path: Path, make: Callable[[Path], Survey]) -> None:
    survey = make(tmp_path)
    assert np.array_equal(section(survey, 0), VALUES[0])
    shutil.rmtree(survey.path) if survey.path.is_dir() else survey.path.unlink()
    with pytest.raises(SourceError, match=r"Cannot read .*; is its disk still there\?$"):
        section(survey, 3)


@pytest.mark.parametrize("make", FILES)
def test_a_file_that_is_written_to_is_refused(tmp_path: Path, make: Callable[[Path], Survey]) -> None:
    survey = make(tmp_path)
    with survey.path.open("r+b") as stream:
        stream.seek(-VALUES[4:].nbytes, os.SEEK_END)
        stream.write(b"\1" * VALUES[4:].nbytes)
    with pytest.raises(SourceError, match=r"was changed since it was opened; open it again$"):
        section(survey, 5)


@pytest.mark.parametrize("make", FILES)
def test_a_file_cut_short_is_refused(tmp_path: Path, make: Callable[[Path], Survey]) -> None:
    survey = make(tmp_path)
    os.truncate(survey.path, 200)
    with pytest.raises(SourceError, match="has 200 bytes and had"):
        section(survey, 5)


@pytest.mark.parametrize("make", [*FILES, as_zarr])
def test_a_file_that_is_touched_or_replaced_by_its_copy_is_read_on(
    tmp_path: Path, make: Callable[[Path], Survey]
) -> None:
    survey = make(tmp_path)
    os.utime(survey.path, (1, 1))
    assert np.array_equal(section(survey, 2), VALUES[2])
    if survey.path.is_file():
        shutil.copy(survey.path, tmp_path / "copy")
        (tmp_path / "copy").replace(survey.path)
    assert np.array_equal(section(survey, 3), VALUES[3])
