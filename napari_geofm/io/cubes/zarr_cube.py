"""zarr stores, formats 2 and 3: a single array, or a group as xarray, segysak and MDIO write them."""

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, GeoFMError
from napari_geofm.io.cubes.candidates import Candidate, choose
from napari_geofm.io.cubes.cube import Cube, Positions
from napari_geofm.io.cubes.mdio import LIVE_MASK, default_variable, old_axes, unit_in
from napari_geofm.io.cubes.reading import Reading
from napari_geofm.io.lazy import BoxReader

if TYPE_CHECKING:
    import zarr

__all__ = ["zarr_cube"]

_DEPTH = 3
"""Groups within groups that are looked into."""


def zarr_cube(path: Path, reading: Reading) -> Cube:
    """Open the array of a store that is the volume; only its description and its axes' numbers are read.

    Parameters
    ----------
    path
        The store's folder.
    reading
        Its ``variable`` names the array where there are several.

    Raises
    ------
    FormatError
        When the store is damaged, or no array stands out.
    UsageError
        When there is no such variable.
    """
    try:
        with warnings.catch_warnings():
            # zarr 3 remarks on foreign files in a store; they do no harm.
            warnings.simplefilter("ignore")
            arrays, attrs = _opened(path)
            candidates = {name: Candidate(tuple(each.shape), _names(each, attrs)) for name, each in arrays.items()}
            said = default_variable(attrs)
            chosen = choose(path.name, candidates, reading.variable or (said if said in arrays else ""))
            return _described(path, arrays, chosen, attrs)
    except GeoFMError:
        raise
    except Exception as error:
        # A damaged store shows as json's, zarr's or the codec's own errors.
        msg = f"{path.name} cannot be read as a zarr store; it may be damaged or half written"
        raise FormatError(msg) from error


def _opened(path: Path) -> tuple[dict[str, "zarr.Array[Any]"], dict[str, Any]]:
    """Return the arrays of numbers in a store by name, and the store's attributes.

    What zarr cannot open (MDIO keeps trace headers in a type of its own) is passed over where there is more.
    """
    import zarr

    found: dict[str, zarr.Array[Any]] = {}
    failed: Exception | None = None
    for name, folder in _array_folders(path, _DEPTH):
        try:
            found[name] = zarr.open_array(folder, mode="r")
        except Exception as error:  # noqa: BLE001 - damaged metadata shows as json's, zarr's or Python's own errors
            failed = error
    if failed is not None and not any(each.ndim > 1 for each in found.values()):
        raise failed
    return _numeric(found), dict(zarr.open(path, mode="r").attrs)


def _array_folders(path: Path, depth: int, name: str = "") -> Iterator[tuple[str, Path]]:
    """Yield name and folder of each array below a group; chunks are not looked through."""
    if (path / ".zarray").is_file() or not _is_group(path):
        yield name, path
        return
    for folder in sorted(each for each in path.iterdir() if each.is_dir() and depth > 0):
        if any((folder / file).is_file() for file in ("zarr.json", ".zarray", ".zgroup")):
            yield from _array_folders(folder, depth - 1, f"{name}/{folder.name}" if name else folder.name)


def _is_group(path: Path) -> bool:
    """Return whether a node is a group; one whose description cannot be read is taken for an array."""
    if (path / ".zgroup").is_file():
        return True
    try:
        found = json.loads((path / "zarr.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("node_type") == "group"


def _numeric(arrays: dict[str, "zarr.Array[Any]"]) -> dict[str, "zarr.Array[Any]"]:
    return {name: each for name, each in arrays.items() if each.dtype.kind in "biuf" and 0 not in each.shape}


def _names(array: "zarr.Array[Any]", attrs: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of an array's axes: of format 3, as xarray notes them in format 2, or the store as MDIO does."""
    listed = getattr(array.metadata, "dimension_names", None) or array.attrs.get("_ARRAY_DIMENSIONS")
    if not isinstance(listed, list | tuple) or len(listed) != len(array.shape):
        return tuple(name for name, _ in old_axes(attrs, array.shape)) or ("",) * len(array.shape)
    return tuple(str(name or "") for name in listed)


def _described(path: Path, arrays: dict[str, "zarr.Array[Any]"], chosen: str, attrs: dict[str, Any]) -> Cube:
    array = arrays[chosen]
    names = _names(array, attrs)
    group = chosen.rsplit("/", 1)[0] + "/" if "/" in chosen else ""
    beside = {name.removeprefix(group): each for name, each in arrays.items() if name.startswith(group)}
    numbers = {name: np.asarray(beside[name][...]) for name in names if name in beside and beside[name].ndim == 1}
    units = {name: _unit(beside[name]) for name in numbers}
    numbers = {name: values for name, values in old_axes(attrs, array.shape) if name in names} | numbers
    own = dict(array.attrs)
    live, live_names = _live({**beside, LIVE_MASK: arrays.get(LIVE_MASK)}, names)
    crs = own.get("crs") or attrs.get("crs")
    return Cube(
        path,
        _box_reader(path, array, own),
        tuple(int(size) for size in array.shape),
        f"{array.dtype} in zarr",
        names,
        numbers,
        units,
        _missing(own, array.dtype),
        live,
        live_names,
        _positions(beside, names),
        str(crs) if crs else None,
    )


def _box_reader(path: Path, array: "zarr.Array[Any]", attrs: dict[str, Any]) -> BoxReader:
    scale, offset = float(attrs.get("scale_factor", 1.0)), float(attrs.get("add_offset", 0.0))

    def read(box: tuple[slice, ...]) -> NDArray[Any]:
        try:
            values = np.asarray(array[box])
        except Exception as error:
            # A chunk that is cut or gone shows as the codec's own error.
            msg = f"A part of {path.name} cannot be read; it may be damaged or half written"
            raise FormatError(msg) from error
        return values if (scale, offset) == (1.0, 0.0) else values * scale + offset

    return read


def _unit(array: "zarr.Array[Any]") -> str:
    return str(array.attrs.get("units") or array.attrs.get("unit") or unit_in(dict(array.attrs)))


def _missing(attrs: dict[str, Any], dtype: np.dtype[Any]) -> tuple[float, ...]:
    """Return the values that mean nothing: those that the attributes name. A fill value is none: 0, mostly."""
    found = []
    for name in ("_FillValue", "missing_value"):
        value = attrs.get(name)
        if isinstance(value, str) and dtype.kind == "f":
            from xarray.backends.zarr import FillValueCoder

            value = FillValueCoder.decode(value, dtype)
        if isinstance(value, int | float | np.number) and not np.isnan(float(value)):
            found.append(float(value))
    return tuple(found)


def _live(
    beside: "dict[str, zarr.Array[Any] | None]", names: tuple[str, ...]
) -> tuple[NDArray[np.bool_] | None, tuple[str, ...]]:
    """Return where traces are, as MDIO and fast copies note it."""
    for word in ("trace_mask", "live"):
        found = beside.get(word)
        if found is None or found.ndim != len(names) - 1:
            continue
        axes = _names(found, {})
        if set(axes) <= set(names) - {""}:
            return np.asarray(found[...]).astype(bool), axes
    old = beside.get(LIVE_MASK)
    if old is not None and old.ndim == len(names) - 1 and all(names):
        return np.asarray(old[...]).astype(bool), names[:-1]
    return None, ()


def _positions(beside: dict[str, "zarr.Array[Any]"], names: tuple[str, ...]) -> Positions | None:
    x, y = beside.get("cdp_x"), beside.get("cdp_y")
    if x is None or y is None or x.shape != y.shape or not set(_names(x, {})) <= set(names) - {""}:
        return None
    lines = tuple(name for name in _names(x, {}) if name.lower() not in {"offset", "offsets"})
    if len(lines) != 2:
        return None
    # All traces of a gather lie at one place.
    part = tuple(slice(None) if name in lines else 0 for name in _names(x, {}))
    return Positions(np.asarray(x[part], np.float64), np.asarray(y[part], np.float64), (lines[0], lines[1]))
