"""From rows of numbers to horizons and faults of a survey."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.errors import GeometryError
from napari_geofm.io.interpretations.columns import remedy, with_roles
from napari_geofm.io.interpretations.ground import Ground
from napari_geofm.io.interpretations.lattice import Lattice
from napari_geofm.io.interpretations.raw_table import RawGrid, RawTable, is_undefined
from napari_geofm.io.interpretations.units import z_factor

__all__ = ["Placed", "faults_of", "finished", "horizons_of", "place_grid", "place_table", "stem_of", "xy_outside"]

_STICK_SPAN = 0.02
"""Part of the survey's time or depth that a stick runs through at least, usually; a line of a horizon is flatter."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Picks in the numbers of a survey.

    Attributes
    ----------
    picks
        ndarray of float64, shape ``(rows, 3)``: inline and crossline with fractions, time or depth in the survey's
        unit; on a 2-D line ``(rows, 2)``, the trace's number in the place of the first two.
    names
        ndarray of str, shape ``(rows,)``.
    sticks
        ndarray of int64, shape ``(rows,)``: which stick each belongs to; None where there are none.
    kind
        ``"horizon"`` or ``"fault"``.
    notes
        What was guessed, left out and turned, for the user.
    """

    picks: NDArray[np.float64]
    names: NDArray[np.str_]
    sticks: NDArray[np.int64] | None
    kind: str
    notes: tuple[str, ...]


def place_grid(grid: RawGrid, ground: Ground, *, z_unit: str = "") -> tuple[Horizon, tuple[str, ...]]:
    """Return a map as a horizon: between its nodes where the survey's traces are.

    Raises
    ------
    GeometryError
        When it does not cover a trace, or its times or depths are not the survey's.
    """
    xy = ground.everywhere()
    if xy is None:
        raise GeometryError(
            f"{grid.source} is a map in X and Y, and {ground.name} has none in its headers; give picks by line or trace"
        )
    z = grid.at(*xy)
    there = np.isfinite(z)
    if not there.any():
        corners = [np.array([grid.origin[n], grid.origin[n] + (grid.z.shape[n] - 1) * grid.steps[n]]) for n in range(2)]
        raise GeometryError(
            f"{grid.source} begins at X {grid.origin[0]:.0f}, Y {grid.origin[1]:.0f} and covers no trace of "
            f"{ground.name} ({_box(ground)}); {remedy(ground, corners[0], corners[1])}"
        )
    factor, found = z_factor(grid.source, z[there], ground.samples, z_unit)
    notes = [note for note in (found,) if note]
    if not there.all():
        notes.append(f"{np.count_nonzero(~there):,} traces are beyond the map or undefined in it")
    return Horizon(stem_of(grid.source), (factor * z).astype(np.float32)), tuple(notes)


def place_table(raw: RawTable, lattice: Lattice, *, z_unit: str = "", kind: str = "") -> Placed:
    """Return picks in the survey's numbers; undefined ones and those outside are left out and counted.

    Raises
    ------
    FormatError, GeometryError, UsageError
        When columns cannot be told, nothing lies in the survey, or times or depths are not the survey's.
    """
    known, guessed = with_roles(raw, lattice)
    lines, z = _lines(known, lattice), known.column("z")
    assert z is not None
    undefined = is_undefined(z) | ~np.isfinite(lines).all(axis=1)
    inside = ~undefined & lattice.cells(lines[:, 0], lines[:, 1])[2]
    if not inside.any() and not undefined.all():
        raise GeometryError(_outside(known, lattice, lines[~undefined]))
    notes = [guessed] if guessed else []
    return finished(known, lines, inside, undefined, lattice, notes, z_unit=z_unit, kind=kind)


def finished(
    known: RawTable,
    lines: NDArray[np.float64],
    inside: NDArray[np.bool_],
    undefined: NDArray[np.bool_],
    ground: Ground,
    notes: list[str],
    *,
    z_unit: str = "",
    kind: str = "",
) -> Placed:
    """Return picks whose places are known: their unit, their sticks, and what is left out.

    Parameters
    ----------
    known
        The rows.
    lines
        ndarray of float64, shape ``(rows, 2)`` or ``(rows, 1)``: line or trace numbers, NaN where undefined.
    inside, undefined
        ndarrays of bool, shape ``(rows,)``: which lie in the survey, and which have no place or no time.
    ground
        What they are placed on.
    notes
        What is known already, for the user.
    z_unit, kind
        As :func:`place_table`.
    """
    z = known.column("z")
    assert z is not None
    if undefined.all():
        raise GeometryError(f"{known.source}: every pick is undefined (1e30, -999 and the like); export the picks anew")
    factor, found = z_factor(known.source, z[inside], ground.samples, z_unit or known.z_unit)
    notes += [note for note in (found,) if note]
    sticks = _sticks(known)
    picks = np.column_stack([lines, factor * z])
    ringed = "polygon" if known.rings is not None else ""
    chosen = kind or known.kind or ringed or _kind(picks, sticks, undefined, ground)
    if kind == "horizon" and (ringed or known.column("stick") is not None):
        notes.append(f"read as a horizon, and its columns tell of {'polygons' if ringed else 'fault sticks'}")
    names = known.names if known.names is not None else np.full(len(picks), "")
    named = np.where(names == "", stem_of(known.source), names)
    if chosen == "polygon" and (sticks is None or known.rings is not None):
        rings = named if known.rings is None else known.rings
        sticks = np.unique(rings, return_inverse=True)[1].astype(np.int64)
    kept = inside
    if chosen != "horizon" and sticks is not None and len(ground.shape) == 2:
        # A node or corner beside a volume keeps the shape: only what is outside as a whole is left out.
        kept = ~undefined & np.isin(sticks, np.unique(sticks[inside]))
    for count, words in (
        (np.count_nonzero(undefined), "undefined"),
        (np.count_nonzero(~kept & ~undefined), "outside the survey"),
    ):
        if count:
            notes.append(f"{count:,} of {len(picks):,} picks {words}, left out")
    return Placed(picks[kept], named[kept], None if sticks is None else sticks[kept], chosen, tuple(notes))


def horizons_of(placed: Placed, ground: Ground) -> tuple[list[Horizon], str]:
    """Return a horizon for each name, and what is to be said: of several picks at a trace the mean is taken."""
    found = []
    size = int(np.prod(ground.shape))
    shared = 0
    for name in dict.fromkeys(placed.names.tolist()):
        picks = placed.picks[placed.names == name]
        flat = ground.flat(picks)
        count = np.bincount(flat, minlength=size)
        shared += len(picks) - int(np.count_nonzero(count))
        with np.errstate(invalid="ignore"):
            z = np.bincount(flat, picks[:, -1], size) / count
        found.append(Horizon(name, z.reshape(ground.shape).astype(np.float32)))
    words = f"{shared:,} more picks at traces that have one, averaged" if shared else ""
    return found, words


def faults_of(placed: Placed) -> list[FaultSticks]:
    """Return a fault for each name, its sticks in the order of the file; sticks of one node are left out."""
    found = []
    sticks = placed.sticks if placed.sticks is not None else np.zeros(len(placed.picks), np.int64)
    for name in dict.fromkeys(placed.names.tolist()):
        chosen = placed.names == name
        numbers, picks = sticks[chosen], placed.picks[chosen]
        parts = tuple(picks[numbers == number] for number in dict.fromkeys(numbers.tolist()))
        long = tuple(part for part in parts if len(part) > 1)
        if long:
            found.append(FaultSticks(name, long))
    return found


def _lines(known: RawTable, lattice: Lattice) -> NDArray[np.float64]:
    """Return inline and crossline of each row, shape ``(rows, 2)``, NaN where undefined."""
    inline, crossline = known.column("inline"), known.column("crossline")
    if inline is None or crossline is None:
        x, y = known.column("x"), known.column("y")
        if x is None or y is None:
            raise GeometryError(
                f"{known.source} has neither X and Y nor inline and crossline; export it with one of them"
            )
        inline, crossline = lattice.lines(np.where(is_undefined(x), np.nan, x), np.where(is_undefined(y), np.nan, y))
    return np.column_stack([inline, crossline])


def _sticks(known: RawTable) -> NDArray[np.int64] | None:
    """Return the number of the stick of each row: told by a column, by separators, or by nodes that begin anew."""
    told, node = known.column("stick"), known.column("node")
    if told is not None:
        # Whatever stands there, the same number is the same stick.
        return np.unique(told, return_inverse=True)[1].astype(np.int64)
    if known.segments is not None:
        return known.segments
    return None if node is None else np.cumsum(np.diff(node, prepend=node[:1]) < 0)


def _kind(
    picks: NDArray[np.float64], sticks: NDArray[np.int64] | None, undefined: NDArray[np.bool_], ground: Ground
) -> str:
    """Return what lines of picks are: sticks run down, lines of a horizon along."""
    if sticks is None:
        return "horizon"
    whole = abs(float(ground.samples.last) - float(ground.samples.first)) or 1.0
    downwards = []
    for number in np.unique(sticks)[:200]:
        z = picks[(sticks == number) & ~undefined, -1]
        steps = np.diff(z)
        if len(z) > 1:
            downwards.append(bool((steps >= 0).all() or (steps <= 0).all()) and np.ptp(z) > _STICK_SPAN * whole)
    return "fault" if downwards and np.mean(downwards) > 0.5 else "horizon"


def _outside(known: RawTable, lattice: Lattice, lines: NDArray[np.float64]) -> str:
    x, y = known.column("x"), known.column("y")
    if known.column("inline") is None and x is not None and y is not None:
        return xy_outside(known, lattice)
    low, high = lines.min(axis=0), lines.max(axis=0)
    return (
        f"{known.source}: inlines {low[0]:g} to {high[0]:g} and crosslines {low[1]:g} to {high[1]:g} are outside "
        f"{lattice.name} "
        f"(inlines {lattice.inlines.first:g} to {lattice.inlines.last:g}, crosslines {lattice.crosslines.first:g} to "
        f"{lattice.crosslines.last:g}); export the picks of this survey"
    )


def xy_outside(known: RawTable, ground: Ground) -> str:
    """Return why X and Y do not lie in the survey, and what would bring them in."""
    x, y = known.column("x"), known.column("y")
    assert x is not None
    assert y is not None
    fine = ~is_undefined(x) & ~is_undefined(y)
    x, y = x[fine], y[fine]
    return (
        f"{known.source}: X runs from {x.min():.10g} to {x.max():.10g}, Y from {y.min():.10g} to {y.max():.10g}, "
        f"outside {ground.name} ({_box(ground)}); {remedy(ground, x, y)}"
    )


def _box(ground: Ground) -> str:
    box = ground.box()
    return f"X {box[0]:.0f} to {box[1]:.0f}, Y {box[2]:.0f} to {box[3]:.0f}" if box is not None else "without X and Y"


def stem_of(source: str) -> str:
    """Return a file's name without its ending."""
    return source.rpartition(".")[0] or source
