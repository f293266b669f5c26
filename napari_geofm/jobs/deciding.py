"""What a recipe leaves to the labels: which decoder suits them."""

from collections.abc import Sequence

import numpy as np

from napari_geofm.core.examples import DENSE, Example
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.recipe import AUTO, Recipe

__all__ = ["decided"]


def decided(recipe: Recipe, examples: Sequence[Example]) -> Recipe:
    """Return a recipe whose decoder is chosen, where it was left open.

    Sections that are labelled all over show where things end, to the sample: the guided decoder learns that. Strokes
    lie inside of things and do not; there the probe's linear map is hard to beat, and LoRA goes on from it.

    Parameters
    ----------
    recipe
        With decoder ``auto``, or as it is to be.
    examples
        What is learned from.
    """
    if recipe.decoder != AUTO:
        return recipe
    recorded = np.concatenate([(example.labels != UNLABELLED)[example.valid] for example in examples])
    return recipe.with_decoder("guided" if recorded.size and recorded.mean() >= DENSE else "linear")
