"""Where in the files of a survey's labels anything was ever written: what has to be read, packed and put back."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.written import Written

__all__ = ["CHUNK", "Touched"]

CHUNK = 4096
"""Samples, one byte each, in what is marked as a whole: a page of the system's, the least that takes space on disk."""

LONGEST = 1024
"""Chunks in a run, so that what is read at once fits into memory."""


class Touched:
    """Marks chunks of samples that may hold labels; the others hold none.

    Labels on one section of a volume of gigabytes touch some megabytes, along whatever axis that section lies.

    Parameters
    ----------
    samples
        Samples of the survey.
    """

    def __init__(self, samples: int) -> None:
        self._samples = samples
        self._marks = np.zeros(-(-samples // CHUNK), np.bool_)

    @classmethod
    def scanned(cls, values: Any, blocks: Iterable[slice]) -> "Touched":
        """Mark what holds labels in an array of inside values; ``blocks`` of its first dimension hold all of them."""
        found, size, written, flat = cls(values.size), values[:1].size, Written(values), values.reshape(-1)
        for rows in blocks:
            for run in written.runs(rows.start * size, rows.stop * size):
                found.mark(run.start + np.flatnonzero(np.asarray(flat[run])))
        return found

    @classmethod
    def restored(cls, samples: int, packed: NDArray[np.uint8]) -> "Touched | None":
        """Return what :meth:`packed` was made from; None where it does not fit."""
        found = cls(samples)
        if packed.dtype != np.uint8 or packed.shape != (-(-found._marks.size // 8),):
            return None
        found._marks = np.unpackbits(packed, count=found._marks.size).view(np.bool_)
        return found

    def packed(self) -> NDArray[np.uint8]:
        """Return the marks as bits."""
        return np.packbits(self._marks)

    def mark(self, flat: NDArray[np.int64]) -> None:
        """Mark flat positions, ascending."""
        self._marks[flat // CHUNK] = True

    def mark_run(self, run: slice) -> None:
        """Mark a run of flat positions."""
        self._marks[run.start // CHUNK : -(-run.stop // CHUNK)] = True

    def mark_chunks(self, first: int, marks: NDArray[np.bool_]) -> None:
        """Mark chunks from ``first`` on where ``marks`` says so."""
        self._marks[first : first + marks.size] |= marks

    def runs(self) -> Iterator[slice]:
        """Yield runs of flat positions, ascending, that hold every label."""
        marked = np.flatnonzero(self._marks)
        ends = np.flatnonzero(np.diff(marked, append=marked[-1:] + 2) > 1)
        lasts = marked[ends] + 1
        firsts = np.concatenate([marked[:1], marked[ends[:-1] + 1]])
        for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
            for start in range(first, last, LONGEST):
                yield slice(start * CHUNK, min(min(start + LONGEST, last) * CHUNK, self._samples))
