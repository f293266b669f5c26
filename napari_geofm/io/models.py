"""A model's folder: recipe, card, and tensors as safetensors; nothing in it is ever executed."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.recipe import Recipe
from napari_geofm.errors import ModelError, SourceError
from napari_geofm.io.atomic import replacing_folder, require_folder_place
from napari_geofm.io.kept_labels import KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "ModelFolder",
    "find_model",
    "list_models",
    "read_model",
    "read_recipe",
    "require_model_place",
    "write_model",
    "zoo_folders",
]

RECIPE, CARD, ADAPTER, HEAD = "recipe.toml", "card.md", "adapter.safetensors", "head.safetensors"

Tensors = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class ModelFolder:
    """What a model's folder holds.

    Attributes
    ----------
    path
        The folder.
    recipe
        How it was made.
    adapter, head
        Tensors by name; ``adapter`` is empty where the encoder was left as it is.
    fingerprint
        Hash of recipe and tensors.
    """

    path: Path
    recipe: Recipe
    adapter: Tensors
    head: Tensors
    fingerprint: str

    @property
    def card(self) -> str:
        """The card's text, empty where there is none, or a link to a file elsewhere."""
        file = self.path / CARD
        return file.read_text(encoding="utf-8", errors="replace") if _lies_within(file) else ""


def zoo_folders() -> tuple[Path, ...]:
    """Return where models are looked for by name: those shipped with the package, in either kind of install."""
    package = Path(__file__).resolve().parents[1]
    return tuple(folder for folder in (package / "models", package.parent / "models") if folder.is_dir())


def list_models(folders: "Sequence[Path] | None" = None) -> Iterator[Path]:
    """Yield the folders of all models in the zoo, by name."""
    for zoo in folders if folders is not None else zoo_folders():
        yield from sorted(folder for folder in zoo.iterdir() if (folder / RECIPE).is_file())


def find_model(word: str) -> Path:
    """Return the folder of a model: a path, or a name in the zoo.

    Raises
    ------
    SourceError
        When there is neither.
    """
    path = Path(word).expanduser()
    if (path / RECIPE).is_file():
        return path
    if path.name == word:
        for folder in list_models():
            if folder.name == word:
                return folder
    names = ", ".join(folder.name for folder in list_models()) or "none"
    what = "is no model (it has no recipe.toml)" if path.exists() else "does not exist"
    msg = f"Model {word} {what}; give a model's folder, or a name of the zoo ({names})"
    raise SourceError(msg)


def read_recipe(folder: Path) -> Recipe:
    """Read a model's recipe.

    Raises
    ------
    SourceError, RecipeError
        When it is not there, or damaged.
    """
    return Recipe.read(folder / RECIPE)


def read_model(folder: Path) -> ModelFolder:
    """Read a model.

    Raises
    ------
    SourceError
        When the folder is no model.
    RecipeError, ModelError
        When its recipe or tensors are damaged, or hold numbers that are none.
    """
    if not (folder / RECIPE).is_file():
        msg = f"Model {folder} has no {RECIPE}; give the folder that 'geofm finetune' wrote"
        raise SourceError(msg)
    if not _lies_within(folder / RECIPE):
        msg = f"Model file {folder / RECIPE} leads elsewhere; give a folder that 'geofm finetune' wrote"
        raise ModelError(msg)
    recipe = Recipe.read(folder / RECIPE)
    if len(recipe.classes) == 0:
        msg = f"Model {folder} names no classes in its {RECIPE}; the folder is damaged"
        raise ModelError(msg)
    digest = hashlib.sha256((folder / RECIPE).read_bytes())
    head = _tensors(folder / HEAD, digest)
    adapter = _tensors(folder / ADAPTER, digest) if (folder / ADAPTER).exists() else {}
    if recipe.method in {"lora", "full"} and recipe.decoder != "unet" and not adapter:
        msg = f"Model {folder} lacks {ADAPTER}, which its method '{recipe.method}' needs; the folder is damaged"
        raise ModelError(msg)
    return ModelFolder(folder, recipe, adapter, head, digest.hexdigest())


def require_model_place(folder: Path, *, overwrite: bool = False) -> None:
    """Refuse, before a training, a folder that :func:`write_model` would refuse after it.

    Raises
    ------
    OutputError
        When the folder exists and ``overwrite`` is False, is not a model's, or cannot be written.
    """
    require_folder_place(folder, overwrite=overwrite, holds=(RECIPE,))


def write_model(
    folder: Path,
    recipe: Recipe,
    card: str,
    adapter: Tensors,
    head: Tensors,
    *,
    labels: bytes = b"",
    overwrite: bool = False,
) -> None:
    """Write a model beside and then put it in place.

    Parameters
    ----------
    folder
        Where.
    recipe, card, adapter, head
        What it holds.
    labels
        What it learned from, as :func:`~napari_geofm.io.kept_labels.pack_kept` packs it; empty for nothing.
    overwrite
        Whether a model that is there is replaced.

    Raises
    ------
    OutputError
        When the folder exists and ``overwrite`` is False, is not a model's, or cannot be written.
    """
    from safetensors.numpy import save

    with replacing_folder(folder, overwrite=overwrite, holds=(RECIPE,)) as beside:
        # A name may hold bytes that are no UTF-8: here it is for people, and no reason to lose what was learned.
        (beside / RECIPE).write_text(recipe.to_toml(), encoding="utf-8", errors="replace")
        (beside / CARD).write_text(card, encoding="utf-8", errors="replace")
        # Written as bytes: safetensors' own files can be read by their owner alone, whatever the umask says.
        (beside / HEAD).write_bytes(save({name: np.ascontiguousarray(value) for name, value in head.items()}))
        if labels:
            (beside / KEPT).write_bytes(labels)
        if adapter:
            tensors = {name: np.ascontiguousarray(value) for name, value in adapter.items()}
            (beside / ADAPTER).write_bytes(save(tensors))


def _lies_within(path: Path) -> bool:
    """Return whether a file is there and lies in its folder itself: a link could show what is not the model's."""
    return path.is_file() and path.resolve().parent == path.parent.resolve()


def _tensors(path: Path, digest: Any) -> dict[str, NDArray[Any]]:
    """Read a safetensors file, refusing links out of the folder and numbers that are none."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    if not _lies_within(path):
        msg = f"Model file {path} is missing or leads elsewhere; give a folder that 'geofm finetune' wrote"
        raise ModelError(msg)
    try:
        content = path.read_bytes()
        tensors: dict[str, NDArray[Any]] = load(content)
    except (SafetensorError, OSError, ValueError, KeyError, TypeError):
        msg = f"Model file {path} is no safetensors file; the folder is damaged"
        raise ModelError(msg) from None
    digest.update(content)
    for name, tensor in tensors.items():
        if np.issubdtype(tensor.dtype, np.floating) and not np.isfinite(tensor).all():
            msg = f"Model file {path}: tensor '{name}' holds numbers that are none; the folder is damaged"
            raise ModelError(msg)
    return tensors
