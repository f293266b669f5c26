from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import timm
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from napari_geofm.core.recipe import InputRecipe
from napari_geofm.nets.encoder import IMAGENET_MEAN, IMAGENET_STD, Encoder, build_encoder
from napari_geofm.nets.extract import Extractor, plan_tokens, to_fed

SMALL = InputRecipe(window_tokens=6, overlap_tokens=2, whole_tokens=7)
CPU = torch.device("cpu")


def picture_of(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).random(shape).astype(np.float32)


@given(st.tuples(st.integers(1, 90), st.integers(1, 90)), st.sampled_from([14, 16]))
def test_what_is_fed_is_the_picture_thrice_its_edge_repeated(shape: tuple[int, int], patch_px: int) -> None:
    picture = picture_of(*shape)
    fed = to_fed(picture, InputRecipe(), patch_px).numpy()
    assert fed.shape[:2] == (1, 3)
    for side, size in zip(fed.shape[2:], shape, strict=True):
        assert side % patch_px == 0
        assert size <= side < size + patch_px
    np.testing.assert_array_equal(fed[0, 0, : shape[0], : shape[1]], picture)
    np.testing.assert_array_equal(
        fed[0, 0, shape[0] :, : shape[1]], np.broadcast_to(picture[-1], (fed.shape[2] - shape[0], shape[1]))
    )
    np.testing.assert_array_equal(fed[0, 1:], fed[0, :1].repeat(2, 0))


def test_imagenets_scaling_is_a_choice() -> None:
    picture = picture_of(14, 28)
    plain, scaled = (to_fed(picture, InputRecipe(imagenet=choice), 14)[0] for choice in (False, True))
    for channel in range(3):
        expected = (plain[channel] - IMAGENET_MEAN[channel]) / IMAGENET_STD[channel]
        torch.testing.assert_close(scaled[channel], expected)


@pytest.mark.parametrize(("zoom", "size"), [(2.0, (56, 84)), (0.5, (14, 28)), (1.3, (42, 56))])
def test_a_zoomed_picture_keeps_its_grays(zoom: float, size: tuple[int, int]) -> None:
    fed = to_fed(np.full((28, 42), 0.25, np.float32), InputRecipe(zoom=zoom), 14)
    assert tuple(fed.shape[2:]) == size
    torch.testing.assert_close(fed, torch.full_like(fed, 0.25))


@given(st.tuples(st.integers(1, 60), st.integers(1, 60)))
def test_windows_cover_what_is_too_long_to_be_fed_whole(grid: tuple[int, int]) -> None:
    windows = plan_tokens(grid, SMALL)
    covered = np.zeros(grid, int)
    for window in windows:
        assert max(window.height, window.width) <= 7
        covered[window.places] += 1
    assert (covered >= 1).all()
    assert (len(windows) == 1) == (max(grid) <= 7)


def test_a_section_fed_whole_is_the_encoders_own_answer(make_tiny_encoder: Callable[[], Encoder]) -> None:
    encoder, picture = make_tiny_encoder(), picture_of(70, 96)
    found = Extractor(encoder, SMALL, CPU)(picture)
    assert (found.grid, found.shape, found.patch_px, len(found.windows)) == ((5, 7), (70, 96), 14, 1)
    assert found.image.shape == (3, 70, 98)
    with torch.inference_mode():
        theirs = encoder(torch.from_numpy(found.image)[None])
    assert list(found.taps) == [1, 2, 3, 4]
    for ours, other in zip(found.taps.values(), theirs, strict=True):
        np.testing.assert_array_equal(ours, other[0].numpy())
    np.testing.assert_array_equal(found.last, theirs[-1][0].numpy())
    assert found.stacked().shape == (4 * 48, 5, 7)


def fall(size: int, overlap: int, first: bool, last: bool) -> NDArray[np.float64]:
    """Return a weight in plain words: it rises by one over the overlap plus one from each edge with a neighbour."""
    return np.array(
        [
            min(1, (n + 1) / (overlap + 1) if first else 1, (size - n) / (overlap + 1) if last else 1)
            for n in range(size)
        ]
    )


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shape=st.tuples(st.integers(20, 230), st.integers(100, 230)))
def test_a_long_section_is_blended_from_windows_of_timms_own(
    make_tiny_encoder: Callable[[], Encoder], shape: tuple[int, int]
) -> None:
    encoder = make_tiny_encoder()
    found = Extractor(encoder, SMALL, CPU)(picture_of(*shape))
    total: NDArray[np.float64] = np.zeros((48, *found.grid))
    weights = np.zeros(found.grid)
    assert (len(found.windows) == 1) == (max(found.grid) <= 7)
    for window in found.windows:
        rows, columns = window.places
        part = found.image[:, 14 * rows.start : 14 * rows.stop, 14 * columns.start : 14 * columns.stop]
        with torch.inference_mode():
            tokens = encoder.vit.forward_intermediates(
                torch.from_numpy(part.copy())[None], indices=[3], norm=True, intermediates_only=True
            )[0][0].numpy()
        down = fall(window.height, 2, rows.start > 0, rows.stop < found.grid[0])
        across = fall(window.width, 2, columns.start > 0, columns.stop < found.grid[1])
        total[:, rows, columns] += tokens * np.outer(down, across)
        weights[rows, columns] += np.outer(down, across)
    np.testing.assert_allclose(found.last, total / weights, atol=1e-4)


@pytest.mark.weights
@pytest.mark.parametrize(("shape", "windows"), [((112, 168), 1), ((120, 300), 4)])
def test_real_features_are_timms_within_a_ten_thousandth(
    dinov2_weights: Path, shape: tuple[int, int], windows: int
) -> None:
    recipe = InputRecipe(window_tokens=9, overlap_tokens=4, whole_tokens=12)
    found = Extractor(build_encoder(weights=dinov2_weights), recipe, CPU)(picture_of(*shape))
    vit: Any = timm.create_model(
        "vit_small_patch14_dinov2", pretrained=False, num_classes=0, img_size=518, dynamic_img_size=True
    ).eval()
    from safetensors.torch import load_file

    vit.load_state_dict(load_file(dinov2_weights), strict=True)
    assert len(found.windows) == windows
    total = [np.zeros_like(tap) for tap in found.taps.values()]
    weights = np.zeros(found.grid, np.float32)
    for window in found.windows:
        rows, columns = window.places
        part = found.image[:, 14 * rows.start : 14 * rows.stop, 14 * columns.start : 14 * columns.stop]
        weight = np.outer(
            fall(window.height, 4, rows.start > 0, rows.stop < found.grid[0]),
            fall(window.width, 4, columns.start > 0, columns.stop < found.grid[1]),
        ).astype(np.float32)
        weights[rows, columns] += weight
        with torch.inference_mode():
            maps = vit.forward_intermediates(
                torch.from_numpy(part.copy())[None], indices=[2, 5, 8, 11], norm=True, intermediates_only=True
            )
        for sum_, tokens in zip(total, maps, strict=True):
            sum_[:, rows, columns] += tokens[0].numpy() * weight
    for ours, theirs in zip(found.taps.values(), total, strict=True):
        np.testing.assert_allclose(ours, theirs / weights, atol=1e-4)
