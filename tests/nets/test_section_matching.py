import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, map_coordinates

from napari_geofm.nets.section_matching import likeness, match_sections, sampled_tokens, unit_tokens

HEIGHT, WIDTH = 126, 84


def section(seed: int = 0) -> NDArray[np.float32]:
    """Return layers, 0..1."""
    noise = gaussian_filter(np.random.default_rng(seed).standard_normal((HEIGHT, WIDTH)), (1.5, 12))
    return np.asarray(np.clip(0.5 + 0.2 * noise / noise.std(), 0, 1), np.float32)


def moved(values: NDArray[np.float32], down: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return what lies so many samples further down on ``values``."""
    rows, columns = np.indices(values.shape, dtype=np.float64)
    return np.asarray(map_coordinates(values, [rows + down, columns], order=1, mode="nearest"), np.float32)


def no_tokens() -> NDArray[np.float32]:
    return np.ones((2, HEIGHT // 14, WIDTH // 14), np.float32) / np.float32(np.sqrt(2))


def test_a_dip_is_followed_to_half_a_sample() -> None:
    known = section()
    down = np.broadcast_to(np.linspace(-6, 9, WIDTH), known.shape)
    found = match_sections(moved(known, down), known, no_tokens(), no_tokens(), 14.0)
    inner = (slice(20, -20), slice(None))
    assert np.abs(found.down - down)[inner].mean() < 0.5
    assert found.disagreement[inner].mean() < 1
    assert found.down.dtype == np.float32


def test_a_section_fits_itself_without_moving() -> None:
    found = match_sections(section(), section(), no_tokens(), no_tokens(), 14.0)
    assert np.abs(found.down).max() < 0.3
    assert found.disagreement.max() < 0.5


def test_features_alone_follow_what_amplitudes_do_not_show() -> None:
    flat = np.full((HEIGHT, WIDTH), 0.5, np.float32)
    known = unit_tokens(np.random.default_rng(1).standard_normal((32, HEIGHT // 14, WIDTH // 14)))
    found = match_sections(flat, flat, sampled_tokens(known, 1.0), known, 14.0)
    assert np.abs(found.down[28:-42] - 14).max() < 2


def test_a_fault_is_a_break_and_no_bend() -> None:
    known = section()
    down = np.where(np.arange(WIDTH) < WIDTH // 2, 0.0, 10.0)
    found = match_sections(moved(known, np.broadcast_to(down, known.shape)), known, no_tokens(), no_tokens(), 14.0)
    beside = np.abs(np.arange(WIDTH) - WIDTH // 2) > 8
    assert np.abs(found.down - down)[20:-20, beside].mean() < 1


def test_it_can_be_ended() -> None:
    def check() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        match_sections(section(), section(), no_tokens(), no_tokens(), 14.0, check)


def test_likeness_is_a_correlation() -> None:
    one, other = section(0) - 0.5, section(1) - 0.5
    assert likeness(one, one).min() > 0.99
    assert likeness(one, -2 * one).max() < -0.99
    assert abs(float(likeness(one, other).mean())) < 0.3
    assert not likeness(one, np.zeros_like(one)).any()
