import importlib
import warnings
from pathlib import Path

import h5py
import numpy as np
import pytest

from napari_geofm.core.region import At
from napari_geofm.errors import FormatError, SourceError
from napari_geofm.io.das import read_das
from napari_geofm.io.das.file_samples import FileSamples
from napari_geofm.io.das.scanning import scan_header
from napari_geofm.io.opening import open_survey
from tests.io.das.recorder import START, STEP_NS, noise, write

KNOWN = {
    "ap_sensing_1.hdf5": ((4082, 150), "2023-09-24T12:46:31.739618000Z", "m"),
    "dispersion_event.h5": ((101, 2500), "2000-01-01T00:00:00.000000000Z", "m"),
    "gdr_1.h5": ((10, 10000), "2016-03-08T17:40:30.195000000Z", "m"),
    "h5_simple_1.h5": ((100, 200), "2023-09-04T20:05:06.884208128Z", ""),
    "iDAS005_tdms_example.626.tdms": ((1152, 1000), "2019-05-31T08:38:50.626928000Z", "m"),
    "neubrex_das_1.h5": ((17534, 30), "2023-05-22T06:25:34.617505100Z", "m"),
    "sample_tdms_file_v4713.tdms": ((2432, 216), "2019-04-15T03:33:35.812034000Z", "m"),
    "silixa_h5_1.hdf5": ((3840, 100), "2023-09-22T18:29:26.158000000Z", "m"),
    "terra15_v5_test_file.hdf5": ((43, 2060), "2022-08-23T23:09:54.373836288Z", "m"),
    "valencia_febus_example.h5": ((100, 1250), "2020-09-02T07:21:46.413666304Z", "m"),
}


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_a_vendors_file_becomes_distance_over_time(shared_data: Path, name: str) -> None:
    shape, start, units = KNOWN[name]
    survey = read_das(shared_data / "das/formats" / name)
    assert survey.kind == "das"
    assert survey.dims == ("distance", "time")
    assert survey.shape == shape
    assert survey.data.attrs["start_utc"] == start
    assert survey.axis("distance").units == units
    time = survey.axis("time")
    assert (time.first, time.units) == (0.0, "s")
    assert time.values.dtype == np.float64
    section = survey.section(survey.whole())
    assert section.values.dtype == np.float32
    assert section.shape == shape[::-1]
    assert np.isfinite(section.values).all()
    assert name == "neubrex_das_1.h5" or float(np.abs(section.values).max()) > 0.0


def test_samples_are_dascores_own_turned_upright(shared_data: Path) -> None:
    import dascore

    path = shared_data / "das/mine_event/deformation_rate_event_1.hdf5"
    patch = dascore.read(path)[0]
    assert patch.dims == ("time", "distance")
    survey = read_das(path)
    assert survey.data.attrs["units"] == "m/s"
    np.testing.assert_array_equal(survey.section(survey.whole()).values, patch.data)
    np.testing.assert_array_equal(survey.data.values, patch.data.T)


def test_a_window_in_time_and_distance(shared_data: Path) -> None:
    survey = read_das(shared_data / "das/mine_event/deformation_rate_event_1.hdf5")
    whole = survey.section(survey.whole())
    part = survey.section(At.parse("time=0.1/0.05 distance=2500:2600"))
    seconds, metres = (axis.values.astype(float) for axis in (whole.rows, whole.columns))
    rows = np.flatnonzero((seconds >= 0.1 - 1e-4) & (seconds < 0.15 - 1e-4))
    columns = np.flatnonzero((metres >= 2500) & (metres <= 2600))
    assert part.shape == (rows.size, columns.size)
    np.testing.assert_array_equal(part.values, whole.values[np.ix_(rows, columns)])


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_a_large_file_is_read_by_time_or_else_whole(
    shared_data: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = read_das(shared_data / "das/formats" / name)
    whole = survey.data.values
    monkeypatch.setattr("napari_geofm.io.das.decoded.WHOLE_BYTES", 0)
    again = read_das(shared_data / "das/formats" / name)
    np.testing.assert_array_equal(again.data[3:50, 5:25].values, whole[3:50, 5:25])


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_it_is_dascores_own_read(shared_data: Path, name: str) -> None:
    import dascore

    path = shared_data / "das/formats" / name
    patch = dascore.read(path)[0]
    survey = read_das(path)
    fibre = next(dim for dim in patch.dims if dim != "time")
    np.testing.assert_array_equal(survey.data.values, patch.transpose(fibre, "time").data.astype(np.float32))
    np.testing.assert_allclose(survey.axis("distance").values.astype(float), patch.get_coord(fibre).values, atol=1e-6)
    stamps = patch.get_coord("time").values
    seconds = (stamps - stamps[0]).astype("timedelta64[ns]").astype(np.int64) / 1e9
    np.testing.assert_allclose(survey.axis("time").values.astype(float), seconds, rtol=0, atol=1e-9)


UNITS = {
    "ap_sensing_1.hdf5": ("", "", 4.90057),
    "dispersion_event.h5": ("velocity", "m/s", None),
    "gdr_1.h5": ("", "", 10.0),
    "iDAS005_tdms_example.626.tdms": ("strain rate", "", None),
    "neubrex_das_1.h5": ("strain rate", "µstrain/s", 0.2053373),
    "silixa_h5_1.hdf5": ("", "", 10.0),
    "terra15_v5_test_file.hdf5": ("velocity", "m/s", 2.45029),
    "valencia_febus_example.h5": ("strain rate", "nstrain/s", 30.4),
    "xdas_netcdf.nc": ("", "", None),
}


@pytest.mark.parametrize("name", sorted(UNITS))
def test_what_was_measured_in_which_unit(shared_data: Path, name: str) -> None:
    attrs = read_das(shared_data / "das/formats" / name).data.attrs
    quantity, units, gauge = UNITS[name]
    assert (attrs["quantity"], attrs["units"]) == (quantity, units)
    assert attrs.get("gauge_length_m") == (pytest.approx(gauge, rel=1e-4) if gauge else None)


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_a_part_is_what_lies_there_in_the_whole(shared_data: Path, name: str) -> None:
    path = shared_data / "das/formats" / name
    header = scan_header(path)
    samples = FileSamples(path, header)
    whole, size = samples.whole(), header.samples
    for begin, end in ((0, 1), (0, 3), (size // 3, size // 2), (size - 1, size), (1, size), (0, size)):
        part = samples.part(slice(begin, end))
        assert part is not None, f"{begin} to {end} is not read alone"
        np.testing.assert_array_equal(part, whole[:, begin:end])


def test_seg_y_that_is_said_to_be_das(shared_data: Path) -> None:
    survey = open_survey(shared_data / "das/formats/small_channel_patch.sgy", kind="das")
    assert (survey.kind, survey.shape) == ("das", (10, 20))
    assert "no distances in the file: channels are numbered" in survey.odd


def test_xdas_has_tie_points_for_coordinates(shared_data: Path) -> None:
    survey = open_survey(shared_data / "das/formats/xdas_netcdf.nc")
    assert (survey.kind, survey.shape) == ("das", (401, 300))
    distance, time = survey.axes
    assert (distance.first, distance.last, distance.step, distance.units) == (0.0, 10_000.0, 25.0, "m")
    assert (time.first, time.last, time.step) == (0.0, 5.98, 0.02)
    assert survey.data.attrs["start_utc"] == "2023-01-01T00:00:00.000000000Z"
    with h5py.File(shared_data / "das/formats/xdas_netcdf.nc") as file:
        expected = file["__values__"][()].T.astype(np.float32)
    np.testing.assert_array_equal(survey.data[7:300:3, 20:40].values, expected[7:300:3, 20:40])


def test_an_unknown_hdf5_file_is_refused_in_one_line(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["table"] = np.arange(5)
    with pytest.raises(FormatError, match=r"^other\.h5 is in no DAS format") as caught:
        read_das(tmp_path / "other.h5")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["h5_simple_1.h5", "silixa_h5_1.hdf5", "xdas_netcdf.nc", "small_channel_patch.sgy"])
def test_a_file_that_ends_too_early_is_refused_in_one_line(shared_data: Path, tmp_path: Path, name: str) -> None:
    whole = (shared_data / "das/formats" / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(FormatError, match=r"may be damaged or cut short$") as caught:
        read_das(tmp_path / name)
    assert str(caught.value).startswith(f"{name} cannot be read as a DAS recording (")


def test_a_tdms_file_that_was_cut_between_two_samples_gives_what_is_left(shared_data: Path) -> None:
    survey = read_das(shared_data / "das/formats/sample_tdms_file_v4713.tdms")
    assert survey.odd == ("the file is cut short: 1.2 of 146.0 MB are there",)


def test_no_file_makes_the_reader_run_what_is_in_it(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "sprung",)  # type: ignore[return-value]

    pack = importlib.import_module("pickle").dumps
    (tmp_path / "trap.h5").write_bytes(pack([*"dascore.core Patch", Trap()], protocol=0))
    (tmp_path / "trap2.h5").write_bytes(b"\x80\x04\x8c\x12dascore.core Patch0" + pack(Trap(), protocol=4)[2:])
    for name in ("trap.h5", "trap2.h5"):
        with pytest.raises(FormatError):
            open_survey(tmp_path / name)
    assert not (tmp_path / "sprung").exists()


def test_a_gap_inside_a_file_is_a_gap_in_time(tmp_path: Path) -> None:
    samples = noise(3, 100)
    stamps = np.arange(100)
    stamps[60:] += 45
    file = write(tmp_path / "a.h5", samples, stamps=START + (stamps * STEP_NS).astype("timedelta64[ns]"))
    survey = read_das(file)
    assert survey.shape == (3, 145)
    assert survey.odd == ("1 gap of 90 ms, from 2024-03-01T12:00:00.120Z to 2024-03-01T12:00:00.210Z",)
    found = survey.data.values
    np.testing.assert_array_equal(found[:, :60], samples[:, :60])
    assert np.isnan(found[:, 60:105]).all()
    np.testing.assert_array_equal(found[:, 105:], samples[:, 60:])
    window = survey.section(At.parse("time=0.1/0.12"))
    assert window.valid.any(axis=1).tolist() == [True] * 10 + [False] * 45 + [True] * 5


def test_stamps_that_jitter_are_put_on_the_even_grid_and_told(tmp_path: Path) -> None:
    samples, rng = noise(2, 50), np.random.default_rng(4)
    stamps = np.arange(50) * STEP_NS + rng.integers(-200_000, 200_000, 50)
    survey = read_das(write(tmp_path / "a.h5", samples, stamps=START + stamps.astype("timedelta64[ns]")))
    assert len(survey.odd) == 1
    assert survey.odd[0].startswith("samples jitter by up to 0.")
    assert survey.axis("time").step == pytest.approx(0.002, rel=0.01)
    np.testing.assert_array_equal(survey.data.values, samples)


def test_uneven_times_stay_what_they_are(tmp_path: Path) -> None:
    passed = np.cumsum(np.random.default_rng(1).integers(1, 90, 50)) * 1_000_000
    survey = read_das(write(tmp_path / "a.h5", noise(2, 50), stamps=START + passed.astype("timedelta64[ns]")))
    assert "time is not evenly spaced" in survey.odd
    np.testing.assert_allclose(survey.axis("time").values.astype(float), (passed - passed[0]) / 1e9)
    assert survey.data.values.shape == (2, 50)


def test_channels_without_distance_are_numbered(tmp_path: Path) -> None:
    survey = read_das(write(tmp_path / "a.h5", noise(5, 20), dim="channel", distances=np.arange(5)))
    axis = survey.axis("distance")
    assert (axis.units, axis.values.tolist()) == ("", [0, 1, 2, 3, 4])
    assert survey.odd == ("no distances in the file: channels are numbered",)


def test_a_cut_file_is_refused_in_one_line_without_warnings(shared_data: Path, tmp_path: Path) -> None:
    whole = (shared_data / "das/formats/sample_tdms_file_v4713.tdms").read_bytes()
    cut = tmp_path / "cut.tdms"
    cut.write_bytes(whole[:200_000])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(FormatError, match=r"cut\.tdms cannot be read as a DAS recording") as caught:
            read_das(cut).data.load()
    assert "\n" not in str(caught.value)


def test_what_is_not_there_and_what_is_empty(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="check the path"):
        read_das(tmp_path / "none.h5")
    (tmp_path / "empty.h5").touch()
    with pytest.raises(FormatError, match=r"empty\.h5 is in no DAS format"):
        read_das(tmp_path / "empty.h5")
