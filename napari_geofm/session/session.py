"""What an interpreter has open: a survey, its labels and classes, where they are, which model; saved by itself."""

import dataclasses
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from napari_geofm.core.amplitude import Stretch
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError, OutputError
from napari_geofm.io.class_table import write_class_table
from napari_geofm.io.label_folder import CLASSES
from napari_geofm.io.opening import open_survey
from napari_geofm.io.processed import unprocessed
from napari_geofm.io.stretches import stretch_of
from napari_geofm.session.autosave import Autosave
from napari_geofm.session.craters.shelf import CraterShelf
from napari_geofm.session.document import NAME, SessionDocument
from napari_geofm.session.event_keeping import EventKeeping
from napari_geofm.session.picks.shelf import PickShelf
from napari_geofm.session.recent import remember
from napari_geofm.session.restoring import open_document, open_store
from napari_geofm.session.resumption import Resumption, last_saved
from napari_geofm.session.session_folder import SessionFolder, place_of
from napari_geofm.session.settings import SessionSettings
from napari_geofm.session.trail import Trail

if TYPE_CHECKING:
    from napari_geofm.core.classes import ClassTable

__all__ = ["Session"]


class Session(EventKeeping):
    """One survey being interpreted. Headless: a viewer shows it, tests drive it.

    Signals (psygnal), besides those of labels, classes and models: ``place_changed(At)``, ``settings_changed()``,
    ``notice(str)``.

    Parameters
    ----------
    survey
        What is interpreted.
    folder
        Where the session is kept; None: beside the survey.

    Raises
    ------
    OutputError
        When the folder cannot be made.
    """

    settings_changed = Signal()

    def __init__(self, survey: Survey, folder: Path | None = None) -> None:
        given, survey = survey, unprocessed(survey)
        self._folder = SessionFolder(folder or place_of(survey))
        saved = last_saved(self._folder.path)
        self.notices: list[str] = []
        self.notice.connect(self.notices.append)
        self._writing = threading.Lock()
        self._written: dict[str, Any] = {}
        self._listed: ClassTable | None = None
        try:
            self._tell_where(survey, chosen=folder is not None)
            kept = open_document(self._folder, survey, self.notice.emit)
            store, state = open_store(self._folder, survey, kept, self.notice.emit)
            super().__init__(survey, store, state, writable=not self.read_only)
            self._settings, self._stretch = kept.settings, kept.stretch
            self._take_chain(given, kept.chain)
            self._take_up(kept.model, kept.earlier_models)
            self._trail = Trail(survey, _there(survey, kept.place), kept.settings.page)
            self.picks = PickShelf(self._folder.path, survey, writable=not self.read_only)
            writable = not self.read_only
            self.craters = CraterShelf(self._folder.path, survey, writable=writable) if survey.kind == "image" else None
            for notice in (*self.picks.notices, *(self.craters.notices if self.craters is not None else ())):
                self.notice.emit(notice)
            self._take_up_events(self._folder.path)
            self._labelled = len(self.labelled_sections())
            self.resumption = self._resumption(saved)
            self._write()
        except BaseException:
            self._folder.release()
            raise
        self._autosave = Autosave(self._flush, self._write, self._copy, active=not self.read_only)
        remember(survey.path, self.folder)

    @classmethod
    def open(cls, file: Path, *, folder: Path | None = None, **options: Any) -> "Session":
        """Open a survey with its session; ``options`` are the reader's.

        Raises
        ------
        GeoFMError
            When the survey cannot be read or the folder cannot be made.
        """
        return cls(open_survey(file, **options), folder)

    @property
    def folder(self) -> Path:
        """The session's folder."""
        return self._folder.path

    @property
    def labels_folder(self) -> Path:
        """The labels, as ``finetune --labels`` takes them too."""
        return self.folder / "labels"

    @property
    def models_folder(self) -> Path:
        """Where the session's models lie."""
        return self.folder / "models"

    @property
    def read_only(self) -> bool:
        """Whether another viewer holds the session, or its folder cannot be written."""
        return not self._folder.held

    @property
    def can_take_over(self) -> bool:
        """Whether the viewer that held the session is gone, so that opening it anew makes it writable here."""
        return self.read_only and bool(self._folder.owner) and self._folder.free

    @property
    def history(self) -> list[dict[str, str]]:
        """What was done: ``when`` and ``what``, oldest first."""
        return self._folder.history()

    @property
    def stretch(self) -> Stretch:
        """Amplitudes shown as black and white at the 99th percentile; fitted once per survey and chain."""
        if self.original and self.seen is not self.survey:
            return self._stretch_of_original()
        found = self._stretch
        if found is None:
            seen = self.seen
            found = stretch_of(seen, 99.0)
            if seen is self.seen:
                self._stretch = found
                self._keep()
        return found

    @property
    def settings(self) -> SessionSettings:
        """How the survey is seen."""
        return self._settings

    def change(self, **values: Any) -> None:
        """Change settings by name."""
        changed = dataclasses.replace(self._settings, **values)
        if changed != self._settings:
            self._settings = changed
            self._keep()
            self.settings_changed.emit()

    def save(self) -> None:
        """Have the disk hold everything before returning.

        Raises
        ------
        OutputError
            When it cannot be written.
        """
        if not self.read_only:
            self._flush()
        self._write()

    def close(self) -> None:
        """Save everything and let another viewer have the session."""
        self._autosave.close()
        self._folder.release()

    def noted(self, what: str) -> None:
        """Save, and write down what was done."""
        self._keep()
        self._autosave.painted()
        trouble = self._autosave.trouble()
        if trouble:
            self.notice.emit(trouble)
        if what:
            self._folder.note(what)

    def _keep(self) -> None:
        """Write the document; tell where it cannot be, since what is done is done and the labels are kept."""
        try:
            self._write()
        except OutputError as error:
            self.notice.emit(str(error))

    def _write(self) -> None:
        """Write everything but the labels, if it has changed."""
        if self.read_only:
            return
        with self._writing:
            state = self._state
            now = SessionDocument(state, self.place, self._settings, self._stretch, *self._in_use, chain=self.chain)
            plain = now.plain(self.survey) | {"labelled_sections": self._labelled}
            if plain != self._written:
                self._folder.write(NAME, plain)
                self._written = plain
            if len(state.table) and state.table != self._listed:
                write_class_table(state.table, self.labels_folder / CLASSES, overwrite=True)
                self._listed = state.table
            if state.renumbered == self._store.renumbered:
                self._store.settle()

    def _flush(self) -> None:
        """Have the disk hold the labels, and note on how many sections they lie, which takes a while to count."""
        self._store.flush()
        self._labelled = len(self.labelled_sections())
        self._write()

    def _copy(self) -> None:
        """Make a backup that knows on how many sections there are labels."""
        self._flush()
        self._back_up()

    def _resumption(self, saved: float | None) -> Resumption | None:
        if saved is None or self.read_only or not self._labelled:
            return None
        return Resumption(self._labelled, saved, self._folder.crashed)

    def set_page(self, length: int) -> None:
        """Have windows of another length, and keep it."""
        super().set_page(length)
        self.change(page=length)

    def moved(self) -> None:
        """Have the document written soon."""
        self._autosave.moved()

    def _renumbered(self) -> None:
        self._keep()

    def _tell_where(self, survey: Survey, *, chosen: bool) -> None:
        name = survey.path.name
        if self.read_only and self._folder.owner:
            host = self._folder.owner.rpartition(" on ")[2]
            where = "" if host == socket.gethostname() else f" ({host})"
            self.notice.emit(f"{name} is open in another viewer{where}; here it can only be looked at")
        elif self.read_only:
            self.notice.emit(f"{self.folder} cannot be written; the session can only be looked at")
        elif not chosen and self.folder.parent != survey.path.absolute().parent:
            self.notice.emit(f"The folder of {name} cannot be written; labels are kept in {self.folder}")


def _there(survey: Survey, at: At | None) -> At | None:
    """Return a place that is kept, if the survey still has it."""
    if at is None:
        return None
    try:
        survey.places(at)
    except GeoFMError:
        return None
    return at
