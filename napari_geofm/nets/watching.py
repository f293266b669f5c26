"""A look at a flag before every transformer block, so that cancel need not wait for a network to end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from torch import nn

from napari_geofm.core.progress import Job

__all__ = ["watched", "watched_steps"]

R = TypeVar("R")


@contextmanager
def watched(net: nn.Module, look: Callable[[], None]) -> Iterator[None]:
    """Call ``look`` before every block of the encoder in ``net``; what it raises ends the pass."""
    blocks = [module for name, module in net.named_modules() if name.rpartition(".")[0].endswith("blocks")]
    hooks = [block.register_forward_pre_hook(lambda *_: look()) for block in blocks]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def watched_steps(net: nn.Module, look: Callable[[], None], job: Job[R]) -> Job[R]:
    """Go through ``job``, watched while it computes: between its steps the network is another's, and nothing looks."""
    while True:
        with watched(net, look):
            try:
                progress = next(job)
            except StopIteration as end:
                result: R = end.value
                return result
        yield progress
