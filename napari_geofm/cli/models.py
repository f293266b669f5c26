"""``geofm models``: list or show models."""

from argparse import Namespace
from typing import Any

from napari_geofm.cli.output import Result
from napari_geofm.errors import UsageError

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """List the zoo, or show one model's card."""
    from napari_geofm.io.models import find_model, list_models, read_model, read_recipe

    if arguments.action == "list":
        found = [(folder, read_recipe(folder)) for folder in list_models()]
        data: Any = [
            {
                "name": folder.name,
                "path": folder,
                "method": recipe.method,
                "decoder": recipe.decoder,
                "classes": list(recipe.classes.names),
            }
            for folder, recipe in found
        ]
        lines = [f"{folder.name:<24} {recipe.method}, {', '.join(recipe.classes.names)}" for folder, recipe in found]
        return Result(data, lines or ["No model is shipped yet; 'geofm finetune' makes one from your labels."])
    if not arguments.model:
        msg = "models show needs a model: give its folder or name"
        raise UsageError(msg)
    model = read_model(find_model(arguments.model))
    data = {"path": model.path, "fingerprint": model.fingerprint, "recipe": model.recipe.to_dict(), "card": model.card}
    return Result(data, model.card.splitlines())
