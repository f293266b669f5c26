"""Guided upsampling: the encoder's tokens brought to single samples along what the picture shows."""

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from napari_geofm.nets.decoders.decoder import Decoder, resize

__all__ = ["GuidedDecoder"]

WIDTH = 16
TOKEN_WIDTH = 64
GRAY = 0.5


def _once(inputs: int, outputs: int) -> nn.Sequential:
    """Return a 3x3 convolution without bias, batch norm and ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


def _twice(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(_once(inputs, outputs), _once(outputs, outputs))


class GuidedDecoder(Decoder):
    """A narrow U-Net on the picture, whose deepest level is told by the tokens what it looks at.

    A token covers 14 samples, a fault or the flank of a salt body one or two: tokens know what something is, the
    picture where it ends. Three levels at n, n/2 and n/4 with 16, 32 and 64 channels (Ronneberger et al. 2015); all
    taps, as 64 channels, join at n/4. 303,826 parameters for 2 classes on two taps of ViT-S.

    Parameters
    ----------
    dim : int
        Channels of a tap.
    classes : int
        Number of classes.
    taps : int
        Number of taps.
    """

    READS_PICTURE: ClassVar[bool] = True

    def __init__(self, dim: int, classes: int, taps: int) -> None:
        super().__init__()
        self.fine = _twice(1, WIDTH)
        self.middle = _twice(WIDTH, 2 * WIDTH)
        self.coarse = _twice(2 * WIDTH, 4 * WIDTH)
        self.tokens = nn.Sequential(
            nn.Conv2d(dim * taps, TOKEN_WIDTH, 1, bias=False),
            nn.BatchNorm2d(TOKEN_WIDTH),
            nn.ReLU(inplace=True),
            _once(TOKEN_WIDTH, TOKEN_WIDTH),
        )
        self.join = _twice(4 * WIDTH + TOKEN_WIDTH, 4 * WIDTH)
        self.to_middle = _once(6 * WIDTH, 2 * WIDTH)
        self.to_fine = _once(3 * WIDTH, WIDTH)
        self.classify = nn.Conv2d(WIDTH, classes, 1)
        # Convolutions of few channels at full size are a third quicker on the CPU when channels lie side by side.
        self.to(memory_format=torch.channels_last)

    def forward(self, maps: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
        """Decode; see :meth:`Decoder.forward`. The last of ``maps`` is the picture as fed, Bx1xhxw or Bx3xhxw."""
        *taps, fed = maps
        fine = self.fine(fed[:, :1] - GRAY)
        middle = self.middle(functional.max_pool2d(fine, 2, ceil_mode=True))
        coarse = self.coarse(functional.max_pool2d(middle, 2, ceil_mode=True))
        told = self.tokens(torch.cat(taps, dim=1))
        x = self.join(torch.cat([coarse, _like(told, coarse)], dim=1))
        x = self.to_middle(torch.cat([middle, _like(x, middle)], dim=1))
        x = self.to_fine(torch.cat([fine, _like(x, fine)], dim=1))
        return resize(self.classify(x), size)


def _like(x: Tensor, other: Tensor) -> Tensor:
    return resize(x, (other.shape[-2], other.shape[-1]))
