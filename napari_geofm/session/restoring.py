"""Opening what a session keeps: damaged files are set aside, and the newest whole backup is used."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError
from napari_geofm.io.class_table import read_class_table
from napari_geofm.io.label_folder import CLASSES, LABELS, ORIGINS
from napari_geofm.session.backups import ARCHIVE, classes_in, shift_of
from napari_geofm.session.document import NAME, SessionDocument, tiles_of
from napari_geofm.session.label_archive import read_note
from napari_geofm.session.label_files import is_whole, mend_origins, moved_tiles, unpacked_files
from napari_geofm.session.label_store import LabelStore
from napari_geofm.session.session_folder import SessionFolder, read_document
from napari_geofm.session.time_fit import TimeFit, later_s, moved_labels
from napari_geofm.session.undoing import ClassState
from napari_geofm.session.wording import free_name

__all__ = ["open_document", "open_store"]

Tell = Callable[[str], None]


def open_document(folder: SessionFolder, survey: Survey, tell: Tell) -> SessionDocument:
    """Read what is kept; of a damaged document the newest whole backup, else the defaults.

    Parameters
    ----------
    folder
        The session's folder.
    survey
        What the session is of.
    tell
        Takes what the interpreter should know.
    """
    file = folder.path / NAME
    there = file.exists()
    found = _document(file)
    if found is None:
        if there:
            folder.set_aside(file)
        found = _recovered(folder, there=there, tell=tell)
    if found.fingerprint not in {"", survey.fingerprint}:
        tell(f"{survey.path.name} has changed since this session; its labels stay where they were painted")
        found = replace(found, stretch=None)
    return _at_its_times(found, survey)


def _at_its_times(kept: SessionDocument, survey: Survey) -> SessionDocument:
    """Return what is kept of a recording with its windows at their times, where it begins or ends elsewhere now."""
    before, now = kept.times, TimeFit.of(survey)
    if before is None or now is None or before == now:
        return kept
    later, length = later_s(before.start_utc, now.start_utc), before.samples * before.step_s

    def moved(at: At) -> At:
        # What was the whole recording is a part of it now, or more than there is.
        at = At("time", 0.0, length) if not at.axis else at
        if at.axis != "time" or not isinstance(at.value, float | int):
            return at
        return At("time", float(f"{at.value + later:.14g}"), at.length, at.span)

    def all_moved(words: frozenset[str]) -> frozenset[str]:
        return frozenset(str(moved(At() if word == str(At()) else At.parse(word))) for word in words)

    state = replace(kept.classes, complete=all_moved(kept.classes.complete), drawn=all_moved(kept.classes.drawn))
    place = moved(kept.place or At())
    # The first window of what was one section is what it is now: a page.
    place = place if kept.place is not None else At("time", place.value)
    return replace(kept, place=place, classes=state)


def open_store(
    folder: SessionFolder, survey: Survey, kept: SessionDocument, tell: Tell
) -> tuple[LabelStore, ClassState]:
    """Open the labels, and return them with the classes that they are numbered by."""
    labels, state = folder.path / "labels", kept.classes
    if not folder.held:
        store = _looked_at(labels, survey, tell)
        return store, _named(state, store, tell)
    _fit_tiles(folder, survey, kept, tell)
    _fit_times(folder, survey, kept, tell)
    if is_whole(labels / LABELS, survey.shape):
        if not is_whole(labels / ORIGINS, survey.shape):
            _origins_again(folder, survey, tell)
    else:
        state = _labels_again(folder, survey, state, tell)
    store = LabelStore(labels, survey, renumbered=state.renumbered)
    return store, _named(state, store, tell)


def _document(file: Path) -> SessionDocument | None:
    plain = read_document(file)
    try:
        return SessionDocument.of(plain) if plain is not None else None
    except ValueError:
        return None


def _recovered(folder: SessionFolder, *, there: bool, tell: Tell) -> SessionDocument:
    """Return what backups and the class list beside the labels tell."""
    what = "was damaged and is kept aside" if there else "is gone"
    backups = (_document(backup / NAME) for backup in reversed(folder.backups()))
    found = next((each for each in backups if each is not None), None)
    listed = _listed(folder.path / "labels" / CLASSES)
    if found is not None:
        tell(f"The session's file {what}; the last backup is used")
        if listed is not None and listed != found.classes.table:
            # Other numbers than in the backup, perhaps: its labels go with its own list then.
            state = ClassState(listed, renumbered=found.classes.renumbered + 1)
            found = replace(found, classes=state)
        return found
    if listed is not None:
        tell(f"The session's file {what}; classes are those listed beside the labels")
        return SessionDocument(ClassState(listed))
    if there:
        tell(f"The session's file {what}; classes begin anew")
    return SessionDocument()


def _listed(file: Path) -> ClassTable | None:
    try:
        return read_class_table(file)
    except GeoFMError:
        return None


def _looked_at(labels: Path, survey: Survey, tell: Tell) -> LabelStore:
    """Return the labels for a viewer that only looks."""
    if all(is_whole(labels / name, survey.shape) for name in (LABELS, ORIGINS)):
        return LabelStore(labels, survey, writable=False)
    if (labels / LABELS).exists():
        tell("The labels cannot be read; none are shown")
    return LabelStore(labels / "none", survey, writable=False)


def _fit_tiles(folder: SessionFolder, survey: Survey, kept: SessionDocument, tell: Tell) -> None:
    """Where tiles came or went, let the labels follow their tiles."""
    labels, now = folder.path / "labels", tiles_of(survey)
    if not now or not kept.tiles or kept.tiles == now or not (labels / LABELS).exists():
        return
    beside = labels.with_name(".labels.new")
    try:
        found = moved_tiles(labels, beside, kept.tiles, now, survey.shape[1:])
    except (OSError, ValueError):
        aside = folder.set_aside(labels)
        tell(f"The tiles are others than before; their labels are kept as {aside.name}")
        return
    aside = folder.set_aside(labels)
    beside.rename(labels)
    lost = len(kept.tiles) - len(found)
    rest = f"; those of {lost} that are gone are kept in {aside.name}" if lost else ""
    tell(f"Tiles came or went since this session; labels are with the {len(found)} tiles that are still there{rest}")


def _fit_times(folder: SessionFolder, survey: Survey, kept: SessionDocument, tell: Tell) -> None:
    """Where files of a recording came or went, let the labels stay at their times."""
    labels, before, now = folder.path / "labels", kept.times, TimeFit.of(survey)
    if before is None or now is None or not (labels / LABELS).exists():
        return
    beside = labels.with_name(".labels.new")
    try:
        size: tuple[int, ...] = np.load(labels / LABELS, mmap_mode="r", allow_pickle=False).shape
        shift = before.shift(now)
        # Of another length they have been moved already, and the program ended before it could say so.
        if shift is None or size[-1] != before.samples or (shift == 0 and size == survey.shape):
            return
        lost = moved_labels(labels, beside, shift, (survey.shape[0], survey.shape[1]))
    except (OSError, ValueError, EOFError, SyntaxError):
        # What is damaged, or of other channels, is told of by whoever opens the labels.
        shutil.rmtree(beside, ignore_errors=True)
        return
    aside = folder.set_aside(labels)
    beside.rename(labels)
    rest = f"; {lost:,} labelled samples of times that are gone are kept in {aside.name}" if lost else ""
    tell(f"{survey.path.name} begins or ends elsewhere than in this session; labels are at their times{rest}")
    if not lost:
        shutil.rmtree(aside, ignore_errors=True)


def _origins_again(folder: SessionFolder, survey: Survey, tell: Tell) -> None:
    labels = folder.path / "labels"
    if (labels / ORIGINS).exists():
        folder.set_aside(labels / ORIGINS)
    backups, now = reversed(folder.backups()), TimeFit.of(survey)
    mend_origins(labels, survey.shape, [(each / ARCHIVE, shift_of(each, now)) for each in backups])
    tell("Where labels came from could not be read; what the last backup does not know counts as drawn by hand")


def _labels_again(folder: SessionFolder, survey: Survey, state: ClassState, tell: Tell) -> ClassState:
    """Put labels that are damaged or gone back from the newest whole backup; return the classes they go with."""
    labels = folder.path / "labels"
    if any((labels / name).exists() for name in (LABELS, ORIGINS)):
        aside = folder.set_aside(labels)
        tell(f"The labels could not be read or have another survey's shape; they are kept as {aside.name}")
    for backup in reversed(folder.backups()):
        if unpacked_files(backup / ARCHIVE, labels, survey.shape, shift_of(backup, TimeFit.of(survey))):
            tell(f"Labels of the backup of {backup.name} are used")
            return _classes_of(backup / ARCHIVE, state)
    return state


def _classes_of(archive: Path, state: ClassState) -> ClassState:
    """Return the classes that a backup's labels are numbered by: of today where none was merged or deleted since."""
    note = read_note(archive)
    if note.get("renumbered") == state.renumbered:
        return state
    table = classes_in(archive)
    if table is None:
        return state
    # Above both, so that no other backup is mistaken for one with these numbers.
    later = max(state.renumbered, int(note.get("renumbered", 0))) + 1
    return ClassState(table, complete=state.complete, drawn=state.drawn, renumbered=later)


def _named(state: ClassState, store: LabelStore, tell: Tell) -> ClassState:
    """Return the classes with one for each that is labelled."""
    table, missing = state.table, store.counts.highest() + 1 - len(state.table)
    if missing <= 0:
        return state
    for _ in range(missing):
        name = free_name(table)
        table = ClassTable.named([*table.names, name], [*(info.colour for info in table), None])
    tell(f"{missing} labelled classes have lost their names; they are called {', '.join(table.names[-missing:])}")
    return replace(state, table=table)
