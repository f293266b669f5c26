"""Files of the package xdas: netCDF whose coordinates are a few tie points with straight lines between them."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, GeometryError
from napari_geofm.io.das.header import DasHeader, DasTraits, spaced
from napari_geofm.io.das.quietly import quietly
from napari_geofm.io.das.stamps import nanoseconds, on_grid, runs_of
from napari_geofm.io.das.units import in_metres, quantity_and_units

__all__ = ["XDAS", "is_xdas", "read_xdas", "scan_xdas"]

XDAS = "xdas"

_INTERPOLATED = "coordinate_interpolation"
"""Attribute (CF 1.9, 8.3) of a variable: ``"time: time_indices time_values distance: ..."``."""

_FIBRE = ("distance", "channel", "depth")


def is_xdas(path: Path) -> bool:
    """Return whether a file holds an array whose coordinates are tie points; whatever cannot be read does not."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            return any(_INTERPOLATED in getattr(item, "attrs", ()) for item in file.values())
    except (OSError, RuntimeError, KeyError):
        return False


def scan_xdas(path: Path) -> DasHeader:
    """Return the header of a file of xdas.

    Raises
    ------
    FormatError
        When it is damaged.
    GeometryError
        When it holds several recordings, or none of channels over time.
    """
    import xarray as xr

    with quietly(path), xr.open_dataset(path, engine="h5netcdf") as dataset:
        name = _only(path, dataset)
        variable = dataset[name]
        fibre = next((dim for dim in _FIBRE if dim in variable.dims), "")
        if sorted(map(str, variable.dims)) != sorted((fibre, "time")):
            msg = f"{path.name} holds {' x '.join(map(str, variable.dims))}; a DAS recording is distance over time"
            raise GeometryError(msg)
        words = (variable.attrs.get(_INTERPOLATED) or variable.encoding.get(_INTERPOLATED)).split()
        stamps, dated = nanoseconds(_decoded(dataset, words, "time", variable.sizes["time"]))
        places = np.asarray(_decoded(dataset, words, fibre, variable.sizes[fibre]), np.float64)
        attrs = {**dataset.attrs, **variable.attrs}
    even, uneven = on_grid(runs_of(stamps), stamps)
    quantity, units = quantity_and_units(attrs.get("quantity", attrs.get("long_name")), attrs.get("units"))
    gauge = in_metres(attrs.get("gauge_length"), attrs.get("gauge_length_units"))
    first, spacing, listed = spaced(places)
    traits = DasTraits(
        XDAS, "", fibre, places.size, first, spacing, listed, "" if fibre == "channel" else "m", even.step_ns, quantity,
        units, gauge, dated,
    )  # fmt: skip
    return DasHeader(traits, even.runs, uneven, even.jitter)


def read_xdas(path: Path, samples: slice) -> NDArray[np.float32]:
    """Return some samples of all channels, float32, shape ``(channels, samples)``.

    Raises
    ------
    FormatError
        When the file is damaged.
    """
    import xarray as xr

    with quietly(path), xr.open_dataset(path, engine="h5netcdf", decode_times=False) as dataset:
        variable = dataset[_only(path, dataset)]
        part = variable.isel(time=samples).transpose(..., "time").values
        return np.ascontiguousarray(part, np.float32)


def _only(path: Path, dataset: Any) -> Any:
    """Return the name of the only array whose coordinates are tie points."""
    found = [name for name, each in dataset.data_vars.items() if {**each.attrs, **each.encoding}.get(_INTERPOLATED)]
    if len(found) != 1:
        msg = f"{path.name} holds {len(found)} recordings; split it so that a file holds one"
        raise GeometryError(msg)
    return found[0]


def _decoded(dataset: Any, words: list[str], dim: str, size: int) -> NDArray[Any]:
    """Return the labels of a dimension: straight lines between its tie points.

    Raises
    ------
    FormatError
        When the tie points are not those of the whole dimension.
    """
    if f"{dim}:" not in words:
        return np.arange(size)
    at = words.index(f"{dim}:")
    indices, ties = (np.asarray(dataset[name].values) for name in words[at + 1 : at + 3])
    if indices.shape != ties.shape or indices.size == 0 or indices[0] != 0 or indices[-1] != size - 1:
        msg = f"its tie points of {dim} do not reach from the first to the last of {size}"
        raise FormatError(msg)
    if ties.dtype.kind not in "mM":
        return np.asarray(np.interp(np.arange(size), indices, ties.astype(np.float64)), np.float64)
    # ns since 1970 are more than a float64 holds to the last one: from the first tie point on they are not.
    passed = (ties - ties[0]).astype("timedelta64[ns]").astype(np.int64)
    between = np.rint(np.interp(np.arange(size), indices, passed.astype(np.float64))).astype(np.int64)
    return np.asarray(ties[0] + between.astype("timedelta64[ns]"))
