"""Volumes with an axis of offsets, as segysak writes pre-stack files: one offset is read, or the mean over all."""

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import PreStackError
from napari_geofm.io.cubes.cube import Cube
from napari_geofm.io.cubes.naming import offset_axis
from napari_geofm.io.cubes.reading import Reading
from napari_geofm.io.lazy import BoxReader

__all__ = ["post_stack"]

_T = TypeVar("_T")


def post_stack(cube: Cube, reading: Reading) -> tuple[Cube, Reading, tuple[str, ...]]:
    """Return a cube without its axis of offsets, how it is read, and what there is to say of it.

    Parameters
    ----------
    cube
        Any cube; one without such an axis is returned as it is.
    reading
        Says which offset is read, or that the mean over all is; ``dims`` may name the axis.

    Raises
    ------
    PreStackError
        When there are offsets and nothing was chosen.
    """
    named = len(reading.dims) == len(cube.shape)
    axis = offset_axis(reading.dims if named else cube.names)
    if axis is None:
        chosen = reading.offset is not None or reading.stack
        return cube, reading, ("not pre-stack: the choice of an offset or the stack changes nothing",) if chosen else ()
    count, offsets = cube.shape[axis], _offsets(cube, axis)
    low, high = f"{offsets.min():g}", f"{offsets.max():g}"
    if not reading.stack and reading.offset is None:
        raise PreStackError(
            f"{cube.path.name} is pre-stack ({count} offsets from {low} to {high}); read the traces of one offset "
            f"(--offset {offsets[count // 2]:g}) or the mean of each gather (--stack)",
            tuple(offsets.tolist()),
        )
    if reading.stack:
        read = _mean(cube, axis)
        told = f"pre-stack: the mean of the live traces at each place is read, of {count} offsets"
    else:
        place = int(np.abs(offsets - float(reading.offset or 0.0)).argmin())
        read = _one(cube.read, axis, place)
        told = f"pre-stack: only the traces of offset {offsets[place]:g} are read, of {count} from {low} to {high}"
    less = replace(
        cube, read=read, shape=_without(cube.shape, axis), names=_without(cube.names, axis),
        missing=() if reading.stack else cube.missing,
    )  # fmt: skip
    return less, replace(reading, dims=_without(reading.dims, axis)) if named else reading, (told,)


def _offsets(cube: Cube, axis: int) -> NDArray[np.float64]:
    """Return the offsets, counted from 0 where the file has none."""
    found = cube.numbers.get(cube.names[axis])
    usable = found is not None and found.shape == (cube.shape[axis],) and bool(np.isfinite(found).all())
    return np.asarray(found if usable else np.arange(cube.shape[axis]), np.float64)


def _without(parts: tuple[_T, ...], axis: int) -> tuple[_T, ...]:
    return parts[:axis] + parts[axis + 1 :]


def _one(whole: BoxReader, axis: int, place: int) -> BoxReader:
    def read(box: tuple[slice, ...]) -> NDArray[np.generic]:
        gathers = np.asarray(whole((*box[:axis], slice(place, place + 1), *box[axis:])))
        return np.asarray(gathers.take(0, axis))

    return read


def _mean(cube: Cube, axis: int) -> BoxReader:
    """Return what reads the mean over the offsets of all samples that there are; NaN where there is none."""

    def read(box: tuple[slice, ...]) -> NDArray[np.generic]:
        values = np.array(cube.read((*box[:axis], slice(0, cube.shape[axis]), *box[axis:])), np.float32)
        there = ~np.isnan(values)
        for missing in cube.missing:
            there &= values != missing
        values[~there] = 0.0
        with np.errstate(invalid="ignore", over="ignore"):
            return np.asarray(values.sum(axis, dtype=np.float64) / there.sum(axis), np.float32)

    return read
