"""A cube becomes a survey: axes put in order, numbers and units found, missing samples NaN."""

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError
from napari_geofm.io.cubes.cube import Cube, CubeTemplate
from napari_geofm.io.cubes.gathers import post_stack
from napari_geofm.io.cubes.guarding import CubeGuard
from napari_geofm.io.cubes.naming import DIMS, KIND_UNITS, roles_of
from napari_geofm.io.cubes.reading import Reading
from napari_geofm.io.fingerprint import fingerprint
from napari_geofm.io.lazy import BoxReader, lazy_variable, read_box

__all__ = ["survey_of"]

_TO_MS = {"s": 1000.0, "sec": 1000.0, "second": 1000.0, "seconds": 1000.0, "us": 0.001, "µs": 0.001}
_UNITS = {"metre": "m", "meter": "m", "metres": "m", "meters": "m", "feet": "ft", "foot": "ft", "msec": "ms",
          "millisecond": "ms", "milliseconds": "ms"}  # fmt: skip


def survey_of(cube: Cube, reading: Reading, kind: str | None = None) -> Survey:
    """Return the survey that a cube is.

    Parameters
    ----------
    cube
        The array and what its file says.
    reading
        What the user or a sidecar says; it wins.
    kind
        What the user says the survey is; None: what names and count of axes tell.

    Raises
    ------
    FormatError
        When the axes cannot be told apart, or one is of offsets and nothing was chosen of them.
    UsageError
        When what the user says does not fit.
    """
    whole = reading
    cube, reading, told = post_stack(cube, reading)
    units = tuple(_unit(cube, reading, place) for place in range(len(cube.shape)))
    found, roles = roles_of(cube.path.name, cube.names, units, reading.dims, kind)
    dims = tuple(_depth_or(name, roles) for name in DIMS[found])
    order = tuple(roles.index(name) for name in dims)
    shape = tuple(cube.shape[place] for place in order)
    read = _reader(cube, order)
    axes = [_numbers(cube, reading, found, dims, order, at) for at in range(len(dims))]
    counted = [name for name, (_, _, known) in zip(dims, axes, strict=True) if not known]
    import xarray as xr

    variable = lazy_variable(dims, shape, np.dtype(np.float32), read, {"units": ""})
    coords = {name: (name, values, {"units": unit}) for name, (values, unit, _) in zip(dims, axes, strict=True)}
    odd = _odd(cube, dims, order, counted)
    return Survey(
        found,
        xr.DataArray(variable, coords, name="amplitude"),
        cube.path,
        _identity(cube, whole),
        cube.words,
        crs=cube.crs,
        odd=(*told, *odd, *_samples_odd(read, shape)),
        template=CubeTemplate(_affine(cube, dims, order, axes)),
        direct=_direct(shape, read),
    )


def _depth_or(name: str, roles: tuple[str, ...]) -> str:
    return "depth" if name == "twt" and "depth" in roles else name


def _unit(cube: Cube, reading: Reading, place: int) -> str:
    """Return the unit of an axis in the file's order, as the house writes it; empty where none is known."""
    names = {cube.names[place], *(reading.dims[place : place + 1])}
    said = next((reading.axes[name].units for name in names if name in reading.axes), "")
    unit = said or cube.units.get(cube.names[place], "")
    return _UNITS.get(unit.lower(), unit)


def _direct(shape: tuple[int, ...], read: BoxReader) -> Callable[[tuple[int | slice, ...]], NDArray[np.float32]]:
    return lambda places: read_box(places, shape, read)


def _reader(cube: Cube, order: tuple[int, ...]) -> BoxReader:
    """Return what reads a box in the survey's order: float32, NaN where there is no sample or trace."""
    back = tuple(int(place) for place in np.argsort(order))
    live = tuple(cube.names.index(name) for name in cube.live_names)
    guard = CubeGuard(cube.path)

    def read(box: tuple[slice, ...]) -> NDArray[np.float32]:
        guard.require_unchanged()
        raw = tuple(box[place] for place in back)
        values = np.asarray(cube.read(raw))
        with np.errstate(over="ignore", invalid="ignore"):
            found = np.array(values, np.float32)
        for value in cube.missing:
            found[values == value] = np.nan
        if cube.live is not None:
            dead = ~cube.live[tuple(raw[place] for place in live)]
            spread = tuple(slice(None) if place in live else None for place in range(len(raw)))
            found[np.broadcast_to(dead[spread], found.shape)] = np.nan
        return np.ascontiguousarray(found.transpose(order))

    return read


def _numbers(
    cube: Cube, reading: Reading, kind: str, dims: tuple[str, ...], order: tuple[int, ...], at: int
) -> tuple[NDArray[Any], str, bool]:
    """Return numbers and unit of an axis, and whether they are known or counted."""
    name, place = dims[at], order[at]
    size, own = cube.shape[place], cube.names[place]
    unit = _unit(cube, reading, place)
    known = (own, name, *reading.dims[place : place + 1])
    said = next((reading.axes[each] for each in known if each in reading.axes), None)
    if said is not None:
        return *_scaled(said.numbers(size), name, unit), True
    values = cube.numbers.get(own) if own else None
    if values is not None and _usable(values, size):
        return *_scaled(values, name, unit), True
    if name == "tile":
        return np.array([str(number) for number in range(size)]), "", False
    kind_unit = KIND_UNITS[kind][at]
    counts = np.arange(size, dtype=np.float64 if kind_unit == "samples" else np.int64)
    return counts, kind_unit, False


def _usable(values: NDArray[Any], size: int) -> bool:
    """Return whether numbers of a file name lines: as many as there are, finite, none twice."""
    if values.shape != (size,) or values.dtype.kind not in "iuf" or not np.isfinite(values).all():
        return False
    return np.unique(values).size == size


def _scaled(values: NDArray[Any], name: str, unit: str) -> tuple[NDArray[Any], str]:
    """Return lines as whole numbers, time in ms, and their unit."""
    numbers = np.asarray(values, np.float64)
    if name in {"inline", "crossline", "cdp"}:
        return (numbers.astype(np.int64) if (numbers == np.round(numbers)).all() else numbers), ""
    if name == "twt":
        # Ten digits are more than any clock has; 0.004 s times 1000 is 4 ms.
        return np.round(numbers * _TO_MS.get(unit.lower(), 1.0), 6), "ms"
    if name == "depth":
        return numbers, unit or "m"
    return numbers, unit


def _odd(cube: Cube, dims: tuple[str, ...], order: tuple[int, ...], counted: list[str]) -> tuple[str, ...]:
    odd = []
    if len(counted) == len(dims):
        odd.append(f"an array without headers: {', '.join(dims)} are numbered from 0")
    elif counted:
        odd.append(f"{', '.join(counted)}: the file has no usable numbers, so they are counted from 0")
    if order != tuple(sorted(order)):
        stored = ", ".join(dims[order.index(place)] for place in range(len(order)))
        odd.append(f"the file's order is {stored}; shown as {', '.join(dims)}")
    if cube.live is not None and not cube.live.all():
        missing = int((~cube.live).sum())
        odd.append("1 trace is missing" if missing == 1 else f"{missing:,} traces are missing")
    return tuple(odd)


def _samples_odd(read: BoxReader, shape: tuple[int, ...]) -> tuple[str, ...]:
    """Look at a few traces in the middle: what holds no numbers there should be known before work is put into it.

    Raises
    ------
    FormatError
        When they cannot be read.
    """
    middle = tuple(slice(max(0, size // 2 - 4), size // 2 + 4) for size in shape[:-1])
    try:
        values = read((*middle, slice(0, shape[-1])))
    except MemoryError as error:
        msg = "Traces of this length do not fit in memory; is the shape right?"
        raise FormatError(msg) from error
    if np.isnan(values).all():
        return ("the traces in the middle hold no numbers (NaN)",)
    if np.isinf(values).any():
        return ("some samples are infinite; they count as missing",)
    return ()


def _affine(
    cube: Cube, dims: tuple[str, ...], order: tuple[int, ...], axes: list[tuple[NDArray[Any], str, bool]]
) -> object:
    """Fit X and Y to the line numbers; None where there are none."""
    if cube.positions is None or dims[:2] != ("inline", "crossline"):
        return None
    from napari_geofm.io.segy.coordinates import LineAffine

    turned = cube.positions.names[0] != cube.names[order[0]]
    x, y = (part.T if turned else part for part in (cube.positions.x, cube.positions.y))
    lines = np.meshgrid(axes[0][0].astype(np.float64), axes[1][0].astype(np.float64), indexing="ij")
    if x.shape != lines[0].shape:
        return None
    known = np.isfinite(x) & np.isfinite(y)
    places = np.flatnonzero(known)[:: max(1, int(known.sum()) // 5000)]
    design = np.stack([np.ones(places.size), *(line.reshape(-1)[places] for line in lines)], axis=1)
    xy = np.stack([x.reshape(-1)[places], y.reshape(-1)[places]], axis=1)
    if places.size < 3 or not np.ptp(xy, axis=0).any():
        return None
    solution, _, rank, _ = np.linalg.lstsq(design, xy, rcond=None)
    if rank < 3:
        return None
    gaps = design @ solution - xy
    return LineAffine(np.ascontiguousarray(solution.T), float(np.sqrt((gaps**2).sum(axis=1).mean())))


def _identity(cube: Cube, reading: Reading) -> str:
    """Return a hash of the file and of how it is read: with other axes it is another survey."""
    plain = reading.plain()
    own = fingerprint(cube.path)
    return own if not plain else hashlib.sha256(f"{own}{plain}".encode()).hexdigest()[:32]
