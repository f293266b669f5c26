"""Which samples of a section lie inside a polygon."""

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.axis import Axis
from napari_geofm.core.polygon import Polygon

__all__ = ["polygon_mask"]


def polygon_mask(polygon: Polygon, rows: Axis, columns: Axis, *, image: bool = False) -> NDArray[np.bool_]:
    """Return which samples lie inside a polygon and outside its holes.

    Parameters
    ----------
    polygon
        The polygon.
    rows, columns
        The section's axes in display order.
    image
        Whether corners are counted in pixels from the upper left corner, so that a pixel's middle is at a half.

    Returns
    -------
    ndarray of bool, shape ``(rows, columns)``
    """
    from skimage.draw import polygon2mask

    shape = rows.size, columns.size
    found = np.zeros(shape, np.bool_)
    for place, ring in enumerate(polygon.rings):
        if image:
            corners = ring[:, ::-1] - 0.5
        else:
            corners = np.column_stack([rows.places(ring[:, 1]), columns.places(ring[:, 0])])
        mask = np.asarray(polygon2mask(shape, corners), np.bool_)
        found = found & ~mask if place else mask
    return found
