"""What was done to labels and classes, small enough to be kept and undone a hundred times over."""

import zlib
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.region import At
from napari_geofm.session.chain_state import ChainState
from napari_geofm.session.run_change import RunChange

if TYPE_CHECKING:
    from napari_geofm.session.label_counts import LabelCounts
    from napari_geofm.session.touched import Touched

__all__ = ["Change", "Edit", "SampleChange", "UndoStack", "renumbered", "shifted_down", "shifted_up"]

MOST_BYTES = 64 * 2**20
"""Memory that undo may take; the oldest steps are let go of first."""


@dataclass(frozen=True, slots=True)
class SampleChange:
    """Samples before and after an edit, compressed.

    Attributes
    ----------
    count
        Samples.
    wide
        Whether a difference between positions takes eight bytes instead of four.
    packed
        Their flat positions in the survey array as differences, then labels before and after and origins before and
        after (uint8), inside values.
    """

    count: int
    wide: bool
    packed: bytes

    @classmethod
    def of(
        cls,
        flat: NDArray[np.int64],
        before: NDArray[np.uint8],
        after: NDArray[np.uint8],
        origin_before: NDArray[np.uint8],
        origin_after: NDArray[np.uint8],
    ) -> "SampleChange":
        """Pack a change; ``flat`` ascends."""
        steps = np.diff(flat, prepend=np.int64(0))
        wide = bool(steps.max(initial=0) >= 2**32)
        parts = (steps if wide else steps.astype(np.uint32), before, after, origin_before, origin_after)
        return cls(flat.size, wide, zlib.compress(b"".join(part.tobytes() for part in parts), 1))

    def positions(self) -> NDArray[np.int64]:
        """Return the flat positions, int64, ascending."""
        return self.unpacked()[0]

    def unpacked(self) -> tuple[NDArray[np.int64], list[NDArray[np.uint8]]]:
        """Return positions; labels before and after, origins before and after."""
        raw = zlib.decompress(self.packed)
        steps = np.frombuffer(raw, np.int64 if self.wide else np.uint32, self.count)
        flat = np.cumsum(steps, dtype=np.int64)
        start = steps.nbytes
        return flat, [np.frombuffer(raw, np.uint8, self.count, start + place * self.count) for place in range(4)]

    def pages(self, size: int) -> int:
        """Return how many pages of ``size`` samples are written to, about."""
        return 1 + int(np.count_nonzero(np.diff(self.positions() // size)))

    def write(
        self,
        values: NDArray[np.uint8],
        origins: NDArray[np.uint8],
        touched: "Touched",
        counts: "LabelCounts",
        *,
        back: bool,
    ) -> None:
        """Put the labels and origins after (or before) into flat arrays, and note where and of which classes."""
        flat, (before, after, origin_before, origin_after) = self.unpacked()
        # Marked first: a backup made meanwhile may look a little too far, never not far enough.
        touched.mark(flat)
        values[flat] = before if back else after
        origins[flat] = origin_before if back else origin_after
        counts.change(flat, after if back else before, before if back else after)


Change = SampleChange | RunChange
"""Samples one by one, or in runs."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One step of undo.

    Attributes
    ----------
    what
        In the interpreter's words: ``"stroke on inline 1080"``.
    at
        The section, or None where it concerns many, or the whole.
    changes
        Samples that changed, no sample twice.
    also
        Further sections whose samples changed.
    completes
        Whether the section became complete by it (True), or is so no more (False); None where that stayed.
    removed
        Class (outside number) that went out of the table after the samples changed; later ones moved down by one.
    tables
        Class table before and after, or None where it stayed.
    recast
        Whether numbers stand for other classes afterwards, the samples having changed accordingly.
    models
        Model in use before and after (names, empty for none), or None where it stayed.
    chains
        What a recording is seen through before and after, or None where it stayed.
    events
        The events of a recording before and after, or None where they stayed.
    """

    what: str
    at: At | None = None
    changes: tuple[Change, ...] = ()
    completes: bool | None = None
    removed: int | None = None
    tables: tuple[ClassTable, ClassTable] | None = None
    recast: bool = False
    models: tuple[str, str] | None = None
    also: tuple[At, ...] = ()
    chains: tuple[ChainState, ChainState] | None = None
    events: tuple[EventList, EventList] | None = None

    @property
    def renumbers(self) -> bool:
        """Whether a class may have another number afterwards than before."""
        return self.removed is not None or self.recast

    @property
    def size(self) -> int:
        """Bytes that the step holds, about."""
        listed = sum(len(each) * 100 + each.onsets * 16 for each in self.events or ())
        return 500 + listed + sum(100 + len(change.packed) for change in self.changes)


class UndoStack:
    """Steps done and steps undone."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._done: deque[Edit] = deque()
        self._undone: list[Edit] = []
        self._bytes = 0

    def push(self, edit: Edit) -> None:
        """Add a step that was just done; what was undone before cannot be done again."""
        self._bytes += edit.size - sum(each.size for each in self._undone)
        self._undone.clear()
        self._done.append(edit)
        while self._bytes > self._most and len(self._done) > 1:
            self._bytes -= self._done.popleft().size

    def to_undo(self) -> Edit | None:
        """Return the step that undo would take back."""
        return self._done[-1] if self._done else None

    def to_redo(self) -> Edit | None:
        """Return the step that redo would do again."""
        return self._undone[-1] if self._undone else None

    def texts(self) -> tuple[list[str], list[str]]:
        """Return the steps done, oldest first, and those taken back, the next to be done again first."""
        return [each.what for each in self._done], [each.what for each in reversed(self._undone)]

    def undone(self) -> None:
        """Note that the last step was taken back."""
        self._undone.append(self._done.pop())

    def redone(self) -> None:
        """Note that the step last taken back was done again."""
        self._done.append(self._undone.pop())


def shifted_down(removed: int) -> NDArray[np.uint8]:
    """Return the table of inside values after a class (outside number) went out: later ones are one less."""
    table = np.arange(256)
    table[removed + 2 :] -= 1
    table[removed + 1] = 0
    return table.astype(np.uint8)


def shifted_up(removed: int) -> NDArray[np.uint8]:
    """Return the table of inside values that takes :func:`shifted_down` back."""
    table = np.arange(256)
    table[removed + 1 : 255] += 1
    return table.astype(np.uint8)


def renumbered(removed: int | None, number: int, *, back: bool) -> int | None:
    """Return what a class is numbered after another one went out, or came back."""
    if removed is None or number < removed:
        return number
    if back:
        return number + 1
    return None if number == removed else number - 1
