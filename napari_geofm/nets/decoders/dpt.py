"""Dense prediction transformer: four taps, fused while the picture doubles."""

from collections.abc import Sequence
from typing import ClassVar

from torch import Tensor, nn

from napari_geofm.nets.decoders.decoder import Decoder, part_of, resize

__all__ = ["DptDecoder"]

LEVELS = 4
WIDTH = 256


class _Residual(nn.Module):
    """The residual unit RCU: its input plus two 3x3 convolutions of it (ReLU before, batch norm after each)."""

    def __init__(self) -> None:
        super().__init__()
        self.change = nn.Sequential(
            nn.ReLU(),
            nn.Conv2d(WIDTH, WIDTH, 3, padding=1, bias=False),
            nn.BatchNorm2d(WIDTH),
            nn.ReLU(),
            nn.Conv2d(WIDTH, WIDTH, 3, padding=1, bias=False),
            nn.BatchNorm2d(WIDTH),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return a tensor of the input's shape, Bx256xhxw."""
        changed: Tensor = self.change(x)
        return x + changed


class _Fusion(nn.Module):
    """Adds a shallower level to what came from deeper, and enlarges the sum."""

    def __init__(self, *, deepest: bool) -> None:
        super().__init__()
        self.skip = None if deepest else _Residual()
        self.fuse = _Residual()
        self.mix = nn.Conv2d(WIDTH, WIDTH, 1)

    def forward(self, level: Tensor, deeper: Tensor | None, size: tuple[int, int]) -> Tensor:
        """Return Bx256xHxW from a level's Bx256xhxw and the deeper Bx256xh'xw' (None for the deepest level)."""
        if deeper is not None and self.skip is not None:
            level = deeper + resize(self.skip(level), (deeper.shape[-2], deeper.shape[-1]))
        mixed: Tensor = self.mix(resize(self.fuse(level), size))
        return mixed


class DptDecoder(Decoder):
    """Four levels fused at n/16, n/8, n/4 and n/2 (the paper's section 3.3, DPT; Ranftl et al. 2021).

    12,398,818 parameters for 2 classes on ViT-S, without the block that the paper counts and never uses. No ReLU on
    the scores: it would leave no gradient to a class whose score is negative.

    Parameters
    ----------
    dim : int
        Channels of the maps.
    classes : int
        Number of classes.
    """

    UNUSED_IN_PAPER: ClassVar[dict[str, int]] = {"the deepest fusion's RCU on a skip that it has not": 1_180_672}

    def __init__(self, dim: int, classes: int) -> None:
        super().__init__()
        # Lists go from the deepest level to the shallowest.
        self.enter = nn.ModuleList(nn.Conv2d(dim, WIDTH, 3, padding=1, bias=False) for _ in range(LEVELS))
        self.fusions = nn.ModuleList(_Fusion(deepest=i == 0) for i in range(LEVELS))
        self.narrow = nn.Conv2d(WIDTH, 128, 3, padding=1)
        self.classify = nn.Sequential(nn.Conv2d(128, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, classes, 1))

    def forward(self, maps: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
        """Decode all four maps; see :meth:`Decoder.forward`."""
        x: Tensor | None = None
        for level, enter, fusion, divisor in zip(reversed(maps), self.enter, self.fusions, (16, 8, 4, 2), strict=True):
            x = fusion(enter(level), x, part_of(size, divisor))
        scores: Tensor = self.classify(resize(self.narrow(x), size))
        return scores
