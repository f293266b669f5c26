"""Which decoder suits the labels."""

import dataclasses

import numpy as np
import pytest

from napari_geofm.core.examples import Example
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.recipe import AUTO, Recipe
from napari_geofm.jobs.deciding import decided


def section(labelled: float, recorded: float = 1.0) -> Example:
    """Return a section whose first recorded traces are labelled all over."""
    labels = np.full((20, 100), UNLABELLED, np.uint8)
    labels[:, : round(100 * labelled)] = 1
    valid = np.zeros(labels.shape, bool)
    valid[:, : round(100 * recorded)] = True
    return Example(np.zeros(labels.shape, np.float32), labels, labels, "key", "inline=1", valid)


@pytest.mark.parametrize(
    ("examples", "decoder"),
    [
        ([section(1.0)], "guided"),
        ([section(0.02)], "linear"),
        ([section(1.0), section(0.4)], "guided"),
        ([section(1.0), section(0.0), section(0.0)], "linear"),
        ([section(0.4, recorded=0.5)], "guided"),
    ],
)
def test_sections_that_are_labelled_all_over_are_learned_to_the_sample(examples: list[Example], decoder: str) -> None:
    found = decided(Recipe.for_method("lora", AUTO), examples)
    assert found == Recipe.for_method("lora", decoder)


@pytest.mark.parametrize("decoder", ["linear", "pup", "unet"])
def test_what_was_chosen_stays(decoder: str) -> None:
    recipe = Recipe.for_method("full", decoder)
    assert decided(recipe, [section(1.0)]) is recipe


def test_what_was_set_is_kept_and_what_was_not_is_the_decoders() -> None:
    recipe = Recipe.for_method("lora", AUTO)
    recipe = dataclasses.replace(recipe, training=dataclasses.replace(recipe.training, minutes=7.0, head_rate=3e-4))
    found = decided(recipe, [section(1.0)]).training
    assert (found.minutes, found.head_rate) == (7.0, 3e-4)
    assert found.crop_tokens == Recipe.for_method("lora", "guided").training.crop_tokens
