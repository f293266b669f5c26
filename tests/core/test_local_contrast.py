import numpy as np
import pytest

from napari_geofm.core.local_contrast import local_contrast
from napari_geofm.core.recipe import InputRecipe, Recipe
from napari_geofm.errors import RecipeError


def test_small_forms_look_alike_on_high_and_on_low_ground() -> None:
    rng = np.random.default_rng(0)
    form = rng.normal(0, 0.02, (60, 60)).astype(np.float32)
    slope = np.linspace(0, 1, 240, dtype=np.float32)[None].repeat(60, 0)
    picture = 0.05 + 0.8 * slope + np.tile(form, (1, 4))
    seen = local_contrast(picture, 8.0)
    assert seen.dtype == np.float32
    assert seen.min() >= 0
    assert seen.max() <= 1
    near, far = seen[:, 60:120], seen[:, 120:180]
    assert np.corrcoef(near.ravel(), far.ravel())[0, 1] > 0.99
    assert seen[:, 60:180].mean() == pytest.approx(0.5, abs=0.02)


def test_the_steps_of_eight_bits_are_no_relief() -> None:
    flat = np.full((80, 80), 0.4, np.float32)
    flat[:, 40:] += 1 / 255
    assert np.ptp(local_contrast(flat, 16.0)) < 0.15
    bowl = np.full((80, 80), 0.4, np.float32)
    bowl[30:50, 30:50] -= 0.2
    assert np.ptp(local_contrast(bowl, 16.0)) > 0.4


def test_a_recipe_keeps_it_and_refuses_what_is_no_reach() -> None:
    recipe = Recipe(input=InputRecipe(local_px=16.0))
    assert Recipe.from_dict(recipe.to_dict()) == recipe
    with pytest.raises(RecipeError, match=r"input\.local_px"):
        InputRecipe(local_px=0.5)
