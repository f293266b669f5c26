"""What xarray itself writes, as segysak lets it, opens with its axes; netCDF is read by xarray's own rules."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from napari_geofm.errors import FormatError, UsageError
from napari_geofm.io.cubes.reading import Reading
from napari_geofm.io.opening import array_survey, open_survey
from tests.io.cubes.build import CROSSLINES, INLINES, TIMES, WHOLE


def dataset(*, offsets: bool) -> xr.Dataset:
    """Return what segysak 0.5 makes of a SEG-Y volume: dimensions, coordinates, positions and attributes."""
    lines = ("iline", "xline", *(("offset",) if offsets else ()))
    shape = (5, 6, *((2,) if offsets else ()))
    x = 1000.0 + 25.0 * np.arange(5).reshape(5, *(1,) * (len(shape) - 1)) + np.zeros(shape)
    y = 2000.0 + 12.5 * np.arange(6).reshape(1, 6, *(1,) * (len(shape) - 2)) + np.zeros(shape)
    values = np.stack([WHOLE, WHOLE * 2], axis=2) if offsets else WHOLE
    coords = {"iline": INLINES, "xline": CROSSLINES, "samples": TIMES, **({"offset": [1, 2]} if offsets else {})}
    found = xr.Dataset({"data": ((*lines, "samples"), values), "cdp_x": (lines, x), "cdp_y": (lines, y)}, coords)
    return found.assign_attrs(text="C 1 SURVEY", sample_rate=4.0, measurement_system="m")


ENGINES = pytest.mark.parametrize("engine", ["scipy", "h5netcdf"])


@ENGINES
@pytest.mark.parametrize("offsets", [False, True])
def test_netcdf(tmp_path: Path, engine: str, offsets: bool) -> None:
    path = tmp_path / "a.nc"
    dataset(offsets=offsets).to_netcdf(path, engine=engine)  # type: ignore[call-overload]
    survey = array_survey(path, reading=Reading(offset=2.0)) if offsets else open_survey(path)
    assert (survey.kind, survey.dims) == ("seismic-3d", ("inline", "crossline", "twt"))
    for axis, numbers in zip(survey.axes, (INLINES, CROSSLINES, TIMES), strict=True):
        np.testing.assert_array_equal(axis.values, numbers)
    np.testing.assert_allclose(survey.section("inline", 1004).values, WHOLE[2].T * (2 if offsets else 1))
    affine = getattr(survey.template, "affine", None)
    assert affine is not None
    np.testing.assert_allclose(affine.xy(1004, 301), (1050.0, 2012.5))


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_zarr(tmp_path: Path, zarr_format: int) -> None:
    dataset(offsets=False).to_zarr(tmp_path / "a.zarr", zarr_format=zarr_format, consolidated=False)
    survey = open_survey(tmp_path / "a.zarr")
    np.testing.assert_array_equal(survey.section("crossline", 301).values, WHOLE[:, 1].T)
    assert survey.axis("inline").values.tolist() == INLINES.tolist()


def write(path: Path, found: xr.Dataset, engine: str, **options: object) -> Path:
    found.to_netcdf(path, engine=engine, **options)  # type: ignore[call-overload]
    return path


@ENGINES
def test_packed_numbers_are_unpacked_and_fill_values_are_missing(tmp_path: Path, engine: str) -> None:
    packed = dataset(offsets=False)
    values = (WHOLE - 20).astype(np.int16)
    values[0, 0, 0], values[4, 5, 6] = -999, -998
    packed["data"] = (("iline", "xline", "samples"), values)
    packed["data"].attrs |= {
        "scale_factor": 0.5, "add_offset": 10.0, "_FillValue": np.int16(-999), "missing_value": np.int16(-998)
    }  # fmt: skip
    survey = open_survey(write(tmp_path / "a.nc", packed, engine))
    expected = (WHOLE - 20) * 0.5 + 10
    expected[0, 0, 0] = expected[4, 5, 6] = np.nan
    np.testing.assert_array_equal(survey.data.values, expected)
    assert survey.sample_format == "int16 in netCDF"


@ENGINES
def test_units_feet_and_the_reference_system_are_taken_over(tmp_path: Path, engine: str) -> None:
    found = dataset(offsets=False).rename(samples="depth").assign_attrs(measurement_system="ft", crs="EPSG:23031")
    survey = open_survey(write(tmp_path / "a.nc", found, engine))
    assert (survey.axis("depth").units, survey.crs) == ("ft", "EPSG:23031")
    found = dataset(offsets=False).assign_coords(samples=("samples", TIMES / 1000, {"units": "s"}))
    survey = open_survey(write(tmp_path / "b.nc", found, engine))
    np.testing.assert_allclose(survey.axis("twt").values.astype(np.float64), TIMES)
    assert survey.axis("twt").units == "ms"


@ENGINES
def test_axes_without_numbers_are_counted(tmp_path: Path, engine: str) -> None:
    survey = open_survey(write(tmp_path / "a.nc", dataset(offsets=False).drop_vars("xline"), engine))
    assert survey.axis("crossline").values.tolist() == [0, 1, 2, 3, 4, 5]
    assert any("crossline: the file has no usable numbers" in note for note in survey.odd)


@ENGINES
def test_a_file_that_is_written_anew_is_read_anew(tmp_path: Path, engine: str) -> None:
    first = open_survey(write(tmp_path / "a.nc", dataset(offsets=False), engine))
    np.testing.assert_array_equal(first.data.values, WHOLE)
    write(tmp_path / "b.nc", dataset(offsets=False) * 3, engine).replace(tmp_path / "a.nc")
    np.testing.assert_array_equal(open_survey(tmp_path / "a.nc").data.values, WHOLE * 3)


@ENGINES
def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, engine: str) -> None:
    path = write(tmp_path / "a.nc", dataset(offsets=False), engine)
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(FormatError, match=r"a\.nc cannot be read as (HDF5 or )?netCDF; it may be damaged") as caught:
        array_survey(path, reading=Reading(variable="data"))
    assert "\n" not in str(caught.value)


def test_a_group_sees_the_axes_of_the_groups_around_it(tmp_path: Path) -> None:
    import h5netcdf

    with h5netcdf.File(tmp_path / "a.nc", "w") as file:
        file.dimensions = {"iline": 3, "xline": 4, "samples": 5}
        for name, first, step in (("iline", 100, 2), ("xline", 300, 1), ("samples", 0, 4)):
            numbers = first + step * np.arange(file.dimensions[name].size)
            file.create_variable(name, (name,), data=numbers.astype(np.float64))
        values = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
        file.create_group("survey").create_variable("data", ("iline", "xline", "samples"), data=values)
    survey = open_survey(tmp_path / "a.nc")
    np.testing.assert_array_equal(survey.axis("inline").values, [100, 102, 104])
    np.testing.assert_array_equal(survey.axis("crossline").values, [300, 301, 302, 303])


def test_arrays_in_groups_are_named_with_them(tmp_path: Path) -> None:
    for name, factor in (("near", 1), ("far", 2)):
        write(tmp_path / "a.nc", dataset(offsets=False) * factor, "h5netcdf", group=name, mode="a")
    with pytest.raises(FormatError, match=r"several arrays: far/data \(5 x 6 x 7, iline, xline, samples\); near/data"):
        open_survey(tmp_path / "a.nc")
    survey = open_survey(tmp_path / "a.nc", reading=Reading(variable="far/data"))
    np.testing.assert_array_equal(survey.data.values, WHOLE * 2)
    np.testing.assert_array_equal(survey.axis("inline").values, INLINES)
    with pytest.raises(UsageError, match="no variable 'mid'"):
        open_survey(tmp_path / "a.nc", reading=Reading(variable="mid"))


def test_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    import h5py

    shape = (3000, 3000, 2000)  # 72 GB, were it all there
    with h5py.File(tmp_path / "a.nc", "w") as file:
        array = file.create_dataset("data", shape, "f4", chunks=(64, 64, 64), fillvalue=2.0)
        for place, (name, size) in enumerate(zip(("iline", "xline", "twt"), shape, strict=True)):
            file.create_dataset(name, data=np.arange(size)).make_scale(name)
            array.dims[place].attach_scale(file[name])
    survey = open_survey(tmp_path / "a.nc")
    np.testing.assert_array_equal(survey.read((7, slice(0, 40), slice(None))), np.full((40, 2000), 2, np.float32))


def test_plain_hdf5_is_read_by_the_labels_of_its_axes(tmp_path: Path) -> None:
    import h5py

    with h5py.File(tmp_path / "a.h5", "w") as file:
        array = file.create_dataset("survey/data", data=WHOLE)
        for place, name in enumerate(("iline", "xline", "time")):
            array.dims[place].label = name
        file["survey/time"] = TIMES / 1000
        file["survey/time"].attrs["units"] = "s"
    survey = open_survey(tmp_path / "a.h5")
    assert (survey.sample_format, survey.dims) == ("float32 in HDF5", ("inline", "crossline", "twt"))
    np.testing.assert_allclose(survey.axis("twt").values.astype(np.float64), TIMES)
    np.testing.assert_array_equal(survey.data.values, WHOLE)
