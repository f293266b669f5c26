"""A layer of hillshade or slope over the elevation, below everything that is painted."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from napari import Viewer
    from napari.layers import Image
    from napari.utils import Colormap

__all__ = ["NAME", "ReliefLayer"]

NAME = "relief"


class ReliefLayer:
    """An image layer that is there while there is relief to show.

    Parameters
    ----------
    viewer
        Where it is added.
    like
        The elevation, which it lies over.
    """

    def __init__(self, viewer: "Viewer", like: "Image") -> None:
        self._viewer, self._like = viewer, like
        self.layer: Image | None = None
        self._step = 1
        like.events.scale.connect(self._rescaled)

    def show(
        self, values: NDArray[np.float32], step: int, colours: str, limits: tuple[float, float], *, mixed: bool
    ) -> None:
        """Show numbers, float32 ``(rows, columns)``, NaN where there are none.

        Parameters
        ----------
        values
            One for so many samples of the section along each side as ``step`` says.
        step
            As above.
        colours, limits
            Name of a colour map, and the numbers of its ends.
        mixed
            Whether the colours of the elevation are seen through it, darkened.
        """
        self._step = step
        if self.layer is None or self.layer not in self._viewer.layers:
            self.layer = self._added(values, limits)
        else:
            self._exchange(self.layer, values)
            if tuple(self.layer.contrast_limits) != limits:
                self.layer.contrast_limits = limits
        name = f"{colours}{' mixed' if mixed else ''}"
        if self.layer.colormap.name != name:
            self.layer.colormap = _colours(colours, name, mixed=mixed)
            self.layer.blending = "multiplicative" if mixed else "translucent"
        self._rescaled()

    def _exchange(self, layer: "Image", values: NDArray[np.float32]) -> None:
        """Give the layer other numbers, without telling everybody of its extent where that stays the same."""
        if layer.data.shape != values.shape:
            layer.data = values
            return
        layer.data[...] = values
        layer.set_view_slice()
        layer.events.set_data()

    def hide(self) -> None:
        """Take the layer away."""
        if self.layer is not None and self.layer in self._viewer.layers:
            self._viewer.layers.remove(self.layer)
        self.layer = None

    def close(self) -> None:
        """Have nothing follow, and take the layer away."""
        self._like.events.scale.disconnect(self._rescaled)
        self.hide()

    def _added(self, values: NDArray[np.float32], limits: tuple[float, float]) -> "Image":
        layers = self._viewer.layers
        active = layers.selection.active
        layer: Image = self._viewer.add_image(values, name=NAME, contrast_limits=limits, units=self._like.units)
        # Feature map, prediction and strokes are seen above it.
        layers.move(layers.index(layer), layers.index(self._like) + 1)
        layers.selection.active = active
        return layer

    def _rescaled(self, _event: object = None) -> None:
        if self.layer is None:
            return
        sides = np.asarray(self._like.scale)
        # The middle of the first of several samples lies so far into the section.
        where = np.asarray(self._like.translate) + sides * (self._step - 1) / 2
        for name, wanted in (("scale", sides * self._step), ("translate", where)):
            if not np.array_equal(getattr(self.layer, name), wanted):
                setattr(self.layer, name, wanted)


def _colours(base: str, name: str, *, mixed: bool) -> "Colormap":
    from napari.utils import Colormap
    from napari.utils.colormaps import ensure_colormap

    colours = np.array(ensure_colormap(base).map(np.linspace(0.0, 1.0, 256)))
    return Colormap(colours, name=name, nan_color=(1, 1, 1, 1) if mixed else (0, 0, 0, 0))
