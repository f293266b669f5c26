"""What a click into three dimensions meets first."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari.layers import Labels

__all__ = ["Picked", "picked"]

Picked = tuple[int, int, int]
"""A sample of a layer's data."""


def picked(layers: "Sequence[Labels]", event: Any) -> "tuple[Labels, Picked, int] | None":
    """Return the layer, place and value that the ray under the mouse meets first; None where it meets nothing.

    Parameters
    ----------
    layers
        Three-dimensional labels, in whatever order they lie; those that are not shown are looked through.
    event
        napari's mouse event.
    """
    best: tuple[float, Labels, Picked, int] | None = None
    for layer in layers:
        found = _first(layer, event) if layer.visible else None
        if found is None:
            continue
        place, value = found
        away = float(np.dot(np.asarray(layer.data_to_world(place), float), np.asarray(event.view_direction, float)))
        if best is None or away < best[0]:
            best = (away, layer, place, value)
    return best[1:] if best is not None else None


def _first(layer: "Labels", event: Any) -> tuple[Picked, int] | None:
    start, end = layer.get_ray_intersections(event.position, event.view_direction, event.dims_displayed)
    if start is None or end is None:
        return None
    # Four looks for each sample on the longest way through: none is stepped over but at its very corner.
    steps = max(int(4 * np.max(np.abs(end - start))), 1)
    along = np.linspace(start, end, steps + 1)
    # napari's rays begin at the data's edge; a sample reaches half a step to either side of its number.
    places = np.clip(np.round(along).astype(int), 0, np.asarray(layer.data.shape) - 1)
    values = np.asarray(layer.data)[tuple(places.T)]
    hits = np.flatnonzero(values)
    if not hits.size:
        return None
    first = places[hits[0]]
    return (int(first[0]), int(first[1]), int(first[2])), int(values[hits[0]])
