"""From a file to a cube, by its kind."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import UsageError
from napari_geofm.io.arrays import is_zarr, read_array
from napari_geofm.io.cubes.cube import Cube, require_size
from napari_geofm.io.cubes.hdf_cube import hdf_cube, is_netcdf
from napari_geofm.io.cubes.netcdf_cube import netcdf_cube
from napari_geofm.io.cubes.raw_cube import raw_cube
from napari_geofm.io.cubes.reading import Reading
from napari_geofm.io.cubes.zarr_cube import zarr_cube
from napari_geofm.io.cubes.zgy_cube import ZGY_MARK, zgy_cube

__all__ = ["CUBE_MARKS", "open_cube"]

NUMPY_MARKS = (b"\x93NUMPY", b"PK\x03\x04")
HDF_MARK = b"\x89HDF"
NETCDF3_MARKS = (b"CDF\x01", b"CDF\x02")

CUBE_MARKS = (*NUMPY_MARKS, *NETCDF3_MARKS, ZGY_MARK)
"""First bytes of files that are arrays and nothing else."""


def open_cube(path: Path, head: bytes, reading: Reading) -> Cube:
    """Open the array of a file.

    Parameters
    ----------
    path
        zarr, NumPy, HDF5, netCDF, ZGY, or bare numbers.
    head
        The first bytes of the file, empty for a folder.
    reading
        What is said about it.

    Raises
    ------
    FormatError, SourceError, UsageError
        When it cannot be read so.
    """
    if is_zarr(path):
        return zarr_cube(path, reading)
    if head.startswith(HDF_MARK):
        return netcdf_cube(path, reading, "h5netcdf") if is_netcdf(path) else hdf_cube(path, reading)
    if head.startswith(NETCDF3_MARKS):
        return netcdf_cube(path, reading, "scipy")
    if head.startswith(ZGY_MARK):
        return zgy_cube(path)
    if head.startswith(NUMPY_MARKS) or path.suffix.lower() in {".npy", ".npz"}:
        return _numpy_cube(path, reading)
    if not reading.is_raw:
        msg = f"{path.name}: bare numbers need both --shape and --dtype, as in --shape 400,500,522 --dtype float32"
        raise UsageError(msg)
    return raw_cube(path, reading)


def _numpy_cube(path: Path, reading: Reading) -> Cube:
    array = read_array(path, variable=reading.variable)
    size = path.stat().st_size if isinstance(array, np.memmap) else 0
    shape = tuple(int(side) for side in array.shape)

    def read(box: tuple[slice, ...]) -> NDArray[Any]:
        if size:
            require_size(path, size)
        return np.asarray(array[box])

    return Cube(path, read, shape, str(array.dtype), ("",) * len(shape))
