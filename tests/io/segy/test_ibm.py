"""IBM floats, by their definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from napari_geofm.io.segy.ibm import float_to_ibm, ibm_to_float


def defined(words: list[int]) -> NDArray[np.float64]:
    """Return the values by the definition, one at a time."""
    return np.array([
        (-1.0) ** (word >> 31) * (word & 0xFFFFFF) / 2.0**24 * 16.0 ** (((word >> 24) & 0x7F) - 64) for word in words
    ])  # fmt: skip


def as_words(words: list[int]) -> NDArray[np.uint32]:
    return np.array(words, np.uint32)


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=50))
def test_any_word_is_what_it_is_defined_to_be(words: list[int]) -> None:
    with np.errstate(over="ignore", under="ignore"):
        expected = defined(words).astype(np.float32)
    np.testing.assert_array_equal(ibm_to_float(as_words(words)), expected)


@given(st.lists(st.integers(39 << 24, (102 << 24) - 1) | st.just(0), min_size=1, max_size=50))
def test_common_words_take_the_quick_way(words: list[int]) -> None:
    with np.errstate(over="ignore"):
        expected = defined(words).astype(np.float32)
    np.testing.assert_array_equal(ibm_to_float(as_words(words)), expected)


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=50))
def test_singles_go_there_and_back_within_the_last_hexadecimal_digit(numbers: list[float]) -> None:
    values = np.array(numbers, np.float32)
    back = ibm_to_float(float_to_ibm(values))
    # An IBM fraction begins with up to three zero bits: 21 bits are sure.
    assert np.all(np.abs(back.astype(np.float64) - values) <= np.abs(values.astype(np.float64)) * 2.0**-21)


@given(st.lists(st.integers(0x100000, 0xFFFFFF), min_size=1, max_size=20), st.integers(40, 95))
def test_normalised_words_come_back_bit_for_bit(fractions: list[int], exponent: int) -> None:
    words = as_words([(exponent << 24) | fraction for fraction in fractions])
    np.testing.assert_array_equal(float_to_ibm(ibm_to_float(words.copy())), words)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        (0x00000000, 0.0),
        (0x41100000, 1.0),
        (0xC276A000, -118.625),
        (0x7FFFFFFF, np.inf),  # 7.2e75: beyond a single
        (0xFFFFFFFF, -np.inf),
        (0x1E400000, 2.0**-138),  # a denormal single
        (0x00100000, 0.0),  # 5.4e-79: below every single
        (0x46000001, 1.0),  # not normalised
    ],
)
def test_known_words(word: int, value: float) -> None:
    assert ibm_to_float(as_words([word]))[0] == np.float32(value)


def test_true_zero_has_no_sign() -> None:
    assert not np.signbit(ibm_to_float(as_words([0, 0x41100000]))[0])


def test_infinite_becomes_the_largest_word() -> None:
    assert float_to_ibm(np.array([np.inf, -np.inf])).tolist() == [0x7FFFFFFF, 0xFFFFFFFF]


def test_large_arrays_are_decoded_block_by_block() -> None:
    values = np.arange(1, 200_001, dtype=np.float32).reshape(2, -1)
    words = float_to_ibm(values)
    words[1, 7] = 0x7FFFFFFF  # one block goes the slow way
    back = ibm_to_float(words)
    values[1, 7] = np.inf
    np.testing.assert_array_equal(back, values)


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=50), st.integers(1, 120))
def test_memory_to_work_in_changes_nothing(words: list[int], size: int) -> None:
    found = ibm_to_float(as_words(words), np.full(size, 7, np.uint32))
    np.testing.assert_array_equal(found.view(np.uint32), ibm_to_float(as_words(words)).view(np.uint32))
