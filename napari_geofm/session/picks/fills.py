"""What it takes to label what bodies want, all over a survey."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import Origin
from napari_geofm.session.edits import Change, SampleChange
from napari_geofm.session.picks.bodies import Body
from napari_geofm.session.run_change import RunChange, Runs

__all__ = ["Kept", "filling_change", "slices_at_once", "wanted_on"]

_AT_ONCE = 2**22
"""Samples looked at together: what a fill takes of memory does not grow with the survey."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a fill leaves alone.

    Attributes
    ----------
    locked
        Classes (outside numbers) whose samples stay.
    human
        Whether what a human drew stays.
    there
        ndarray of bool over the survey's dimensions but the last: where there are traces; None: everywhere.
    """

    locked: frozenset[int] = frozenset()
    human: bool = True
    there: NDArray[np.bool_] | None = None


def slices_at_once(shape: tuple[int, ...]) -> Iterator[slice]:
    """Yield blocks of the first dimension of about four million samples."""
    rows = max(1, _AT_ONCE // max(1, int(np.prod(shape[1:], dtype=np.int64))))
    for start in range(0, shape[0], rows):
        yield slice(start, min(start + rows, shape[0]))


def wanted_on(bodies: Sequence[Body], rows: slice, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return what bodies want on some slices of the first dimension, inside values; of several the last counts."""
    wanted = bodies[0].inside(rows) if bodies else np.zeros((rows.stop - rows.start, *shape[1:]), np.uint8)
    for body in bodies[1:]:
        more = body.inside(rows)
        wanted = np.where(more > 0, more, wanted)
    return wanted


def filling_change(values: Any, origins: Any, bodies: Sequence[Body], kept: Kept, rows: slice) -> Change | None:
    """Return what it changes to label what bodies want on some slices; of several the last counts.

    Parameters
    ----------
    values, origins
        uint8 arrays of the survey's shape: inside values, and where they came from.
    bodies
        What is wanted.
    kept
        What stays.
    rows
        Slices of the first dimension.

    Returns
    -------
    Change or None
        In runs along the traces where that is shorter.
    """
    wanted = wanted_on(bodies, rows, values.shape)
    if not wanted.any():
        return None
    before, source = np.asarray(values[rows]), np.asarray(origins[rows])
    differs = (wanted > 0) & (wanted != before)
    if kept.human:
        differs &= source != Origin.HUMAN
    if kept.locked:
        differs &= ~np.isin(before, np.array(sorted(kept.locked), np.uint8) + 1)
    if kept.there is not None:
        differs &= kept.there[rows][..., None]
    if not differs.any():
        return None
    first = rows.start * int(np.prod(values.shape[1:], dtype=np.int64))
    starts, stops = _runs(differs, (wanted, before, source))
    old, new, from_where = (part.reshape(-1) for part in (before, wanted, source))
    if (stops - starts).sum() < _WORTH * starts.size:
        where = np.flatnonzero(differs)
        imported = np.full(where.size, Origin.IMPORTED, np.uint8)
        return SampleChange.of(where + first, old[where], new[where], from_where[where], imported)
    imported = np.full(starts.size, Origin.IMPORTED, np.uint8)
    return RunChange.of(Runs(starts + first, stops - starts, old[starts], new[starts], from_where[starts], imported))


_WORTH = 2
"""Samples of a run, on average, from which on runs are shorter than samples one by one."""


def _runs(
    chosen: NDArray[np.bool_], alike: tuple[NDArray[np.uint8], ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where runs of chosen samples begin, and where they end, flat; each on one trace, each alike throughout."""
    edges = np.ones((*chosen.shape[:-1], chosen.shape[-1] + 1), np.bool_)
    np.not_equal(chosen[..., 1:], chosen[..., :-1], out=edges[..., 1:-1])
    for part in alike:
        if part.min() != part.max():
            edges[..., 1:-1] |= part[..., 1:] != part[..., :-1]
    # An edge is before a sample; a run begins at the edge before it and ends at the next one.
    places = np.flatnonzero(edges)
    size = chosen.shape[-1]
    trace, sample = np.divmod(places, size + 1)
    starts = trace * size + sample
    begins = sample < size
    begins[begins] = chosen.reshape(-1)[starts[begins]]
    return starts[begins], starts[np.flatnonzero(begins) + 1]
