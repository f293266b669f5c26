import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from napari_geofm.core.recipe import ProbeRecipe
from napari_geofm.nets.decoders.smooth import blurred, seen_channels, smoothed, surrounded


def maps_of(*shape: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(0).normal(size=shape).astype(np.float32))


@settings(max_examples=30)
@given(st.integers(4, 40), st.integers(4, 40), st.sampled_from([0.0, 0.6, 1.2]), st.sampled_from([0.0, 0.6, 1.2]))
def test_it_is_a_gaussian_with_the_edges_repeated(height: int, width: int, down: float, across: float) -> None:
    maps = maps_of(1, 2, height, width)
    expected = gaussian_filter(maps.numpy(), (0, 0, down, across), mode="nearest", truncate=3.0)
    np.testing.assert_allclose(blurred(maps, down, across).numpy(), expected, atol=2e-5)


@settings(max_examples=30)
@given(st.integers(1, 6), st.integers(1, 6), st.floats(0.05, 8))
def test_what_is_even_stays_so_on_the_smallest_section_too(height: int, width: int, deviation: float) -> None:
    maps = torch.full((2, 3, height, width), 0.7)
    torch.testing.assert_close(blurred(maps, deviation, deviation), maps)


@pytest.mark.parametrize("surroundings", [0.0, 1.5])
def test_surroundings_stand_behind_the_tokens(surroundings: float) -> None:
    recipe, taps = ProbeRecipe(surroundings=surroundings), maps_of(1, 4, 9, 11)
    seen = surrounded(taps, recipe)
    assert seen.shape[1] == seen_channels(4, recipe)
    torch.testing.assert_close(seen[:, :4], taps)
    if surroundings:
        torch.testing.assert_close(seen[:, 4:], blurred(taps, 1.5, 1.5))


def test_half_precision_around_it_rounds_nothing_and_gradients_pass() -> None:
    scores = maps_of(1, 3, 8, 8).requires_grad_()
    with torch.autocast("cpu", torch.bfloat16):
        within = smoothed(scores, ProbeRecipe())
    assert torch.equal(within, smoothed(scores, ProbeRecipe()))
    (slopes,) = torch.autograd.grad(within.square().sum(), scores)
    assert slopes.abs().min() > 0
