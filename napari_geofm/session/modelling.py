"""The models of a session: which is in use, which was before."""

import contextlib
from pathlib import Path

from psygnal import Signal

from napari_geofm.core.same_classes import unnamed
from napari_geofm.errors import GeoFMError, SourceError
from napari_geofm.io.models import read_recipe
from napari_geofm.session.edits import Edit
from napari_geofm.session.models import PUT_AWAY, ModelEntry, ShippedModel, models_in, shipped_for
from napari_geofm.session.proposals import Proposals

__all__ = ["Modelling"]


class Modelling(Proposals):
    """Labels and the models that learn from them.

    Signal (psygnal): ``model_changed()``.
    """

    model_changed = Signal()

    _model: str
    _used: list[str]

    @property
    def models_folder(self) -> Path:
        """Where the session's models lie."""
        raise NotImplementedError

    @property
    def model(self) -> Path | None:
        """Folder of the model in use, or None."""
        return self.models_folder / self._model if self._model else None

    @property
    def models(self) -> list[ModelEntry]:
        """The session's models, newest first."""
        return models_in(self.models_folder)

    @property
    def shipped_models(self) -> list[ShippedModel]:
        """The models of the zoo that are for the survey's kind of data."""
        return shipped_for(self.survey.kind)

    def new_model_folder(self, method: str) -> Path:
        """Return a folder that does not exist yet for a model: ``probe-3``."""
        taken = {each.name for each in self.models_folder.glob("*")} if self.models_folder.is_dir() else set()
        number = 1
        while f"{method}-{number}" in taken:
            number += 1
        return self.models_folder / f"{method}-{number}"

    def use_model(self, folder: Path | None) -> None:
        """Predict with a model from now on, or with none (None).

        Where nobody has labelled anything or named a class yet, the classes become the model's: one step of undo.

        Raises
        ------
        SourceError
            When the folder holds no model.
        """
        own = folder is not None and folder.absolute().parent == self.models_folder.absolute()
        name = "" if folder is None else folder.name if own else str(folder.absolute())
        if name and not self._is_model(name):
            raise SourceError(f"{folder} is no model (it has no recipe.toml); choose another one")
        if name != self._model:
            if folder is not None and not own:
                self._take_classes_of(folder)
            self._use(name)
            self.noted(f"uses model {Path(name).name}" if name else "uses no model")

    @property
    def earlier_model(self) -> Path | None:
        """Folder of the model that :meth:`revert_model` goes back to, or None."""
        before = self._before()
        return self.models_folder / before if before else None

    def put_away(self, folder: Path) -> bool:
        """Leave a model of the session, which is not in use, out of its list; using it, as undo may, lists it again.

        Returns
        -------
        bool
            Whether it was: it is one of the session's, not in use, and its folder can be written.
        """
        own = folder.absolute().parent == self.models_folder.absolute()
        if not own or not self._writable or folder.name == self._model or not self._is_model(folder.name):
            return False
        try:
            (folder / PUT_AWAY).touch()
        except OSError:
            return False
        self.noted(f"put model {folder.name} away")
        self.model_changed.emit()
        return True

    def revert_model(self) -> str:
        """Go back to the model that was in use before, which can be undone; return its name, empty for none."""
        before = self._before()
        if not self._model or not self._writable:
            return ""
        what = f"went back to model {Path(before).name}" if before else f"put model {Path(self._model).name} away"
        self._do(Edit(what, models=(self._model, before)))
        return Path(before).name if before else ""

    def _take_up(self, model: str, earlier: tuple[str, ...]) -> None:
        """Begin with what was in use last; models that are gone are passed over."""
        self._used = [name for name in (*earlier, model) if self._is_model(name)]
        self._model = model if self._is_model(model) else ""

    @property
    def _in_use(self) -> tuple[str, tuple[str, ...]]:
        """The model in use, empty for none, and those before it, oldest first."""
        return self._model, tuple(name for name in self._used if name != self._model)

    def _use(self, model: str) -> None:
        self._used = [name for name in self._used if name != model] + ([model] if model else [])
        self._model = model
        # A model of elsewhere, whose name is its path, is nobody's to list or not.
        if model and self._writable and Path(model).name == model:
            with contextlib.suppress(OSError):
                (self.models_folder / model / PUT_AWAY).unlink(missing_ok=True)
        self.model_changed.emit()

    def _take_classes_of(self, folder: Path) -> None:
        """Name the classes as a model from elsewhere does, where their names are untouched and nothing is labelled."""
        names = self.classes.names
        if not self._writable or len(unnamed(names)) < len(names) or any(each.samples for each in self.statistics()):
            return
        # Whoever predicts with it tells that it is damaged.
        with contextlib.suppress(GeoFMError):
            table = read_recipe(folder).classes
            if len(table):
                self.set_classes(table, f"took the classes of {folder.name}")

    def _before(self) -> str:
        """Return the model used before the one in use, empty for none."""
        return next((name for name in reversed(self._used) if name != self._model and self._is_model(name)), "")

    def _is_model(self, name: str) -> bool:
        return bool(name) and (self.models_folder / name / "recipe.toml").is_file()
