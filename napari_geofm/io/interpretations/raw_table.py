"""What a file of picks holds before a survey says where that is."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["RawGrid", "RawTable", "is_undefined"]

_UNDEFINED = (-999.0, -999.25, -9999.0, -99999.0, 9999900.0, 99999.0, 1e20)


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """Rows of numbers.

    Attributes
    ----------
    source, format
        The file's name, and its format in words.
    values
        ndarray of float64, shape ``(rows, columns)``.
    roles
        What each column is (``x``, ``y``, ``inline``, ``crossline``, ``cdp``, ``sp``, ``z``, ``stick``, ``node``, or
        ``""``); None where the file does not say.
    names
        ndarray of str, shape ``(rows,)``: the horizon or fault of each row; None where the file names none.
    lines
        ndarray of str, shape ``(rows,)``: the 2-D line of each row; None where the file names none. Without titles the
        first column of words may be either: it is both here.
    words_after
        ndarray of str, shape ``(rows,)``: without titles the second column of words, which names horizons where the
        first names lines; None where there is none.
    rings
        ndarray of str, shape ``(rows,)``: number or name of the polygon of each row; None where the file names none.
    segments
        ndarray of int64, shape ``(rows,)``: number of the line or stick, as separators in the file tell; None where
        there are none.
    z_unit
        ``"ms"``, ``"s"``, ``"m"``, ``"ft"``, or ``""`` where the file does not say.
    kind
        ``"horizon"``, ``"fault"``, ``"polygon"``, or ``""`` where the format does not tell.
    """

    source: str
    format: str
    values: NDArray[np.float64]
    roles: tuple[str, ...] | None = None
    names: NDArray[np.str_] | None = None
    segments: NDArray[np.int64] | None = None
    z_unit: str = ""
    kind: str = ""
    lines: NDArray[np.str_] | None = None
    words_after: NDArray[np.str_] | None = None
    rings: NDArray[np.str_] | None = None

    def column(self, role: str) -> NDArray[np.float64] | None:
        """Return the column of a role, None where there is none."""
        if self.roles is None or role not in self.roles:
            return None
        found: NDArray[np.float64] = self.values[:, self.roles.index(role)]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class RawGrid:
    """A map on an even grid of its own.

    Attributes
    ----------
    source, format
        The file's name, and its format in words.
    origin
        X and Y of the grid's first node.
    steps
        Distances between nodes along the grid's first and second direction.
    angle
        Direction of the first, in degrees from X towards Y; the second is 90 degrees further.
    z
        ndarray of float64, shape ``(first, second)``; NaN where undefined.
    """

    source: str
    format: str
    origin: tuple[float, float]
    steps: tuple[float, float]
    angle: float
    z: NDArray[np.float64] = field(repr=False)

    def at(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the map between its nodes (bilinear), NaN outside and beside undefined nodes."""
        angle = np.radians(self.angle)
        across, up = x - self.origin[0], y - self.origin[1]
        first = (across * np.cos(angle) + up * np.sin(angle)) / self.steps[0]
        second = (up * np.cos(angle) - across * np.sin(angle)) / self.steps[1]
        rows, row_part = _split(first, self.z.shape[0])
        columns, column_part = _split(second, self.z.shape[1])
        found, known = np.zeros(x.shape), np.zeros(x.shape)
        for row, row_weight in ((rows, 1 - row_part), (rows + 1, row_part)):
            for column, column_weight in ((columns, 1 - column_part), (columns + 1, column_part)):
                value = self.z[np.clip(row, 0, self.z.shape[0] - 1), np.clip(column, 0, self.z.shape[1] - 1)]
                weight = np.where(np.isfinite(value), row_weight * column_weight, 0.0)
                found += np.where(weight > 0, weight * value, 0.0)
                known += weight
        with np.errstate(invalid="ignore", divide="ignore"):
            # A trace that is all but on a node needs no other one.
            return np.where(known >= 1 - _BESIDE, found / known, np.nan)


_BESIDE = 0.05
"""Spacings within which a place is at a node: headers have rounded coordinates."""


def _split(places: NDArray[np.float64], size: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return whole positions and the parts beyond them, which are NaN outside the grid."""
    inside = (places >= -_BESIDE) & (places <= size - 1 + _BESIDE)
    near = np.clip(places, 0, size - 1)
    near = np.where(np.abs(near - np.round(near)) < 1e-3, np.round(near), near)
    whole = np.clip(np.floor(np.where(inside, near, 0)).astype(np.int64), 0, max(size - 2, 0))
    return whole, np.where(inside, near - whole, np.nan)


def is_undefined(numbers: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which numbers stand for "no value" in one program or another: 1e30 and more, -999, -9999, NaN, ..."""
    return ~np.isfinite(numbers) | (np.abs(numbers) >= 1e20) | np.isin(numbers, _UNDEFINED)
