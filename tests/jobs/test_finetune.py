import dataclasses
import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from safetensors.numpy import load_file

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.recipe import Recipe
from napari_geofm.core.region import At
from napari_geofm.errors import LabelError
from napari_geofm.io.models import read_model
from napari_geofm.jobs.specs import FinetuneSpec, SegmentSpec, SourceSpec
from napari_geofm.jobs.workbench import workbench
from tests.tiny import STROKED, TENSORS, TinySurvey, left_beside, quick, taught, tensors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_geofm.core.progress import Progress


def test_a_probe_tells_what_it_learned_and_how_well(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    heard: list[Progress] = []
    found = taught(survey, tmp_path / "model", report=heard.append)
    assert found.classes == ("class 0", "class 1", "class 2")
    assert found.sections == tuple(f"inline={1000 + 10 * place}" for place in STROKED)
    assert found.labelled == tuple(int((survey.drawn == number).sum()) for number in range(3))
    assert 0 < found.held_out < 0.5 * sum(found.labelled)
    assert 0 <= found.miou <= 1
    assert len(found.iou) == 3
    assert left_beside(found.output) == []
    model = read_model(found.output)
    assert set(model.head) == {"probe.weight", "probe.bias"}
    assert not model.adapter
    assert model.recipe.along == "inline"
    assert model.recipe.classes.names == found.classes
    (source,) = model.recipe.sources
    assert (source.name, source.sections) == ("tiny.sgy", found.sections)
    assert model.recipe.encoder.weights_sha256 == workbench().weights(model.recipe.encoder).sha256
    assert f"mIoU {found.miou:.3f}" in model.card
    assert "tiny.sgy: inline=1010, inline=1040" in model.card
    assert heard[0].text == "reading labels"
    assert heard[-1].text == f"model written to {found.output}"


def test_the_same_probe_twice_is_the_same_bytes_with_a_cold_cache_too(
    tiny: Path, survey: TinySurvey, probe: Path, tmp_path: Path
) -> None:
    assert tensors(taught(survey, tmp_path / "again").output) == tensors(probe)
    workbench().cache.forget()
    assert tensors(taught(survey, tmp_path / "cold").output) == tensors(probe)


@pytest.mark.parametrize(("method", "decoder"), [("lora", "linear"), ("lora", "pup"), ("full", "unet")])
def test_the_same_steps_and_seed_are_the_same_bytes(
    tiny: Path, survey: TinySurvey, tmp_path: Path, method: str, decoder: str
) -> None:
    first, again, other = (
        taught(survey, tmp_path / name, quick(method, decoder, seed=seed, steps=2, batch=1, validate_every=2))
        for name, seed in (("first", 5), ("again", 5), ("other", 6))
    )
    assert tensors(first.output) == tensors(again.output)
    assert tensors(first.output) != tensors(other.output)
    assert set(tensors(first.output)) == set(TENSORS[: 1 if decoder == "unet" else 2])
    assert [check[::3] for check in first.history] == [check[::3] for check in again.history]
    assert first.miou == again.miou
    assert first.steps >= 2


def test_lora_changes_the_adapter_and_not_the_encoder(
    tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path
) -> None:
    picture = np.random.default_rng(0).random((56, 56)).astype(np.float32)
    recipe = quick("lora", "linear", adapter_rate=0.01)
    extractor = workbench().extractor(recipe, "cpu", "fp32")
    before = extractor(picture).stacked()
    found = taught(survey, tmp_path / "model", recipe, sources=once)
    adapter = load_file(found.output / "adapter.safetensors")
    assert {name.partition(".lora_")[0] for name in adapter} >= {"blocks.0.attn.qkv", "blocks.0.attn.proj"}
    assert all(np.isfinite(value).all() for value in adapter.values())
    assert any(np.abs(value).max() > 0 for name, value in adapter.items() if "lora_B" in name)
    np.testing.assert_array_equal(extractor(picture).stacked(), before)
    # The unadapted encoder, the adapted one, and each section's class scores: three different things.
    assert found.history == () or math.isnan(found.history[-1][3])


def test_full_trains_all_and_frozen_the_decoder_only(
    tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path
) -> None:
    full = taught(survey, tmp_path / "full", quick("full", "linear"), sources=once)
    original, trained = load_file(tiny), load_file(full.output / "adapter.safetensors")
    assert trained.keys() == original.keys()
    assert not np.array_equal(trained["blocks.0.attn.qkv.weight"], original["blocks.0.attn.qkv.weight"])
    frozen = taught(survey, tmp_path / "frozen", quick("frozen", "pup"), sources=once)
    assert not (frozen.output / "adapter.safetensors").exists()
    for model in (full.output, frozen.output):
        spec = SegmentSpec(survey.file, model, tmp_path / f"{model.name}.npy", At("inline", 1000))
        assert (np.load(LocalCompute().run(spec).output)[0] < 3).all()


@pytest.mark.parametrize("decoder", ["mla", "dpt", "guided"])
def test_other_decoders_are_trained_and_used(
    tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path, decoder: str
) -> None:
    found = taught(survey, tmp_path / "model", quick("lora", decoder, steps=1), sources=once)
    spec = SegmentSpec(survey.file, found.output, tmp_path / "a.npy", At("inline", 1000))
    assert (np.load(LocalCompute().run(spec).output)[0] < 3).all()


def test_one_stroke_of_each_class_is_learned_and_not_scored(
    tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path
) -> None:
    for method in ("probe", "lora"):
        found = taught(survey, tmp_path / method, quick(method), sources=once)
        assert found.held_out == 0
        assert found.kept_step == -1
        assert math.isnan(found.miou)
        assert "No stroke could be held out" in (found.output / "card.md").read_text()


def test_a_split_for_validation_is_scored_and_not_learned(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    held = survey.drawn
    held[1] = 255
    np.save(tmp_path / "held.npy", held)
    only = survey.drawn
    only[4] = 255
    np.save(tmp_path / "only.npy", only)
    alone, both = (
        (SourceSpec(survey.file, tmp_path / "only.npy"),),
        SourceSpec(survey.file, tmp_path / "held.npy", "valid"),
    )
    found = taught(survey, tmp_path / "both", sources=(*alone, both))
    assert found.held_out == (held != 255).sum()
    assert sum(found.labelled) == (only != 255).sum()
    assert tensors(found.output) == tensors(taught(survey, tmp_path / "alone", sources=alone).output)


def test_one_class_and_the_rest(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    labels = np.full((6, 96, 96), 255, np.uint8)
    labels[1, 10:30, 10:30] = 1
    np.save(tmp_path / "labels.npy", labels)
    sources = (SourceSpec(survey.file, tmp_path / "labels.npy"),)
    with pytest.raises(LabelError, match="one class only"):
        taught(survey, tmp_path / "model", sources=sources)
    found = taught(survey, tmp_path / "model", sources=sources, rest_is="0")
    assert found.labelled == (96 * 96 - 400, 400)


def test_epochs_of_whole_sections_as_the_papers_recipes_have_them(
    tiny: Path, survey: TinySurvey, tmp_path: Path
) -> None:
    from napari_geofm.io.recipes import find_recipe

    recipe = find_recipe("paper-das")
    training = dataclasses.replace(recipe.training, epochs=3, warmup_epochs=1, batch=2)
    for kind, steps in (("all", 3 * 2), ("split", 3 * 1)):
        labels = [np.load(survey.truth) for _ in range(2)]
        labels[0][[1, 3]] = 255
        labels[1][[0, 1, 2, 4, 5]] = 255
        for name, part in zip(("train", "valid"), labels, strict=True):
            np.save(tmp_path / f"{name}.npy", part)
        sources = [SourceSpec(survey.file, tmp_path / "train.npy")]
        if kind == "split":
            sources.append(SourceSpec(survey.file, tmp_path / "valid.npy", "valid"))
            labels[0][[4, 5]] = 255
            np.save(tmp_path / "train.npy", labels[0])
        found = taught(
            survey,
            tmp_path / kind,
            dataclasses.replace(recipe, training=training),
            sources=tuple(sources),
            along="inline",
        )
        rounds = [check[0] for check in found.history]
        assert rounds == [0, *range(steps // 3, steps + 1, steps // 3)]
        # With held-out sections of its own, all are learned from afterwards, for as many passes as were best.
        assert found.steps >= steps
        assert Recipe.read(found.output / "recipe.toml").training == training
        assert "3 epochs asked for" in (found.output / "card.md").read_text()


def test_a_line_is_learned_from_and_segmented(tiny: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    np.save(tmp_path / "line.npy", rng.normal(size=(60, 80)).astype(np.float32))
    labels: NDArray[np.uint8] = np.full((60, 80), 255, np.uint8)
    labels[5:20, 5:20], labels[30:50, 40:60] = 0, 1
    np.save(tmp_path / "labels.npy", labels)
    sources = (SourceSpec(tmp_path / "line.npy", tmp_path / "labels.npy"),)
    found = LocalCompute().run(FinetuneSpec(sources, tmp_path / "model", quick()))
    assert found.sections == ("whole",)
    assert Recipe.read(found.output / "recipe.toml").along == ""
    LocalCompute().run(SegmentSpec(tmp_path / "line.npy", found.output, tmp_path / "a.npy"))
    assert (np.load(tmp_path / "a.npy") < 2).all()


@pytest.mark.parametrize("tuning", ["", "auto"])
def test_lora_begins_with_the_probe_whatever_the_published_encoder_left_in_the_cache(
    tiny: Path, survey: TinySurvey, tmp_path: Path, tuning: str
) -> None:
    """What one encoder saw is never taken for what the other sees: the same sections are in the cache for both."""

    def tuned(recipe: Recipe, word: str) -> Recipe:
        return dataclasses.replace(recipe, encoder=dataclasses.replace(recipe.encoder, tuning=word))

    for word in ("", "auto"):
        taught(survey, tmp_path / f"before {word}", tuned(quick("probe"), word))
    probe = taught(survey, tmp_path / "probe", tuned(quick("probe"), tuning))
    still = quick("lora", steps=1, adapter_rate=1e-9, head_rate=1e-9)
    lora = taught(survey, tmp_path / "lora", tuned(still, tuning))
    where = At("inline", 1000)
    both = [
        np.load(LocalCompute().run(SegmentSpec(survey.file, model.output, tmp_path / f"{n}.npy", where)).output)
        for n, model in enumerate((probe, lora))
    ]
    assert (both[0] == both[1]).mean() > 0.98
    assert np.unique(both[0]).size > 1
