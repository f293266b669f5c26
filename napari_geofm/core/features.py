"""A feature map: what the encoder sees in a section, at the taps."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.windows import Window

__all__ = ["FeatureMap"]


@dataclass(frozen=True, slots=True, eq=False)
class FeatureMap:
    """Token features of one section.

    Attributes
    ----------
    taps
        Block number (1-based) to ndarray of float32, shape ``(channels, tokens down, tokens across)``.
    image
        What was fed, ndarray of float32, shape ``(3, height, width)``, height and width multiples of the patch.
    patch_px
        Side of a token in pixels of ``image``.
    shape
        Rows and columns of the section; token (i, j) covers rows ``i * patch_px / zoom`` and so on.
    zoom
        Pixels of ``image`` per section sample.
    windows
        Boxes in tokens that were encoded one by one and blended; one box where the section was fed whole.
    overlap
        Tokens over which neighbouring windows are blended.
    """

    taps: Mapping[int, NDArray[np.float32]]
    image: NDArray[np.float32]
    patch_px: int
    shape: tuple[int, int]
    zoom: float = 1.0
    windows: tuple[Window, ...] = ()
    overlap: int = 0

    @property
    def grid(self) -> tuple[int, int]:
        """Tokens down and across."""
        return self.image.shape[1] // self.patch_px, self.image.shape[2] // self.patch_px

    @property
    def last(self) -> NDArray[np.float32]:
        """The deepest tap."""
        return self.taps[max(self.taps)]

    def stacked(self) -> NDArray[np.float32]:
        """Return all taps, shallow to deep, as one array ``(taps * channels, tokens down, tokens across)``."""
        return np.concatenate([self.taps[block] for block in sorted(self.taps)], axis=0)
