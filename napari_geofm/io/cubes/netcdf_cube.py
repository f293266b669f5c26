"""netCDF 3 and 4, read through xarray, which knows its conventions; segysak's layout among them."""

import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, GeoFMError
from napari_geofm.io.cubes.candidates import Candidate, choose
from napari_geofm.io.cubes.cube import Cube, Positions
from napari_geofm.io.cubes.naming import standard_name
from napari_geofm.io.cubes.reading import Reading
from napari_geofm.io.lazy import BoxReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr

__all__ = ["netcdf_cube"]

_NAMELESS = "phony_dim_"
"""How h5netcdf begins the names of axes that have none."""


def netcdf_cube(path: Path, reading: Reading, engine: str) -> Cube:
    """Open the array of a netCDF file that is the volume; only its description and its axes' numbers are read.

    Parameters
    ----------
    path
        The file.
    reading
        Its ``variable`` names the array where there are several.
    engine
        What xarray reads it by: ``"h5netcdf"`` (netCDF 4) or ``"scipy"`` (netCDF 3).

    Raises
    ------
    FormatError
        When the file is damaged, or no array stands out.
    UsageError
        When there is no such variable.
    """
    with warnings.catch_warnings():
        # xarray remarks on attributes that contradict each other; all values that are named mean nothing then.
        warnings.simplefilter("ignore")
        try:
            groups = _opened(path, engine)
            arrays = {
                f"{group}/{name}".lstrip("/"): Candidate(each.shape, _names(each))
                for group, found in groups.items()
                for name, each in found.variables.items()
                if each.dtype.kind in "biuf" and each.ndim and each.size
            }
            group, _, name = choose(path.name, arrays, reading.variable).rpartition("/")
            return _described(path, groups, group, name)
        except GeoFMError:
            raise
        except Exception as error:
            # A damaged file shows as xarray's, h5py's or scipy's own errors, whose frames hold it open.
            traceback.clear_frames(error.__traceback__)
            msg = f"{path.name} cannot be read as netCDF; it may be damaged or cut short"
            raise FormatError(msg) from error


def _opened(path: Path, engine: str) -> "dict[str, xr.Dataset]":
    """Return the groups of a file by name, ``""`` for the outermost, as they are stored.

    They stay open as long as what is read of them: opening again takes longer than a section.
    """
    import xarray as xr

    # Each by itself: `open_groups` passes over `decode_cf`.
    plain: Any = {"mask_and_scale": False, "decode_times": False, "decode_timedelta": False, "decode_coords": False}
    if engine == "scipy":
        return {"": xr.open_dataset(path, engine="scipy", chunks=None, cache=False, **plain)}
    locking = {"locking": False}
    found = xr.open_groups(
        path, engine="h5netcdf", chunks=None, cache=False, phony_dims="access", driver_kwds=locking, **plain
    )
    return {name.strip("/"): group for name, group in found.items()}


def _names(variable: "xr.Variable") -> tuple[str, ...]:
    return tuple("" if str(name).startswith(_NAMELESS) else str(name) for name in variable.dims)


def _seen(groups: "Mapping[str, xr.Dataset]", group: str) -> "dict[str, xr.Variable]":
    """Return the variables that a group sees: its own, before those of the groups around it (netCDF-4, scope)."""
    parts = group.split("/") if group else []
    around = ["/".join(parts[:count]) for count in range(len(parts) + 1)]
    return {str(name): value for each in around if each in groups for name, value in groups[each].variables.items()}


def _described(path: Path, groups: "Mapping[str, xr.Dataset]", group: str, name: str) -> Cube:
    import xarray as xr

    variables = _seen(groups, group)
    stored = groups[group].variables[name]
    names = _names(stored)
    wanted = {name, "cdp_x", "cdp_y", *names} & set(variables)
    # Only what is used: a variable that cannot be decoded harms nobody. Times stay numbers, their unit an attribute.
    read = {
        each: xr.conventions.decode_cf_variable(each, variables[each], decode_times=False, decode_timedelta=False)
        for each in wanted
    }
    numbers = {each: read[each].values for each in names if each in read and read[each].ndim == 1}
    units = {each: str(read[each].attrs.get("units", "")) for each in numbers}
    attrs = {**groups[group].attrs, **stored.attrs}
    # segysak notes feet once, for the whole survey.
    if str(attrs.get("measurement_system", "")).lower() in {"ft", "feet"}:
        units |= {each: "ft" for each in names if standard_name(each) == "depth" and not units.get(each)}
    crs = attrs.get("crs")
    return Cube(
        path,
        _box_reader(path, read[name]),
        tuple(int(size) for size in stored.shape),
        f"{stored.dtype.newbyteorder('=')} in netCDF",
        names,
        numbers,
        units,
        positions=_positions(read, names),
        crs=str(crs) if crs else None,
    )


def _box_reader(path: Path, variable: "xr.Variable") -> BoxReader:
    def read(box: tuple[slice, ...]) -> NDArray[Any]:
        try:
            return np.asarray(variable[box].values)
        except Exception as error:
            msg = f"A part of {path.name} cannot be read; it may be damaged, or its disk gone"
            raise FormatError(msg) from error

    return read


def _positions(read: "Mapping[str, xr.Variable]", names: tuple[str, ...]) -> Positions | None:
    x, y = read.get("cdp_x"), read.get("cdp_y")
    if x is None or y is None or x.dims != y.dims or not {str(name) for name in x.dims} <= set(names) - {""}:
        return None
    # All traces of a gather lie at one place.
    along = {name: 0 for name in x.dims if str(name).lower() in {"offset", "offsets"}}
    x, y = x.isel(along), y.isel(along)
    lines = tuple(str(name) for name in x.dims)
    if len(lines) != 2:
        return None
    return Positions(np.asarray(x.values, np.float64), np.asarray(y.values, np.float64), (lines[0], lines[1]))
