"""What it takes to label what bodies want, all over a survey."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import Origin
from napari_geofm.session.label_changes import Part
from napari_geofm.session.picks.bodies import Body

__all__ = ["Kept", "filling_parts", "slices_at_once", "wanted_on"]

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


def filling_parts(values: Any, origins: Any, bodies: Sequence[Body], kept: Kept, rows: slice) -> Part | None:
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
    Part or None
        Flat positions in the survey, ascending; labels before and after; origins before and after.
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
    where = np.flatnonzero(differs)
    if not where.size:
        return None
    first = rows.start * int(np.prod(values.shape[1:], dtype=np.int64))
    after = wanted.reshape(-1)[where]
    imported = np.full(where.size, Origin.IMPORTED, np.uint8)
    return where + first, before.reshape(-1)[where], after, source.reshape(-1)[where], imported
