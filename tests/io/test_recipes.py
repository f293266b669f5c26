import dataclasses
from pathlib import Path

import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.recipe import Recipe
from napari_geofm.errors import RecipeError, SourceError
from napari_geofm.io.models import list_models, write_model
from napari_geofm.io.recipes import find_recipe, recipe_names

# Table S4 and, of the fed size, what the paper says of its data: batch, zoom.
TABLE_S4 = {"facies": (3, 1.0), "salt": (32, 1.25), "crater": (3, 1.0), "das": (6, 1.0), "fault": (6, 1.0)}


@pytest.mark.parametrize("task", TABLE_S4)
def test_the_papers_recipes_are_table_s4(task: str) -> None:
    recipe = find_recipe(f"paper-{task}")
    training = recipe.training
    assert (training.batch, recipe.input.zoom) == TABLE_S4[task]
    assert training.adapter_rate == training.head_rate == 1e-5
    assert (training.epochs, training.warmup_epochs, training.weight_decay) == (100, 10, 0.01)
    assert (training.seed, training.loss, training.flip) == (1234, "dice", True)
    assert (recipe.adapter.rank, recipe.adapter.alpha, recipe.encoder.taps) == (8, 1.0, (3, 6, 9, 12))
    # Nothing of what we add: whole sections, plain weights, a random start.
    assert (training.crop_tokens, training.ema, training.anchor, training.clip, training.gain) == (0, 0, 0, 0, 0)
    assert not training.probe_start
    assert recipe.input.whole_tokens >= 1022 // 14
    # Every decoder and the U-Net fit it.
    for method, decoder in (("lora", "mla"), ("lora", "dpt"), ("full", "linear"), ("full", "unet")):
        assert dataclasses.replace(recipe, method=method, decoder=decoder).decoder == decoder


def test_recipes_are_listed_and_are_no_models() -> None:
    assert set(recipe_names()) >= {f"paper-{task}" for task in TABLE_S4}
    assert not any("recipes" in folder.name for folder in list_models())


def test_a_recipe_is_a_file_a_models_folder_or_a_name(tmp_path: Path) -> None:
    mine = dataclasses.replace(Recipe(), training=dataclasses.replace(Recipe().training, steps=7))
    (tmp_path / "mine.toml").write_text(mine.to_toml())
    assert find_recipe(str(tmp_path / "mine.toml")) == mine
    model = dataclasses.replace(mine, classes=ClassTable.numbered(2))
    write_model(tmp_path / "model", model, "", {}, {})
    assert find_recipe(str(tmp_path / "model")) == model


def test_what_is_no_recipe_is_said_in_one_line(tmp_path: Path) -> None:
    for word, line in (
        ("paper-slat", "the nearest name is 'paper-salt'"),
        (str(tmp_path / "nowhere.toml"), "give a recipe.toml, or one of paper-crater, paper-das"),
        ("../recipes/paper-salt", "cannot be read"),
    ):
        with pytest.raises(SourceError, match=line) as caught:
            find_recipe(word)
        assert "\n" not in str(caught.value)
    (tmp_path / "mine.toml").write_text("[training]\nhead_rat = 1")
    with pytest.raises(RecipeError, match=r"training\.head_rat"):
        find_recipe(str(tmp_path / "mine.toml"))
