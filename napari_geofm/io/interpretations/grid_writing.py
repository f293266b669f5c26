"""Horizons of a volume as maps on grids of their own: IRAP classic and CPS-3, as Petrel and others read them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.axis import Axis
from napari_geofm.errors import UsageError
from napari_geofm.io.interpretations.lattice import Lattice
from napari_geofm.io.interpretations.raw_table import RawGrid

__all__ = ["cps3_grid_lines", "irap_grid_lines"]

Floats = NDArray[np.float64]

IRAP_NULL, CPS3_NULL = 9999900.0, 1e30

_A_ROW = {"irap": 6, "cps3": 5}

_SQUARE = 0.02
"""Traces that a map of right angles may be off its lines at the far corner, in spacings."""

_MOST_NODES = 2**26


def irap_grid_lines(z: NDArray[np.float32], lattice: Lattice) -> Iterator[str]:
    """Yield the lines of an IRAP classic grid whose nodes are the survey's traces, turned as the survey is.

    Parameters
    ----------
    z
        ndarray of float32, shape ``(inlines, crosslines)``, NaN where undefined, which is written as 9999900.
    lattice
        Where the traces are.

    Raises
    ------
    UsageError
        When the survey has no coordinates, or its lines are uneven or cross at no right angle.
    """
    grid = _along_lines(z, lattice, "IRAP classic grid")
    (nx, ny), (dx, dy), (x, y) = grid.z.shape, grid.steps, grid.origin
    yield f"-996 {ny} {dx:.6f} {dy:.6f}"
    # As if the grid were not turned: its own numbers, from which other programs take the size only.
    yield f"{x:.6f} {x + (nx - 1) * dx:.6f} {y:.6f} {y + (ny - 1) * dy:.6f}"
    yield f"{nx} {grid.angle:.10f} {x:.6f} {y:.6f}"
    yield "0 0 0 0 0 0 0"
    yield from _nodes(grid.z.T.reshape(-1), IRAP_NULL, "irap")


def cps3_grid_lines(z: NDArray[np.float32], lattice: Lattice, name: str) -> Iterator[str]:
    """Yield the lines of a CPS-3 grid, which runs north and east: that of a turned survey is interpolated.

    Parameters
    ----------
    z
        ndarray of float32, shape ``(inlines, crosslines)``, NaN where undefined, which is written as 1E30.
    lattice
        Where the traces are.
    name
        Of the horizon.

    Raises
    ------
    UsageError
        As :func:`irap_grid_lines`.
    """
    own = _along_lines(z, lattice, "CPS-3 grid")
    grid = _upright(own) if abs(own.angle) < 1e-4 else _north_and_east(_quarters(own))
    (nx, ny), (dx, dy), (x, y) = grid.z.shape, grid.steps, grid.origin
    yield "FSASCI 0 1 COMPUTED 0 1.000000E+30"
    yield "FSATTR 0 0"
    east, north = x + (nx - 1) * dx, y + (ny - 1) * dy
    yield f"FSLIMI {x:.6f} {east:.6f} {y:.6f} {north:.6f} {np.nanmin(grid.z):.6f} {np.nanmax(grid.z):.6f}"
    yield f"FSNROW {ny} {nx}"
    yield f"FSXINC {dx:.6f} {dy:.6f}"
    yield f"->{name}"
    yield from _nodes(grid.z[:, ::-1].reshape(-1), CPS3_NULL, "cps3")


@dataclass(frozen=True, slots=True)
class _Direction:
    """One direction of lines: where it leads, per line, the even numbers along it, and where each line is in them."""

    way: Floats
    first: float
    step: float
    places: NDArray[np.int64]

    @property
    def size(self) -> int:
        return int(self.places.max()) + 1


def _along_lines(z: NDArray[np.float32], lattice: Lattice, words: str) -> RawGrid:
    """Return the map with a node at each trace, the second direction 90 degrees to the left of the first."""
    if lattice.matrix is None:
        raise UsageError(
            f"An {words} needs X and Y, and {lattice.name} has none in its headers; write opendtect or csv"
        )
    sides = [_direction(axis, lattice, n, words) for n, axis in enumerate((lattice.inlines, lattice.crosslines))]
    if sides[0].size * sides[1].size > _MOST_NODES:
        raise UsageError(f"The lines of {lattice.name} are too uneven for a map ({words}); write xyz or csv instead")
    even = np.full((sides[0].size, sides[1].size), np.nan)
    even[np.ix_(sides[0].places, sides[1].places)] = z
    origin = lattice.matrix @ np.array([1.0, sides[0].first, sides[1].first])
    one, other = (side.way * side.step for side in sides)
    if one[0] * other[1] - one[1] * other[0] < 0:
        one, other, even = other, one, even.T
    steps = float(np.linalg.norm(one)), float(np.linalg.norm(other))
    off = abs(float(one @ other)) / (steps[0] * steps[1])
    if off * max(steps[0] / steps[1] * even.shape[0], steps[1] / steps[0] * even.shape[1]) > max(
        _SQUARE, 1e-4 * max(even.shape)
    ):
        angle = np.degrees(np.arccos(off))
        raise UsageError(
            f"The lines of {lattice.name} cross at {angle:.2f} degrees, those of a map ({words}) at 90; "
            "write xyz or csv instead"
        )
    angle = float(np.degrees(np.arctan2(one[1], one[0])))
    return RawGrid(lattice.name, words, (float(origin[0]), float(origin[1])), steps, angle, even)


def _direction(axis: Axis, lattice: Lattice, number: int, words: str) -> _Direction:
    """Return a direction with even numbers: lines that are left out, as 1, 2, 4, are undefined in the map."""
    assert lattice.matrix is not None
    values = axis.values.astype(np.float64)
    gaps = np.abs(np.diff(np.sort(values)))
    step = float(gaps.min()) if gaps.size else 1.0
    first = float(values.min())
    places = (values - first) / step
    if np.abs(places - np.round(places)).max() > 1e-6:
        raise UsageError(
            f"The {axis.name}s of {lattice.name} are unevenly spaced, the nodes of a map ({words}) evenly; "
            "write xyz or csv instead"
        )
    return _Direction(lattice.matrix[:, 1 + number], first, step, np.round(places).astype(np.int64))


def _quarters(grid: RawGrid) -> RawGrid:
    """Return a grid turned by quarters of a circle until its first direction is within 45 degrees of east."""
    origin, steps, angle, z = np.array(grid.origin), grid.steps, grid.angle, grid.z
    while abs(angle) > 45.0 + 1e-9:
        # From the other end of one direction, so that the second stays to the left of the first.
        turn = -90.0 if angle > 0 else 90.0
        cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        one, other = np.array([cos, sin]) * steps[0], np.array([-sin, cos]) * steps[1]
        if turn < 0:
            origin = origin + (z.shape[1] - 1) * other
            z = z[:, ::-1].T
        else:
            origin = origin + (z.shape[0] - 1) * one
            z = z[::-1].T
        steps, angle = (steps[1], steps[0]), angle + turn
    return RawGrid(grid.source, grid.format, (float(origin[0]), float(origin[1])), steps, angle, z)


def _upright(grid: RawGrid) -> RawGrid:
    return RawGrid(grid.source, grid.format, grid.origin, grid.steps, 0.0, grid.z)


def _north_and_east(grid: RawGrid) -> RawGrid:
    """Return a map on a grid that is not turned, as fine as it was, around all of its nodes."""
    if abs(grid.angle) < 1e-4:
        return _upright(grid)
    cos, sin = np.cos(np.radians(grid.angle)), np.sin(np.radians(grid.angle))
    ends = [(n * (size - 1) * step) for size, step in zip(grid.z.shape, grid.steps, strict=True) for n in (0, 1)]
    corners = np.array([[a * cos - b * sin, a * sin + b * cos] for a in ends[:2] for b in ends[2:]]) + grid.origin
    step = min(grid.steps)
    low = np.floor(corners.min(axis=0) / step) * step
    nx, ny = (int(count) for count in np.ceil((corners.max(axis=0) - low) / step) + 1)
    if nx * ny > _MOST_NODES:
        raise UsageError(f"A CPS-3 grid of {grid.source} would have {nx:,} x {ny:,} nodes; write an IRAP grid instead")
    x, y = np.meshgrid(low[0] + step * np.arange(nx), low[1] + step * np.arange(ny), indexing="ij")
    return RawGrid(grid.source, grid.format, (float(low[0]), float(low[1])), (step, step), 0.0, grid.at(x, y))


def _nodes(z: Floats, null: float, form: str) -> Iterator[str]:
    """Yield nodes, some in a row."""
    written = np.where(np.isfinite(z), z, null).tolist()
    shown = f"{null:.4f}" if null < 1e10 else f"{null:.4E}"
    words = [shown if number == null else f"{number:.4f}" for number in written]
    for place in range(0, len(words), _A_ROW[form]):
        yield " ".join(words[place : place + _A_ROW[form]])
