"""What every decoder is, and the pieces that several share."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from torch import Tensor, nn
from torch.nn import functional

__all__ = ["Decoder", "conv_block", "part_of", "resize"]


class Decoder(nn.Module, ABC):
    """Turns the encoder's tapped maps into class scores."""

    UNUSED_IN_PAPER: ClassVar[dict[str, int]] = {}
    """Blocks that the paper's Table S5 counts and its forward pass never reaches, with their parameters; left out."""

    READS_PICTURE: ClassVar[bool] = False
    """Whether the picture as fed to the encoder, Bx1xHxW or Bx3xHxW, has to follow the maps."""

    @abstractmethod
    def forward(self, maps: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
        """Decode.

        Parameters
        ----------
        maps : sequence of Tensor, each BxDxhxw
            Shallowest first. All four are read by MLA and DPT, all by Guided, the last one by Linear and PUP.
        size : tuple of int
            Height and width of the result in pixels; any.

        Returns
        -------
        Tensor, BxCxHxW
            Scores (logits) without a final activation.
        """


def conv_block(inputs: int, outputs: int) -> nn.Sequential:
    """Return CB(i, o): twice a 3x3 convolution with bias, batch norm and ReLU, i -> o -> o."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
        nn.Conv2d(outputs, outputs, 3, padding=1),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


def resize(x: Tensor, size: tuple[int, int]) -> Tensor:
    """Resample a BxCxhxw tensor bilinearly to BxCxHxW; pixel areas, not pixel centres, are aligned at the edges."""
    if x.shape[-2:] == size:
        return x
    return functional.interpolate(x, size=size, mode="bilinear", align_corners=False)


def part_of(size: tuple[int, int], divisor: int) -> tuple[int, int]:
    """Return a size divided and rounded up, so that it is never zero."""
    return -(-size[0] // divisor), -(-size[1] // divisor)
