import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.windows import blend_weight, plan, starts

SIDES = st.integers(1, 60)
WINDOWS = st.integers(4, 40).flatmap(lambda window: st.tuples(st.just(window), st.integers(0, window // 2)))


@given(SIDES, WINDOWS)
def test_starts_cover_the_length_with_the_overlap(length: int, case: tuple[int, int]) -> None:
    window, overlap = case
    found = starts(length, window, overlap)
    assert found[0] == 0
    assert found == sorted(set(found))
    assert found[-1] + min(window, length) == length
    gaps = np.diff(found)
    assert (gaps <= window - overlap).all()


@given(st.tuples(SIDES, SIDES), WINDOWS)
def test_every_cell_is_covered_and_weights_are_positive(shape: tuple[int, int], case: tuple[int, int]) -> None:
    window, overlap = case
    total = np.zeros(shape)
    for box in plan(shape, window, overlap):
        weight = blend_weight(box, shape, overlap)
        assert weight.shape == (box.height, box.width)
        assert weight.min() > 0.0
        assert weight.max() <= 1.0
        total[box.places] += weight
    assert (total > 0).all()


@given(st.tuples(SIDES, SIDES), WINDOWS)
def test_blending_equal_windows_changes_nothing(shape: tuple[int, int], case: tuple[int, int]) -> None:
    window, overlap = case
    picture = np.random.default_rng(0).random(shape)
    mixed, total = np.zeros(shape), np.zeros(shape)
    for box in plan(shape, window, overlap):
        weight = blend_weight(box, shape, overlap)
        mixed[box.places] += weight * picture[box.places]
        total[box.places] += weight
    np.testing.assert_allclose(mixed / total, picture, rtol=1e-5)


def test_a_small_section_is_one_window_of_full_weight() -> None:
    (box,) = plan((30, 20), 37, 9)
    assert (box.top, box.left, box.height, box.width) == (0, 0, 30, 20)
    assert (blend_weight(box, (30, 20), 9) == 1.0).all()


def test_weights_fall_towards_shared_edges_only() -> None:
    first, second = plan((4, 10), 6, 2)
    fall = [1, 1, 1, 1, 2 / 3, 1 / 3]
    assert blend_weight(first, (4, 10), 2)[0].tolist() == pytest.approx(fall)
    assert blend_weight(second, (4, 10), 2)[0].tolist() == pytest.approx(fall[::-1])
