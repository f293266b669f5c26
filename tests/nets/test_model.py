from collections.abc import Callable

import pytest
import torch
from torch import nn

from napari_geofm.errors import ModelError
from napari_geofm.nets.adapters import add_adapter
from napari_geofm.nets.encoder import Encoder
from napari_geofm.nets.losses import build_loss
from napari_geofm.nets.model import build_net, trainable_count
from napari_geofm.nets.unet import UNet

MakeEncoder = Callable[[], Encoder]


@pytest.mark.parametrize("decoder", ["linear", "guided", "pup", "mla", "dpt"])
def test_scores_are_float32_and_buffers_stay_so_under_autocast(make_tiny_encoder: MakeEncoder, decoder: str) -> None:
    net = build_net(decoder, 3, add_adapter(make_tiny_encoder(), "lora")).train()
    with torch.autocast("cpu", torch.bfloat16):
        scores = net(torch.rand(2, 1, 28, 42), (30, 41))
    assert (scores.shape, scores.dtype) == ((2, 3, 30, 41), torch.float32)
    scores.square().mean().backward()
    norms = [module for module in net.modules() if isinstance(module, nn.BatchNorm2d)]
    assert bool(norms) == (decoder != "linear")
    for norm in norms:
        assert norm.running_mean is not None
        assert norm.running_mean.dtype == torch.float32
        assert norm.num_batches_tracked == 1


def test_lora_and_decoder_learn_and_the_rest_does_not(make_tiny_encoder: MakeEncoder) -> None:
    torch.manual_seed(0)
    net = build_net("pup", 2, add_adapter(make_tiny_encoder(), "lora")).train()
    # One half of the picture is bright: what is to be learned.
    x = torch.rand(2, 1, 28, 28) * 0.2
    x[..., 14:] += 0.8
    labels = torch.zeros(2, 28, 28, dtype=torch.uint8)
    labels[..., 14:] = 1
    labels[:, ::2] = 255
    frozen = {name: p.clone() for name, p in net.named_parameters() if not p.requires_grad}
    loss, optimiser = (
        build_loss("dice+ce"),
        torch.optim.AdamW([p for p in net.parameters() if p.requires_grad], lr=3e-3),
    )
    values = []
    for _ in range(12):
        optimiser.zero_grad()
        value = loss(net(x, (28, 28)), labels)
        value.backward()
        optimiser.step()
        values.append(value.item())
    assert values[-1] < 0.5 * values[0]
    assert all(torch.equal(p, frozen[name]) for name, p in net.named_parameters() if name in frozen)
    assert trainable_count(net) < sum(p.numel() for p in net.parameters())


@pytest.mark.parametrize("shape", [(64, 64), (37, 51), (3, 20), (1, 1)])
def test_unet_takes_any_size(shape: tuple[int, int]) -> None:
    net = UNet(4).eval()
    assert net(torch.rand(2, 1, *shape), shape).shape == (2, 4, *shape)
    assert net(torch.rand(2, 1, *shape), (9, 8)).shape == (2, 4, 9, 8)


def test_unet_reads_the_first_channel() -> None:
    net, x = UNet(2).eval(), torch.rand(1, 1, 16, 16)
    assert torch.equal(net(x.expand(-1, 3, -1, -1), (16, 16)), net(x, (16, 16)))


def test_unet_uses_every_parameter_and_needs_no_encoder() -> None:
    net = build_net("unet", 2)
    assert isinstance(net, UNet)
    net(torch.rand(2, 1, 32, 32), (32, 32)).square().mean().backward()
    assert all(p.grad is not None for p in net.parameters())


def test_a_decoder_without_encoder_is_refused() -> None:
    with pytest.raises(ModelError, match="needs an encoder"):
        build_net("pup", 2)
