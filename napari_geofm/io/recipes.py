"""Recipes by name: those that are shipped, beside the paths of one's own."""

from difflib import get_close_matches
from pathlib import Path

from napari_geofm.core.recipe import Recipe
from napari_geofm.errors import SourceError
from napari_geofm.io.models import zoo_folders

__all__ = ["find_recipe", "recipe_names"]

FOLDER = "recipes"


def recipe_names() -> tuple[str, ...]:
    """Return the names of the recipes that are shipped."""
    return tuple(sorted({file.stem for zoo in zoo_folders() for file in (zoo / FOLDER).glob("*.toml")}))


def find_recipe(word: str) -> Recipe:
    """Read a recipe: a file, a model's folder, or a name of those that are shipped.

    Raises
    ------
    SourceError
        When there is none of them.
    RecipeError
        When it has an unknown key or an impossible value.
    """
    path = Path(word).expanduser()
    if path.is_dir() and (path / "recipe.toml").is_file():
        path = path / "recipe.toml"
    if path.exists():
        return Recipe.read(path)
    if path.name == word:
        for zoo in zoo_folders():
            if (zoo / FOLDER / f"{word}.toml").is_file():
                return Recipe.read(zoo / FOLDER / f"{word}.toml")
    near = get_close_matches(word, recipe_names(), n=1)
    meant = f"; the nearest name is '{near[0]}'" if near else ""
    msg = f"Recipe {word} cannot be read{meant}; give a recipe.toml, or one of {', '.join(recipe_names())}"
    raise SourceError(msg)
