"""ZGY volumes, through the package pyzgy, which the extra ``zgy`` installs."""

import io
import warnings
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, SourceError
from napari_geofm.io.cubes.cube import Cube, Positions

__all__ = ["ZGY_MARK", "zgy_cube"]

ZGY_MARK = b"VBS\x00"
"""First bytes of a ZGY file."""


def zgy_cube(path: Path) -> Cube:
    """Open a ZGY file.

    Raises
    ------
    SourceError
        When pyzgy is not installed.
    FormatError
        When the file is damaged.
    """
    try:
        # It prints and warns, as it is imported, of clouds and codecs that it does without.
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            from openzgy.api import UnitDimension, ZgyReader
    except ImportError as error:
        msg = f"{path.name} is a ZGY volume, for which pyzgy is needed; install it: pip install 'napari-geofm[zgy]'"
        raise SourceError(msg) from error
    try:
        file = ZgyReader(str(path))
        shape = tuple(int(size) for size in file.size)
        numbers = {
            name: first + step * np.arange(size)
            for name, first, step, size in zip(
                ("inline", "crossline", "samples"),
                (*file.annotstart, file.zstart),
                (*file.annotinc, file.zinc),
                shape,
                strict=True,
            )
        }
        length = file.zunitdim == UnitDimension.length
    except Exception as error:
        msg = f"{path.name} cannot be read as ZGY; it may be damaged or cut short"
        raise FormatError(msg) from error

    def read(box: tuple[slice, ...]) -> NDArray[Any]:
        found = np.empty([part.stop - part.start for part in box], np.float32)
        try:
            file.read(tuple(part.start for part in box), found)
        except Exception as error:
            msg = f"A part of {path.name} cannot be read; it may be damaged, or its disk gone"
            raise FormatError(msg) from error
        return found

    units = {"samples": str(file.zunitname or ("m" if length else "ms")).strip().lower()}
    names = ("inline", "crossline", "samples")
    words = f"{file.datatype.name} in ZGY"
    return Cube(path, read, shape, words, names, numbers, units, positions=_positions(file, shape))


def _positions(file: Any, shape: tuple[int, ...]) -> Positions | None:
    """Return X and Y between the four corners of the file; None where they are all the same."""
    corners = np.asarray(file.corners, np.float64)
    if corners.shape != (4, 2) or not np.ptp(corners, axis=0).any():
        return None
    along = np.linspace(0.0, 1.0, shape[0])[:, None]
    across = np.linspace(0.0, 1.0, shape[1])[None, :]
    origin, far_inline, far_crossline = corners[0], corners[1], corners[2]
    x, y = (
        origin[at] + along * (far_inline[at] - origin[at]) + across * (far_crossline[at] - origin[at]) for at in (0, 1)
    )
    return Positions(x, y, ("inline", "crossline"))
