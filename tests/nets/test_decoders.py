import pytest
import torch
from torch import nn

from napari_geofm.errors import ModelError
from napari_geofm.nets.decoders import DECODERS, build_decoder
from napari_geofm.nets.decoders.dpt import DptDecoder
from napari_geofm.nets.decoders.mla import MlaDecoder
from napari_geofm.nets.unet import UNet

# Table S5 of the paper, to the last digit as counted in its networks for 2 classes on 384 channels.
TABLE_S5 = {"linear": 770, "pup": 914_882, "mla": 10_967_810, "dpt": 13_579_490}


def _count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def _seen(name: str, dim: int, height: int, width: int) -> list[torch.Tensor]:
    """Return maps, and the picture behind them where it is read."""
    maps = _maps(dim, height, width)
    picture = torch.rand(2, 3, 14 * height, 14 * width, generator=torch.Generator().manual_seed(1))
    return [*maps, picture] if build_decoder(name, dim, 2).READS_PICTURE else maps


def _maps(dim: int, height: int, width: int, batch: int = 2) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(batch, dim, height, width, generator=generator) for _ in range(4)]


@pytest.mark.parametrize("name", TABLE_S5)
def test_ours_and_the_unused_blocks_are_the_papers_count(name: str) -> None:
    decoder = build_decoder(name, 384, 2)
    assert _count(decoder) + sum(decoder.UNUSED_IN_PAPER.values()) == TABLE_S5[name]


def test_counts_without_the_unused_blocks() -> None:
    assert [_count(build_decoder(name, 384, 2)) for name in ("mla", "dpt")] == [10_303_106, 12_398_818]
    assert _count(build_decoder("pup", 384, 6)) == 915_270
    assert _count(build_decoder("guided", 384, 2, 2)) == 303_826
    assert _count(UNet(2)) == 4_317_858


@pytest.mark.parametrize("name", DECODERS)
@pytest.mark.parametrize("size", [(56, 56), (37, 61), (1, 5)])
def test_any_size(name: str, size: tuple[int, int]) -> None:
    scores = build_decoder(name, 24, 3)(_seen(name, 24, 3, 5), size)
    assert scores.shape == (2, 3, *size)
    assert torch.isfinite(scores).all()


@pytest.mark.parametrize("name", DECODERS)
def test_every_parameter_is_used(name: str) -> None:
    decoder = build_decoder(name, 24, 3)
    decoder(_seen(name, 24, 4, 4), (56, 56)).square().mean().backward()
    for key, parameter in decoder.named_parameters():
        assert parameter.grad is not None, key


@pytest.mark.parametrize("name", DECODERS)
def test_scores_can_be_negative(name: str) -> None:
    torch.manual_seed(0)
    scores = build_decoder(name, 24, 3)(_seen(name, 24, 4, 4), (28, 28))
    assert (scores < 0).any()
    assert (scores > 0).any()


@pytest.mark.parametrize(("name", "reads"), [("linear", 1), ("pup", 1), ("mla", 4), ("dpt", 4)])
def test_which_taps_are_read(name: str, reads: int) -> None:
    decoder, maps = build_decoder(name, 24, 2), _maps(24, 4, 4)
    for tap in maps:
        tap.requires_grad_()
    decoder(maps, (28, 28)).square().sum().backward()
    assert [tap.grad is not None for tap in maps] == [False] * (4 - reads) + [True] * reads


def test_guided_draws_edges_that_no_token_knows() -> None:
    """A line of two samples, between tokens that are all alike, is learned from the picture."""
    torch.manual_seed(0)
    decoder = build_decoder("guided", 24, 2, 2)
    picture = torch.rand(4, 1, 28, 28) * 0.2
    labels = torch.zeros(4, 28, 28, dtype=torch.long)
    for place in range(4):
        picture[place, :, :, 5 * place + 4 : 5 * place + 6] += 0.7
        labels[place, :, 5 * place + 4 : 5 * place + 6] = 1
    maps = [torch.ones(4, 24, 2, 2)] * 2
    optimiser = torch.optim.AdamW(decoder.parameters(), lr=1e-2)
    for _ in range(40):
        optimiser.zero_grad()
        loss: torch.Tensor = nn.functional.cross_entropy(decoder([*maps, picture], (28, 28)), labels)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    found = decoder.eval()([*maps, picture], (28, 28)).argmax(1)
    assert (found == labels).float().mean() > 0.99


def test_guided_is_told_by_all_taps() -> None:
    decoder = build_decoder("guided", 24, 2, 3).eval()
    taps = [tap.requires_grad_() for tap in _maps(24, 3, 3)[:3]]
    decoder([*taps, torch.rand(2, 1, 42, 42)], (42, 42)).square().sum().backward()
    assert all(tap.grad is not None and tap.grad.abs().sum() > 0 for tap in taps)


def test_linear_commutes_with_upsampling() -> None:
    decoder, tokens = build_decoder("linear", 24, 3), _maps(24, 3, 4)
    large = [nn.functional.interpolate(t, (30, 40), mode="bilinear", align_corners=False) for t in tokens]
    torch.testing.assert_close(decoder(tokens, (30, 40)), decoder(large, (30, 40)), rtol=0, atol=1e-5)


def test_mla_carries_the_sum_before_smoothing() -> None:
    """With every block but the entries' a plain pass-through, level i's sum is that of all deeper entries."""
    decoder = MlaDecoder(24, 1).eval()
    seen: list[torch.Tensor] = []
    for part in decoder.narrow:
        part.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    for i in range(1, 4):
        decoder.smooth[i] = nn.Sequential(nn.Flatten(0, -1), nn.Unflatten(0, (2, 192, 3, 3)))
    maps = _maps(24, 3, 3)
    decoder(maps, (9, 9))
    entered = [enter(tap) for enter, tap in zip(decoder.enter, reversed(maps), strict=True)]
    for i, total in enumerate(seen):
        torch.testing.assert_close(total, torch.stack(entered[: i + 1]).sum(dim=0))


def test_dpt_doubles_from_a_sixteenth() -> None:
    decoder = DptDecoder(24, 2)
    sizes: list[tuple[int, ...]] = []
    for fusion in decoder.fusions:
        fusion.register_forward_hook(lambda _, __, out: sizes.append(tuple(out.shape[-2:])))
    decoder(_maps(24, 4, 8), (64, 128))
    assert sizes == [(4, 8), (8, 16), (16, 32), (32, 64)]


@pytest.mark.parametrize(("name", "classes"), [("fcn", 2), ("pup", 0)])
def test_what_cannot_be_built(name: str, classes: int) -> None:
    with pytest.raises(ModelError):
        build_decoder(name, 24, classes)
