"""A folder of images of one size, as one survey ``(tile, row, column)``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeometryError
from napari_geofm.io.fingerprint import fingerprint
from napari_geofm.io.lazy import lazy_variable
from napari_geofm.io.raster.pixels import Pixels
from napari_geofm.io.raster.reader import RasterFile

__all__ = ["listed", "read_tiles"]

_SHOWN = 6
"""Tiles named in a message before it says how many more there are."""


def read_tiles(folder: Path, tiles: Mapping[str, RasterFile]) -> Survey:
    """Return images of one size as a survey; each is read when it is asked for.

    Parameters
    ----------
    folder
        Where they lie.
    tiles
        By file name.

    Returns
    -------
    Survey
        Kind ``"tiles"``, dims ``(tile, row, column)``; the file names are the coordinates of ``tile``.

    Raises
    ------
    GeometryError
        When the images differ in size; the message lists them.
    """
    shape = _common_size(folder, {name: tile.template.shape for name, tile in tiles.items()})
    pixels = [tile.pixels for tile in tiles.values()]
    stored = next(iter(tiles.values())).stored
    return Survey("tiles", _stack(tuple(tiles), pixels, shape), folder, fingerprint(folder), stored)


def listed(words: list[str]) -> str:
    """Return a list in a message, cut where it grows long.

    >>> listed(["a.png", "b.png"]), listed(list("abcdefgh"))
    ('a.png, b.png', 'a, b, c, d, e, f and 2 more')
    """
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return f"{', '.join(words[:_SHOWN])}{more}"


def _common_size(folder: Path, sizes: dict[str, tuple[int, int]]) -> tuple[int, int]:
    counts: dict[tuple[int, int], int] = {}
    for size in sizes.values():
        counts[size] = counts.get(size, 0) + 1
    usual = max(counts, key=lambda size: counts[size])
    others = [f"{name} {size[0]} x {size[1]}" for name, size in sizes.items() if size != usual]
    if others:
        msg = (
            f"Tiles in {folder.name} are of unequal size: most are {usual[0]} x {usual[1]}, but "
            f"{listed(others)}; cut them to one size"
        )
        raise GeometryError(msg)
    return usual


def _stack(names: tuple[str, ...], readers: list[Pixels], shape: tuple[int, int]) -> Any:
    import xarray as xr

    def read(box: tuple[slice, ...]) -> NDArray[np.float32]:
        tiles, *window = box
        return np.stack([reader.read(tuple(window)) for reader in readers[tiles]])

    dims = ("tile", "row", "column")
    attrs = {"units": ""}
    variable = lazy_variable(dims, (len(names), *shape), np.dtype(np.float32), read, attrs)
    coords = {
        "tile": ("tile", np.array(names), {"units": ""}),
        "row": ("row", np.arange(shape[0]), {"units": "px"}),
        "column": ("column", np.arange(shape[1]), {"units": "px"}),
    }
    return xr.DataArray(variable, coords, name="brightness")
