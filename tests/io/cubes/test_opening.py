"""Every way to store one volume gives the same survey: the same sections at the same numbers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, GeoFMError, SourceError, UsageError
from napari_geofm.io.cubes.reading import Reading
from napari_geofm.io.opening import array_survey, open_survey
from tests.io.cubes.build import CROSSLINES, INLINES, TIMES, WHOLE, seisnc, sidecar, zarr_group

NUMBERS = {"iline": INLINES, "xline": CROSSLINES, "twt": TIMES}
NAMES = ("iline", "xline", "twt")
AXES = {
    "inline": {"first": 1000, "step": 2},
    "crossline": [int(each) for each in CROSSLINES],
    "twt": {"first": 100, "step": 4, "units": "ms"},
}


def as_zarr3(folder: Path) -> Path:
    return zarr_group(folder / "a.zarr", WHOLE, NAMES, NUMBERS, units={"twt": "ms"})


def as_zarr2(folder: Path) -> Path:
    return zarr_group(folder / "a.zarr", WHOLE, NAMES, NUMBERS, zarr_format=2)


def as_transposed_zarr(folder: Path) -> Path:
    return zarr_group(folder / "a.zarr", WHOLE.transpose(2, 0, 1).copy(), ("twt", "iline", "xline"), NUMBERS)


def as_seconds(folder: Path) -> Path:
    numbers = {"inline": INLINES, "crossline": CROSSLINES, "time": TIMES / 1000}
    return zarr_group(folder / "a.zarr", WHOLE, tuple(numbers), numbers, units={"time": "s"}, variable="amplitude")


def as_segysak(folder: Path) -> Path:
    return seisnc(folder / "a.seisnc", WHOLE, NAMES, NUMBERS)


def as_newer_segysak(folder: Path) -> Path:
    numbers = {"inlines": INLINES, "crosslines": CROSSLINES, "samples": TIMES}
    return seisnc(folder / "a.nc", WHOLE, tuple(numbers), numbers, attrs={"measurement_system": "m"})


def as_netcdf3(folder: Path) -> Path:
    from scipy.io import netcdf_file

    with netcdf_file(folder / "a.nc", "w") as file:
        for name, each in NUMBERS.items():
            file.createDimension(name, each.size)
            file.createVariable(name, "f8", (name,))[:] = each
        file.createVariable("data", "f4", NAMES)[:] = WHOLE
    return folder / "a.nc"


def as_npy(folder: Path) -> Path:
    np.save(folder / "a.npy", WHOLE)
    sidecar(folder / "a.npy", axes=AXES)
    return folder / "a.npy"


def as_transposed_npy(folder: Path) -> Path:
    np.save(folder / "a.npy", WHOLE.transpose(1, 2, 0))
    sidecar(folder / "a.npy", dims=["crossline", "twt", "inline"], axes=AXES)
    return folder / "a.npy"


def as_npz(folder: Path) -> Path:
    np.savez(folder / "a.npz", seismic=WHOLE, other=WHOLE * 2)
    sidecar(folder / "a.npz", variable="seismic", axes=AXES)
    return folder / "a.npz"


def as_raw(folder: Path) -> Path:
    (folder / "a.dat").write_bytes(b"head" * 5 + WHOLE.astype(">f4").tobytes())
    sidecar(folder / "a.dat", shape=WHOLE.shape, dtype="float32", byte_order="big", header_bytes=20, axes=AXES)
    return folder / "a.dat"


def as_raw_ibm(folder: Path) -> Path:
    from napari_geofm.io.segy.ibm import float_to_ibm

    (folder / "a.vol").write_bytes(float_to_ibm(WHOLE).astype(">u4").tobytes())
    sidecar(folder / "a.vol", shape=WHOLE.shape, dtype="ibm", byte_order="big", axes=AXES)
    return folder / "a.vol"


WAYS = [as_zarr3, as_zarr2, as_transposed_zarr, as_seconds, as_segysak, as_newer_segysak, as_netcdf3, as_npy,
        as_transposed_npy, as_npz, as_raw, as_raw_ibm]  # fmt: skip


@pytest.mark.parametrize("write", WAYS, ids=lambda write: write.__name__)
def test_the_same_volume_however_it_is_stored(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    survey = open_survey(write(tmp_path))
    assert (survey.kind, survey.dims, survey.shape) == ("seismic-3d", ("inline", "crossline", "twt"), WHOLE.shape)
    for axis, numbers in zip(survey.axes, (INLINES, CROSSLINES, TIMES), strict=True):
        np.testing.assert_array_equal(axis.values, numbers)
    assert [axis.units for axis in survey.axes] == ["", "", "ms"]
    np.testing.assert_array_equal(survey.section("inline", 1004).values, WHOLE[2].T)
    np.testing.assert_array_equal(survey.section("crossline", 301).values, WHOLE[:, 1].T)
    np.testing.assert_array_equal(survey.section("twt", 108).values, WHOLE[:, :, 2])
    np.testing.assert_array_equal(survey.data.values, WHOLE)
    assert survey.read((slice(1, 3), 4, slice(None))).dtype == np.float32


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations([0, 1, 2]), st.data())
def test_any_order_of_axes_and_any_box_equal_numpy(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("any") / "a.npy"
    np.save(path, WHOLE.transpose(order))
    dims = ("inline", "crossline", "twt")
    survey = array_survey(path, reading=Reading(dims=tuple(dims[place] for place in order)))
    key = tuple(data.draw(st.one_of(st.integers(-size, size - 1), st.slices(size))) for size in WHOLE.shape)
    np.testing.assert_array_equal(survey.read(key), WHOLE[key])
    np.testing.assert_array_equal(survey.data[key].values, WHOLE[key])


def test_a_line_and_a_line_cut_from_a_volume(tmp_path: Path) -> None:
    line = WHOLE[0]
    numbers = {"cdp": CROSSLINES, "depth": TIMES}
    survey = open_survey(zarr_group(tmp_path / "a.zarr", line, ("cdp", "depth"), numbers, units={"depth": "ft"}))
    assert (survey.kind, survey.dims, survey.axis("depth").units) == ("seismic-2d", ("cdp", "depth"), "ft")
    cut = {"samples": TIMES, "xline": CROSSLINES}
    survey = open_survey(seisnc(tmp_path / "b.nc", line.T.copy(), ("samples", "xline"), cut, units={"samples": "m"}))
    assert (survey.kind, survey.dims) == ("seismic-2d", ("cdp", "depth"))
    np.testing.assert_array_equal(survey.section("", None).values, line.T)


def test_missing_samples_and_traces_are_nan_and_zeros_stay(tmp_path: Path) -> None:
    values = WHOLE.copy()
    values[0, 0, 0], values[1, 1, 1] = 0, -999
    mask = np.ones((5, 6), bool)
    mask[3, 2] = False
    path = zarr_group(
        tmp_path / "mdio.zarr", values, ("inline", "crossline", "time"),
        {"inline": INLINES, "crossline": CROSSLINES, "time": TIMES},
        variable="amplitude", attrs={"missing_value": -999.0}, more={"trace_mask": (("inline", "crossline"), mask)},
    )  # fmt: skip
    survey = open_survey(path)
    found = survey.data.values
    assert np.isnan(found[3, 2]).all()
    assert np.isnan(found[1, 1, 1])
    assert found[0, 0, 0] == 0
    assert int(np.isnan(found).sum()) == 7 + 1
    assert np.isnan(survey.section("twt", 108).values[3, 2])
    assert any("1 trace is missing" in note for note in survey.odd)


@pytest.mark.parametrize("turned", [False, True])
def test_positions_become_an_affine(tmp_path: Path, turned: bool) -> None:
    inline, crossline = np.meshgrid(INLINES, CROSSLINES, indexing="ij")
    x, y = 5000.0 + 10.0 * inline - 2.0 * crossline, 7000.0 + 2.0 * inline + 10.0 * crossline
    dims = ("xline", "iline") if turned else ("iline", "xline")
    more: dict[str, tuple[tuple[str, ...], np.ndarray[Any, Any]]] = {
        name: (dims, each.T.copy() if turned else each) for name, each in (("cdp_x", x), ("cdp_y", y))
    }
    survey = open_survey(seisnc(tmp_path / "a.nc", WHOLE, NAMES, NUMBERS, more=more))
    affine = survey.template.affine  # type: ignore[attr-defined]
    np.testing.assert_allclose(affine.xy(1004, 301), (5000 + 10040 - 602, 7000 + 2008 + 3010))


def test_what_is_counted_is_told(tmp_path: Path) -> None:
    numbers = {"iline": INLINES, "xline": np.zeros(6), "twt": TIMES}
    survey = open_survey(zarr_group(tmp_path / "a.zarr", WHOLE, NAMES, numbers))
    assert survey.axis("crossline").values.tolist() == [0, 1, 2, 3, 4, 5]
    assert any("crossline: the file has no usable numbers" in note for note in survey.odd)


def test_another_reading_is_another_survey(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", WHOLE)
    plain = array_survey(tmp_path / "a.npy")
    turned = array_survey(tmp_path / "a.npy", reading=Reading(dims=("twt", "crossline", "inline")))
    assert plain.fingerprint != turned.fingerprint
    assert turned.shape == (7, 6, 5)


def nan(path: Path) -> Survey:
    np.save(path, np.full((4, 4, 4), np.nan, np.float32))
    return open_survey(path)


def test_volumes_of_nan_and_infinity_open_and_say_so(tmp_path: Path) -> None:
    from napari_geofm.core.amplitude import survey_stretch

    survey = nan(tmp_path / "a.npy")
    assert any("hold no numbers" in note for note in survey.odd)
    assert not survey.section("inline", 1).valid.any()
    assert np.isfinite([survey_stretch(survey, 99).low, survey_stretch(survey, 99).high]).all()
    np.save(tmp_path / "b.npy", np.full((4, 4, 4), np.inf, np.float32))
    survey = open_survey(tmp_path / "b.npy")
    assert any("infinite" in note for note in survey.odd)
    assert not survey.section("inline", 1).valid.any()


def refused(path: Path, match: str, error: type[GeoFMError] = FormatError, reading: Reading | None = None) -> None:
    with pytest.raises(error, match=match) as caught:
        open_survey(path, reading=reading)
    assert "\n" not in str(caught.value)
    assert path.name in str(caught.value)


def test_arrays_that_run_code_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([{}, None], object), allow_pickle=True)
    refused(tmp_path / "a.npy", "never loaded")
    np.savez(tmp_path / "b.npz", data=np.array([[None]], object))
    refused(tmp_path / "b.npz", "never loaded")


def test_broken_zarr_is_refused(tmp_path: Path) -> None:
    path = as_zarr3(tmp_path)
    (path / "data" / "zarr.json").write_text("{", encoding="utf-8")
    refused(path, "damaged")
    (tmp_path / "b").mkdir()
    path = as_zarr3(tmp_path / "b")
    survey = open_survey(path)
    (path / "data" / "c" / "0" / "0" / "0").write_bytes(b"no chunk")
    with pytest.raises(FormatError, match=r"part of a\.zarr cannot be read"):
        survey.section("inline", 1000)


def test_what_zarr_does_not_know_is_passed_over(tmp_path: Path) -> None:
    path = as_zarr3(tmp_path)
    headers = path / "headers"
    headers.mkdir()
    described = json.loads((path / "data" / "zarr.json").read_text())
    (headers / "zarr.json").write_text(json.dumps(described | {"data_type": "struct of somebody"}))
    assert open_survey(path).shape == WHOLE.shape


def test_groups_within_groups_are_looked_into(tmp_path: Path) -> None:
    import zarr

    zarr.create_group(tmp_path / "a.zarr", zarr_format=2)
    zarr.create_group(tmp_path / "a.zarr" / "data", zarr_format=2)
    array = zarr.create_array(
        tmp_path / "a.zarr" / "data" / "chunked_012", shape=WHOLE.shape, dtype="f4", chunks=(2, 3, 4), zarr_format=2
    )
    array[...] = WHOLE
    np.testing.assert_array_equal(open_survey(tmp_path / "a.zarr").data.values, WHOLE)


def test_candidates_are_listed(tmp_path: Path) -> None:
    path = seisnc(tmp_path / "a.nc", WHOLE, NAMES, NUMBERS, variable="near", more={"far": (NAMES, WHOLE * 2)})
    refused(path, r"several arrays: far \(5 x 6 x 7, iline, xline, twt\); near .*--variable NAME")
    refused(path, "no variable 'mid'; it has far", UsageError, Reading(variable="mid"))
    survey = open_survey(path, reading=Reading(variable="far"))
    np.testing.assert_array_equal(survey.data.values, WHOLE * 2)
    empty = seisnc(tmp_path / "b.nc", TIMES, ("twt",), {"twt": TIMES})
    refused(empty, r"no array of two or three axes; it has data \(7, twt\)")


def test_axes_with_unknown_names_are_asked_for(tmp_path: Path) -> None:
    path = zarr_group(tmp_path / "a.zarr", WHOLE, ("iline", "b", "c"), {})
    refused(path, "axes iline, b, c; say what they are, in that order, as in --dims inline,crossline,twt")
    assert open_survey(path, reading=Reading(dims=("inline", "crossline", "twt"))).shape == WHOLE.shape
    refused(path, "has 3 axes; name each of them once", UsageError, Reading(dims=("inline", "twt")))
    refused(path, "a volume has inline", UsageError, Reading(dims=("inline", "inline", "twt")))


def test_bare_numbers_must_fit_their_file(tmp_path: Path) -> None:
    path = tmp_path / "a.dat"
    path.write_bytes(WHOLE.astype("<f4").tobytes())
    told = "5 x 6 x 8 of float32 are 960 bytes, the file has 840; 5 x 6 x 7"
    refused(path, told, reading=Reading((5, 6, 8), "float32"))
    refused(path, "type float32", reading=Reading((5, 6, 7), "int8"))
    refused(path, "84 header bytes would fit", reading=Reading((3, 9, 7), "float32"))
    with pytest.raises(UsageError, match="Type 'text'"):
        open_survey(path, reading=Reading((5, 6, 7), "text"))
    with pytest.raises(FormatError, match=r"in no format known here.*--shape and --dtype"):
        open_survey(path)


def test_a_file_that_is_cut_while_it_is_open_ends_nothing(tmp_path: Path) -> None:
    path = as_raw(tmp_path)
    survey = open_survey(path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(SourceError, match="bytes and had"):
        survey.section("inline", 1008)
    path.unlink()
    with pytest.raises(SourceError, match="is its disk still there"):
        survey.section("inline", 1008)


@pytest.mark.parametrize(
    ("text", "match"),
    [("{", "no JSON"), ("[]", "no description"), ('{"shape": ["a"]}', "does not describe"),
     ('{"axes": {"inline": [1, 2]}}', "2 numbers are listed for an axis of 5"),
     ('{"axes": {"inline": {"step": 0}}}', "an axis counts on")],
)  # fmt: skip
def test_a_sidecar_that_is_wrong_is_told(tmp_path: Path, text: str, match: str) -> None:
    np.save(tmp_path / "a.npy", WHOLE)
    (tmp_path / "a.npy.json").write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=match):
        open_survey(tmp_path / "a.npy")


def test_zgy_without_its_package_names_the_extra(tmp_path: Path) -> None:
    (tmp_path / "a.zgy").write_bytes(b"VBS\x00" + b"\x00" * 100)
    with pytest.raises((SourceError, FormatError), match=r"napari-geofm\[zgy\]|cannot be read as ZGY"):
        open_survey(tmp_path / "a.zgy")


def test_zgy(tmp_path: Path) -> None:
    api = pytest.importorskip("openzgy.api", reason="pyzgy, of the extra zgy, is not installed")
    corners = [(0, 0), (80, 0), (0, 50), (80, 50)]
    options = {"datatype": api.SampleDataType.float, "zunitdim": api.UnitDimension.time, "zunitname": "ms"}
    grid = {"zstart": 100, "zinc": 4, "annotstart": (1000, 300), "annotinc": (2, 1), "zunitfactor": 0.001}
    with api.ZgyWriter(str(tmp_path / "a.zgy"), size=WHOLE.shape, corners=corners, **grid, **options) as file:
        file.write((0, 0, 0), WHOLE)
        file.finalize()
    survey = open_survey(tmp_path / "a.zgy")
    np.testing.assert_array_equal(survey.section("crossline", 301).values, WHOLE[:, 1].T)
    np.testing.assert_array_equal(survey.axis("twt").values, TIMES)
