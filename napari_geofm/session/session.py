"""What an interpreter has open: a survey, its labels and classes, where they are, which model; saved by itself."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from napari_geofm.core.amplitude import Stretch, survey_stretch
from napari_geofm.core.region import At
from napari_geofm.core.section import Section
from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError
from napari_geofm.io.class_table import write_class_table
from napari_geofm.io.label_folder import CLASSES, LABELS, ORIGINS
from napari_geofm.io.opening import open_survey
from napari_geofm.session.autosave import Autosave
from napari_geofm.session.document import NAME, SessionDocument
from napari_geofm.session.label_store import COUNTS, LabelStore
from napari_geofm.session.labelling import Labelling
from napari_geofm.session.models import ModelEntry, models_in
from napari_geofm.session.recent import remember
from napari_geofm.session.session_folder import SessionFolder, place_for
from napari_geofm.session.settings import SessionSettings
from napari_geofm.session.trail import Trail

if TYPE_CHECKING:
    from napari_geofm.core.classes import ClassTable

__all__ = ["Session"]


class Session(Labelling):
    """One survey being interpreted. Headless: a viewer shows it, tests drive it.

    Signals (psygnal), besides those of labels and classes: ``place_changed(At)``, ``model_changed()``,
    ``settings_changed()``, ``notice(str)``.

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

    place_changed = Signal(At)
    model_changed = Signal()
    settings_changed = Signal()
    notice = Signal(str)

    def __init__(self, survey: Survey, folder: Path | None = None) -> None:
        self._folder = SessionFolder(folder or place_for(survey.path, survey.fingerprint))
        self.notices: list[str] = []
        self.notice.connect(self.notices.append)
        if self.read_only:
            owner = self._folder.owner or "somebody else"
            self.notice.emit(f"{survey.path.name} is open in another viewer ({owner}); here it can only be looked at")
        kept = SessionDocument.read(self._folder, survey)
        for line in kept.notices:
            self.notice.emit(line)
        super().__init__(survey, self._open_store(survey), kept.classes, writable=not self.read_only)
        self._listed: ClassTable | None = None
        self._settings, self._stretch = kept.settings, kept.stretch
        self._model = kept.model if (self.models_folder / kept.model / "recipe.toml").is_file() else ""
        self._trail = Trail(survey, _there(survey, kept.place))
        self._autosave = Autosave(self._store.flush, self._back_up, active=not self.read_only)
        self.save()
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
        """Whether another viewer holds the session."""
        return not self._folder.held

    @property
    def history(self) -> list[dict[str, str]]:
        """What was done: ``when`` and ``what``, oldest first."""
        return self._folder.history()

    @property
    def stretch(self) -> Stretch:
        """Amplitudes shown as black and white at the 99th percentile; fitted once per survey."""
        if self._stretch is None:
            self._stretch = survey_stretch(self.survey, 99.0)
            self.save()
        return self._stretch

    def section(self, at: At | None = None) -> Section:
        """Read a section, the current one by default."""
        return self.survey.section(at or self.place)

    @property
    def place(self) -> At:
        """The current section."""
        return self._trail.here

    @property
    def can_go_back(self) -> bool:
        """Whether there is a section to go back to."""
        return self._trail.can_go_back

    @property
    def can_go_forward(self) -> bool:
        """Whether there is a section to go forward to."""
        return self._trail.can_go_forward

    def go_to(self, at: At) -> None:
        """Go to the section nearest to a place."""
        self._gone(moved=self._trail.go(at))

    def step(self, count: int) -> None:
        """Go some sections on, or back below 0, along the current axis."""
        self._gone(moved=self._trail.step(count))

    def turn(self, axis: str) -> None:
        """Look along another axis, where the interpreter last pointed."""
        self._gone(moved=self._trail.turn(axis))

    def point_out(self, axis: str, value: float) -> None:
        """Note where the interpreter points along another axis."""
        self._trail.point_out(axis, value)

    def back(self) -> None:
        """Go to the section before."""
        self._gone(moved=self._trail.back())

    def forward(self) -> None:
        """Go to the section that :meth:`back` left."""
        self._gone(moved=self._trail.forward())

    @property
    def settings(self) -> SessionSettings:
        """How the survey is seen."""
        return self._settings

    def change(self, **values: Any) -> None:
        """Change settings by name."""
        changed = dataclasses.replace(self._settings, **values)
        if changed != self._settings:
            self._settings = changed
            self.save()
            self.settings_changed.emit()

    @property
    def model(self) -> Path | None:
        """Folder of the model in use, or None."""
        return self.models_folder / self._model if self._model else None

    @property
    def models(self) -> list[ModelEntry]:
        """The session's models, newest first."""
        return models_in(self.models_folder)

    def new_model_folder(self, method: str) -> Path:
        """Return a folder that does not exist yet for a model: ``probe-3``."""
        taken = {each.name for each in self.models_folder.glob("*")} if self.models_folder.is_dir() else set()
        number = 1
        while f"{method}-{number}" in taken:
            number += 1
        return self.models_folder / f"{method}-{number}"

    def use_model(self, folder: Path | None) -> None:
        """Predict with a model of the session from now on, or with none."""
        name = folder.name if folder is not None else ""
        if name != self._model:
            self._model = name
            self.noted(f"uses model {name}" if name else "uses no model")
            self.model_changed.emit()

    def save(self) -> None:
        """Write everything but the labels, which the disk has already."""
        if not self.read_only:
            state, place = self._state, self._trail.here
            SessionDocument(state, place, self._settings, self._stretch, self._model).write(self._folder, self.survey)
            if len(state.table) and state.table != self._listed:
                write_class_table(state.table, self.labels_folder / CLASSES, overwrite=True)
                self._listed = state.table

    def close(self) -> None:
        """Save everything and let another viewer have the session."""
        self.save()
        self._autosave.close()
        self._folder.release()

    def noted(self, what: str) -> None:
        """Save, and write down what was done."""
        self.save()
        self._autosave.touch()
        if what:
            self._folder.note(what)

    def _open_store(self, survey: Survey) -> LabelStore:
        """Return the labels; damaged files are set aside and the newest whole backup is used."""
        writable = not self.read_only
        try:
            return LabelStore(self.labels_folder, survey, writable=writable)
        except (OSError, ValueError, EOFError):
            aside = self._folder.set_aside(self.labels_folder)
            self.notice.emit(
                f"The labels could not be read or have another survey's shape; they are kept as {aside.name}"
            )
        for backup in reversed(self._folder.backups()):
            if self._folder.restore(backup, self.labels_folder, (LABELS, ORIGINS)):
                try:
                    found = LabelStore(self.labels_folder, survey, writable=writable)
                except (OSError, ValueError, EOFError):
                    self._folder.set_aside(self.labels_folder)
                    continue
                self.notice.emit(f"Labels of the backup of {backup.name} are used")
                return found
        return LabelStore(self.labels_folder, survey, writable=writable)

    def _back_up(self) -> None:
        if any(each.samples for each in self.statistics()):
            names = (LABELS, ORIGINS, COUNTS)
            self._folder.back_up([self.folder / NAME], [self.labels_folder / name for name in names])

    def _gone(self, *, moved: bool) -> None:
        if moved:
            self.save()
            self.place_changed.emit(self.place)


def _there(survey: Survey, at: At | None) -> At | None:
    """Return a place that is kept, if the survey still has it."""
    if at is None:
        return None
    try:
        survey.places(at)
    except GeoFMError:
        return None
    return at
