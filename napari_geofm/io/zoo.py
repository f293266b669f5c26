"""The models that are shipped: what each is for, how good it is, and whether its files are as they were shipped."""

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from napari_geofm.core.recipe import Recipe
from napari_geofm.core.tables import read_table
from napari_geofm.errors import GeoFMError, ModelError, RecipeError
from napari_geofm.io.models import list_models, read_recipe

__all__ = ["ABOUT", "ZooModel", "check_files", "folder_bytes", "zoo_models", "zoo_models_for"]

ABOUT = "about.toml"
"""Beside a shipped model's recipe: what it is for, which kinds of survey, its scores, and the hashes of its files."""


@dataclass(frozen=True, slots=True)
class About:
    """What ``about.toml`` says.

    Attributes
    ----------
    purpose
        What the model is for, in a few words.
    kinds
        Kinds of survey that it is for, as :attr:`napari_geofm.core.survey.Survey.kind` names them.
    scores
        Its scores on data that it has not learned from, a sentence each.
    licence
        Of the model, and what is to be said of its data.
    sha256
        ``name:hash`` of each of its files but this one.
    """

    purpose: str = ""
    kinds: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()
    licence: str = ""
    sha256: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ZooModel:
    """A model that is shipped.

    Attributes
    ----------
    folder
        Where it lies; its name is the model's.
    recipe
        How it was made.
    about
        What it is for; empty for a model without ``about.toml``.
    """

    folder: Path
    recipe: Recipe
    about: About

    @property
    def name(self) -> str:
        """The model's name."""
        return self.folder.name

    @classmethod
    def read(cls, folder: Path) -> "ZooModel":
        """Read recipe and ``about.toml`` of a model's folder.

        Raises
        ------
        SourceError, RecipeError
            When the recipe is not there, or either is damaged.
        """
        file = folder / ABOUT
        recipe = read_recipe(folder)
        if not file.is_file():
            return cls(folder, recipe, About())
        try:
            plain = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            msg = f"{file} is not TOML ({error}); the model's folder is damaged"
            raise RecipeError(msg) from None
        about: About = read_table(About, plain, "")
        return cls(folder, recipe, about)


def zoo_models(folders: Sequence[Path] | None = None) -> tuple[ZooModel, ...]:
    """Return all models of the zoo by name; damaged ones are left out.

    Parameters
    ----------
    folders
        Where they are looked for; None: those shipped with the package.
    """
    found = []
    for folder in list_models(folders):
        try:
            found.append(ZooModel.read(folder))
        except (GeoFMError, OSError):
            continue
    return tuple(found)


def zoo_models_for(kind: str, folders: Sequence[Path] | None = None) -> tuple[ZooModel, ...]:
    """Return the models of the zoo that are for a kind of survey."""
    return tuple(model for model in zoo_models(folders) if kind in model.about.kinds)


def folder_bytes(folder: Path) -> int:
    """Return the size of a model's files."""
    return sum(file.stat().st_size for file in folder.iterdir() if file.is_file())


def hashes(folder: Path) -> tuple[str, ...]:
    """Return ``name:sha256`` of each file of a model but ``about.toml``, by name."""
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.name != ABOUT)
    return tuple(f"{file.name}:{hashlib.sha256(file.read_bytes()).hexdigest()}" for file in files)


def check_files(model: ZooModel) -> None:
    """Refuse a model whose files are others than those that were shipped; one without hashes is not looked at.

    Raises
    ------
    ModelError
        When a file is missing, another, or was not shipped.
    """
    if not model.about.sha256:
        return
    there, shipped = set(hashes(model.folder)), set(model.about.sha256)
    if there != shipped:
        names = sorted({each.partition(":")[0] for each in there ^ shipped})
        msg = f"Model {model.name}: {', '.join(names)} differs from what was shipped; install napari-geofm again"
        raise ModelError(msg)
