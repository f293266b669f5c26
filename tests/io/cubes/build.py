"""Volumes in the files of other programs, as those programs write them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

INLINES = np.arange(1000, 1010, 2)
CROSSLINES = np.arange(300, 306)
TIMES = 100.0 + 4.0 * np.arange(7)
WHOLE: NDArray[np.float32] = np.arange(5 * 6 * 7, dtype=np.float32).reshape(5, 6, 7)
"""A number for each sample, so that nothing can be mistaken for anything else."""


def zarr_group(
    path: Path,
    values: NDArray[Any],
    names: tuple[str, ...],
    numbers: dict[str, NDArray[Any]],
    *,
    zarr_format: int = 3,
    variable: str = "data",
    units: dict[str, str] | None = None,
    attrs: dict[str, Any] | None = None,
    more: dict[str, tuple[tuple[str, ...], NDArray[Any]]] | None = None,
) -> Path:
    """Write a group as xarray does: dimension names in format 3, ``_ARRAY_DIMENSIONS`` in format 2."""
    import zarr

    group = zarr.create_group(path, zarr_format=zarr_format)  # type: ignore[arg-type]
    arrays = {variable: (names, values), **{name: ((name,), each) for name, each in numbers.items()}, **(more or {})}
    for name, (dims, each) in arrays.items():
        chunks = tuple(min(3, size) for size in each.shape)
        options: dict[str, Any] = {"dimension_names": dims} if zarr_format == 3 else {}
        array = group.create_array(name, shape=each.shape, dtype=each.dtype, chunks=chunks, **options)
        array[...] = each
        if zarr_format == 2:
            array.attrs["_ARRAY_DIMENSIONS"] = list(dims)
        if units and name in units:
            array.attrs["units"] = units[name]
        if name == variable and attrs:
            array.attrs.update(attrs)
    return path


def seisnc(
    path: Path,
    values: NDArray[Any],
    names: tuple[str, ...],
    numbers: dict[str, NDArray[Any]],
    *,
    variable: str = "data",
    units: dict[str, str] | None = None,
    attrs: dict[str, Any] | None = None,
    more: dict[str, tuple[tuple[str, ...], NDArray[Any]]] | None = None,
) -> Path:
    """Write netCDF 4 as xarray with segysak does: dimension scales, variables, attributes."""
    import h5py

    with h5py.File(path, "w") as file:
        for name, each in numbers.items():
            scale = file.create_dataset(name, data=each)
            scale.make_scale(name)
            if units and name in units:
                scale.attrs["units"] = units[name]
        for name, (dims, each) in {variable: (names, values), **(more or {})}.items():
            array = file.create_dataset(name, data=each, chunks=tuple(min(3, size) for size in each.shape))
            for place, dim in enumerate(dims):
                array.dims[place].attach_scale(file[dim])
            if name == variable:
                array.attrs.update(attrs or {})
    return path


def sidecar(path: Path, **says: Any) -> None:
    """Say what an array's file does not."""
    path.with_name(f"{path.name}.json").write_text(json.dumps(says), encoding="utf-8")
