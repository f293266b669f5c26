"""Progressive upsampling: four doublings of the last tap."""

from collections.abc import Sequence

from torch import Tensor, nn

from napari_geofm.nets.decoders.decoder import Decoder, conv_block, part_of, resize

__all__ = ["PupDecoder"]

WIDTH = 96


class PupDecoder(Decoder):
    """Convolutions at n/14, n/8, n/4 and n/2, then scores at n (the paper's section 3.3, PUP; Zheng et al. 2021).

    914,882 parameters for 2 classes on ViT-S.

    Parameters
    ----------
    dim : int
        Channels of the maps.
    classes : int
        Number of classes.
    """

    def __init__(self, dim: int, classes: int) -> None:
        super().__init__()
        self.stages = nn.ModuleList([conv_block(dim, WIDTH), *(conv_block(WIDTH, WIDTH) for _ in range(3))])
        self.classify = nn.Conv2d(WIDTH, classes, 1)

    def forward(self, maps: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
        """Decode the last map; see :meth:`Decoder.forward`."""
        x = maps[-1]
        for stage, divisor in zip(self.stages, (8, 4, 2, 1), strict=True):
            x = resize(stage(x), part_of(size, divisor))
        scores: Tensor = self.classify(x)
        return scores
