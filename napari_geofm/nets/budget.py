"""How many steps a recipe's passes over the labelled sections are."""

import dataclasses

from napari_geofm.core.recipe import TrainingRecipe

__all__ = ["planned", "steps_per_epoch"]


def steps_per_epoch(recipe: TrainingRecipe, pictures: int) -> int:
    """Return the steps of one pass over so many pictures; the last one may have fewer.

    >>> steps_per_epoch(TrainingRecipe(batch=3), 250)
    84
    """
    return max(1, -(-pictures // recipe.batch))


def planned(recipe: TrainingRecipe, pictures: int) -> TrainingRecipe:
    """Return a recipe whose epochs are steps too: of the warm-up, in all, and between validations.

    Unchanged where minutes or steps decide.

    >>> made = planned(TrainingRecipe(epochs=100, warmup_epochs=10, batch=3), 250)
    >>> made.warmup_steps, made.steps, made.validate_every
    (840, 8400, 84)
    """
    if not recipe.epochs:
        return recipe
    one = steps_per_epoch(recipe, pictures)
    return dataclasses.replace(
        recipe, steps=recipe.epochs * one, warmup_steps=recipe.warmup_epochs * one, validate_every=one, minutes=0
    )
