"""A layer of heat over the section: transparent where it is low."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from napari import Viewer
    from napari.layers import Image
    from napari.utils import Colormap

__all__ = ["NAME", "HeatLayer"]

NAME = "similarity"

FADE = 0.12
"""Part of the colours over which they come up from transparent."""

DARKEST = 0.25
"""Where the colours begin: inferno's first are black, which a section is as well."""


class HeatLayer:
    """An image layer that is there while there is something to show.

    Parameters
    ----------
    viewer
        Where it is added.
    like
        The layer that it lies over, sample by sample.
    """

    def __init__(self, viewer: "Viewer", like: "Image") -> None:
        self._viewer, self._like = viewer, like
        self.layer: Image | None = None
        like.events.scale.connect(self._rescaled)

    def show(self, values: NDArray[np.float32], low: float) -> None:
        """Show values up to 1, float32 ``(rows, columns)``; below ``low`` and where they are NaN they are not seen."""
        if self.layer is not None and self.layer in self._viewer.layers:
            self.layer.data = values
            self._rescaled()
            self.show_from(low)
            return
        active = self._viewer.layers.selection.active
        self.layer = self._viewer.add_image(
            values,
            name=NAME,
            colormap=_colours(),
            contrast_limits=(low, 1.0),
            blending="translucent",
            opacity=0.8,
            scale=self._like.scale,
            translate=self._like.translate,
            units=self._like.units,
        )
        # Strokes are painted, and seen, above it.
        layers = self._viewer.layers
        if "labels" in layers:
            layers.move(layers.index(self.layer), layers.index("labels"))
        layers.selection.active = active

    def show_from(self, low: float) -> None:
        """Move the lowest value that is seen."""
        if self.layer is not None:
            self.layer.contrast_limits = (min(low, 0.999), 1.0)

    def hide(self) -> None:
        """Take the layer away."""
        if self.layer is not None and self.layer in self._viewer.layers:
            self._viewer.layers.remove(self.layer)
        self.layer = None

    def _rescaled(self, _event: object = None) -> None:
        if self.layer is not None:
            self.layer.scale, self.layer.translate = self._like.scale, self._like.translate


def _colours() -> "Colormap":
    from napari.utils import Colormap
    from napari.utils.colormaps import ensure_colormap

    parts = np.linspace(0.0, 1.0, 256)
    colours = np.array(ensure_colormap("inferno").map(DARKEST + (1.0 - DARKEST) * parts))
    colours[:, 3] = np.clip(parts / FADE, 0.0, 1.0)
    return Colormap(colours, name=NAME, nan_color=(0, 0, 0, 0))
