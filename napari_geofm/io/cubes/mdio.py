"""What MDIO notes in the attributes of its zarr stores, in versions 0 and 1.

Version 1 is a group as xarray writes it: a volume (``amplitude``) with named axes, their numbers beside it, ``cdp_x``,
``cdp_y``, ``trace_mask`` and ``headers``. Version 0 has groups ``data`` (``chunked_012``) and ``metadata``
(``live_mask``, trace headers), and names and numbers of the axes in the store's attributes.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["LIVE_MASK", "default_variable", "old_axes", "unit_in"]

LIVE_MASK = "metadata/live_mask"
"""Where version 0 notes which traces are there."""


def default_variable(attrs: Mapping[str, Any]) -> str:
    """Return which array a store of version 1 says is the volume; empty where it does not.

    >>> default_variable({"apiVersion": "1.1.3", "attributes": {"defaultVariableName": "amplitude"}})
    'amplitude'
    """
    inner = attrs.get("attributes")
    return str(inner.get("defaultVariableName") or "") if isinstance(inner, Mapping) else ""


def unit_in(attrs: Mapping[str, Any]) -> str:
    """Return the unit that version 1 notes with an array; empty where there is none.

    >>> unit_in({"unitsV1": {"time": "ms"}}), unit_in({"unitsV1": {"length": "ft"}}), unit_in({})
    ('ms', 'ft', '')
    """
    found = attrs.get("unitsV1")
    if not isinstance(found, Mapping):
        return ""
    return next((str(found[kind]) for kind in ("time", "length") if found.get(kind)), "")


def old_axes(attrs: Mapping[str, Any], shape: tuple[int, ...]) -> tuple[tuple[str, NDArray[Any]], ...]:
    """Return names and numbers of the axes of a version 0 store, in order; none where they do not fit ``shape``."""
    listed = attrs.get("dimension")
    if not isinstance(listed, list) or len(listed) != len(shape):
        return ()
    found = []
    for each, size in zip(listed, shape, strict=True):
        coords = each.get("coords") if isinstance(each, Mapping) else None
        if not isinstance(coords, list) or len(coords) != size:
            return ()
        try:
            found.append((str(each.get("name", "")), np.asarray(coords, np.float64)))
        except (TypeError, ValueError):
            return ()
    return tuple(found)
