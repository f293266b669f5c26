"""Whole networks: what is fed in, class scores out."""

from torch import Tensor, nn

from napari_geofm.errors import ModelError
from napari_geofm.nets.decoders import Decoder, build_decoder
from napari_geofm.nets.decoders.started import StartedDecoder
from napari_geofm.nets.encoder import Encoder
from napari_geofm.nets.texture import texture
from napari_geofm.nets.unet import UNet

__all__ = ["SegmentationNet", "build_net", "trainable_count"]


class SegmentationNet(nn.Module):
    """An encoder (with or without adapter) and a decoder.

    Parameters
    ----------
    encoder : Encoder
        See :func:`napari_geofm.nets.adapters.add_adapter` for what of it is trained.
    decoder : Decoder
        Made for the encoder's channels.
    imagenet : bool
        Whether what is fed was normalised so; for the texture.
    """

    def __init__(self, encoder: Encoder, decoder: Decoder, *, imagenet: bool = False) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.imagenet = imagenet

    def forward(self, x: Tensor, size: tuple[int, int]) -> Tensor:
        """Segment.

        Parameters
        ----------
        x : Tensor of float, Bx1xhxw or Bx3xhxw
            h and w multiples of the encoder's patch.
        size : tuple of int
            Height and width of the result in pixels.

        Returns
        -------
        Tensor of float32, BxCxHxW
            Scores (logits), float32 under autocast too.
        """
        maps = self.encoder(x)
        if isinstance(self.decoder, StartedDecoder) and self.decoder.beside:
            maps = [*maps, texture(x, self.encoder.patch_px, imagenet=self.imagenet)]
        if _reads_picture(self.decoder):
            maps = [*maps, x]
        scores: Tensor = self.decoder(maps, size)
        return scores.float()


def _reads_picture(decoder: Decoder) -> bool:
    detail = decoder.detail if isinstance(decoder, StartedDecoder) else None
    return decoder.READS_PICTURE or (detail is not None and detail.READS_PICTURE)


def build_net(decoder: str, classes: int, encoder: Encoder | None = None, channels: int = 1) -> SegmentationNet | UNet:
    """Build a whole network.

    Parameters
    ----------
    decoder : str
        ``linear``, ``guided``, ``pup``, ``mla``, ``dpt``; or ``unet``, which has no encoder.
    classes : int
        Number of classes.
    encoder : Encoder, optional
        Needed for all but ``unet``.
    channels : int
        That differ in what ``unet`` is fed.

    Raises
    ------
    ModelError
        Where the decoder is unknown or has no encoder.
    """
    if decoder == "unet":
        return UNet(classes, channels)
    if encoder is None:
        raise ModelError(f"Decoder '{decoder}' needs an encoder; give one, or choose unet.")
    return SegmentationNet(encoder, build_decoder(decoder, encoder.dim, classes, len(encoder.taps)))


def trainable_count(module: nn.Module) -> int:
    """Return the number of parameters that training changes."""
    return sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad)
