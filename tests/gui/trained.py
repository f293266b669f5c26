"""Labels to learn from, and the model that a training would leave."""

import dataclasses
import math
from pathlib import Path

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.recipe import Recipe, SourceRecord
from napari_geofm.jobs.specs import FinetuneResult
from napari_geofm.session import Session
from tests.gui.conftest import stroke

__all__ = ["probed", "result", "two_classes"]


def two_classes(session: Session) -> None:
    stroke(session, 0)
    stroke(session, 1, slice(40, 50))


def result(output: Path, *, method: str = "probe", miou: float = 0.5) -> FinetuneResult:
    """Write a model's recipe, as a training would, and return what it returns."""
    output.mkdir(parents=True)
    recipe = dataclasses.replace(
        Recipe.for_method(method),
        classes=ClassTable.named(["sand", "shale", "salt"]),
        sources=(SourceRecord("tiny.sgy", "f", 0.0, 1.0, ("inline=1000",)),),
    )
    (output / "recipe.toml").write_text(recipe.to_toml(), encoding="utf-8")
    return FinetuneResult(
        output, recipe.classes.names, ("inline=1000",), (200, 200, 0), 40, miou, (miou, miou, math.nan), 3, 1.5
    )


def probed(session: Session) -> Path:
    """Have a probe's model in use, and return it."""
    output = session.new_model_folder("probe")
    result(output)
    session.use_model(output)
    return output
