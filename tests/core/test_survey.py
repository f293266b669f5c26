from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.region import At, Region
from napari_geofm.core.survey import Survey
from napari_geofm.errors import AxisError, UsageError

INLINES = np.array([100, 101, 103, 110])  # uneven: none is invented
CROSSLINES = np.array([5, 7, 9])
TIMES = np.arange(400.0, 420.0, 4.0)
VALUES = np.random.default_rng(1).normal(size=(4, 3, 5)).astype(np.float32)


def volume() -> Survey:
    coords = {
        "inline": ("inline", INLINES, {"units": ""}),
        "crossline": ("crossline", CROSSLINES, {"units": ""}),
        "twt": ("twt", TIMES, {"units": "ms"}),
    }
    return Survey("seismic-3d", xr.DataArray(VALUES, coords), Path("cube.sgy"), "0")


def recording(kind: str = "das", dims: tuple[str, str] = ("distance", "time")) -> Survey:
    coords = {dims[0]: (dims[0], np.arange(8) * 10.0), dims[1]: (dims[1], np.arange(100) * 0.01)}
    values = np.arange(800, dtype=np.float32).reshape(8, 100)
    return Survey(kind, xr.DataArray(values, coords), Path("das.h5"), "0")


@given(st.sampled_from(["inline", "crossline", "twt"]), st.data())
def test_a_section_is_what_numpy_takes(axis: str, data: st.DataObject) -> None:
    survey = volume()
    numbers = survey.axis(axis).values
    place = data.draw(st.integers(0, numbers.size - 1))
    section = survey.section(axis, numbers[place].item())
    taken = np.take(VALUES, place, axis=survey.dims.index(axis))
    np.testing.assert_array_equal(section.layout.from_display(section.values), taken)
    assert section.values.dtype == np.float32
    assert (section.rows.size, section.columns.size) == section.shape


def test_numbers_are_the_headers_and_none_is_invented() -> None:
    survey = volume()
    assert [str(at) for at in survey.sections("inline")] == [f"inline={n}" for n in INLINES]
    with pytest.raises(AxisError, match="inline 102 does not occur; inline runs from 100 to 110"):
        survey.section("inline", 102)
    assert survey.section("twt", 403).at.value == 403
    with pytest.raises(AxisError, match=r"no axis 'depth'; its axes are inline, crossline, twt\."):
        survey.section("depth", 1)


def test_a_region_limits_the_other_axes_and_the_sections() -> None:
    survey = volume()
    region = Region.parse(["crossline=6:9", "twt=404:408", "inline=101:103"])
    section = survey.section("inline", 103, region=region)
    np.testing.assert_array_equal(section.values, VALUES[2, 1:3, 1:3].T)
    assert (section.rows.values.tolist(), section.columns.values.tolist()) == ([404.0, 408.0], [7, 9])
    assert [at.value for at in survey.sections("inline", region)] == [101, 103]
    with pytest.raises(AxisError, match="holds nothing"):
        survey.section("inline", 100, region=Region.parse(["twt=1:2"]))


def test_a_volume_needs_a_place_and_a_line_has_none() -> None:
    with pytest.raises(UsageError, match="as in --at inline=100"):
        volume().section(At())
    with pytest.raises(AxisError, match="leave --at out"):
        recording("seismic-2d", ("cdp", "twt")).section("cdp", 10)


def test_directions() -> None:
    assert volume().cuts == ("inline", "crossline", "twt")
    assert (volume().along(None), volume().along("twt")) == ("inline", "twt")
    with pytest.raises(UsageError, match="can be cut along inline, crossline, twt"):
        volume().along("cdp")
    with pytest.raises(UsageError, match="it is one section"):
        recording().along("time")
    assert list(recording().sections()) == [At()]


def test_neighbouring_windows_in_time_share_no_sample() -> None:
    survey = recording()
    parts = [survey.section(At.parse(f"time={start}/0.25")) for start in (0.0, 0.25, 0.5, 0.75)]
    assert [part.shape for part in parts] == [(25, 8)] * 4
    whole = np.concatenate([part.values for part in parts])
    np.testing.assert_array_equal(whole, survey.section(At()).values)
    open_end = survey.section(At.parse("time=0.9"))
    assert open_end.shape == (10, 8)
    some = survey.section(At.parse("time=0.9/0.05 distance=15:40"))
    assert some.columns.values.tolist() == [20.0, 30.0, 40.0]


def test_missing_samples_are_not_valid() -> None:
    survey = volume()
    survey.data.values[0, 1] = np.nan
    section = survey.section("inline", 100)
    assert section.valid.sum(axis=0).tolist() == [5, 0, 5]


def test_axes_tell_units() -> None:
    survey = volume()
    assert [(axis.name, axis.units) for axis in survey.axes] == [("inline", ""), ("crossline", ""), ("twt", "ms")]
    assert (survey.shape, survey.name) == ((4, 3, 5), "cube")
