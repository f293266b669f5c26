"""The running mean of weights in training: steadier than the last step, and what is published."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn

__all__ = ["RunningMean"]


class RunningMean:
    """Exponential running mean of what is trained in a network; buffers (batch norm) are taken as they are.

    Parameters
    ----------
    net
        The network in training.
    decay
        Share of the old mean at each step, reached gradually; 0 keeps the newest weights only.
    """

    def __init__(self, net: nn.Module, decay: float) -> None:
        self._decay = decay
        self._steps = 0
        self._live = {name: value for name, value in net.named_parameters() if value.requires_grad}
        self._buffers = dict(net.named_buffers())
        self._mean = {name: value.detach().clone() for name, value in self._live.items()}

    @torch.no_grad()
    def update(self) -> None:
        """Take the newest weights in."""
        self._steps += 1
        decay = min(self._decay, self._steps / (self._steps + 10.0))
        for name, value in self._live.items():
            self._mean[name].lerp_(value, 1.0 - decay)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Put the mean into the network for a while: to validate, or to save."""
        kept = {name: value.detach().clone() for name, value in self._live.items()}
        with torch.no_grad():
            for name, value in self._live.items():
                value.copy_(self._mean[name])
        try:
            yield
        finally:
            with torch.no_grad():
                for name, value in self._live.items():
                    value.copy_(kept[name])

    def state(self) -> dict[str, Tensor]:
        """Return copies of the mean and of the buffers, on the CPU."""
        return {name: value.detach().cpu().clone() for name, value in (self._mean | self._buffers).items()}

    def record(self) -> tuple[int, dict[str, Tensor]]:
        """Return the count of updates and the mean, to go on from after an interruption."""
        return self._steps, self._mean

    @torch.no_grad()
    def restore(self, steps: int, mean: Mapping[str, Tensor]) -> None:
        """Go on from what :meth:`record` returned."""
        self._steps = steps
        for name, value in self._mean.items():
            value.copy_(mean[name])
