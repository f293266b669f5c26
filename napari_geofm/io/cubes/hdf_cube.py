"""Arrays in HDF5 that is no netCDF, read by h5py."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, GeoFMError
from napari_geofm.io.cubes.candidates import Candidate, choose
from napari_geofm.io.cubes.cube import Cube
from napari_geofm.io.cubes.naming import is_seismic
from napari_geofm.io.cubes.reading import Reading

__all__ = ["hdf_cube", "holds_seismic", "is_netcdf"]

_CONVENTIONS = frozenset({"_FillValue", "missing_value", "scale_factor", "add_offset"})
"""Attributes by which netCDF says what the numbers of an array mean."""


def holds_seismic(path: Path) -> bool:
    """Return whether an HDF5 file has an array whose axes are named as those of a volume or line; never raises."""
    with suppress(Exception):
        import h5py

        with h5py.File(path, "r", locking=False) as file:
            return any(
                is_seismic(Candidate(each.shape, _names(each)).post_stack.names) for each in _arrays(file).values()
            )
    return False


def is_netcdf(path: Path) -> bool:
    """Return whether an HDF5 file keeps to the conventions of netCDF: it says so, or its axes or arrays do."""
    with suppress(Exception):
        import h5py

        with h5py.File(path, "r", locking=False) as file:
            return bool({"_NCProperties", "Conventions"} & set(file.attrs)) or any(
                each.is_scale or any(len(axis) for axis in each.dims) or _CONVENTIONS & set(each.attrs)
                for each in _arrays(file).values()
            )
    return False


def hdf_cube(path: Path, reading: Reading) -> Cube:
    """Open the array of an HDF5 file that is the volume.

    Raises
    ------
    FormatError
        When the file is damaged, or no array stands out.
    UsageError
        When there is no such variable.
    """
    import h5py

    try:
        # Open as long as the survey is: opening again takes longer than a section.
        file = h5py.File(path, "r", locking=False)
        arrays = _arrays(file)
        candidates = {name: Candidate(each.shape, _names(each)) for name, each in arrays.items()}
        chosen = choose(path.name, candidates, reading.variable)
        return _described(path, arrays, chosen)
    except GeoFMError:
        raise
    except Exception as error:
        msg = f"{path.name} cannot be read as HDF5 or netCDF; it may be damaged or cut short"
        raise FormatError(msg) from error


def _arrays(file: Any) -> dict[str, Any]:
    """Return all arrays of numbers by name."""
    import h5py

    found: dict[str, Any] = {}

    def take(name: str, each: Any) -> None:
        if isinstance(each, h5py.Dataset) and each.shape and each.dtype.kind in "biuf":
            found[name] = each

    file.visititems(take)
    return found


def _names(array: Any) -> tuple[str, ...]:
    """Return the names of the axes: of their scales, or their labels."""
    names = []
    for place in range(len(array.shape)):
        axis = array.dims[place]
        if len(axis):
            names.append(str(axis[0].name).rsplit("/", 1)[-1])
        elif array.is_scale and len(array.shape) == 1:
            names.append(str(array.name).rsplit("/", 1)[-1])
        else:
            names.append(str(axis.label))
    return tuple(names)


def _described(path: Path, arrays: Mapping[str, Any], chosen: str) -> Cube:
    array, names = arrays[chosen], _names(arrays[chosen])
    group = f"{chosen.rpartition('/')[0]}/".lstrip("/")
    beside = {name: arrays[group + name] for name in names if name and group + name in arrays}
    numbers = {name: np.asarray(each[...]) for name, each in beside.items() if each.ndim == 1}
    units = {name: _text(beside[name].attrs.get("units", "")) for name in numbers}

    def read(box: tuple[slice, ...]) -> NDArray[Any]:
        try:
            return np.asarray(array[box])
        except Exception as error:
            msg = f"A part of {path.name} cannot be read; it may be damaged, or its disk gone"
            raise FormatError(msg) from error

    shape = tuple(int(size) for size in array.shape)
    return Cube(path, read, shape, f"{array.dtype.newbyteorder('=')} in HDF5", names, numbers, units)


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
