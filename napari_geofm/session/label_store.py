"""Labels on disk from the first stroke on: two files of the survey's shape, mapped into memory."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import Origin
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.io.atomic import replacing
from napari_geofm.io.label_folder import LABELS, ORIGINS
from napari_geofm.session.edits import Edit, SampleChange, shifted_down, shifted_up
from napari_geofm.session.label_counts import LabelCounts

__all__ = ["COUNTS", "LabelStore"]

COUNTS = "counts.npz"
_DIRTY = "unsaved"


class LabelStore:
    """Inside values and origins of every sample of a survey.

    The files are sparse: a sample that nobody labelled takes no space. What is painted is in the system's hands at
    once, so that a killed process loses nothing; :meth:`flush` has the disk hold it, against a power cut.

    Parameters
    ----------
    folder
        Where the files lie; made where it is not there.
    survey
        What is labelled.
    writable
        False for a second viewer, which only looks.

    Raises
    ------
    OSError, ValueError
        When the files are damaged or of another shape.
    """

    def __init__(self, folder: Path, survey: Survey, *, writable: bool = True) -> None:
        self._folder = folder
        self._survey = survey
        self._writable = writable
        if not (folder / LABELS).exists():
            _make(folder, survey.shape)
        mode = "r+" if writable else "r"
        self.values = _mapped(folder / LABELS, survey.shape, mode)
        self.origins = _mapped(folder / ORIGINS, survey.shape, mode)
        self.counts = self._known_counts() or LabelCounts.scanned(self.values)
        self._changed = False
        self._lock = threading.Lock()

    def section(self, at: At) -> NDArray[np.uint8]:
        """Return a copy of one section's inside values, uint8 ``(rows, columns)`` in display order."""
        return self._seen(self.values, at)

    def section_origins(self, at: At) -> NDArray[np.uint8]:
        """Return a copy of one section's :class:`Origin` numbers in display order."""
        return self._seen(self.origins, at)

    def painted(
        self, at: At, painted: NDArray[np.uint8], origin: Origin, kept: frozenset[int] = frozenset()
    ) -> SampleChange | None:
        """Return what a painted section changes; nothing is changed yet.

        Parameters
        ----------
        at
            The section.
        painted
            Inside values in display order.
        origin
            Where new labels come from.
        kept
            Locked classes (outside numbers): their samples stay, and no sample becomes theirs.
        """
        places, layout = self._survey.places(at), self._survey.layout(at)
        after = np.ascontiguousarray(layout.from_display(painted))
        before = np.asarray(self.values[places])
        differs = after != before
        if kept:
            locked = np.array(sorted(kept), np.uint8) + 1
            differs &= ~np.isin(before, locked) & ~np.isin(after, locked)
        if not differs.any():
            return None
        flat = self._flat(places)[differs]
        order = np.argsort(flat)
        new = after[differs][order]
        origin_after = np.where(new > 0, np.uint8(origin), np.uint8(Origin.NONE)).astype(np.uint8)
        origin_before = np.asarray(self.origins[places])[differs][order]
        return SampleChange.of(flat[order], before[differs][order], new, origin_before, origin_after)

    def recoloured(self, number: int, into: int | None) -> SampleChange | None:
        """Return what it changes to make all samples of a class those of another, or unlabelled (None)."""
        found = []
        for position in self.counts.positions(0, number):
            part = np.asarray(self.values[position])
            where = np.flatnonzero(part == number + 1)
            found.append((position * part.size + where, np.asarray(self.origins[position]).reshape(-1)[where]))
        if not found:
            return None
        flat = np.concatenate([each for each, _ in found]).astype(np.int64)
        origins = np.concatenate([each for _, each in found])
        before = np.full(flat.size, number + 1, np.uint8)
        after = np.full(flat.size, 0 if into is None else into + 1, np.uint8)
        origins_after = origins if into is not None else np.zeros_like(origins)
        return SampleChange.of(flat, before, after, origins, origins_after)

    def apply(self, edit: Edit, *, back: bool = False) -> None:
        """Do an edit's changes to samples, or take them back."""
        if edit.change is None and edit.removed is None:
            return
        with self._lock:
            self._mark()
            if back and edit.removed is not None:
                self._renumber(shifted_up(edit.removed))
            if edit.change is not None:
                flat, (before, after, origin_before, origin_after) = edit.change.unpacked()
                self.values.reshape(-1)[flat] = before if back else after
                self.origins.reshape(-1)[flat] = origin_before if back else origin_after
                self.counts.change(flat, after if back else before, before if back else after)
            if not back and edit.removed is not None:
                self._renumber(shifted_down(edit.removed))

    def flush(self) -> None:
        """Have the disk hold everything, counts too; painting goes on meanwhile."""
        with self._lock:
            if not self._changed:
                return
            counts, self._changed = self.counts.arrays(), False
        self.values.flush()
        self.origins.flush()
        with replacing(self._folder / COUNTS, overwrite=True) as beside:
            np.savez_compressed(beside, **counts)  # type: ignore[arg-type]
        with self._lock:
            if not self._changed:
                (self._folder / _DIRTY).unlink(missing_ok=True)

    def _renumber(self, table: NDArray[np.uint8]) -> None:
        for position in self.counts.positions(0):
            self.values[position] = table[np.asarray(self.values[position])]
        self.counts.renumber(table)

    def _mark(self) -> None:
        """Note on disk that the counts are behind until the next flush."""
        if not self._changed:
            (self._folder / _DIRTY).touch()
            self._changed = True

    def _known_counts(self) -> LabelCounts | None:
        if (self._folder / _DIRTY).exists():
            return None
        try:
            with np.load(self._folder / COUNTS, allow_pickle=False) as file:
                return LabelCounts.restored(self._survey.shape, dict(file))
        except (OSError, ValueError, KeyError, EOFError):
            return None

    def _seen(self, array: NDArray[np.uint8], at: At) -> NDArray[np.uint8]:
        places, layout = self._survey.places(at), self._survey.layout(at)
        return np.array(layout.to_display(np.asarray(array[places])), order="C")

    def _flat(self, places: tuple[int | slice, ...]) -> NDArray[np.int64]:
        """Return the flat position of every sample of a section, in survey order."""
        total = np.zeros((), np.int64)
        strides = np.cumprod((1, *self._survey.shape[:0:-1]))[::-1]
        for place, size, stride in zip(places, self._survey.shape, strides, strict=True):
            if isinstance(place, slice):
                total = np.add.outer(total, np.arange(size, dtype=np.int64)[place] * int(stride))
            else:
                total = total + int(place) * int(stride)
        return np.asarray(total, np.int64)


def _make(folder: Path, shape: tuple[int, ...]) -> None:
    """Make empty files; the system gives back zeros for what was never written."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (ORIGINS, LABELS):
        beside = folder / f".{name}.new"
        made: Any = np.lib.format.open_memmap(beside, "w+", np.uint8, shape)
        made.flush()
        del made
        beside.replace(folder / name)
    for name in (COUNTS, _DIRTY):
        (folder / name).unlink(missing_ok=True)


def _mapped(file: Path, shape: tuple[int, ...], mode: Any) -> "np.memmap[Any, np.dtype[np.uint8]]":
    # Read only first: a map for writing would lengthen a file that is cut short with zeros.
    found: Any = np.load(file, mmap_mode="r", allow_pickle=False)
    if found.shape != shape or found.dtype != np.uint8:
        raise ValueError(f"{file} has shape {found.shape}, the survey {shape}")
    mapped: np.memmap[Any, np.dtype[np.uint8]] = np.load(file, mmap_mode=mode, allow_pickle=False)
    return mapped
