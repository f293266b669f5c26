"""Labels: who drew which class where, and the two ways in which classes are numbered.

Outside (API, command line, .npy, .png) 255 is unlabelled and classes are 0..253. Inside, on disk of a session and
in the napari layer, 0 is unlabelled and class k is k + 1, since for napari 0 is background.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.thinning import thinned_by
from napari_geofm.core.display import Layout
from napari_geofm.core.paging import Paging
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError

__all__ = ["MAX_CLASS", "UNLABELLED", "ArrayLike", "LabelSet", "Origin", "to_inside", "to_outside"]

UNLABELLED = 255
"""Outside value of a pixel that nobody labelled."""

MAX_CLASS = 253
"""Highest class number outside; inside it is 254."""

_AT_ONCE = 2**20
"""Samples read at once where a whole volume is looked through."""


class Origin(IntEnum):
    """Where a labelled pixel came from; validation uses human strokes only."""

    NONE = 0
    HUMAN = 1
    ACCEPTED = 2
    INTERPOLATED = 3
    IMPORTED = 4
    CARRIED = 5


class ArrayLike(Protocol):
    """What label volumes offer: numpy arrays, memory maps and zarr arrays do."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes."""
        ...

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the elements."""
        ...

    def __getitem__(self, key: Any) -> Any:
        """Return a part."""
        ...


def to_inside(outside: NDArray[np.integer[Any]]) -> NDArray[np.uint8]:
    """Turn outside classes (uint8, 255 unlabelled) into inside ones (0 unlabelled, class k is k + 1)."""
    checked = checked_classes(outside)
    return np.where(checked == UNLABELLED, 0, checked + 1).astype(np.uint8)


def to_outside(inside: NDArray[np.integer[Any]]) -> NDArray[np.uint8]:
    """Turn inside classes (0 unlabelled, class k is k + 1) into outside ones (uint8, 255 unlabelled).

    Raises
    ------
    LabelError
        When a value is negative or above 254.
    """
    if inside.size and (int(inside.min()) < 0 or int(inside.max()) > MAX_CLASS + 1):
        msg = f"Label value {int(inside.max())} in a layer: layers hold 0 (unlabelled) to {MAX_CLASS + 1}"
        raise LabelError(msg)
    return np.where(inside == 0, UNLABELLED, inside.astype(np.int64) - 1).astype(np.uint8)


def checked_classes(array: NDArray[Any]) -> NDArray[np.uint8]:
    """Return ``array`` as outside classes, uint8.

    Whole-number floats and NaN (unlabelled), booleans, and -1 (unlabelled) in signed arrays are taken too.

    Raises
    ------
    LabelError
        When a value is neither a class 0..253 nor unlabelled.
    """
    if array.dtype == np.uint8:
        values: NDArray[Any] = array
    elif np.issubdtype(array.dtype, np.floating):
        values = np.where(np.isnan(array), UNLABELLED, array)
        if not np.array_equal(values, np.round(values)):
            msg = "Labels hold fractions; classes are whole numbers 0 to 253, 255 for unlabelled"
            raise LabelError(msg)
    elif array.dtype == np.bool_ or np.issubdtype(array.dtype, np.integer):
        values = array
    else:
        msg = f"Labels have type {array.dtype}; classes are whole numbers 0 to 253, 255 for unlabelled"
        raise LabelError(msg)
    if np.issubdtype(array.dtype, np.signedinteger) or np.issubdtype(array.dtype, np.floating):
        # As int64: in int8, 255 would wrap to -1 again.
        values = np.where(values == -1, np.int64(UNLABELLED), values)
    wrong = (values < 0) | (values == MAX_CLASS + 1) | (values > UNLABELLED) if values.size else np.zeros(0, bool)
    if wrong.any():
        msg = f"Label value {values[wrong].flat[0]}: classes are 0 to {MAX_CLASS}, {UNLABELLED} is unlabelled"
        raise LabelError(msg)
    return values.astype(np.uint8, copy=False)


@dataclass(frozen=True, slots=True, eq=False)
class LabelSet:
    """Labels of one survey.

    Attributes
    ----------
    values
        Array-like of the survey's shape and order, outside classes (255 unlabelled).
    classes
        Names and colours.
    origins
        Array-like of the same shape with :class:`Origin` numbers, or None when all are human.
    """

    values: ArrayLike
    classes: ClassTable
    origins: ArrayLike | None = None

    def check_fits(self, survey: Survey) -> None:
        """Refuse labels of another shape.

        Raises
        ------
        LabelError
            When the shape is not the survey's.
        """
        if tuple(self.values.shape) != survey.shape:
            dims = ", ".join(survey.dims)
            made = thinned_by(survey.shape, tuple(self.values.shape)) if survey.kind == "das" else ""
            remedy = "give labels in the survey's shape and order"
            if made:
                remedy = f"where they were made of the recording through a chain, say --process '{made}'"
            wanted = f"survey {survey.path.name} has {survey.shape} ({dims})"
            msg = f"Labels have shape {tuple(self.values.shape)}, {wanted}; {remedy}"
            raise LabelError(msg)

    def section(self, places: tuple[int | slice, ...], layout: Layout) -> NDArray[np.uint8]:
        """Return the labels of one section in display order, uint8, 255 unlabelled."""
        return layout.to_display(checked_classes(np.asarray(self.values[places])))

    def human(self, places: tuple[int | slice, ...], layout: Layout) -> NDArray[np.uint8]:
        """Return the section's labels that a human drew; the others are 255."""
        labels = self.section(places, layout)
        if self.origins is None:
            return labels
        drawn = layout.to_display(np.asarray(self.origins[places])) == Origin.HUMAN
        return np.where(drawn, labels, np.uint8(UNLABELLED))

    def labelled_pages(self, paging: Paging) -> list[int]:
        """Return the numbers of the pages that hold labels, in order; read some rows at a time.

        Of an array that knows where it may hold any, by a method ``labelled_runs``, no more than that is read.
        """
        rows, columns = self.values.shape
        runs = getattr(self.values, "labelled_runs", lambda: None)()
        if runs is not None:
            return _pages_of(runs, paging)
        held = np.zeros(paging.counts, np.bool_)
        edges = np.array([paging.part(1, place).start for place in range(paging.counts[1])])
        at_once = max(1, _AT_ONCE // max(1, columns))
        for start in range(0, rows, at_once):
            drawn = np.asarray(self.values[start : start + at_once]) != UNLABELLED
            if drawn.any():
                places = paging.places(0, np.arange(start, start + drawn.shape[0]))
                np.logical_or.at(held, places, np.logical_or.reduceat(drawn, edges, axis=1))
        return np.flatnonzero(held if paging.down == 0 else held.T).tolist()

    def untouched(self, rows: slice) -> bool:
        """Return whether rows of the first dimension are known to be unlabelled without a look at them."""
        known = getattr(self.values, "untouched", None)
        return known is not None and bool(known(rows))

    def labelled_slices(self, dimension: int) -> Iterator[tuple[int, int]]:
        """Yield ``(position, labelled pixels)`` of each slice across ``dimension`` that holds labels.

        What an array knows to be unlabelled, by a method ``untouched``, is not read.
        """
        shape = self.values.shape
        found = np.zeros(shape[dimension], np.int64)
        # Always along the first dimension, in which files are stored: across another one each slice touches every page.
        rows = max(1, _AT_ONCE // max(1, int(np.prod(shape[1:], dtype=np.int64))))
        others = tuple(axis for axis in range(len(shape)) if axis != dimension)
        for start in range(0, shape[0], rows):
            if self.untouched(slice(start, min(start + rows, shape[0]))):
                continue
            drawn = np.asarray(self.values[start : start + rows]) != UNLABELLED
            if drawn.any():
                counts = np.count_nonzero(drawn, axis=others)
                found[slice(start, start + rows) if dimension == 0 else slice(None)] += counts
        for place in np.flatnonzero(found):
            yield int(place), int(found[place])


def _pages_of(runs: Iterable[tuple[int, NDArray[np.uint8]]], paging: Paging) -> list[int]:
    """Return the numbers of the pages that hold labels among runs of flat positions and outside numbers."""
    found: set[int] = set()
    for start, values in runs:
        flat = start + np.flatnonzero(values != UNLABELLED)
        found |= set(np.unique(paging.numbers(*np.divmod(flat, paging.shape[1]))).tolist())
    return sorted(found)
