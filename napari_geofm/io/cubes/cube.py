"""An array in a file, with what the file says about its axes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import SourceError
from napari_geofm.io.lazy import BoxReader

__all__ = ["Cube", "CubeTemplate", "Positions", "require_size"]


@dataclass(frozen=True, slots=True, eq=False)
class Positions:
    """X and Y of the traces of a volume, as a file gives them.

    Attributes
    ----------
    x, y
        ndarrays of float64, shape of the two line axes in the file's order; NaN where there is no trace.
    names
        Names of those two axes.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    names: tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """An array that reads when asked, in the file's own order.

    Attributes
    ----------
    path
        The file or folder.
    read
        Reads a box: one slice per axis of the file; any type of number.
    shape
        Sizes.
    words
        How samples are stored, for the user.
    names
        Names of the axes, empty where they have none.
    numbers, units
        Numbers and unit of an axis, by its name in the file.
    missing
        Values that mean that there is none.
    live
        ndarray of bool over ``live_names``, False where the trace is missing; None where nothing says so.
    live_names
        Names of the axes of ``live``.
    positions
        X and Y of the traces, or None.
    crs
        Coordinate reference system, or None.
    """

    path: Path
    read: BoxReader
    shape: tuple[int, ...]
    words: str
    names: tuple[str, ...]
    numbers: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[float, ...] = ()
    live: NDArray[np.bool_] | None = None
    live_names: tuple[str, ...] = ()
    positions: Positions | None = None
    crs: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CubeTemplate:
    """What is known of a volume besides its numbers; there are no headers to write results with.

    Attributes
    ----------
    affine
        From line numbers to coordinates (:class:`~napari_geofm.io.segy.coordinates.LineAffine`), or None.
    """

    affine: object = None


def require_size(path: Path, size: int) -> None:
    """Refuse to read on in a mapped file that has become shorter: reading past its end would end the process.

    Raises
    ------
    SourceError
        When the file is gone, or shorter than ``size`` bytes.
    """
    try:
        now = path.stat().st_size
    except OSError as error:
        msg = f"Cannot read {path}: {error.strerror or error}; is its disk still there?"
        raise SourceError(msg) from error
    if now < size:
        msg = f"{path} has {now} bytes and had {size} when it was opened; copy it again and reopen it"
        raise SourceError(msg)
