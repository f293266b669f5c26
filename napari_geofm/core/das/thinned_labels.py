"""Labels and numbers of a recording, seen on the grid of what decimation or stacking made of it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.thinning import Thinning
from napari_geofm.core.labels import UNLABELLED, ArrayLike, LabelSet, checked_classes
from napari_geofm.core.survey import Survey

__all__ = ["ThinnedNumbers", "ThinnedVotes", "numbers_on_grid_of", "on_grid_of"]


@dataclass(frozen=True, slots=True, eq=False)
class ThinnedNumbers:
    """Numbers of the recording, of which those at the kept samples are seen; read as they are needed.

    Attributes
    ----------
    values
        Array-like whose last two dimensions are the recording's.
    grids
        The two grids.
    """

    values: ArrayLike
    grids: Thinning

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes."""
        return (*self.values.shape[:-2], *self.grids.fewer)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the elements."""
        return self.values.dtype

    def __getitem__(self, key: Any) -> NDArray[Any]:
        """Return a part: an int or slice per dimension, those left out being whole."""
        parts = key if isinstance(key, tuple) else (key,)
        parts += (slice(None),) * (len(self.shape) - len(parts))
        where, within = [], []
        for part, size in zip(parts[-2:], self.grids.fewer, strict=True):
            places = range(size)[part]
            listed = places if isinstance(places, range) else range(places, places + 1)
            low, high = (min(listed), max(listed) + 1) if listed else (0, 0)
            where.append(slice(low, high))
            within.append(part if not isinstance(part, slice) else [each - low for each in listed])
        found = self._box(parts[:-2], (where[0], where[1]))
        rows = within[0] if isinstance(within[0], list) else 0
        columns = within[1] if isinstance(within[1], list) else 0
        return np.asarray(found[..., rows, :][..., columns])

    def _box(self, lead: tuple[Any, ...], box: tuple[slice, slice]) -> NDArray[Any]:
        """Return a box of the fewer ones."""
        if min(part.stop - part.start for part in box) <= 0:
            return np.zeros([part.stop - part.start for part in box], self.dtype)
        own = self.grids.standing(box)
        part = np.asarray(self.values[(*lead, *own)])
        return self._thinned(part, box, own)

    def _thinned(self, part: NDArray[Any], box: tuple[slice, slice], own: tuple[slice, slice]) -> NDArray[Any]:
        rows, columns = (
            np.minimum(np.arange(few.start, few.stop) * every, size - 1) - whole.start
            for few, whole, every, size in zip(box, own, self.grids.every, self.grids.own, strict=True)
        )
        return np.asarray(part[..., rows[:, None], columns[None, :]])


@dataclass(frozen=True, slots=True, eq=False)
class ThinnedVotes(ThinnedNumbers):
    """Classes of the recording: of all that one sample stands for the most frequent; a thin stroke is not lost so.

    Attributes
    ----------
    nothing
        What has no vote.
    """

    nothing: int = UNLABELLED

    @property
    def dtype(self) -> np.dtype[Any]:
        """Always uint8."""
        return np.dtype(np.uint8)

    def _thinned(self, part: NDArray[Any], box: tuple[slice, slice], own: tuple[slice, slice]) -> NDArray[Any]:
        rows, columns = (
            np.searchsorted(
                self.grids.nearest(axis, np.arange(whole.start, whole.stop)), np.arange(few.start, few.stop)
            )
            for axis, (few, whole) in enumerate(zip(box, own, strict=True))
        )
        values = checked_classes(part)
        best = np.zeros((rows.size, columns.size), np.int64)
        found = np.full(best.shape, self.nothing, np.uint8)
        for number in np.flatnonzero(np.bincount(values.ravel(), minlength=256)).tolist():
            if number == self.nothing:
                continue
            votes = np.add.reduceat(np.add.reduceat(values == number, rows, axis=0, dtype=np.int64), columns, axis=1)
            found[votes > best] = number
            best = np.maximum(best, votes)
        return found


def on_grid_of(labels: LabelSet, survey: Survey) -> LabelSet:
    """Return labels as they are, or those of a recording on the grid that a survey made of it has."""
    grids = Thinning.of(survey)
    if grids is None or tuple(labels.values.shape) != grids.own:
        return labels
    origins = None if labels.origins is None else ThinnedVotes(labels.origins, grids, 0)
    return LabelSet(ThinnedVotes(labels.values, grids), labels.classes, origins)


def numbers_on_grid_of(values: ArrayLike, survey: Survey) -> ArrayLike:
    """Return fractions as they are, or those of a recording on the grid that a survey made of it has.

    Parameters
    ----------
    values
        Array-like whose last two dimensions are the recording's, or the survey's.
    survey
        The recording, through a chain or not.
    """
    grids = Thinning.of(survey)
    return values if grids is None or tuple(values.shape[-2:]) != grids.own else ThinnedNumbers(values, grids)
