"""Encoders other than the default go all the way: learned with, segmented with, shown; by their name in the recipe."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.recipe import EncoderRecipe, Recipe
from napari_geofm.core.region import At
from napari_geofm.errors import EncoderError, ModelError, RecipeError, WeightsError
from napari_geofm.io.models import read_model
from napari_geofm.jobs import workbench
from napari_geofm.jobs.specs import FeaturesSpec, SegmentSpec, SourceSpec, Where
from tests.cli.conftest import Geofm, geofm, logs_again
from tests.tiny import TinySurvey, quick, taught

__all__ = ["geofm", "logs_again"]

# timm's own nets for tests: 6 to 9 blocks, 64 or 96 channels, patches of 16.
NAMES = {"test_vit": (2, 4), "test_vit3": (3, 5, 7, 9)}


@pytest.fixture
def own_bench(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(workbench, "_BENCHES", {})
    return own_cache


def weights_of(name: str, path: Path) -> Path:
    from safetensors.torch import save_file

    from napari_geofm.nets.encoder import build_encoder

    save_file({key: value.clone() for key, value in build_encoder(name, random=True).vit.state_dict().items()}, path)
    return path


def recipe_for(name: str, taps: tuple[int, ...], method: str = "lora", decoder: str = "pup") -> Recipe:
    recipe = quick(method, decoder, steps=1, crop_tokens=4)
    return dataclasses.replace(recipe, encoder=EncoderRecipe(name, taps=taps))


@pytest.mark.parametrize("name", NAMES)
def test_another_encoder_is_learned_and_segmented_with(
    own_bench: Path, survey: TinySurvey, tmp_path: Path, name: str
) -> None:
    where = Where("cpu", "fp32", weights_of(name, tmp_path / "weights.safetensors"))
    decoder = "mla" if len(NAMES[name]) == 4 else "pup"
    for method, head in (("probe", "linear"), ("lora", decoder), ("full", "linear")):
        recipe = recipe_for(name, NAMES[name], method, head)
        found = taught(survey, tmp_path / method, recipe, where=where)
        model = read_model(found.output)
        assert (model.recipe.encoder.name, model.recipe.encoder.taps) == (name, NAMES[name])
        spec = SegmentSpec(survey.file, found.output, tmp_path / f"{method}.npy", At("inline", 1000), where=where)
        assert (np.load(LocalCompute().run(spec).output)[0] < 3).all()
        seen = LocalCompute().run(FeaturesSpec(survey.file, At("inline", 1000), model_folder=found.output, where=where))
        assert seen.colours is not None
        assert seen.token_px == 16


def test_what_does_not_fit_the_encoder_is_said_in_one_line(own_bench: Path, survey: TinySurvey, tmp_path: Path) -> None:
    where = Where("cpu", "fp32", weights_of("test_vit", tmp_path / "weights.safetensors"))
    for recipe, kind, words in (
        (recipe_for("test_vit", (3, 6, 9, 12)), ModelError, "give rising block numbers from 1 to 6"),
        (recipe_for("test_vit", (2, 4), decoder="dpt"), RecipeError, "must be four blocks for decoder dpt"),
        (recipe_for("test_vit3", (2, 4)), WeightsError, r"weights\.safetensors"),
        (recipe_for("tset_vit", (2, 4)), EncoderError, "the nearest name is"),
        (recipe_for("beit_base_patch16_224", (2, 4)), EncoderError, "pictures of one size only"),
    ):
        with pytest.raises(kind, match=words) as caught:
            taught(survey, tmp_path / "model", recipe, where=where)
        assert "\n" not in str(caught.value)
        assert not (tmp_path / "model").exists()


def test_sources_of_several_surveys_may_differ_in_size(own_bench: Path, survey: TinySurvey, tmp_path: Path) -> None:
    """Whole sections of a pass are padded to each other: 96 x 96 beside 60 x 50."""
    where = Where("cpu", "fp32", weights_of("test_vit", tmp_path / "weights.safetensors"))
    rng = np.random.default_rng(0)
    np.save(tmp_path / "image.npy", rng.random((60, 50)).astype(np.float32))
    np.save(tmp_path / "labels.npy", (rng.random((60, 50)) > 0.5).astype(np.uint8))
    recipe = recipe_for("test_vit", (2, 4))
    training = dataclasses.replace(recipe.training, steps=0, epochs=1, crop_tokens=0, batch=4, probe_start=False)
    sources = (SourceSpec(survey.file, survey.strokes), SourceSpec(tmp_path / "image.npy", tmp_path / "labels.npy"))
    found = taught(
        survey, tmp_path / "model", dataclasses.replace(recipe, training=training), sources=sources, where=where
    )
    assert found.steps >= 1


def test_the_command_line_looks_as_far_into_another_encoder(
    own_bench: Path, survey: TinySurvey, tmp_path: Path, geofm: Geofm
) -> None:
    from napari_geofm.cli.finetune import _encoder

    four = EncoderRecipe()
    assert _encoder("vit_large_patch14_dinov2", four).taps == (6, 12, 18, 24)
    assert _encoder("vit_giant_patch14_reg4_dinov2", EncoderRecipe(taps=(3, 6))).taps == (10, 20)
    assert _encoder("test_vit", four) == EncoderRecipe("test_vit", taps=(2, 3, 4, 6))
    weights = weights_of("test_vit", tmp_path / "weights.safetensors")
    words = ("finetune", survey.file, "--labels", survey.strokes, "-o", tmp_path / "model", "--quiet", "--encoder")
    assert geofm(*words, "test_vit", "--weights", weights).status == 0
    assert read_model(tmp_path / "model").recipe.encoder.taps == (2, 3)
    assert "the nearest name is" in geofm(*words, "vit_smal_patch14_dinov2").line
