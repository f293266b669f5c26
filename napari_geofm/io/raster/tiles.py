"""A folder of images of one size, as one survey ``(tile, row, column)``."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, GeometryError, SourceError
from napari_geofm.io.fingerprint import fingerprint
from napari_geofm.io.gdal import opened, require_whole_png
from napari_geofm.io.lazy import lazy_variable
from napari_geofm.io.raster.reader import RASTER_ENDINGS, Pixels

__all__ = ["read_tiles", "tile_files"]

_SHOWN = 6
"""Tiles named in a message before it says how many more there are."""


def tile_files(folder: Path) -> tuple[Path, ...]:
    """Return the images in a folder, by name; hidden files and other endings are passed over."""
    return tuple(
        sorted(
            file
            for file in folder.iterdir()
            if file.is_file() and not file.name.startswith(".") and file.suffix.lower() in RASTER_ENDINGS
        )
    )


def read_tiles(path: Path | str) -> Survey:
    """Open a folder of tiles; each is read when it is asked for.

    Returns
    -------
    Survey
        Kind ``"tiles"``, dims ``(tile, row, column)``; the file names are the coordinates of ``tile``.

    Raises
    ------
    SourceError
        When there is no such folder.
    FormatError
        When it holds no image.
    GeometryError
        When the images differ in size; the message lists them.
    """
    folder = Path(path)
    if not folder.is_dir():
        msg = f"No folder {folder}; check the path"
        raise SourceError(msg)
    files = tile_files(folder)
    if not files:
        msg = f"Folder {folder.name} holds no image ({', '.join(RASTER_ENDINGS[:6])}, ...); give a folder of tiles"
        raise FormatError(msg)
    readers: list[Pixels] = []
    sizes: dict[str, tuple[int, int]] = {}
    stored = ""
    for file in files:
        require_whole_png(file)
        with opened(file) as source:
            readers.append(Pixels.of(file, source))
            sizes[file.name] = (int(source.height), int(source.width))
            stored = stored or f"{source.dtypes[0]} ({source.driver})"
    shape = _common_size(folder, sizes)
    return Survey("tiles", _stack(tuple(sizes), readers, shape), folder, fingerprint(folder), stored)


def _common_size(folder: Path, sizes: dict[str, tuple[int, int]]) -> tuple[int, int]:
    counts: dict[tuple[int, int], int] = {}
    for size in sizes.values():
        counts[size] = counts.get(size, 0) + 1
    usual = max(counts, key=lambda size: counts[size])
    others = [f"{name} {size[0]} x {size[1]}" for name, size in sizes.items() if size != usual]
    if others:
        more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
        msg = (
            f"Tiles in {folder.name} are of unequal size: most are {usual[0]} x {usual[1]}, but "
            f"{', '.join(others[:_SHOWN])}{more}; cut them to one size"
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
