from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import timm
import torch

from napari_geofm.errors import ModelError, WeightsError
from napari_geofm.nets.encoder import Encoder, build_encoder, imagenet_normalise


def test_maps_are_the_normalised_tokens_of_the_taps(make_tiny_encoder: Callable[[], Encoder]) -> None:
    encoder = make_tiny_encoder()
    x = torch.rand(2, 3, 28, 70)
    tokens: list[torch.Tensor] = []
    hooks = [block.register_forward_hook(lambda _, __, out: tokens.append(out)) for block in encoder.blocks]
    maps = encoder(x)
    for hook in hooks:
        hook.remove()
    assert encoder.taps == (1, 2, 3, 4)
    assert [tuple(tap.shape) for tap in maps] == [(2, 48, 2, 5)] * 4
    for tap, out in zip(maps, tokens, strict=True):
        torch.testing.assert_close(tap, encoder.vit.norm(out)[:, 1:].transpose(1, 2).reshape(2, 48, 2, 5))


def test_one_channel_is_repeated(make_tiny_encoder: Callable[[], Encoder]) -> None:
    encoder = make_tiny_encoder()
    x = torch.rand(1, 1, 28, 28)
    torch.testing.assert_close(encoder(x)[-1], encoder(x.repeat(1, 3, 1, 1))[-1], rtol=0, atol=0)


@pytest.mark.parametrize("shape", [(1, 3, 28, 27), (1, 2, 28, 28), (3, 28, 28), (1, 3, 0, 14)])
def test_inputs_that_do_not_fit(make_tiny_encoder: Callable[[], Encoder], shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match="multiples of 14"):
        make_tiny_encoder()(torch.zeros(shape))


@pytest.mark.parametrize("taps", [(0, 1), (4, 5), (2, 1), (2, 2)])
def test_taps_that_do_not_fit(make_tiny_encoder: Callable[[], Encoder], taps: tuple[int, ...]) -> None:
    encoder = make_tiny_encoder()
    with pytest.raises(ModelError, match="from 1 to 4"):
        Encoder(encoder.vit, encoder.spec, taps)


def test_the_random_control_is_seeded_and_its_blocks_count() -> None:
    torch.manual_seed(5)
    state = torch.random.get_rng_state()
    one, same, other = (build_encoder(random=True, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(torch.random.get_rng_state(), state)
    x = torch.rand(1, 1, 28, 28)
    with torch.inference_mode():
        first, last = one(x)[0], one(x)[-1]
        assert torch.equal(same(x)[-1], last)
        assert not torch.allclose(other(x)[-1], last, atol=0.1)
    assert (first - last).abs().mean() > 0.1
    gammas = [parameter for name, parameter in one.vit.named_parameters() if name.endswith("gamma")]
    assert len(gammas) == 24
    assert all((gamma == 1).all() for gamma in gammas)
    assert not any(parameter.requires_grad for parameter in one.parameters())
    assert one.weights_sha256 == ""


def test_rotary_nets_with_registers_go_through() -> None:
    encoder = build_encoder("vit_small_patch16_dinov3", random=True)
    with torch.inference_mode():
        maps = encoder(torch.rand(1, 3, 32, 48))
    assert [tuple(tap.shape) for tap in maps] == [(1, 384, 2, 3)] * 4


@pytest.mark.weights
def test_real_weights_load_strictly_and_give_timms_features(dinov2_weights: Path) -> None:
    encoder = build_encoder(weights=dinov2_weights)
    assert sum(parameter.numel() for parameter in encoder.parameters()) == 22_056_192
    assert "mask_token" not in encoder.vit.state_dict()
    vit: Any = timm.create_model(
        "vit_small_patch14_dinov2", pretrained=False, num_classes=0, img_size=518, dynamic_img_size=True
    )
    vit.load_state_dict(encoder.vit.state_dict(), strict=True)
    x = torch.rand(1, 3, 126, 98)
    with torch.inference_mode():
        theirs = vit.eval().forward_intermediates(x, indices=[2, 5, 8, 11], norm=True, intermediates_only=True)
        for ours, other in zip(encoder(x), theirs, strict=True):
            torch.testing.assert_close(ours, other, rtol=0, atol=1e-4)


@pytest.mark.weights
def test_real_weights_tell_light_from_dark(dinov2_weights: Path) -> None:
    """A bright disc is found by the first principal component, which random weights of this size would blur."""
    rows, columns = torch.meshgrid(torch.arange(224.0), torch.arange(224.0), indexing="ij")
    disc = ((rows - 112) ** 2 + (columns - 112) ** 2).sqrt() < 60
    texture = torch.rand(224, 224, generator=torch.Generator().manual_seed(0)) * 0.2
    picture = torch.where(disc, 0.7, 0.1) + texture
    with torch.inference_mode():
        tokens = build_encoder(weights=dinov2_weights)(imagenet_normalise(picture[None, None]))[-1][0].flatten(1).T
    inside = torch.nn.functional.avg_pool2d(disc[None, None].float(), 14).flatten()
    centred = tokens - tokens.mean(dim=0)
    first = centred @ torch.linalg.svd(centred, full_matrices=False).Vh[0]
    assert torch.corrcoef(torch.stack([first, inside]))[0, 1].abs() > 0.7


@pytest.mark.weights
def test_weights_of_another_encoder_are_refused(dinov2_weights: Path) -> None:
    with pytest.raises(WeightsError, match="is not vit_base_patch14_dinov2"):
        build_encoder("vit_base_patch14_dinov2", weights=dinov2_weights)


def test_imagenet_normalise() -> None:
    x = torch.tensor([0.485, 0.456, 0.406])[None, :, None, None].expand(1, 3, 2, 2)
    assert imagenet_normalise(x).abs().max() < 1e-6
    assert imagenet_normalise(torch.ones(1, 1, 2, 2))[0, :, 0, 0].tolist() == pytest.approx(
        [2.2489, 2.4286, 2.64], abs=1e-3
    )
