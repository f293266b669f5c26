from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.display import layout_of
from napari_geofm.core.labels import UNLABELLED, LabelSet, Origin, checked_classes, to_inside, to_outside
from napari_geofm.errors import LabelError

OUTSIDE = st.one_of(st.integers(0, 253), st.just(UNLABELLED))
SHAPES = array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5)


@given(arrays(np.uint8, SHAPES, elements=OUTSIDE))
def test_outside_to_inside_and_back_is_the_same(outside: NDArray[np.uint8]) -> None:
    inside = to_inside(outside)
    assert inside.dtype == np.uint8
    np.testing.assert_array_equal(inside == 0, outside == UNLABELLED)
    np.testing.assert_array_equal(to_outside(inside), outside)


@given(arrays(np.uint8, SHAPES, elements=st.integers(0, 254)))
def test_inside_to_outside_and_back_is_the_same(inside: NDArray[np.uint8]) -> None:
    np.testing.assert_array_equal(to_inside(to_outside(inside)), inside)


@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "i4", "i8", "u8", "f4", "f8", ">i2", ">f4"])
def test_every_number_type_holds_classes(dtype: str) -> None:
    given = np.array([0, 1, 100], dtype)
    assert checked_classes(given).tolist() == [0, 1, 100]
    assert checked_classes(given).dtype == np.uint8
    assert to_inside(given).tolist() == [1, 2, 101]


@pytest.mark.parametrize("dtype", ["i1", "i2", "i8", "f4", "f8"])
def test_minus_one_is_unlabelled_where_there_is_a_sign(dtype: str) -> None:
    assert checked_classes(np.array([-1, 3], dtype)).tolist() == [255, 3]


def test_nan_is_unlabelled_and_booleans_are_two_classes() -> None:
    assert checked_classes(np.array([np.nan, 2.0])).tolist() == [255, 2]
    assert checked_classes(np.array([True, False])).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("values", "line"),
    [
        (np.array([254], np.uint8), "Label value 254"),
        (np.array([256], np.int32), "Label value 256"),
        (np.array([-2], np.int8), "Label value -2"),
        (np.array([2**63], np.uint64), "Label value"),
        (np.array([0.5]), "fractions"),
        (np.array([np.inf]), "Label value inf"),
        (np.array(["a"]), "Labels have type"),
        (np.array([1j]), "Labels have type"),
    ],
)
def test_what_is_no_class_is_refused(values: NDArray[Any], line: str) -> None:
    with pytest.raises(LabelError, match=line):
        checked_classes(values)


@pytest.mark.parametrize("value", [-1, 255, 1000])
def test_a_layer_holds_nothing_above_254(value: int) -> None:
    with pytest.raises(LabelError, match="layers hold 0"):
        to_outside(np.array([value], np.int64))


def test_human_labels_are_told_from_others() -> None:
    values = np.array([[0, 1, 255], [2, 0, 1]], np.uint8)
    origins = np.array([[1, 2, 0], [3, 1, 4]], np.uint8)
    labels = LabelSet(values, ClassTable.numbered(3), origins)
    layout = layout_of(("cdp", "twt"))
    places = (slice(0, 2), slice(0, 3))
    assert labels.section(places, layout).tolist() == [[0, 2], [1, 0], [255, 1]]
    assert labels.human(places, layout).tolist() == [[0, 255], [255, 0], [255, 255]]
    assert Origin(4) is Origin.IMPORTED


def test_labelled_slices_are_counted() -> None:
    values = np.full((3, 4, 5), 255, np.uint8)
    values[1, 2, 3] = 0
    values[1, 3, 3] = 7
    labels = LabelSet(values, ClassTable.numbered(8))
    assert list(labels.labelled_slices(0)) == [(1, 2)]
    assert list(labels.labelled_slices(1)) == [(2, 1), (3, 1)]
    assert list(labels.labelled_slices(2)) == [(3, 2)]


def test_class_tables_refuse_doubles_and_too_many() -> None:
    with pytest.raises(LabelError, match="'salt' occurs twice"):
        ClassTable.named(["salt", "salt"])
    with pytest.raises(LabelError, match="at most 254"):
        ClassTable.numbered(255)
    table = ClassTable.named(["salt", "sand"], ["#010203", None])
    assert (table.number("sand"), table.number("0"), table.rgb[0]) == (1, 0, (1, 2, 3))
    with pytest.raises(LabelError, match="No class 'rock'; classes are 0 salt, 1 sand"):
        table.number("rock")
