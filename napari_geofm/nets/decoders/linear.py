"""The simplest decoder: one linear map of each token of the last tap."""

from collections.abc import Sequence

from torch import Tensor, nn

from napari_geofm.nets.decoders.decoder import Decoder, resize

__all__ = ["LinearDecoder"]


class LinearDecoder(Decoder):
    """A 1x1 convolution on the last map, upsampled (the paper's section 3.3, Linear); 770 parameters for 2 classes.

    Parameters
    ----------
    dim : int
        Channels of the maps.
    classes : int
        Number of classes.
    """

    def __init__(self, dim: int, classes: int) -> None:
        super().__init__()
        self.classify = nn.Conv2d(dim, classes, 1)

    def forward(self, maps: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
        """Decode the last map; see :meth:`Decoder.forward`."""
        return resize(self.classify(maps[-1]), size)
