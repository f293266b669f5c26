import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_geofm.core.amplitude import GRAY
from napari_geofm.nets.encoder import imagenet_normalise
from napari_geofm.nets.texture import CHANNELS, texture

PATCH = 14
KINDS = CHANNELS // 3


def fed(picture: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(picture.astype(np.float32))[None, None].expand(1, 3, -1, -1)


def layers(period: float, height: int = 12, width: int = 10) -> np.ndarray:
    """Return flat layers of this thickness in pixels, around gray."""
    rows = np.arange(height * PATCH)
    return np.repeat(GRAY + 0.2 * np.sin(2 * np.pi * rows / period)[:, None], width * PATCH, 1)


def noise(height: int = 12, width: int = 10, seed: int = 0) -> np.ndarray:
    return GRAY + np.random.default_rng(seed).normal(scale=0.1, size=(height * PATCH, width * PATCH))


@settings(max_examples=20, deadline=None)
@given(st.tuples(st.integers(1, 9), st.integers(1, 9)), st.sampled_from([0.0, 0.5, 1.0]))
def test_there_is_a_number_for_every_token_even_where_nothing_is_seen(grid: tuple[int, int], value: float) -> None:
    found = texture(fed(np.full((grid[0] * PATCH, grid[1] * PATCH), value)), PATCH)
    assert found.shape == (1, CHANNELS, *grid)
    assert found.dtype == torch.float32
    assert torch.isfinite(found).all()


def test_the_same_rock_elsewhere_has_the_same_texture() -> None:
    picture = noise(30, 30)
    whole, moved = (texture(fed(part), PATCH)[0] for part in (picture, picture[3 * PATCH :, 4 * PATCH :]))
    # Away from the new edges, as far as the widest average reaches.
    torch.testing.assert_close(whole[:, 10:, 11:], moved[:, 7:, 7:], atol=1e-5, rtol=1e-4)


def test_louder_reflections_have_more_energy_and_the_same_shape() -> None:
    soft = noise()
    one, other = (texture(fed(GRAY + factor * (soft - GRAY)), PATCH)[0] for factor in (1.0, 3.0))
    for first in range(0, CHANNELS, KINDS):
        torch.testing.assert_close(other[first] - one[first], torch.full_like(one[first], np.log(9)), atol=0.05, rtol=0)
        torch.testing.assert_close(other[first + 1], one[first + 1], atol=0.1, rtol=0)


def test_thin_layers_are_told_from_thick_ones_and_layers_from_chaos() -> None:
    thin, thick, chaos = (texture(fed(picture), PATCH)[0] for picture in (layers(6), layers(24), noise()))
    assert (thin[1] > thick[1] + 1).all()
    # Layers have one dip, chaos has all of them.
    assert (thick[3] < -2).all()
    assert (chaos[3].mean() > thick[3].mean() + 2).all()


def test_what_was_done_to_the_picture_for_the_encoder_is_taken_back() -> None:
    plain = fed(noise())
    normalised = texture(imagenet_normalise(plain), PATCH, imagenet=True)
    torch.testing.assert_close(normalised, texture(plain, PATCH), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("dtype", [torch.bfloat16])
def test_half_precision_around_it_changes_nothing(dtype: torch.dtype) -> None:
    plain = fed(noise())
    with torch.autocast("cpu", dtype):
        within = texture(plain, PATCH)
    assert torch.equal(within, texture(plain, PATCH))
