"""A look at a flag before every transformer block, so that cancel need not wait for a network to end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from torch import nn

__all__ = ["watched"]


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
