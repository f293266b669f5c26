"""Which arrays a file holds, for the question which of them is meant."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from napari_geofm.io.arrays import is_zarr
from napari_geofm.io.cubes.candidates import Candidate

__all__ = ["arrays_in"]


def arrays_in(path: Path) -> dict[str, Candidate]:
    """Return the arrays of two or three axes of a .npz, HDF5, netCDF 4 or zarr by name; none where it cannot be read.

    Only headers are read.
    """
    try:
        if is_zarr(path):
            found = _of_zarr(path)
        elif zipfile.is_zipfile(path):
            found = _of_npz(path)
        else:
            found = _of_hdf(path)
    except Exception:  # noqa: BLE001 - it is only listed; why it cannot be read its reader tells
        return {}
    return {name: each for name, each in found.items() if len(each.shape) in {2, 3}}


def _of_npz(path: Path) -> dict[str, Candidate]:
    found = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as stream:
                version = np.lib.format.read_magic(stream)
                read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
                shape, _, dtype = read(stream)
            if dtype.kind in "biuf":
                found[name.removesuffix(".npy")] = Candidate(tuple(shape), ("",) * len(shape))
    return found


def _of_hdf(path: Path) -> dict[str, Candidate]:
    import h5py

    found = {}

    def take(name: str, each: Any) -> None:
        if isinstance(each, h5py.Dataset) and each.dtype.kind in "biuf":
            found[name] = Candidate(tuple(each.shape), ("",) * len(each.shape))

    with h5py.File(path, "r", locking=False) as file:
        file.visititems(take)
    return found


def _of_zarr(path: Path) -> dict[str, Candidate]:
    import zarr

    store: Any = zarr.open(path, mode="r")
    arrays = [] if isinstance(store, zarr.Array) else store.arrays()
    return {name: Candidate(tuple(each.shape), ("",) * len(each.shape)) for name, each in arrays}
