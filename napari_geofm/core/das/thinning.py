"""How the grid of a recording that decimation or stacking made smaller lies in the recording's own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["Box", "Thinning", "thinned_by"]

Box = tuple[slice, slice]
"""Channels and samples, start and stop within the recording."""


@dataclass(frozen=True, slots=True)
class Thinning:
    """Two grids of one recording, ``(channels, samples)`` each.

    A decimation keeps the first of every so many samples, which stands for those around it; a stack is the mean of so
    many channels, which it stands for. What is left at the end belongs to the last one.

    Attributes
    ----------
    every
        How many channels, and how many samples, became one.
    own, fewer
        Shapes of the recording and of what was made of it.

    Examples
    --------
    >>> grids = Thinning((1, 4), (2, 10), (2, 3))
    >>> grids.nearest(1, np.arange(10)).tolist()
    [0, 0, 1, 1, 1, 1, 2, 2, 2, 2]
    """

    every: tuple[int, int]
    own: tuple[int, int]
    fewer: tuple[int, int]

    @classmethod
    def of(cls, survey: "Survey") -> "Thinning | None":
        """Return how a processed recording's grid lies in the recording's; None where it is the same."""
        if survey.processed is None or not survey.processed.chain.moves_grid:
            return None
        steps = survey.processed.chain.steps
        stacks, thins = (int(np.prod([getattr(step, name) for step in steps])) for name in ("stacks", "thins"))
        whole = survey.processed.source.shape
        return cls((stacks, thins), (whole[0], whole[1]), (survey.shape[0], survey.shape[1]))

    def nearest(self, axis: int, own: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return which of the fewer channels (axis 0) or samples (1) stands for each of the recording's."""
        shift = self.every[1] // 2 if axis else 0
        return np.minimum((own + shift) // self.every[axis], self.fewer[axis] - 1)

    def around(self, box: Box) -> Box:
        """Return the fewer ones that stand for a box of the recording."""
        first, second = (
            slice(self._near(axis, part.start), self._near(axis, part.stop - 1) + 1) for axis, part in enumerate(box)
        )
        return first, second

    def standing(self, box: Box) -> Box:
        """Return the box of the recording that a box of the fewer ones stands for."""
        first, second = (
            slice(self._begin(axis, part.start), self._begin(axis, part.stop)) for axis, part in enumerate(box)
        )
        return first, second

    def repeated(self, values: NDArray[Any], box: Box, own: Box) -> NDArray[Any]:
        """Return numbers of the fewer ones for the recording's.

        Parameters
        ----------
        values
            ndarray, the last two dimensions of the shape of ``box``.
        box
            Where they lie among the fewer ones.
        own
            The part of the recording that is wanted; what stands beside ``box`` is taken from its border.
        """
        rows, columns = (
            np.clip(self.nearest(axis, np.arange(want.start, want.stop)), part.start, part.stop - 1) - part.start
            for axis, (part, want) in enumerate(zip(box, own, strict=True))
        )
        return values[..., rows[:, None], columns[None, :]]

    def _near(self, axis: int, place: int) -> int:
        return int(self.nearest(axis, np.array(place)))

    def _begin(self, axis: int, place: int) -> int:
        """Return the first of the recording's that one of the fewer, or the end, stands for."""
        if place >= self.fewer[axis]:
            return self.own[axis]
        return max(0, place * self.every[axis] - (self.every[1] // 2 if axis else 0))


def thinned_by(own: tuple[int, ...], fewer: tuple[int, ...]) -> str:
    """Return the steps that would make one shape of another; "" where there are none.

    >>> thinned_by((80, 1500), (80, 375)), thinned_by((81, 1501), (40, 751)), thinned_by((80, 1500), (60, 1500))
    ('decimate 4', 'decimate 2; stack 2', '')
    """
    if len(own) != 2 or len(fewer) != 2 or own == fewer or min(fewer) < 1:
        return ""
    stacks, thins = own[0] // fewer[0], -(-own[1] // fewer[1])
    if stacks < 1 or thins < 1 or (own[0] // stacks, -(-own[1] // thins)) != fewer:
        return ""
    words = [f"{name} {count}" for name, count in (("decimate", thins), ("stack", stacks)) if count > 1]
    return "; ".join(words)
