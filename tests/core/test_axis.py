import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.axis import Axis
from napari_geofm.errors import AxisError

LINES = st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=30, unique=True)


@given(LINES)
def test_every_line_number_is_found_and_no_other(numbers: list[int]) -> None:
    axis = Axis("inline", np.array(sorted(numbers)))
    assert [axis.index(number) for number in axis.values.tolist()] == list(range(axis.size))
    for missing in {number + 1 for number in numbers} - set(numbers):
        with pytest.raises(AxisError, match="does not occur"):
            axis.index(missing)


@given(LINES, st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
def test_between_is_the_closed_interval(numbers: list[int], low: int, high: int) -> None:
    axis = Axis("inline", np.array(sorted(numbers)))
    expected = [number for number in sorted(numbers) if min(low, high) <= number <= max(low, high)]
    # The ends have a slack of a millionth, for times that are written in decimals.
    near = {number for number in numbers if expected == [] or abs(number - low) <= 2 or abs(number - high) <= 2}
    if not expected:
        if not near:
            with pytest.raises(AxisError, match="holds nothing"):
                axis.between(low, high)
        return
    found = axis.values[axis.between(low, high)].tolist()
    assert set(expected) <= set(found)
    assert set(found) - set(expected) <= near


def test_times_are_met_within_half_a_step() -> None:
    axis = Axis("twt", np.arange(100, 200, 4.0), "ms")
    assert (axis.index(101.9), axis.index(104), axis.step) == (0, 1, 4.0)
    with pytest.raises(AxisError, match="twt 95 ms does not occur; twt runs from 100 to 196 ms"):
        axis.index(95)


def test_uneven_lines_have_no_step() -> None:
    axis = Axis("inline", np.array([1, 2, 4, 8]))
    assert axis.step is None
    assert (axis.first, axis.last, axis.size, axis.nearest(5)) == (1, 8, 4, 2)
    assert Axis("inline", np.array([7, 5, 3])).step == -2
    assert Axis("inline", np.array([7])).step is None


def test_names_are_found_but_not_measured() -> None:
    axis = Axis("tile", np.array(["a.png", "b.png"]))
    assert (axis.index("b.png"), axis.is_numeric, axis.step) == (1, False, None)
    with pytest.raises(AxisError, match=r"No tile is named 'c'; there are a\.png, b\.png"):
        axis.index("c")
    with pytest.raises(AxisError, match="names, not numbers"):
        axis.between(0, 1)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_does_not_occur(value: float) -> None:
    for numbers in (np.array([1, 2]), np.array([1.0, 2.0])):
        with pytest.raises(AxisError, match="does not occur"):
            Axis("twt", numbers).index(value)


def test_an_axis_is_a_list_of_numbers() -> None:
    for numbers in (np.array([]), np.zeros((2, 2))):
        with pytest.raises(AxisError, match="an axis is a non-empty list"):
            Axis("twt", numbers)
