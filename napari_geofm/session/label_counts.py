"""How many samples of each class are labelled on every section, kept up to date stroke by stroke."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.paging import Paging
from napari_geofm.io.written import Written
from napari_geofm.session.page_counts import PageCounts
from napari_geofm.session.run_change import Runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from napari_geofm.core.survey import Survey

__all__ = ["LabelCounts", "paging_of", "steps_of"]

VALUES = 256
"""Inside values: 0 unlabelled, class k is k + 1."""

_BLOCKS = 256
"""Blocks of rows that a line, a recording or an image is counted in."""

_LARGE = 2**24
"""Samples of a block that is looked at whole, although little of it was ever written."""


def steps_of(survey: "Survey") -> tuple[int, ...]:
    """Return how finely each dimension of a survey is counted.

    Each section of a volume is counted by itself. What is one section, however long, is counted in a few blocks of
    its first dimension: a recording of a million samples needs no million of counts.

    Returns
    -------
    tuple of int
        Positions in one count; 0 where a dimension is not counted.
    """
    if survey.cuts:
        return tuple(1 if name in survey.cuts else 0 for name in survey.dims)
    return (-(-survey.shape[0] // _BLOCKS), *(0 for _ in survey.shape[1:]))


def paging_of(survey: "Survey") -> Paging | None:
    """Return the pages that a survey's labels are counted on, those it has by default; None where it has none."""
    return survey.paging() if survey.paged else None


class LabelCounts:
    """Counts per dimension, position and class, so that lists and statistics never scan a volume.

    Parameters
    ----------
    shape
        The survey's.
    steps
        How finely each dimension is counted (see :func:`steps_of`); the first is never 0. None: each position.
    paging
        Pages that are counted besides (see :func:`paging_of`); None: none.
    """

    def __init__(self, shape: Sequence[int], steps: Sequence[int] | None = None, paging: Paging | None = None) -> None:
        self.pages = PageCounts(paging) if paging is not None else None
        self._shape = tuple(shape)
        self._steps = tuple(steps) if steps is not None else (1,) * len(self._shape)
        self._counts = {
            dimension: np.zeros((-(-size // step), VALUES), np.int64)
            for dimension, (size, step) in enumerate(zip(self._shape, self._steps, strict=True))
            if step
        }

    @classmethod
    def scanned(cls, values: Any, steps: Sequence[int] | None = None, paging: Paging | None = None) -> "LabelCounts":
        """Count an array of inside values block by block; of a mapped one, what was ever written."""
        counts = cls(values.shape, steps, paging)
        written, row = Written(values), values[:1].size
        for rows in counts.blocks():
            low, high = rows.start * row, rows.stop * row
            if written.untouched(low, high):
                continue
            if high - low > _LARGE and 2 * sum(run.stop - run.start for run in written.within(low, high)) < high - low:
                # A recording of a year is two thousand rows of a hundred gigabytes.
                for run in written.runs(low, high):
                    counts._add_run(run, values.reshape(-1)[run])
                continue
            part = np.asarray(values[rows])
            if part.any():
                counts._add_block(rows, part)
                if counts.pages is not None:
                    counts.pages.scan(rows, part)
        return counts

    def blocks(self) -> Iterator[slice]:
        """Yield the parts of the first dimension that are counted together, all of them."""
        step = self._steps[0]
        for start in range(0, self._shape[0], step):
            yield slice(start, min(start + step, self._shape[0]))

    def labelled_blocks(self, number: int | None = None) -> Iterator[slice]:
        """Yield the parts of the first dimension that hold labels, or labels of one class (outside number)."""
        step = self._steps[0]
        for place in self.positions(0, number):
            yield slice(int(place) * step, min((int(place) + 1) * step, self._shape[0]))

    def change(self, flat: NDArray[np.int64], before: NDArray[np.uint8], after: NDArray[np.uint8]) -> None:
        """Take in that samples at ``flat`` positions changed from one inside value to another."""
        if not flat.size:
            return
        if self.pages is not None:
            self.pages.change(flat, before, after)
        alike = all(int(part.min()) == int(part.max()) for part in (before, after))
        for dimension, where in self._positions(flat):
            bins = where // self._steps[dimension] if self._steps[dimension] > 1 else where
            if alike:
                self._move(dimension, bins, int(before[0]), int(after[0]))
            else:
                self._add(dimension, bins, before, -1)
                self._add(dimension, bins, after, 1)

    def change_runs(self, runs: Runs, *, back: bool) -> None:
        """Take in that runs changed, or were taken back; each lies on one trace."""
        if self.pages is not None:
            self.pages.change_runs(runs, back=back)
        pairs = runs.before.astype(np.int64) * VALUES + runs.after
        for pair in np.unique(pairs).tolist():
            chosen = pairs == pair
            before, after = divmod(pair, VALUES)
            if back:
                before, after = after, before
            lengths = runs.lengths[chosen]
            for dimension, where in self._positions(runs.starts[chosen]):
                if dimension == len(self._shape) - 1:
                    found = _covered(where.astype(np.int64), lengths, self._shape[-1], self._steps[dimension])
                else:
                    bins = where // self._steps[dimension]
                    found = np.bincount(bins, lengths, len(self._counts[dimension])).astype(np.int64)
                self._counts[dimension][:, before] -= found
                self._counts[dimension][:, after] += found

    def renumber(self, table: NDArray[np.uint8]) -> None:
        """Take in that every inside value ``v`` became ``table[v]``, shape ``(256,)``."""
        for dimension, counts in self._counts.items():
            moved = np.zeros_like(counts)
            for value in range(VALUES):
                moved[:, int(table[value])] += counts[:, value]
            self._counts[dimension] = moved
        if self.pages is not None:
            self.pages.renumber(table)

    def of_class(self, number: int) -> int:
        """Return the samples labelled as a class (outside number)."""
        return int(self._counts[0][:, number + 1].sum())

    def highest(self) -> int:
        """Return the highest class that is labelled (outside number), -1 for none."""
        found = np.flatnonzero(self._counts[0][:, 1:].sum(0))
        return int(found[-1]) if found.size else -1

    def positions(self, dimension: int, number: int | None = None) -> NDArray[np.int64]:
        """Return the counts along a dimension that hold labels, or labels of one class (outside number).

        Of a volume these are the positions of sections.
        """
        columns = slice(1, None) if number is None else slice(number + 1, number + 2)
        return np.flatnonzero(self._counts[dimension][:, columns].sum(1))

    def at(self, dimension: int, position: int) -> NDArray[np.int64]:
        """Return the labelled samples per class, shape ``(255,)``, of one slice."""
        found: NDArray[np.int64] = self._counts[dimension][position // self._steps[dimension], 1:]
        return found

    def arrays(self) -> dict[str, NDArray[np.int64]]:
        """Return what :meth:`restored` takes."""
        pages = self.pages.arrays() if self.pages is not None else {}
        return {f"dimension{place}": counts.copy() for place, counts in self._counts.items()} | pages

    @classmethod
    def restored(
        cls,
        shape: Sequence[int],
        arrays: "Mapping[str, NDArray[Any]]",
        steps: Sequence[int] | None = None,
        paging: Paging | None = None,
    ) -> "LabelCounts | None":
        """Return counts from a file's arrays; None where they do not fit."""
        counts = cls(shape, steps, paging)
        if counts.pages is not None and not counts.pages.restore(arrays):
            return None
        for place, own in counts._counts.items():
            found = arrays.get(f"dimension{place}")
            if found is None or found.shape != own.shape:
                return None
            own[:] = found
        return counts

    def _positions(self, flat: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[Any]]]:
        """Yield the positions along each dimension that is counted, last dimension first."""
        # Four bytes divide twice as fast as eight.
        rest: NDArray[Any] = flat.astype(np.uint32) if int(flat.max()) < 2**32 else flat
        for dimension in reversed(range(len(self._shape))):
            rest, where = np.divmod(rest, rest.dtype.type(self._shape[dimension])) if dimension else (rest, rest)
            if dimension in self._counts:
                yield dimension, where

    def _move(self, dimension: int, bins: NDArray[Any], before: int, after: int) -> None:
        """Count samples that all had one value and all have another."""
        first = int(bins.min())
        found = np.bincount(bins - bins.dtype.type(first))
        rows = self._counts[dimension][first : first + found.size]
        rows[:, before] -= found
        rows[:, after] += found

    def _add(self, dimension: int, bins: NDArray[Any], values: NDArray[np.uint8], sign: int) -> None:
        """Add samples to counts; only the bins between the first and last are touched, since a stroke is small."""
        first = int(bins.min())
        size = int(bins.max()) - first + 1
        keys = (bins.astype(np.int64) - first) * VALUES + values
        found = np.bincount(keys, minlength=size * VALUES).reshape(size, VALUES)
        self._counts[dimension][first : first + size] += sign * found

    def _add_run(self, run: slice, values: Any) -> None:
        """Add a run of flat positions."""
        drawn = np.asarray(values)
        where = np.flatnonzero(drawn)
        if where.size:
            self.change(run.start + where, np.zeros(where.size, np.uint8), drawn[where])

    def _add_block(self, rows: slice, part: NDArray[np.uint8]) -> None:
        """Add a block of rows."""
        where = np.flatnonzero(part)
        if where.size < part.size // 16:
            drawn = part.reshape(-1)[where]
            start = rows.start * int(np.prod(self._shape[1:], dtype=np.int64))
            for dimension, positions in self._positions(where + start):
                self._add(dimension, positions // self._steps[dimension], drawn, 1)
            return
        # Few classes occur: where much is labelled, masks are quicker than positions.
        for value in np.flatnonzero(np.bincount(part.reshape(-1), minlength=VALUES)[1:]) + 1:
            mask = part == value
            for dimension, counts in self._counts.items():
                if dimension == 0:
                    counts[rows.start // self._steps[0], value] += np.count_nonzero(mask)
                else:
                    others = tuple(axis for axis in range(mask.ndim) if axis != dimension)
                    counts[:, value] += np.count_nonzero(mask, axis=others)


def _covered(starts: NDArray[np.int64], lengths: NDArray[np.int64], size: int, step: int) -> NDArray[np.int64]:
    """Return how many runs cover each position along the last dimension, ``step`` positions together."""
    depth = np.bincount(starts, minlength=size + 1) - np.bincount(starts + lengths, minlength=size + 1)
    covered = np.cumsum(depth)[:size]
    found: NDArray[np.int64] = np.add.reduceat(covered, np.arange(0, size, step))
    return found
