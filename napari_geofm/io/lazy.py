"""Arrays that read when they are indexed, as xarray and the label readers want them."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["BoxReader", "lazy_variable", "read_box"]

BoxReader = Callable[[tuple[slice, ...]], NDArray[Any]]
"""Reads a box: one slice per dimension, start and stop within the array, step 1; returns that shape."""


def read_box(key: tuple[int | slice, ...], shape: tuple[int, ...], read: BoxReader) -> NDArray[Any]:
    """Read what ``key`` names through a reader that knows boxes only.

    Parameters
    ----------
    key
        One int or slice per dimension; negative numbers and steps as in numpy.
    shape
        Shape of the whole array.
    read
        Reads the box around.

    Returns
    -------
    ndarray
        What ``whole[key]`` would be.
    """
    box: list[slice] = []
    within: list[int | slice] = []
    for part, size in zip(key, shape, strict=True):
        if isinstance(part, slice):
            places = range(size)[part]
            if len(places) == 0:
                box.append(slice(0, 0))
                within.append(slice(None))
                continue
            low, high = min(places[0], places[-1]), max(places[0], places[-1])
            box.append(slice(low, high + 1))
            within.append(slice(None, None, places.step))
        else:
            place = range(size)[part]
            box.append(slice(place, place + 1))
            within.append(0)
    if any(part.stop <= part.start for part in box):
        empty = tuple(part.stop - part.start for part in box)
        return np.empty(empty, read(tuple(slice(0, 1) for _ in shape)).dtype)[tuple(within)]
    return read(tuple(box))[tuple(within)]


def lazy_variable(
    dims: tuple[str, ...], shape: tuple[int, ...], dtype: np.dtype[Any], read: BoxReader, attrs: dict[str, Any]
) -> "xr.Variable":
    """Return an xarray.Variable that calls ``read`` when, and only for what, it is indexed."""
    import xarray as xr
    from xarray.core.indexing import LazilyIndexedArray

    return xr.Variable(dims, LazilyIndexedArray(_box_array()(shape, dtype, read)), attrs)


@cache
def _box_array() -> type[Any]:
    """Return the class that xarray indexes; made on first use, since xarray loads late."""
    from xarray.backends import BackendArray
    from xarray.core.indexing import ExplicitIndexer, IndexingSupport, explicit_indexing_adapter

    class BoxArray(BackendArray):
        """Array of a file, read box by box."""

        __slots__ = ("dtype", "read", "shape")

        def __init__(self, shape: tuple[int, ...], dtype: np.dtype[Any], read: BoxReader) -> None:
            self.shape = shape
            self.dtype = dtype
            self.read = read

        def __getitem__(self, key: ExplicitIndexer) -> NDArray[Any]:
            return explicit_indexing_adapter(  # type: ignore[no-any-return]
                key, self.shape, IndexingSupport.BASIC, self._basic
            )

        def _basic(self, key: tuple[int | slice, ...]) -> NDArray[Any]:
            return read_box(key, self.shape, self.read)

    return BoxArray
