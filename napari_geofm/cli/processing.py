"""What is done to a DAS recording before it is looked at, from words of the command line."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_geofm.cli.segy import chosen_options, hints_of
from napari_geofm.errors import RecipeError, UsageError

if TYPE_CHECKING:
    from napari_geofm.core.das.processing import Processing
    from napari_geofm.core.recipe import Recipe
    from napari_geofm.io.file_options import FileOptions

__all__ = ["opening_hints", "processing_of", "reading_of", "require_models_chain"]


def processing_of(arguments: Namespace) -> "Processing | None":
    """Return what the options say, or None where they say nothing.

    Raises
    ------
    UsageError
        When a step or channel is written wrongly.
    """
    steps, bad = getattr(arguments, "process", None), getattr(arguments, "bad_channels", None)
    if steps is None and bad is None:
        return None
    from napari_geofm.core.das.bad_channels import BadChannels
    from napari_geofm.core.das.chain import Chain
    from napari_geofm.core.das.processing import Processing

    return Processing(
        _told("--process", Chain.parse, steps or ""), _told("--bad-channels", BadChannels.parse, bad or "")
    )


def reading_of(arguments: Namespace, file: Path) -> "FileOptions | None":
    """Return what a job reads ``file`` with: how the file is read, and what is done to a recording."""
    own, done = chosen_options(arguments, file), processing_of(arguments)
    if done is None:
        return own
    import dataclasses

    return dataclasses.replace(done, reading="" if own is None else own.to_json())


def opening_hints(arguments: Namespace) -> dict[str, Any]:
    """Return what :func:`~napari_geofm.io.opening.open_survey` takes, having checked it."""
    hints, done = hints_of(arguments), processing_of(arguments)
    if done is None:
        return hints
    import dataclasses

    own = hints["options"]
    return hints | {"options": dataclasses.replace(done, reading="" if own is None else own.to_json())}


def require_models_chain(arguments: Namespace, recipe: "Recipe", model: str) -> None:
    """Refuse ``--process`` beside a model that says something else: what it learned from decides.

    Raises
    ------
    UsageError
        When it does.
    """
    done = processing_of(arguments)
    if done is None or arguments.process is None or done.chain == recipe.processing.steps:
        return
    theirs = recipe.processing.chain or "none"
    msg = (
        f"--process {arguments.process}: model {model} was trained with '{theirs}', which it goes on with; leave it out"
    )
    raise UsageError(msg)


def _told(option: str, parse: Any, words: str) -> Any:
    """Return what words say; what is wrong with them is told beside the option."""
    try:
        return parse(words)
    except (UsageError, RecipeError) as error:
        msg = f"{option}: {error}"
        raise UsageError(msg) from None
