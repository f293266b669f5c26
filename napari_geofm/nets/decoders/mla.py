"""Multi-level aggregation: four taps, summed from deep to shallow."""

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from napari_geofm.nets.decoders.decoder import Decoder, conv_block, resize

__all__ = ["MlaDecoder"]

LEVELS = 4
WIDTH = 192
OUT_WIDTH = 96
ENLARGE = 4


class MlaDecoder(Decoder):
    """Four levels, each with what is deeper added, side by side (the paper's section 3.3, MLA; Zheng et al. 2021).

    10,303,106 parameters for 2 classes on ViT-S, without the block that the paper counts and never uses.

    Parameters
    ----------
    dim : int
        Channels of the maps.
    classes : int
        Number of classes.
    """

    UNUSED_IN_PAPER: ClassVar[dict[str, int]] = {"the deepest level's CB(192, 192) between sum and out": 664_704}

    def __init__(self, dim: int, classes: int) -> None:
        super().__init__()
        # All lists go from the deepest level to the shallowest.
        self.enter = nn.ModuleList(conv_block(dim, WIDTH) for _ in range(LEVELS))
        self.smooth = nn.ModuleList([nn.Identity(), *(conv_block(WIDTH, WIDTH) for _ in range(LEVELS - 1))])
        self.narrow = nn.ModuleList(
            nn.Sequential(conv_block(WIDTH, WIDTH), conv_block(WIDTH, OUT_WIDTH)) for _ in range(LEVELS)
        )
        self.leave = nn.ModuleList(conv_block(OUT_WIDTH, OUT_WIDTH) for _ in range(LEVELS))
        self.classify = nn.Conv2d(LEVELS * OUT_WIDTH, classes, 1)

    def forward(self, maps: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
        """Decode all four maps; see :meth:`Decoder.forward`."""
        height, width = maps[-1].shape[-2:]
        large = (ENLARGE * height, ENLARGE * width)
        carried: Tensor | None = None
        levels = []
        for x, enter, smooth, narrow, leave in zip(
            reversed(maps), self.enter, self.smooth, self.narrow, self.leave, strict=True
        ):
            entered = enter(x)
            # The sum carried down is the value before it is smoothed.
            carried = entered if carried is None else carried + entered
            levels.append(leave(resize(narrow(smooth(carried)), large)))
        return resize(self.classify(torch.cat(levels, dim=1)), size)
