"""Bare numbers: a file that tells neither its shape nor its type, both of which the user gives."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, SourceError, UsageError
from napari_geofm.io.cubes.cube import Cube, require_size
from napari_geofm.io.cubes.reading import Reading

__all__ = ["RAW_TYPES", "raw_cube", "raw_dtype", "raw_misfit"]

RAW_TYPES = ("float32", "int16", "int8", "uint8", "uint16", "int32", "uint32", "float64", "ibm")
"""Types that bare numbers are likely to have, the likeliest first."""

_HEADERS = 65536
"""Bytes before the numbers that may still be a header."""


def raw_dtype(reading: Reading) -> np.dtype[Any]:
    """Return the type of the numbers in the file; of IBM floats that of their words.

    Raises
    ------
    UsageError
        When there is no such type of numbers.
    """
    try:
        found = np.dtype("u4" if reading.dtype == "ibm" else reading.dtype)
    except TypeError:
        found = np.dtype("O")
    if found.kind not in "iuf":
        msg = f"Type '{reading.dtype}': numbers are {', '.join(RAW_TYPES)}"
        raise UsageError(msg)
    return found.newbyteorder(">" if reading.byte_order == "big" else "<")


def raw_misfit(size: int, reading: Reading) -> str:
    """Return why a file of ``size`` bytes cannot have this shape and type, and what it may have; empty where it can.

    >>> raw_misfit(24_000, Reading((10, 20, 30), "float32"))
    ''
    >>> print(raw_misfit(24_000, Reading((10, 20, 31), "float32")))
    10 x 20 x 31 of float32 are 24,800 bytes, the file has 24,000; 10 x 20 x 30 would fit
    """
    dtype, shape = raw_dtype(reading), reading.shape
    count = int(np.prod(shape, dtype=object))
    needed = reading.header_bytes + count * dtype.itemsize
    if needed == size:
        return ""
    header = f" after {reading.header_bytes} bytes" if reading.header_bytes else ""
    sizes = " x ".join(map(str, shape))
    fits = _fitting(size, reading, dtype.itemsize, count)
    remedy = f"{' or '.join(fits[:4])} would fit" if fits else "check shape, type and header bytes"
    return f"{sizes} of {reading.dtype}{header} are {needed:,} bytes, the file has {size:,}; {remedy}"


def raw_cube(path: Path, reading: Reading) -> Cube:
    """Map a file of bare numbers.

    Raises
    ------
    FormatError
        When shape and type do not fit the file's size; what would fit is told.
    UsageError
        When there is no such type.
    SourceError
        When the file cannot be read.
    """
    dtype = raw_dtype(reading)
    try:
        size = path.stat().st_size
        why = raw_misfit(size, reading)
        if why:
            msg = f"{path.name}: {why}"
            raise FormatError(msg)
        whole = np.memmap(path, dtype, "r", reading.header_bytes, reading.shape)
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror or error}); check its permissions"
        raise SourceError(msg) from error

    def read(box: tuple[slice, ...]) -> NDArray[Any]:
        require_size(path, size)
        if reading.dtype == "ibm":
            from napari_geofm.io.segy.ibm import ibm_to_float

            return ibm_to_float(np.array(whole[box], np.uint32, order="C"))
        return np.asarray(whole[box])

    # A memory map would go to where it is read; here it never leaves.
    endian = f", {reading.byte_order} endian" if dtype.itemsize > 1 else ""
    return Cube(path, read, reading.shape, f"bare {reading.dtype}{endian}", ("",) * len(reading.shape))


def _fitting(size: int, reading: Reading, width: int, count: int) -> list[str]:
    """Return what the file may be that is close to what was said."""
    shape, body = reading.shape, size - reading.header_bytes
    found = []
    for place, side in enumerate(shape):
        rest = count // side * width
        if body > 0 and body % rest == 0:
            found.append(" x ".join(str(body // rest if at == place else each) for at, each in enumerate(shape)))
    others = (name for name in RAW_TYPES if name not in {reading.dtype, "ibm"})
    found += [f"type {name}" for name in others if count * np.dtype(name).itemsize == body]
    spare = size - count * width
    if 0 <= spare <= _HEADERS and spare != reading.header_bytes:
        found.append(f"{spare} header bytes")
    return found
