"""A region that the interpreter draws on the section: a shapes layer of its own."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from napari.layers import Shapes

    from napari_geofm.gui.workspace import Workspace

__all__ = ["REGION", "DrawnRegion"]

REGION = "region"
"""Name of the layer."""


class DrawnRegion:
    """The layer ``region``, made when it is first asked for."""

    def __init__(self, workspace: "Workspace") -> None:
        self._viewer = workspace.viewer

    @property
    def layer(self) -> "Shapes | None":
        """The layer, or None where nothing was drawn yet."""
        return next((layer for layer in self._viewer.layers if layer.name == REGION), None)

    @property
    def drawn(self) -> bool:
        """Whether there is a region."""
        return self.layer is not None and len(self.layer.data) > 0

    def begin(self) -> "Shapes":
        """Let the user draw a lasso: over what was drawn before."""
        layer = self.layer
        like = self._viewer.layers["labels"]
        if layer is None:
            layer = self._viewer.add_shapes(
                name=REGION,
                ndim=2,
                scale=like.scale,
                translate=like.translate,
                units=like.units,
                edge_color="#ffd400",
                face_color="#ffd40022",
                edge_width=max(1.0, 0.004 * float(max(like.data.shape))),
            )
        layer.data = []
        layer.scale, layer.translate = like.scale, like.translate
        self._viewer.layers.selection.active = layer
        layer.mode = "add_polygon_lasso"
        return layer

    def mask(self, shape: tuple[int, int]) -> NDArray[np.bool_] | None:
        """Return the region as a mask.

        Parameters
        ----------
        shape
            Rows and columns of the section.

        Returns
        -------
        ndarray of bool
            Rows x columns in display order; None where nothing is drawn.
        """
        layer = self.layer
        if layer is None or not layer.data:
            return None
        found: NDArray[np.bool_] = np.asarray(np.asarray(layer.to_masks(mask_shape=shape)).any(axis=0), bool)
        return found

    def clear(self) -> None:
        """Take the region away."""
        if self.layer is not None:
            self._viewer.layers.remove(self.layer)
