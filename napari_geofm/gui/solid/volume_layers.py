"""The layers of the survey in three dimensions: three planes of amplitudes, labels, prediction."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.gui.canvas.layers import class_colours

if TYPE_CHECKING:
    from napari import Viewer
    from napari.layers import Image, Labels
    from napari.utils import Colormap

__all__ = ["VolumeLayers"]

Scale = tuple[float, float, float]


class VolumeLayers:
    """Added when the survey is shown in three dimensions, and taken away after.

    Arrays have the axes of the screen: away from the user, down, to the right.

    Parameters
    ----------
    viewer
        Where they are added.
    amplitudes
        uint8, 0 to 255 from the lowest amplitude that is shown to the highest.
    scale
        Sides of a sample.
    colours
        Of the amplitudes.
    """

    def __init__(self, viewer: "Viewer", amplitudes: NDArray[np.uint8], scale: Scale, colours: "Colormap") -> None:
        self._viewer, self._scale = viewer, scale
        self.shape = amplitudes.shape
        self.planes: list[Image] = [
            viewer.add_image(
                amplitudes,
                name=name,
                scale=scale,
                colormap=colours,
                contrast_limits=(0, 255),
                depiction="plane",
                rendering="average",
                blending="translucent",
                plane={"normal": tuple(float(axis == dim) for axis in range(3)), "thickness": 1},
            )
            for dim, name in enumerate(("survey, across", "survey, level", "survey, along"))
        ]
        self.marks: list[Labels] = []

    @property
    def all(self) -> "tuple[Image | Labels, ...]":
        """All of them."""
        return (*self.planes, *self.marks)

    def move(self, dim: int, place: float) -> None:
        """Move one plane to a sample along the axis that it is normal to."""
        plane = self.planes[dim]
        position = [(size - 1) / 2 for size in self.shape]
        position[dim] = min(max(place, 0.0), self.shape[dim] - 1.0)
        plane.plane.position = tuple(position)

    def mark(self, values: NDArray[np.uint8], name: str, table: ClassTable, opacity: float) -> "Labels":
        """Show labels or a prediction, inside values."""
        layer: Labels = self._viewer.add_labels(values, name=name, scale=self._scale, opacity=opacity)
        layer.colormap = class_colours(table)
        layer.rendering = "iso_categorical"
        layer.editable = False
        self.marks.append(layer)
        return layer

    def remove(self) -> None:
        """Take all of them away."""
        for layer in self.all:
            if layer in self._viewer.layers:
                self._viewer.layers.remove(layer)

    def recolour(self, table: ClassTable) -> None:
        """Give the classes their colours."""
        colours: Any = class_colours(table)
        for layer in self.marks:
            layer.colormap = colours
