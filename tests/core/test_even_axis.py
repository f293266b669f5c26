import copy
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.axis import Axis
from napari_geofm.core.even_axis import EvenAxis
from napari_geofm.core.even_coordinate import even_axis_of, even_coordinate
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.errors import AxisError
from napari_geofm.io.lazy import lazy_variable

PLACES = st.tuples(*[st.one_of(st.none(), st.integers(-60, 60))] * 2, st.sampled_from([None, 1, 2, 7, -1, -3]))


def test_a_window_is_the_same_samples_after_half_a_year() -> None:
    size = 200 * 86_400 * 5_000
    axis = EvenAxis("time", size, 200_000.000037, per=1e9, units="s")
    data = xr.DataArray(
        lazy_variable(("distance", "time"), (2, size), np.dtype(np.float32), lambda _: np.zeros((2, 1)), {}),
        even_coordinate(axis).assign(distance=("distance", [0.0, 4.0], {"units": "m"})),
    )
    survey = Survey("das", data.assign_attrs(start_utc="2024-03-01T12:00:00.000000000Z"), Path("a"), "0")
    paging = survey.paging()
    for number in range(paging.count - 200, paging.count):
        box = paging.box(number)
        assert survey.places(At.parse(str(survey.page(box)))) == box


def time(size: int = 50, nanoseconds: float = 4e6) -> EvenAxis:
    return EvenAxis("time", size, nanoseconds, per=1e9, units="s")


@given(st.integers(1, 60), PLACES)
def test_what_is_cut_out_has_the_same_numbers_to_the_last_bit(size: int, ends: tuple[int | None, ...]) -> None:
    axis, where = time(size, 333_333.3), slice(ends[0], ends[1], ends[2])
    expected = axis.values[where]
    if expected.size == 0:
        with pytest.raises(AxisError):
            axis.even(where)
        return
    for found in (axis.even(where), axis.taken(where)):
        np.testing.assert_array_equal(found.values, expected)
        assert (found.first, found.last, found.size) == (expected[0], expected[-1], expected.size)


@given(st.integers(2, 60), st.floats(-1.0, 1.0), st.floats(-1.0, 1.0))
def test_stretches_side_by_side_hold_each_sample_once(size: int, start: float, length: float) -> None:
    axis, length = time(size), 0.02 + abs(length)
    for each in (axis, Axis("time", axis.values, "s")):
        one, other = each.stretch(start, length), each.stretch(start + length, length)
        assert one.stop == other.start or other.start in {0, size}
        inside = (axis.values >= start - 1e-6) & (axis.values < start + length - 1e-6)
        edge = np.abs(axis.values - start - length).min() < 1e-4 or np.abs(axis.values - start).min() < 1e-4
        assert one.stop - one.start == inside.sum() or edge


@given(st.integers(2, 60), st.floats(-1.0, 1.0), st.floats(-1.0, 1.0))
def test_it_answers_as_the_listed_axis_does(size: int, low: float, high: float) -> None:
    axis = time(size)
    listed = Axis("time", axis.values, "s")
    assert (axis.step, axis.first, axis.last, axis.is_numeric) == (listed.step, listed.first, listed.last, True)
    values = axis.values.tolist()
    # Of two that are as far away either will do.
    assert abs(values[axis.nearest(low)] - low) == pytest.approx(abs(values[listed.nearest(low)] - low), abs=1e-12)
    assert axis.stretch(round(low, 2), abs(high)) == listed.stretch(round(low, 2), abs(high))
    np.testing.assert_allclose(axis.places(np.array([low, high])), listed.places(np.array([low, high])), atol=1e-9)
    # At the very edge of a sample the two have different slack.
    edges = np.arange(-300, 300) * 0.002
    near = np.abs(np.subtract.outer(edges, [low, high, low + abs(high)])).min() < 1e-4
    asks: list[Any] = [
        lambda each: each.between(low, high),
        lambda each: each.index(low),
        lambda each: each.stretch(low, abs(high)),
    ]
    for ask in asks:
        found: list[object] = []
        for each in (axis, listed):
            try:
                found.append(ask(each))
            except AxisError as error:
                found.append(str(error))
        assert found[0] == found[1] or near


def test_times_are_free_of_noise() -> None:
    assert time(1000).values.tolist()[3] == 0.012
    assert EvenAxis("time", 10, 1e8, per=1e9).values.tolist()[3] == 0.3


def test_a_year_of_milliseconds_takes_no_memory() -> None:
    tracemalloc.start()
    axis = time(31_536_000_000, 1e6)
    assert axis.index(86_400.001) == 86_400_001
    assert axis.between(1000.0, 1001.0) == slice(1_000_000, 1_001_001)
    assert axis.nearest(1e9) == axis.size - 1
    assert axis.taken(slice(31_535_999_990, None)).last == axis.last == 31_535_999.999
    with pytest.raises(AxisError, match="time runs from 0 to 31536000 s"):
        axis.between(4e7, 5e7)
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()


def test_a_coordinate_that_is_never_listed() -> None:
    import xarray as xr

    axis = time(10**10, 1e6)
    coords = even_coordinate(axis).assign(distance=("distance", np.arange(3.0)))
    data = xr.DataArray(np.broadcast_to(np.float32(0), (3, axis.size)), coords, ("distance", "time"))
    found = even_axis_of(data, "time")
    assert found is not None
    assert (found.size, found.units, found.last) == (axis.size, "s", axis.last)
    assert data.coords["time"].attrs["units"] == "s"
    part = data[:, 5_000_000_000:5_000_000_003]
    np.testing.assert_array_equal(part.coords["time"].values, axis.at(np.arange(5_000_000_000, 5_000_000_003)))
    assert even_axis_of(part, "time") is not None
    assert even_axis_of(data[:, [1, 5, -1]].transpose(), "distance") is None
    assert float(data[0, 7].coords["time"]) == 0.007
    assert data.sel(time=slice(1.0, 1.002)).shape == (3, 3)
    assert float(data.sel(time=2.0004, method="nearest").coords["time"]) == 2.0
    assert data[:, 5:5].shape == (3, 0)
    assert part.equals(data[:, 5_000_000_000:5_000_000_003])
    assert not part.equals(data[:, 5_000_000_001:5_000_000_004])


def test_it_is_copied_and_sent() -> None:
    axis = time().even(slice(3, 40, 4))
    for other in (copy.copy(axis), copy.deepcopy(axis)):
        np.testing.assert_array_equal(other.values, axis.values)


@pytest.mark.parametrize(("size", "pitch"), [(0, 1.0), (5, 0.0), (5, float("nan"))])
def test_what_is_no_axis_is_refused(size: int, pitch: float) -> None:
    with pytest.raises(AxisError, match="Axis 'time' has"):
        EvenAxis("time", size, pitch)
