"""The paper's four decoders, and one that looks at the picture too: tapped maps in, class scores at any size out."""

from collections.abc import Callable

from napari_geofm.errors import ModelError
from napari_geofm.nets.decoders.decoder import Decoder
from napari_geofm.nets.decoders.dpt import DptDecoder
from napari_geofm.nets.decoders.guided import GuidedDecoder
from napari_geofm.nets.decoders.linear import LinearDecoder
from napari_geofm.nets.decoders.mla import MlaDecoder
from napari_geofm.nets.decoders.pup import PupDecoder

__all__ = [
    "DECODERS",
    "Decoder",
    "DptDecoder",
    "GuidedDecoder",
    "LinearDecoder",
    "MlaDecoder",
    "PupDecoder",
    "build_decoder",
]

DECODERS: dict[str, Callable[[int, int, int], Decoder]] = {
    "linear": lambda dim, classes, _: LinearDecoder(dim, classes),
    "guided": GuidedDecoder,
    "pup": lambda dim, classes, _: PupDecoder(dim, classes),
    "mla": lambda dim, classes, _: MlaDecoder(dim, classes),
    "dpt": lambda dim, classes, _: DptDecoder(dim, classes),
}
"""Decoders by the names that recipes and the command line use."""


def build_decoder(name: str, dim: int, classes: int, taps: int = 4) -> Decoder:
    """Build a decoder with random weights.

    Parameters
    ----------
    name : str
        One of :data:`DECODERS`.
    dim : int
        Channels of the tapped maps.
    classes : int
        Number of classes, at least 1.
    taps : int
        Number of maps.

    Raises
    ------
    ModelError
        Where the name is unknown or there is no class.

    Examples
    --------
    >>> sum(p.numel() for p in build_decoder("linear", 384, 2).parameters())
    770
    """
    if name not in DECODERS:
        raise ModelError(f"Decoder '{name}' is unknown; choose one of {', '.join(DECODERS)}.")
    if classes < 1:
        raise ModelError(f"A decoder for {classes} classes cannot be built; give at least one class.")
    return DECODERS[name](dim, classes, taps)
