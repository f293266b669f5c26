from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from napari_geofm.io.lazy import lazy_variable, read_box

WHOLE = np.arange(4 * 5 * 6, dtype=np.float32).reshape(4, 5, 6)


def part_of(size: int) -> st.SearchStrategy[int | slice]:
    return st.one_of(st.integers(-size, size - 1), st.slices(size))


KEYS = st.tuples(part_of(4), part_of(5), part_of(6))


@given(KEYS)
def test_a_box_reader_serves_every_basic_index(key: tuple[int | slice, ...]) -> None:
    np.testing.assert_array_equal(read_box(key, WHOLE.shape, lambda box: WHOLE[box]), WHOLE[key])


@given(KEYS)
def test_a_lazy_variable_indexes_as_numpy_does(key: tuple[int | slice, ...]) -> None:
    # xarray itself fails on empty slices that run backwards.
    assume(all(range(size)[part] for part, size in zip(key, WHOLE.shape, strict=True) if isinstance(part, slice)))
    variable = lazy_variable(("a", "b", "c"), WHOLE.shape, WHOLE.dtype, lambda box: WHOLE[box], {})
    np.testing.assert_array_equal(variable[key].values, WHOLE[key])


def test_nothing_is_read_before_indexing_and_only_the_box_then() -> None:
    seen: list[tuple[slice, ...]] = []

    def read(box: tuple[slice, ...]) -> NDArray[Any]:
        seen.append(box)
        return WHOLE[box]

    variable = lazy_variable(("a", "b", "c"), WHOLE.shape, WHOLE.dtype, read, {"units": "m"})
    part = variable[2, 1:3, ::2]
    assert seen == []
    assert part.shape == (2, 3)
    assert part.values.tolist() == WHOLE[2, 1:3, ::2].tolist()
    assert seen == [(slice(2, 3), slice(1, 3), slice(0, 5))]


def test_an_index_beyond_the_array_is_refused() -> None:
    with pytest.raises(IndexError):
        read_box((4, 0, 0), WHOLE.shape, lambda box: WHOLE[box])
