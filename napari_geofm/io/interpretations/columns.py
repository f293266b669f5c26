"""Which column holds what, where a file does not say: what fits the survey."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, GeometryError
from napari_geofm.io.interpretations.ground import Ground
from napari_geofm.io.interpretations.lattice import Lattice
from napari_geofm.io.interpretations.raw_table import RawTable, is_undefined

__all__ = ["remedy", "with_roles"]

_FITS = 0.5
"""Part of the rows that lie in the survey where a pair of columns is what it is taken for."""

_LOOKED_AT = 5000


def with_roles(raw: RawTable, lattice: Lattice) -> tuple[RawTable, str]:
    """Return a table whose columns are known, and what was guessed, for the user (``""`` for nothing).

    Raises
    ------
    FormatError
        When there are fewer than three columns.
    GeometryError
        When no two columns are lines or coordinates of the survey.
    """
    if raw.roles is not None and "z" in raw.roles:
        return raw, ""
    count = raw.values.shape[1]
    if count < 3:
        raise FormatError(
            f"{raw.source} has {count} columns of numbers; picks have three: X, Y or lines, and time or depth"
        )
    values = raw.values[~is_undefined(raw.values[:, :2]).any(axis=1)]
    some = (
        values[np.unique(np.linspace(0, max(len(values) - 1, 0), _LOOKED_AT).astype(np.int64))]
        if len(values)
        else values
    )
    lines = _share(lattice, some, (0, 1), of_lines=True)
    coordinates = _share(lattice, some, (0, 1), of_lines=False)
    if max(lines, coordinates) <= 0:
        raise GeometryError(_outside(raw, lattice, values))
    first = ("inline", "crossline") if lines >= coordinates else ("x", "y")
    second = ("x", "y") if lines >= coordinates else ("inline", "crossline")
    if count >= 5 and _share(lattice, some, (2, 3), of_lines=second[0] == "inline") >= _FITS:
        roles: tuple[str, ...] = (*first, *second, "z")
    else:
        roles = (*first, "z", *_sticks(some))
    roles = (*roles, *[""] * (count - len(roles)))[:count]
    return replace(raw, roles=roles), f"columns taken as {', '.join(_WORDS.get(role, role) for role in roles if role)}"


_WORDS = {"x": "X", "y": "Y", "z": "time or depth", "stick": "stick", "node": "node"}


def _sticks(some: NDArray[np.float64]) -> tuple[str, ...]:
    """Return what the columns after X, Y, Z are: numbers of sticks and nodes, or nothing that is known."""
    found = []
    for place, role in zip(range(3, some.shape[1]), ("stick", "node"), strict=False):
        column = some[:, place]
        if not np.array_equal(column, np.round(column)) or np.unique(column).size < 2 or np.abs(column).max() > 1e6:
            break
        found.append(role)
    return tuple(found)


def _share(lattice: Lattice, some: NDArray[np.float64], columns: tuple[int, int], *, of_lines: bool) -> float:
    """Return the part of the rows that lies in the survey if two columns are lines, or X and Y."""
    one, other = some[:, columns[0]], some[:, columns[1]]
    if not of_lines:
        if lattice.matrix is None:
            return 0.0
        one, other = lattice.lines(one, other)
    return float(lattice.cells(one, other)[2].mean()) if len(some) else 0.0


def _outside(raw: RawTable, lattice: Lattice, values: NDArray[np.float64]) -> str:
    """Return why nothing lies in the survey."""
    if not len(values):
        return f"{raw.source}: every row is undefined (1e30, -999 and the like); export the picks anew"
    (low_x, low_y), (high_x, high_y) = values[:, :2].min(axis=0), values[:, :2].max(axis=0)
    rows, columns = lattice.inlines, lattice.crosslines
    ours = f"inlines {rows.first:g} to {rows.last:g}, crosslines {columns.first:g} to {columns.last:g}"
    box = lattice.box()
    if box is not None:
        ours += f", X {box[0]:.0f} to {box[1]:.0f}, Y {box[2]:.0f} to {box[3]:.0f}"
    return (
        f"{raw.source} runs from {low_x:.10g} to {high_x:.10g} and {low_y:.10g} to {high_y:.10g}, outside "
        f"{lattice.name} ({ours}); {remedy(lattice, values[:, 0], values[:, 1])}"
    )


def remedy(ground: Ground, x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    """Return what would bring coordinates into the survey, for the user."""
    if ground.box() is not None:
        for factor, words in ((0.3048, "feet"), (1 / 0.3048, "metres")):
            if ground.fits(x * factor, y * factor) >= _FITS:
                return f"they would fit as {words}: export them in the survey's unit"
        if ground.fits(y, x) >= _FITS:
            return "they would fit with X and Y exchanged: export X first"
        degrees = np.abs(x).max() <= 360 and np.abs(y).max() <= 90
        if degrees and not np.array_equal(x, np.round(x)):
            return "they look like degrees: export them in the survey's own coordinate system"
    return "export the picks of this survey, in its own coordinate system"
