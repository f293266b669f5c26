"""``geofm models``: list, show or get models."""

import shutil
from argparse import Namespace
from pathlib import Path
from typing import Any

from napari_geofm.cli.output import Result
from napari_geofm.errors import UsageError

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """List the zoo, show one model's card, or bring a model into a folder."""
    if arguments.action == "list":
        return _list()
    if not arguments.model:
        what = "its folder or name" if arguments.action == "show" else "a name of the zoo, or an address"
        msg = f"models {arguments.action} needs a model: give {what}"
        raise UsageError(msg)
    return _show(arguments.model) if arguments.action == "show" else _get(arguments)


def _list() -> Result:
    from napari_geofm.io.zoo import folder_bytes, zoo_models

    models = zoo_models()
    data: Any = [
        {
            "name": model.name,
            "path": model.folder,
            "method": model.recipe.method,
            "decoder": model.recipe.decoder,
            "classes": list(model.recipe.classes.names),
            "purpose": model.about.purpose,
            "kinds": list(model.about.kinds),
            "scores": list(model.about.scores),
            "licence": model.about.licence,
            "bytes": folder_bytes(model.folder),
        }
        for model in models
    ]
    lines: list[str] = []
    for model in models:
        lines += [
            f"{model.name}: {model.about.purpose or model.recipe.method} ({folder_bytes(model.folder) / 1e6:.1f} MB)",
            f"  classes: {', '.join(model.recipe.classes.names)}",
            *[f"  {score}" for score in model.about.scores],
        ]
    return Result(data, lines or ["No model is shipped; 'geofm finetune' makes one from your labels."])


def _show(word: str) -> Result:
    from napari_geofm.io.models import find_model, read_model
    from napari_geofm.io.zoo import ZooModel, check_files

    model = read_model(find_model(word))
    check_files(ZooModel.read(model.path))
    data = {"path": model.path, "fingerprint": model.fingerprint, "recipe": model.recipe.to_dict(), "card": model.card}
    return Result(data, [*model.card.splitlines(), "", f"sha256 {model.fingerprint}"])


def _get(arguments: Namespace) -> Result:
    from napari_geofm.io.model_fetch import fetch_model, is_address
    from napari_geofm.io.models import read_model

    word = arguments.model
    output = Path(arguments.output or word.partition("@")[0].rstrip("/").rpartition("/")[2]).expanduser()
    if is_address(word):
        fetch_model(word, output, arguments.sha256 or "", overwrite=arguments.overwrite)
    else:
        _copied(word, output, arguments)
    model = read_model(output)
    data = {"path": model.path, "fingerprint": model.fingerprint, "classes": list(model.recipe.classes.names)}
    return Result(data, [f"{output}: {', '.join(model.recipe.classes.names)}; sha256 {model.fingerprint}"])


def _copied(word: str, output: Path, arguments: Namespace) -> None:
    """Copy a model of the zoo into a folder, its files as they were shipped."""
    from napari_geofm.errors import ModelError
    from napari_geofm.io.atomic import replacing_folder
    from napari_geofm.io.models import RECIPE, find_model, read_model
    from napari_geofm.io.zoo import ZooModel, check_files

    source = find_model(word)
    if output.exists() and output.samefile(source):
        msg = f"{output} is the model itself; name another folder with -o"
        raise UsageError(msg)
    check_files(ZooModel.read(source))
    found = read_model(source).fingerprint
    if arguments.sha256 and arguments.sha256 != found:
        msg = f"Model {word} has the sha256 {found}, not {arguments.sha256}; check the hash"
        raise ModelError(msg)
    with replacing_folder(output, overwrite=arguments.overwrite, holds=(RECIPE,)) as beside:
        for file in source.iterdir():
            if file.is_file() and not file.is_symlink():
                shutil.copyfile(file, beside / file.name)
