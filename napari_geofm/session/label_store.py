"""Labels on disk from the first stroke on: two files of the survey's shape, mapped into memory."""

import shutil
import threading
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import Origin
from napari_geofm.core.paging import Paging
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError, OutputError
from napari_geofm.io.atomic import replacing
from napari_geofm.io.label_folder import LABELS, ORIGINS
from napari_geofm.io.written import Written
from napari_geofm.session.edits import Change, Edit, SampleChange, shifted_down, shifted_up
from napari_geofm.session.label_archive import read_archive, read_note, write_archive
from napari_geofm.session.label_changes import compared, flat_positions, recoloured
from napari_geofm.session.label_counts import LabelCounts, paging_of, steps_of
from napari_geofm.session.label_files import make_files, mapped, synced
from napari_geofm.session.page_counts import labelled_pages
from napari_geofm.session.touched import Touched

__all__ = ["COUNTS", "LabelStore"]

COUNTS = "counts.npz"
_TOUCHED = "touched"
_DIRTY = "unsaved"
_ROLLBACK = "rollback.zip"

_PAGE = 4096
_SPARE = 16 * 2**20
"""Bytes on the disk that labels leave alone: what is beside them must be written as well."""


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
        False for a second viewer, which only looks; without files it sees no labels.
    renumbered
        How often classes have been renumbered, as the session's document knows it. A renumbering that a killed
        process left half done is taken back.

    Raises
    ------
    OSError, ValueError
        When the files are damaged or of another shape.
    """

    def __init__(self, folder: Path, survey: Survey, *, writable: bool = True, renumbered: int = 0) -> None:
        self._folder = folder
        self._survey = survey
        self._lock = threading.Lock()
        self._writable, self._changed = writable, False
        self._steps, self._paging = steps_of(survey), paging_of(survey)
        self.renumbered = renumbered
        self.values: NDArray[np.uint8]
        self.origins: NDArray[np.uint8]
        fresh = not (folder / LABELS).exists()
        if writable or not fresh:
            if fresh:
                make_files(folder, survey.shape)
                for name in (COUNTS, _DIRTY, _ROLLBACK):
                    (folder / name).unlink(missing_ok=True)
            mode = "r+" if writable else "r"
            self.values = mapped(folder / LABELS, survey.shape, mode)
            self.origins = mapped(folder / ORIGINS, survey.shape, mode)
        else:
            self.values = self.origins = np.broadcast_to(np.uint8(0), survey.shape)
        if writable:
            self._take_back(renumbered)
        # Of five gigabytes that nobody has written to yet, a look takes a quarter of a minute.
        self.counts, self._touched = self._nothing() if fresh else self._known() or self._found()

    def section(self, at: At) -> NDArray[np.uint8]:
        """Return a copy of one section's inside values, uint8 ``(rows, columns)`` in display order."""
        if self._writable and self.unlabelled(at):
            # Most sections: nothing is read. What another viewer paints is counted there.
            return self._seen(np.broadcast_to(np.uint8(0), self._survey.shape), at)
        return self._seen(self.values, at)

    def unlabelled(self, at: At) -> bool:
        """Return whether the counts know that a section, or the pages that a window meets, hold no label."""
        places = self._survey.places(at)
        for dimension, place in enumerate(places):
            if not isinstance(place, slice):
                return not self.counts.at(dimension, int(place)).any()
        pages, box = self.counts.pages, tuple(place for place in places if isinstance(place, slice))
        if pages is not None and len(box) == 2:
            return not set(pages.pages()) & set(pages.paging.meeting((box[0], box[1])))
        return self.counts.highest() < 0

    def labelled_pages(self, paging: Paging) -> list[int]:
        """Return which pages of a recording or an image hold labels; those that are not counted are looked at."""
        return labelled_pages(self.values, self.counts.pages, paging) if self.counts.highest() >= 0 else []

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

        Raises
        ------
        LabelError
            When the shape is another section's.
        """
        places, layout = self._survey.places(at), self._survey.layout(at)
        after = layout.from_display(painted)
        before = np.asarray(self.values[places])
        if after.shape != before.shape:
            raise LabelError(f"Painted labels have shape {after.shape}, {at} has {before.shape}; paint on that section")
        differs = after != before
        if kept:
            locked = np.array(sorted(kept), np.uint8) + 1
            differs &= ~np.isin(before, locked) & ~np.isin(after, locked)
        if not differs.any():
            return None
        new = after[differs].astype(np.uint8)
        origin_after = np.where(new > 0, np.uint8(origin), np.uint8(Origin.NONE)).astype(np.uint8)
        origin_before = np.asarray(self.origins[places])[differs]
        return SampleChange.of(
            flat_positions(places, differs, self._survey.shape), before[differs], new, origin_before, origin_after
        )

    def recoloured(self, number: int, into: int | None) -> tuple[SampleChange, ...]:
        """Return what it changes to make all samples of a class those of another, or unlabelled (None)."""
        return recoloured(*self._flats, self._touched.runs(), number, into)

    def compared(self, archive: Path, shift: int | None = None) -> tuple[SampleChange, ...]:
        """Return what it changes to have an archive's labels; argument and errors as of :func:`read_archive`."""
        return tuple(compared(*self._flats, self._touched, read_archive(archive, self._survey.shape, shift)))

    def require_room(self, edit: Edit) -> None:
        """Refuse an edit that the disk has no room for: a mapped file that cannot grow would end the process.

        Raises
        ------
        OutputError
            When the disk is full.
        """
        if not edit.changes:
            return
        pages = sum(change.pages(_PAGE) for change in edit.changes)
        free = shutil.disk_usage(self._folder).free
        if free < 2 * pages * _PAGE + _SPARE:
            raise OutputError(f"{self._folder}: {free / 2**20:.0f} MB are free, too little for labels; free some space")

    def apply(self, edit: Edit, *, back: bool = False) -> None:
        """Do an edit's changes to samples, or take them back."""
        if not edit.changes and not edit.renumbers:
            return
        with self._lock:
            self._mark()
            if edit.renumbers:
                note = {"renumbered": self.renumbered}
                write_archive(self._folder / _ROLLBACK, self.values, self.origins, self._touched.runs(), note)
                self.renumbered += 1
            if back and edit.removed is not None:
                self._renumber(shifted_up(edit.removed))
            for change in edit.changes:
                self._change(change, back=back)
            if not back and edit.removed is not None:
                self._renumber(shifted_down(edit.removed))

    def apply_part(self, change: Change, *, back: bool = False) -> None:
        """Do one of an edit's changes, or take it back: what is large is done in parts, in a thread."""
        with self._lock:
            self._mark()
            self._change(change, back=back)

    def settle(self) -> None:
        """Note that the session's document knows of the last renumbering."""
        (self._folder / _ROLLBACK).unlink(missing_ok=True)

    def pack(self, file: Path, note: dict[str, Any]) -> bool:
        """Write all labels into an archive while painting goes on; return whether no class was renumbered meanwhile."""
        before = self.renumbered
        write_archive(file, self.values, self.origins, list(self._touched.runs()), note)
        return before == self.renumbered

    def flush(self) -> None:
        """Have the disk hold everything, counts too; painting goes on meanwhile."""
        with self._lock:
            if not self._changed:
                return
            counts = {**self.counts.arrays(), _TOUCHED: self._touched.packed()}
            self._changed = False
        try:
            for array, name in ((self.values, LABELS), (self.origins, ORIGINS)):
                synced(array, self._folder / name)
            with replacing(self._folder / COUNTS, overwrite=True) as beside:
                np.savez_compressed(beside, **counts)  # type: ignore[arg-type]
        except BaseException:
            self._changed = True
            raise
        with self._lock:
            if not self._changed:
                (self._folder / _DIRTY).unlink(missing_ok=True)

    def _change(self, change: Change, *, back: bool) -> None:
        values, origins = (np.asarray(array) for array in self._flats)
        change.write(values, origins, self._touched, self.counts, back=back)

    def _renumber(self, table: NDArray[np.uint8]) -> None:
        values, _ = self._flats
        for run in self._touched.runs():
            values[run] = table[np.asarray(values[run])]
        self.counts.renumber(table)

    def _take_back(self, renumbered: int) -> None:
        """Put labels back as they were before a renumbering of which the session's document does not know."""
        file = self._folder / _ROLLBACK
        if not file.exists():
            return
        try:
            if int(read_note(file).get("renumbered", -1)) >= renumbered:
                # Read through once before anything is changed.
                deque(read_archive(file, self.values.shape), maxlen=0)
                self._mark()
                values, origins = self._flats
                for labelled in Written(self.values).runs(0, values.size):
                    if values[labelled].any():
                        values[labelled], origins[labelled] = 0, 0
                for run, *packed in read_archive(file, self.values.shape):
                    for flat, part in zip(self._flats, packed, strict=True):
                        flat[run] = part
        except ValueError:
            # Written beside and replaced: a damaged one was never whole, and nothing had been renumbered.
            pass
        file.unlink(missing_ok=True)

    def _mark(self) -> None:
        """Note on disk that the counts are behind until the next flush."""
        if not self._changed:
            (self._folder / _DIRTY).touch()
            self._changed = True

    @property
    def _flats(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Views of both files' samples in one row."""
        return self.values.reshape(-1), self.origins.reshape(-1)

    def _known(self) -> tuple[LabelCounts, Touched] | None:
        """Return what the last flush knew, unless something was painted since."""
        if (self._folder / _DIRTY).exists():
            return None
        try:
            with np.load(self._folder / COUNTS, allow_pickle=False) as file:
                arrays = dict(file)
            counts = LabelCounts.restored(self._survey.shape, arrays, self._steps, self._paging)
            touched = Touched.restored(self.values.size, arrays[_TOUCHED])
        except Exception:  # noqa: BLE001 - whatever a damaged file makes numpy and zipfile raise, labels are counted anew
            return None
        return (counts, touched) if counts is not None and touched is not None else None

    def _nothing(self) -> tuple[LabelCounts, Touched]:
        return LabelCounts(self._survey.shape, self._steps, self._paging), Touched(self.values.size)

    def _found(self) -> tuple[LabelCounts, Touched]:
        """Look through all labels that were ever written, what the disk does not hold yet too."""
        if isinstance(self.values, np.memmap):
            synced(self.values, self._folder / LABELS)
        counts = LabelCounts.scanned(self.values, self._steps, self._paging)
        return counts, Touched.scanned(self.values, counts.labelled_blocks())

    def _seen(self, array: NDArray[np.uint8], at: At) -> NDArray[np.uint8]:
        places, layout = self._survey.places(at), self._survey.layout(at)
        return np.array(layout.to_display(np.asarray(array[places])), order="C")
