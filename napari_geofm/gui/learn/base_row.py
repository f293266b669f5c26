"""What a fine-tune begins with: the strokes alone, or a model that was made before."""

from collections.abc import Sequence
from pathlib import Path

from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QComboBox, QFileDialog, QWidget

from napari_geofm.core.recipe import Recipe
from napari_geofm.gui.parts.telling import telling

__all__ = ["BaseRow"]

ANEW = "the strokes alone"
OTHER = "another model…"
WHAT = "Begin anew, or go on from a model: its classes stay, and the labels that it was made of are learned again"


class BaseRow(QComboBox):
    """A list of the session's models, with one to begin anew, and one to look elsewhere."""

    chosen = Signal()
    """Another one was chosen by the interpreter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models: dict[Path, Recipe] = {}
        self._base: Path | None = None
        self.setToolTip(WHAT)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(self._taken)
        self.offer(())

    @property
    def base(self) -> Path | None:
        """The model to go on from, or None."""
        return self._base

    @property
    def recipe(self) -> Recipe | None:
        """How that was made, or None."""
        return self._models.get(self._base) if self._base is not None else None

    def offer(self, models: Sequence[tuple[Path, Recipe]]) -> None:
        """List the session's models, newest first; what was chosen stays chosen while it is there."""
        own = dict(models)
        if self._base is not None and self._base not in own:
            recipe = self._models.get(self._base)
            there = recipe is not None and (self._base / "recipe.toml").is_file()
            own |= {self._base: recipe} if there and recipe is not None and self._is_foreign(self._base, own) else {}
        before, self._models = self._base, own
        if before not in own:
            self._base = None
        self._list()
        if before != self._base:
            self.chosen.emit()

    def choose(self, folder: Path) -> None:
        """Go on from a model.

        Raises
        ------
        GeoFMError
            When the folder holds none, or a damaged one.
        """
        from napari_geofm.io.models import find_model, read_recipe

        found = find_model(str(folder))
        if found not in self._models:
            self._models = {found: read_recipe(found), **self._models}
        self._base = found
        self._list()
        self.chosen.emit()

    def _is_foreign(self, folder: Path, own: dict[Path, Recipe]) -> bool:
        """Return whether a model lies elsewhere than the session's: those that left their list are not offered."""
        return all(folder.parent != each.parent for each in own)

    def _list(self) -> None:
        names = [each.name for each in self._models]
        with QSignalBlocker(self):
            self.clear()
            self.addItems([ANEW, *names, OTHER])
            self.setCurrentIndex(0 if self._base is None else 1 + list(self._models).index(self._base))

    def _taken(self, place: int) -> None:
        folders = list(self._models)
        if place <= len(folders):
            self._base = folders[place - 1] if place else None
            self.chosen.emit()
            return
        self._list()
        name = QFileDialog.getExistingDirectory(self, "Go on from a model", str(Path.home()))
        if name:
            with telling():
                self.choose(Path(name))
