import pytest
import torch
from torch import nn

from napari_geofm.nets.averaging import RunningMean


def net_of(value: float) -> nn.Module:
    linear, norm = nn.Linear(2, 2, bias=False), nn.BatchNorm1d(2)
    with torch.no_grad():
        linear.weight.fill_(value)
    norm.weight.requires_grad_(False)
    return nn.Sequential(linear, norm)


def weight(net: nn.Module) -> torch.Tensor:
    return next(net.parameters())


def test_without_decay_it_is_the_newest() -> None:
    net = net_of(1)
    mean = RunningMean(net, 0.0)
    with torch.no_grad():
        weight(net).fill_(5)
    mean.update()
    assert (mean.state()["0.weight"] == 5).all()


def test_it_lags_behind_and_arrives() -> None:
    net = net_of(0)
    mean, seen = RunningMean(net, 0.9), []
    with torch.no_grad():
        weight(net).fill_(1)
    for _ in range(200):
        mean.update()
        seen.append(float(mean.state()["0.weight"][0, 0]))
    assert seen == sorted(seen)
    # Young means follow quickly: else the first checks would see the untrained net.
    assert 0.5 < seen[0] < 1
    assert seen[-1] == pytest.approx(1, abs=1e-4)


def test_it_is_shown_for_a_while_and_the_newest_comes_back_even_after_an_error() -> None:
    net = net_of(0)
    mean = RunningMean(net, 0.5)
    with torch.no_grad():
        weight(net).fill_(1)

    def look() -> None:
        with mean.shown():
            assert (weight(net) == 0).all()
            raise KeyError

    with pytest.raises(KeyError):
        look()
    assert (weight(net) == 1).all()


def test_buffers_are_the_newest_and_what_is_frozen_is_left_out() -> None:
    net = net_of(0)
    mean = RunningMean(net, 0.5)
    net.train()(torch.full((3, 2), 4.0))
    state = mean.state()
    assert set(state) == {"0.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked"}
    assert int(state["1.num_batches_tracked"]) == 1
    # Copies: what is trained on does not change what is kept.
    with torch.no_grad():
        dict(net.named_buffers())["1.running_mean"].fill_(9)
    assert not (state["1.running_mean"] == 9).any()
