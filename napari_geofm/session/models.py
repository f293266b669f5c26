"""The models of a session: how they were made, and what they scored."""

from dataclasses import dataclass
from pathlib import Path

from napari_geofm.core.recipe import Recipe
from napari_geofm.errors import GeoFMError
from napari_geofm.io.model_scores import ModelScores, read_scores
from napari_geofm.io.models import list_models, read_recipe
from napari_geofm.io.zoo import zoo_models_for

__all__ = ["PUT_AWAY", "ModelEntry", "ShippedModel", "models_in", "shipped_for"]

PUT_AWAY = "put-away"
"""An empty file in the folder of a model that is not listed any more; the model is there all the same."""


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model.

    Attributes
    ----------
    folder
        Where it lies; its name is the model's.
    recipe
        How it was made: method, decoder, classes, the sections it learned from.
    made
        When, seconds since 1970.
    """

    folder: Path
    recipe: Recipe
    made: float

    @property
    def name(self) -> str:
        """The model's name."""
        return self.folder.name

    @property
    def method(self) -> str:
        """How it was trained: ``probe``, ``lora``, ``full`` or ``frozen``."""
        return self.recipe.method

    @property
    def scores(self) -> ModelScores | None:
        """What it scored on held-out strokes, class by class; None where nothing is kept."""
        return read_scores(self.folder)

    @property
    def sections(self) -> tuple[str, ...]:
        """Labelled sections that it learned from."""
        return tuple(section for source in self.recipe.sources for section in source.sections)


@dataclass(frozen=True, slots=True)
class ShippedModel(ModelEntry):
    """A model of the zoo.

    Attributes
    ----------
    purpose
        What it is for, in a few words.
    """

    purpose: str = ""


def shipped_for(kind: str) -> list[ShippedModel]:
    """Return the models of the zoo for a kind of survey, by name."""
    return [ShippedModel(each.folder, each.recipe, 0.0, each.about.purpose) for each in zoo_models_for(kind)]


def models_in(folder: Path) -> list[ModelEntry]:
    """Return the models in a folder, newest first; damaged ones, and those that were put away, are left out."""
    found = []
    for each in list_models([folder]) if folder.is_dir() else ():
        if (each / PUT_AWAY).exists():
            continue
        try:
            found.append(ModelEntry(each, read_recipe(each), (each / "recipe.toml").stat().st_mtime))
        except (GeoFMError, OSError):
            continue
    return sorted(found, key=lambda entry: entry.made, reverse=True)
