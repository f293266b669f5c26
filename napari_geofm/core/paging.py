"""Pages: the windows in which a long recording or a large image is seen, encoded and predicted."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

__all__ = ["FEWEST", "LARGEST", "PAGE", "Paging"]

LARGEST = 4096
"""Samples along a side up to which a recording or an image is one section."""

PAGE = 2048
"""Samples along a side of a page, about."""

FEWEST = 4
"""Samples that a window in time holds at least: fewer show nothing."""

Box = tuple[slice, slice]


@dataclass(frozen=True, slots=True)
class Paging:
    """Boxes side by side that cover a recording or an image; the last takes in a rest of less than half a page.

    Attributes
    ----------
    shape
        Sizes in the survey's order.
    sides
        Samples of a page along each dimension; the whole of a dimension that is not cut.
    down
        Which of the two dimensions runs down the screen: pages are read along it line by line.
    """

    shape: tuple[int, int]
    sides: tuple[int, int]
    down: int = 0

    @classmethod
    def of(cls, kind: str, shape: tuple[int, int], *, down: int = 0, step: float = 1.0, length: int = 0) -> "Paging":
        """Return the pages of a survey; a single one where it is of another kind, or small.

        Parameters
        ----------
        kind
            The survey's; recordings (``das``) and images (``image``) have pages.
        shape
            Sizes in the survey's order: ``(distance, time)``, or rows and columns.
        down
            Which dimension runs down the screen.
        step
            Seconds between the samples of a recording: its pages are a round number of seconds long.
        length
            Samples of a page along time, or along both sides of an image, as somebody chose it; 0: the default.

        Examples
        --------
        >>> Paging.of("das", (1000, 3_600_000), down=1, step=0.001).sides
        (1000, 2000)
        >>> Paging.of("image", (40_000, 5_000)).sides, Paging.of("image", (4_000, 4_000)).counts
        ((2000, 2500), (1, 1))
        """
        if kind == "das":
            long = length or (_round_samples(step) if shape[1] > LARGEST else shape[1])
            wide = _even_side(shape[0]) if shape[0] > LARGEST else shape[0]
            return cls(shape, (wide, min(long, shape[1])), down)
        if kind == "image" and (length or max(shape) > LARGEST):
            first, second = (min(length, size) if length else _even_side(size) for size in shape)
            return cls(shape, (first, second), down)
        return cls(shape, shape, down)

    @property
    def counts(self) -> tuple[int, int]:
        """Pages along each dimension."""
        # Half a page and more is one of its own.
        first, second = (
            max(1, math.floor(size / side + 0.5)) for size, side in zip(self.shape, self.sides, strict=True)
        )
        return first, second

    @property
    def count(self) -> int:
        """Pages in all."""
        return self.counts[0] * self.counts[1]

    @property
    def whole(self) -> Box:
        """All of the survey."""
        return slice(0, self.shape[0]), slice(0, self.shape[1])

    def part(self, dimension: int, place: int) -> slice:
        """Return the samples of the page number ``place`` along a dimension."""
        side, last = self.sides[dimension], place == self.counts[dimension] - 1
        return slice(place * side, self.shape[dimension] if last else (place + 1) * side)

    def places(self, dimension: int, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the number along a dimension of the page that holds each sample."""
        return np.minimum(positions // self.sides[dimension], self.counts[dimension] - 1)

    def numbers(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return which page, as :meth:`boxes` counts them, holds each sample at positions along both dimensions."""
        places = self.places(0, first), self.places(1, second)
        return places[self.down] * self.counts[1 - self.down] + places[1 - self.down]

    def box(self, number: int) -> Box:
        """Return a page by its number."""
        found = dict(zip((self.down, 1 - self.down), divmod(number, self.counts[1 - self.down]), strict=True))
        return self.part(0, found[0]), self.part(1, found[1])

    def meeting(self, box: Box) -> list[int]:
        """Return the numbers of the pages that share samples with a box, in order."""
        if any(part.stop <= part.start for part in box):
            return []
        spans = [self.places(d, np.array([part.start, part.stop - 1])) for d, part in enumerate(box)]
        down, across = (range(int(spans[d][0]), int(spans[d][1]) + 1) for d in (self.down, 1 - self.down))
        return [row * self.counts[1 - self.down] + column for row in down for column in across]

    def hulls(self, numbers: Iterable[int]) -> list[Box]:
        """Return few boxes that hold pages and nothing else: those beside and below each other are one.

        Examples
        --------
        >>> Paging((10, 100), (10, 10), down=1).hulls([0, 1, 2, 5])
        [(slice(0, 10, None), slice(0, 30, None)), (slice(0, 10, None), slice(50, 60, None))]
        """
        across = self.counts[1 - self.down]
        found: list[list[int]] = []
        for row, group in groupby(sorted(numbers), lambda number: number // across):
            columns = [number % across for number in group]
            whole = columns[-1] - columns[0] + 1 == len(columns)
            for low, high in [(columns[0], columns[-1])] if whole else [(column, column) for column in columns]:
                if found and found[-1][1:] == [row - 1, low, high]:
                    found[-1][1] = row
                else:
                    found.append([row, row, low, high])
        hulls = []
        for top, bottom, low, high in found:
            rows = slice(self.part(self.down, top).start, self.part(self.down, bottom).stop)
            wide = slice(self.part(1 - self.down, low).start, self.part(1 - self.down, high).stop)
            hulls.append((rows, wide) if self.down == 0 else (wide, rows))
        return hulls

    def boxes(self, within: Box | None = None) -> Iterator[Box]:
        """Yield the pages in order, those that share samples with ``within``."""
        for number in range(self.count) if within is None else self.meeting(within):
            yield self.box(number)

    def moved(self, box: Box, dimension: int, count: int) -> Box:
        """Return the window some pages further along a dimension, or back below 0, as far as the survey reaches.

        From a page one comes to pages; from a window between them one goes on by its own length.
        """
        part, side, size = box[dimension], self.sides[dimension], self.shape[dimension]
        place = min(part.start // side, self.counts[dimension] - 1)
        if part == self.part(dimension, place):
            there = self.part(dimension, min(max(0, place + count), self.counts[dimension] - 1))
        else:
            length = part.stop - part.start
            start = min(max(0, part.start + count * length), size - length)
            there = slice(start, start + length)
        return (there, box[1]) if dimension == 0 else (box[0], there)

    def stepped(self, box: Box, count: int) -> Box:
        """Return the window some pages on in order; at the end of a line of pages the next line begins."""
        across = 1 - self.down
        if self.counts[across] == 1:
            return self.moved(box, self.down, count)
        for _ in range(abs(count)):
            sign = 1 if count > 0 else -1
            there = self.moved(box, across, sign)
            if there == box:
                there = self.moved(box, self.down, sign)
                if there == box:
                    break
                end = self.part(across, 0 if sign > 0 else self.counts[across] - 1)
                there = (there[0], end) if across == 1 else (end, there[1])
            box = there
        return box

    def beyond(self, before: Box, at: Box) -> Box | None:
        """Return the window as far beyond ``at`` as that lies beyond ``before``; None where there is none."""
        for sign in (1, -1):
            if self.stepped(before, sign) == at:
                there = self.stepped(at, sign)
                return there if there != at else None
            for dimension in (0, 1):
                if before != at and self.moved(before, dimension, sign) == at:
                    there = self.moved(at, dimension, sign)
                    return there if there != at else None
        return None

    def around(self, first: int, second: int) -> Box:
        """Return the page that holds a sample."""
        point = np.array([first]), np.array([second])
        return self.box(int(self.numbers(*point)[0]))


def _even_side(size: int) -> int:
    """Return the side of pages of about equal size."""
    return -(-size // max(1, round(size / PAGE)))


def _round_samples(step: float) -> int:
    """Return the samples of 1, 2 or 5 s, or ten or a tenth of these and so on, that come nearest to a page."""
    if not step > 0:
        return PAGE
    wanted = math.log10(PAGE * step)
    decade = math.floor(wanted)
    choices = [number * 10.0**power for power in (decade, decade + 1) for number in (1, 2, 5)]
    return max(1, round(min(choices, key=lambda seconds: abs(math.log10(seconds) - wanted)) / step))
