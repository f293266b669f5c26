"""Models fitted on labelled sections that lie in memory, through the program's own fine-tune job."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.examples import Example
from napari_geofm.core.progress import Control, run_to_end
from napari_geofm.core.recipe import AUTO, Recipe
from napari_geofm.io.tunings import tuning_for
from napari_geofm.jobs.adapting import adapt
from napari_geofm.jobs.holdout import hold_out
from napari_geofm.jobs.learned import Assignment, Learned
from napari_geofm.jobs.probing import probe
from napari_geofm.jobs.specs import FinetuneSpec
from napari_geofm.jobs.workbench import Workbench

if TYPE_CHECKING:
    from napari_geofm.nets.predictor import Predictor


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A model, ready for use, and how it was fitted."""

    predictor: "Predictor"
    learned: Learned
    given: Assignment


def assignment(recipe: Recipe, examples: tuple[Example, ...], classes: int, bench: Workbench) -> Assignment:
    """Return what the job is given: the recipe completed for seismic sections, and labels held out by its seed."""
    encoder = recipe.encoder
    if encoder.tuning == AUTO:
        encoder = dataclasses.replace(encoder, tuning=tuning_for("seismic", encoder.name))
    if recipe.decoder != "unet":
        weights = bench.weights(encoder)
        encoder = dataclasses.replace(encoder, weights_sha256=weights.sha256, tuning_sha256=weights.tuning_sha256)
    recipe = dataclasses.replace(recipe, encoder=encoder, classes=ClassTable.numbered(classes))
    spec = FinetuneSpec((), Path("unused"), recipe)
    kept, held = hold_out(examples, classes, recipe.training.seed)
    return Assignment(spec, bench, recipe, examples, tuple(kept), tuple(held))


def fit(recipe: Recipe, examples: tuple[Example, ...], classes: int, bench: Workbench) -> Fitted:
    """Fit what the recipe says, and build the model that would be loaded from its folder."""
    from napari_geofm.nets.build import load_predictor

    given = assignment(recipe, examples, classes, bench)
    recipe = given.recipe
    learned = run_to_end((probe if recipe.method == "probe" else adapt)(given, Control()))
    predictor = load_predictor(
        recipe,
        learned.adapter,
        learned.head,
        None if recipe.decoder == "unet" else bench.weights(recipe.encoder),
        device="auto",
        precision="auto",
        identity=recipe.encoder.identity,
    )
    return Fitted(predictor, learned, given)
