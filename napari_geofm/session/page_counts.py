"""How many samples of each class are labelled on every page of a recording or an image."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.paging import Paging

if TYPE_CHECKING:
    from napari_geofm.session.run_change import Runs

__all__ = ["PageCounts", "labelled_pages"]

_VALUES = 256
_NUMBERS, _COUNTS = "page_numbers", "page_counts"


class PageCounts:
    """Counts of the pages that hold labels; the others take no space, however long a recording is.

    Parameters
    ----------
    paging
        The survey's pages.
    """

    def __init__(self, paging: Paging) -> None:
        self.paging = paging
        self._held: dict[int, NDArray[np.int64]] = {}

    def change(self, flat: NDArray[np.int64], before: NDArray[np.uint8], after: NDArray[np.uint8]) -> None:
        """Take in that samples at ``flat`` positions changed from inside values to others."""
        rows, columns = np.divmod(flat, self.paging.shape[1])
        self._move(self.paging.numbers(rows, columns), before, after)

    def change_runs(self, runs: "Runs", *, back: bool) -> None:
        """Take in that runs changed, or were taken back; each lies on one row."""
        rows, starts = np.divmod(runs.starts, self.paging.shape[1])
        lasts = starts + runs.lengths - 1
        spread = self.paging.places(1, lasts) - self.paging.places(1, starts) + 1
        chosen = np.repeat(np.arange(rows.size), spread)
        place = (
            self.paging.places(1, starts)[chosen]
            + np.arange(chosen.size)
            - np.repeat(np.cumsum(spread) - spread, spread)
        )
        edges = np.array(
            [self.paging.part(1, at).start for at in range(self.paging.counts[1])] + [self.paging.shape[1]]
        )
        low, high = np.maximum(starts[chosen], edges[place]), np.minimum(lasts[chosen] + 1, edges[place + 1])
        before, after = (runs.after, runs.before) if back else (runs.before, runs.after)
        self._move(self.paging.numbers(rows[chosen], low), before[chosen], after[chosen], high - low)

    def scan(self, rows: slice, part: NDArray[np.uint8]) -> None:
        """Add a block of rows of the labels, as it was found."""
        height = part.shape[0]
        for box in self.paging.boxes((rows, slice(0, self.paging.shape[1]))):
            low, high = max(0, box[0].start - rows.start), min(height, box[0].stop - rows.start)
            found = np.bincount(part[low:high, box[1]].reshape(-1), minlength=_VALUES)
            if found[1:].any():
                number = int(self.paging.numbers(np.array([low + rows.start]), np.array([box[1].start]))[0])
                self._counts(number)[1:] += found[1:]

    def renumber(self, table: NDArray[np.uint8]) -> None:
        """Take in that every inside value ``v`` became ``table[v]``, shape ``(256,)``."""
        for number, counts in self._held.items():
            moved = np.zeros_like(counts)
            np.add.at(moved, table, counts)
            self._held[number] = moved
        self._drop()

    def at(self, number: int) -> NDArray[np.int64]:
        """Return the labelled samples per class, shape ``(255,)``, of one page."""
        held = self._held.get(number)
        return held[1:].copy() if held is not None else np.zeros(_VALUES - 1, np.int64)

    def pages(self, number: int | None = None) -> list[int]:
        """Return the pages that hold labels, or labels of one class (outside number), in order."""
        columns = slice(1, None) if number is None else slice(number + 1, number + 2)
        return sorted(page for page, counts in list(self._held.items()) if counts[columns].any())

    def arrays(self) -> dict[str, NDArray[np.int64]]:
        """Return what :meth:`restore` takes."""
        pages = self.pages()
        counts = np.stack([self._held[page] for page in pages]) if pages else np.zeros((0, _VALUES), np.int64)
        return {_NUMBERS: np.array(pages, np.int64), _COUNTS: counts}

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> bool:
        """Take counts from a file's arrays; return whether they fit."""
        numbers, counts = arrays.get(_NUMBERS), arrays.get(_COUNTS)
        if numbers is None or counts is None or counts.shape != (numbers.size, _VALUES):
            return False
        if numbers.size and not 0 <= int(numbers.min()) <= int(numbers.max()) < self.paging.count:
            return False
        self._held = {int(number): row.astype(np.int64) for number, row in zip(numbers, counts, strict=True)}
        return True

    def _move(
        self,
        pages: NDArray[np.int64],
        before: NDArray[np.uint8],
        after: NDArray[np.uint8],
        weights: NDArray[np.int64] | None = None,
    ) -> None:
        """Count samples, one each or as many as ``weights`` say, that went from inside values to others."""
        for page in np.unique(pages).tolist():
            chosen = pages == page
            many = None if weights is None else weights[chosen]
            gone, come = (np.bincount(part[chosen], many, _VALUES).astype(np.int64) for part in (before, after))
            counts = self._counts(page)
            counts += come - gone
        self._drop()

    def _counts(self, page: int) -> NDArray[np.int64]:
        return self._held.setdefault(page, np.zeros(_VALUES, np.int64))

    def _drop(self) -> None:
        """Forget pages that hold no label any more."""
        # A new dictionary: another thread may be reading the old one.
        self._held = {page: counts for page, counts in self._held.items() if counts[1:].any()}


def labelled_pages(values: NDArray[np.uint8], counts: PageCounts | None, paging: Paging) -> list[int]:
    """Return which pages hold labels, in order.

    Parameters
    ----------
    values
        The labels, zero where there is none.
    counts
        What is known of them, of these pages or others; None: nothing.
    paging
        The pages that are asked for.
    """
    if counts is None:
        candidates = list(range(paging.count))
    elif counts.paging == paging:
        return counts.pages()
    else:
        boxes = (counts.paging.box(number) for number in counts.pages())
        candidates = sorted({number for box in boxes for number in paging.meeting(box)})
    return [number for number in candidates if np.asarray(values[paging.box(number)]).any()]
