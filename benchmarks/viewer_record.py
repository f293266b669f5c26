"""What the labels should be: a plain array and lists of what was done, knowing nothing of the session's code."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Record", "Step"]

Labels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One step that can be taken back: labels and names before and after, the class that went, the section ticked."""

    before: Labels
    after: Labels
    names_before: tuple[str, ...]
    names_after: tuple[str, ...]
    removed: int | None = None
    ticked: str = ""


@dataclass(slots=True, eq=False)
class Record:
    """Labels of a volume (inside values: 0 none, class k is k + 1), names, locks, steps done and undone.

    Attributes
    ----------
    dims
        Dimensions of the volume.
    values
        uint8, shape of the volume.
    """

    dims: tuple[str, ...]
    values: Labels
    names: tuple[str, ...]
    locked: set[int] = field(default_factory=set)
    complete: set[str] = field(default_factory=set)
    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)

    def section(self, axis: str, place: int) -> Labels:
        """Return a section as it is on the screen: the last of its dimensions downwards where that is time."""
        found = np.take(self.values, place, self.dims.index(axis))
        return np.ascontiguousarray(found.T if axis != self.dims[-1] else found)

    def with_section(self, axis: str, place: int, shown: Labels) -> Labels:
        """Return the volume with another section."""
        values = self.values.copy()
        where: list[Any] = [slice(None)] * 3
        where[self.dims.index(axis)] = place
        values[tuple(where)] = shown.T if axis != self.dims[-1] else shown
        return values

    def locked_values(self) -> list[int]:
        """Return the inside values that stay."""
        return [number + 1 for number in self.locked]

    def do(
        self,
        values: Labels,
        names: Iterable[str] | None = None,
        removed: int | None = None,
        ticks: str = "",
        *,
        on: bool = True,
    ) -> None:
        """Note a step, unless nothing changes by it; ``ticks`` is the section that is complete by it, or is not."""
        new = tuple(names) if names is not None else self.names
        ticked = ticks if ticks and (ticks in self.complete) is not on else ""
        if new == self.names and not ticked and np.array_equal(values, self.values):
            return
        self.undone.clear()
        self._forth(Step(self.values, values, self.names, new, removed, ticked))

    def remove(self, number: int, into: int | None) -> None:
        """Note that a class went, its labels into another or to none; a locked one stays."""
        if number in self.locked or into in self.locked:
            return
        values = self.values.copy()
        values[self.values == number + 1] = 0 if into is None else into + 1
        values[values > number + 1] -= 1
        self.do(values, [name for place, name in enumerate(self.names) if place != number], removed=number)

    def undo(self) -> None:
        """Take the last step back."""
        if self.done:
            step = self.done.pop()
            self.undone.append(step)
            self._move(step.before, step.names_before)
            if step.removed is not None:
                self.locked = {number + (number >= step.removed) for number in self.locked}
            self.locked = {number for number in self.locked if number < len(self.names)}
            self._tick(step)

    def redo(self) -> None:
        """Do the step last taken back again."""
        if self.undone:
            self._forth(self.undone.pop())

    def _forth(self, step: Step) -> None:
        self.done.append(step)
        self._move(step.after, step.names_after)
        removed = step.removed
        if removed is not None:
            self.locked = {number - (number > removed) for number in self.locked if number != removed}
        self._tick(step)

    def _tick(self, step: Step) -> None:
        if step.ticked:
            self.complete ^= {step.ticked}

    def _move(self, values: Labels, names: tuple[str, ...]) -> None:
        self.values, self.names = values, names
