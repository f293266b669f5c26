"""How high and wide the pixels of a georeferenced raster are on its body."""

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.body import metres_per_degree
from napari_geofm.io.raster.grid import is_straight
from napari_geofm.io.raster.ground import Ground

__all__ = ["pixel_sizes_m"]

_NODES = 17
"""Along each side of a window the places at which the size of a pixel is computed; in between it changes evenly."""


def pixel_sizes_m(
    ground: Ground | None, lines: NDArray[np.int_], across: NDArray[np.int_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return height and width of pixels in m in the survey's order, shape ``(rows, 1)`` or ``(rows, columns)``."""
    if ground is None:
        return np.ones((lines.size, 1)), np.ones((lines.size, 1))
    if ground.is_geographic and is_straight(ground.transform):
        lat = np.clip(ground.xy(lines, 0.0)[1], -90.0, 90.0)
        north, east = metres_per_degree(ground.body, lat)
        a, _, _, _, e, _ = ground.transform
        return (north * abs(e))[:, None], (east * abs(a))[:, None]
    if ground.columns_around is not None:
        down, wide = ground.pixel_km(lines, 0.5 * (ground.shape[1] - 1))
        return _filled(down)[:, None] * 1000.0, _filled(wide)[:, None] * 1000.0
    nodes = [np.linspace(each[0], each[-1], _NODES) for each in (lines, across)]
    down, wide = ground.pixel_km(nodes[0][:, None], nodes[1][None, :])
    return tuple(_spread(_filled(each) * 1000.0, nodes, lines, across) for each in (down, wide))  # type: ignore[return-value]


def _filled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sizes with those that are not known (beyond the body's limb) taken from the middle of those that are."""
    known = np.isfinite(values) & (values > 0)
    return np.where(known, values, np.median(values[known]) if known.any() else 1.0)


def _spread(
    values: NDArray[np.float64], nodes: list[NDArray[np.float64]], lines: NDArray[np.int_], across: NDArray[np.int_]
) -> NDArray[np.float64]:
    """Return numbers at nodes as numbers at every pixel."""
    rows = np.stack([np.interp(lines, nodes[0], column) for column in values.T], axis=1)
    return np.stack([np.interp(across, nodes[1], row) for row in rows])
