"""The one band of a raster as an array that reads what it is indexed with."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError
from napari_geofm.io.gdal import opened
from napari_geofm.io.lazy import read_box

__all__ = ["BandArray"]


@dataclass(frozen=True, slots=True)
class BandArray:
    """The numbers of a raster with one band, as stored; each part is read when it is asked for.

    Attributes
    ----------
    path
        The file.
    shape
        Rows and columns.
    dtype
        Of the numbers.
    nodata
        Number that means no data, or None.
    chunks
        Rows and columns that are packed together.
    """

    path: Path
    shape: tuple[int, int]
    dtype: np.dtype[Any]
    nodata: float | None
    chunks: tuple[int, int]
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @classmethod
    def of(cls, path: Path) -> "BandArray":
        """Open a raster.

        Raises
        ------
        FormatError
            When it has several bands, or its first or last rows cannot be read.
        """
        with opened(path) as source:
            if source.count != 1:
                msg = f"{path.name} has {source.count} bands; class numbers are one band"
                raise FormatError(msg)
            shape, blocks = (int(source.height), int(source.width)), source.block_shapes[0]
            found = cls(path, shape, np.dtype(source.dtypes[0]), source.nodata, (int(blocks[0]), int(blocks[1])))
        # A file that is cut short is told at once, not when half of it is done.
        for row in {0, shape[0] - 1}:
            found[row : row + 1]
        return found

    def __getitem__(self, key: Any) -> NDArray[Any]:
        """Return a part.

        Raises
        ------
        FormatError
            When it cannot be read.
        """
        given = key if isinstance(key, tuple) else (key,)
        if not all(isinstance(part, slice | int | np.integer) for part in given):
            # Chosen one by one, as numpy does it: of what is read whole.
            return np.asarray(np.asarray(self)[key])
        return read_box((*given, *[slice(None)] * (2 - len(given))), self.shape, self._read)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Return the whole, so that numpy takes it for an array."""
        return np.asarray(self[:, :], dtype=dtype)

    def _read(self, box: tuple[slice, ...]) -> NDArray[Any]:
        from rasterio.windows import Window

        rows, columns = box
        window = Window(columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start)
        with self._lock, opened(self.path) as source:
            found: NDArray[Any] = source.read(1, window=window)
        return found
