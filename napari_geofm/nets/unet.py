"""The baseline of the paper: a U-Net trained from scratch."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from napari_geofm.nets.decoders.decoder import resize

__all__ = ["UNet"]

WIDTHS = (32, 64, 128, 256, 256)


def _double(inputs: int, middle: int, outputs: int) -> nn.Sequential:
    """Return twice a 3x3 convolution without bias, batch norm and ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, middle, 3, padding=1, bias=False),
        nn.BatchNorm2d(middle),
        nn.ReLU(),
        nn.Conv2d(middle, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


class UNet(nn.Module):
    """Widths 32-64-128-256-256, bilinear upsampling (Ronneberger et al. 2015); 4,317,858 parameters for 2 classes.

    Parameters
    ----------
    classes : int
        Number of classes.
    channels : int
        1, or 3 of a relief, whose channels differ.
    """

    def __init__(self, classes: int, channels: int = 1) -> None:
        super().__init__()
        self.channels = channels
        self.down = nn.ModuleList(
            _double(i, o, o) for i, o in zip((channels, *WIDTHS[:-1]), WIDTHS, strict=True)
        )  # fmt: skip
        self.up = nn.ModuleList(
            _double(2 * width, width, narrower)
            for width, narrower in ((256, 128), (128, 64), (64, 32), (32, 32))
        )  # fmt: skip
        self.classify = nn.Conv2d(WIDTHS[0], classes, 1)
        # Convolutions of few channels at full size are a third quicker on the CPU when channels lie side by side.
        self.to(memory_format=torch.channels_last)

    def forward(self, x: Tensor, size: tuple[int, int]) -> Tensor:
        """Segment.

        Parameters
        ----------
        x : Tensor of float, Bx1xhxw, any h and w
            Of a tensor with more channels (the repeated ones that a ViT is fed) the first ones are used.
        size : tuple of int
            Height and width of the result.

        Returns
        -------
        Tensor of float32, BxCxHxW
            Scores (logits).
        """
        x = x[:, : self.channels]
        levels: list[Tensor] = []
        for double in self.down:
            # Rounded up, so that no size is too small or odd.
            x = double(functional.max_pool2d(x, 2, ceil_mode=True) if levels else x)
            levels.append(x)
        levels.pop()
        for double in self.up:
            skip = levels.pop()
            x = double(torch.cat([skip, resize(x, (skip.shape[-2], skip.shape[-1]))], dim=1))
        return resize(self.classify(x).float(), size)
