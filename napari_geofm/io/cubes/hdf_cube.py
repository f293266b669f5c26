"""netCDF and HDF5, read by h5py (netCDF 4 is HDF5) or scipy (netCDF 3); segysak's layout among them."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, GeoFMError
from napari_geofm.io.cubes.candidates import Candidate, choose
from napari_geofm.io.cubes.cube import Cube, Positions
from napari_geofm.io.cubes.naming import is_seismic, standard_name
from napari_geofm.io.cubes.reading import Reading
from napari_geofm.io.lazy import BoxReader

__all__ = ["hdf_cube", "holds_seismic", "netcdf3_cube"]


def holds_seismic(path: Path) -> bool:
    """Return whether an HDF5 file has an array whose axes are named as those of a volume or line; never raises."""
    with suppress(Exception):
        import h5py

        with h5py.File(path, "r", locking=False) as file:
            return any(
                is_seismic(Candidate(each.shape, _names(each)).post_stack.names) for each in _arrays(file).values()
            )
    return False


def hdf_cube(path: Path, reading: Reading) -> Cube:
    """Open the array of an HDF5 or netCDF 4 file that is the volume.

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
        chosen = _chosen(path, {name: (each.shape, _names(each)) for name, each in arrays.items()}, reading)
        array = arrays[chosen]
        beside = {name.rsplit("/", 1)[-1]: each for name, each in arrays.items() if _group(name) == _group(chosen)}
        return _described(path, array, _names(array), beside, {name: _names(each) for name, each in beside.items()})
    except GeoFMError:
        raise
    except Exception as error:
        msg = f"{path.name} cannot be read as HDF5 or netCDF; it may be damaged or cut short"
        raise FormatError(msg) from error


def netcdf3_cube(path: Path, reading: Reading) -> Cube:
    """Open the array of a netCDF 3 file that is the volume.

    Raises
    ------
    FormatError
        When the file is damaged, or no array stands out.
    UsageError
        When there is no such variable.
    """
    from scipy.io import netcdf_file

    try:
        file = netcdf_file(path, "r", mmap=True, maskandscale=False)
        arrays = {name: each for name, each in file.variables.items() if np.dtype(each.data.dtype).kind in "iuf"}
        names = {name: tuple(each.dimensions) for name, each in arrays.items()}
        chosen = _chosen(path, {name: (each.shape, names[name]) for name, each in arrays.items()}, reading)
        data = {name: _Attributed(each.data, _plain(vars(each)["_attributes"])) for name, each in arrays.items()}
        # The map lives as long as the arrays that are seen through it, without the file that it was made of.
        file.fp.close()
        return _described(path, data[chosen], names[chosen], data, names)
    except GeoFMError:
        raise
    except Exception as error:
        msg = f"{path.name} cannot be read as netCDF; it may be damaged or cut short"
        raise FormatError(msg) from error


class _Attributed:
    """An array with attributes, as h5py's are."""

    def __init__(self, array: NDArray[Any], attrs: Mapping[str, Any]) -> None:
        self.array, self.attrs = array, attrs
        self.shape, self.dtype, self.ndim = array.shape, array.dtype, array.ndim

    def __getitem__(self, key: Any) -> NDArray[Any]:
        return np.array(self.array[key])


def _arrays(file: Any) -> dict[str, Any]:
    """Return all arrays of numbers by name."""
    import h5py

    found: dict[str, Any] = {}

    def take(name: str, each: Any) -> None:
        # What stands for a netCDF dimension without numbers is no array.
        empty = b"This is a netCDF dimension but not a netCDF variable" in bytes(np.bytes_(each.attrs.get("NAME", b"")))
        if isinstance(each, h5py.Dataset) and each.shape and each.dtype.kind in "biuf" and not empty:
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


def _chosen(path: Path, arrays: Mapping[str, tuple[tuple[int, ...], tuple[str, ...]]], reading: Reading) -> str:
    return choose(path.name, {name: Candidate(*each) for name, each in arrays.items()}, reading.variable)


def _group(name: str) -> str:
    return name.rsplit("/", 1)[0] if "/" in name else ""


def _described(
    path: Path, array: Any, names: tuple[str, ...], beside: Mapping[str, Any], dims: Mapping[str, tuple[str, ...]]
) -> Cube:
    attrs = _plain(array.attrs)
    numbers = {name: np.asarray(beside[name][...]) for name in names if name in beside and beside[name].ndim == 1}
    units = {name: str(_plain(beside[name].attrs).get("units", "")) for name in numbers}
    # segysak notes feet once, for the whole survey.
    if str(attrs.get("measurement_system", "")).lower() in {"ft", "feet"}:
        units |= {name: "ft" for name in names if standard_name(name) == "depth" and not units.get(name)}
    missing = [attrs[name] for name in ("_FillValue", "missing_value") if name in attrs]
    return Cube(
        path,
        _box_reader(path, array, attrs),
        tuple(int(size) for size in array.shape),
        f"{array.dtype.newbyteorder('=')} in netCDF or HDF5",
        names,
        numbers,
        units,
        tuple(float(np.ravel(value)[0]) for value in missing if np.isfinite(np.ravel(value)[0])),
        positions=_positions(beside, dims, names),
    )


def _box_reader(path: Path, array: Any, attrs: Mapping[str, Any]) -> BoxReader:
    scale = float(np.ravel(attrs.get("scale_factor", 1.0))[0])
    offset = float(np.ravel(attrs.get("add_offset", 0.0))[0])

    def read(box: tuple[slice, ...]) -> NDArray[Any]:
        try:
            values = np.asarray(array[box])
        except Exception as error:
            msg = f"A part of {path.name} cannot be read; it may be damaged, or its disk gone"
            raise FormatError(msg) from error
        return values if (scale, offset) == (1.0, 0.0) else values * scale + offset

    return read


def _positions(
    beside: Mapping[str, Any], dims: Mapping[str, tuple[str, ...]], names: tuple[str, ...]
) -> Positions | None:
    x, y = beside.get("cdp_x"), beside.get("cdp_y")
    if x is None or y is None or x.shape != y.shape or not set(dims["cdp_x"]) <= set(names) - {""}:
        return None
    lines = tuple(name for name in dims["cdp_x"] if name.lower() not in {"offset", "offsets"})
    if len(lines) != 2:
        return None
    # All traces of a gather lie at one place.
    part = tuple(slice(None) if name in lines else 0 for name in dims["cdp_x"])
    return Positions(np.asarray(x[part], np.float64), np.asarray(y[part], np.float64), (lines[0], lines[1]))


def _plain(attrs: Any) -> dict[str, Any]:
    """Return attributes, texts as text; what cannot be read is left out."""
    found: dict[str, Any] = {}
    for name in attrs:
        with suppress(Exception):
            value = attrs[name]
            found[str(name)] = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return found
