"""The volume as xarray takes it. Imported in function bodies only: xarray loads late."""

from typing import Any, Protocol

import numpy as np
import xarray as xr  # noqa: TID253 - readers import this module inside functions
from numpy.typing import NDArray
from xarray.backends import BackendArray  # noqa: TID253
from xarray.core.indexing import (  # noqa: TID253
    ExplicitIndexer,
    IndexingSupport,
    LazilyIndexedArray,
    explicit_indexing_adapter,
)

from napari_geofm.io.segy.volume import Key

__all__ = ["Readable", "TraceArray", "lazy_array"]


class Readable(Protocol):
    """What reads by key: a :class:`~napari_geofm.io.segy.volume.TraceVolume`, or a stack of gathers."""

    shape: tuple[int, ...]

    def read(self, key: tuple[Key, ...]) -> NDArray[np.float32]:
        """Return what ``key`` names."""


class TraceArray(BackendArray):
    """Hands xarray's indexing on to what reads."""

    def __init__(self, volume: Readable) -> None:
        self.volume = volume
        self.shape = volume.shape
        self.dtype = np.dtype(np.float32)

    def __getitem__(self, key: ExplicitIndexer) -> NDArray[np.float32]:
        found: NDArray[np.float32] = explicit_indexing_adapter(key, self.shape, IndexingSupport.OUTER, self._read)
        return found

    def _read(self, key: tuple[Key, ...]) -> NDArray[np.float32]:
        return self.volume.read(key)


def lazy_array(
    volume: Readable, dims: tuple[str, ...], coordinates: tuple[NDArray[Any], ...], units: tuple[str, ...]
) -> xr.DataArray:
    """Return the volume with names, numbers and units, unread."""
    # As it is: asked for anything else, xarray loads dask to see whether the array is one of its.
    coords = {
        dim: xr.Variable((dim,), values, {"units": unit}, fastpath=True)
        for dim, values, unit in zip(dims, coordinates, units, strict=True)
    }
    data = xr.Variable(dims, LazilyIndexedArray(TraceArray(volume)), fastpath=True)
    return xr.DataArray(data, coords=coords, name="amplitude")
