import warnings
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.region import At
from napari_geofm.errors import FormatError, SourceError
from napari_geofm.io.das import read_das

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
    monkeypatch.setattr("napari_geofm.io.das._WHOLE_BYTES", 0)
    again = read_das(shared_data / "das/formats" / name)
    np.testing.assert_array_equal(again.data[3:50, 5:25].values, whole[3:50, 5:25])


def test_a_format_that_dascore_does_not_know_is_refused_in_one_line(shared_data: Path) -> None:
    with pytest.raises(FormatError, match=r"^xdas_netcdf\.nc is in no DAS format") as caught:
        read_das(shared_data / "das/formats/xdas_netcdf.nc")
    assert "\n" not in str(caught.value)


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
