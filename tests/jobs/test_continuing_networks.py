"""The network of a model that goes on: where it was, wider by a class, of another method, of an earlier program."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.classes import ClassTable
from napari_geofm.core.recipe import GENTLE_RATE, Recipe, TrainingRecipe
from napari_geofm.core.region import At
from napari_geofm.errors import LabelError, ModelError
from napari_geofm.io.models import ModelFolder, read_model
from napari_geofm.jobs.continuing import continue_net, going_on
from napari_geofm.jobs.specs import SegmentSpec, SourceSpec
from napari_geofm.jobs.workbench import workbench
from tests.jobs.two_surveys import Two, saved, went_on
from tests.tiny import TENSORS, TinySurvey, quick, taught


def of_two_classes(survey: TinySurvey, path: Path) -> tuple[SourceSpec, ...]:
    labels = survey.drawn
    labels[labels == 2] = 255
    np.save(path, labels)
    return (SourceSpec(survey.file, path),)


@pytest.mark.parametrize(("method", "decoder"), [("lora", "linear"), ("lora", "pup"), ("full", "unet")])
def test_a_model_goes_on_with_a_new_class(
    tiny: Path, survey: TinySurvey, tmp_path: Path, method: str, decoder: str
) -> None:
    short = quick(method, decoder, steps=1, batch=1)
    base = taught(survey, tmp_path / "base", short, sources=of_two_classes(survey, tmp_path / "two.npy"))
    recipe = Recipe.read(base.output / "recipe.toml")
    with pytest.raises(LabelError, match="holds class 2, but there are 2 classes"):
        taught(survey, tmp_path / "model", recipe, base_model=base.output)
    (tmp_path / "names.csv").write_text("name\nclass 0\nclass 1\ncoal\n")
    options: dict[str, Any] = {"base_model": base.output, "class_table": tmp_path / "names.csv"}
    found = taught(survey, tmp_path / "model", recipe, **options)
    assert found.classes == ("class 0", "class 1", "coal")
    segmented = LocalCompute().run(SegmentSpec(survey.file, found.output, tmp_path / "a.npy", At("inline", 1000)))
    assert (np.load(segmented.output)[0] < 3).all()


@pytest.mark.parametrize("start", [True, False])
@pytest.mark.parametrize("decoder", ["linear", "guided", "pup", "mla", "dpt", "unet"])
def test_a_new_class_is_a_new_row_of_zeros_where_scores_are_made(tiny: Path, decoder: str, start: bool) -> None:
    from napari_geofm.core.classes import ClassTable
    from napari_geofm.jobs.continuing import widened
    from napari_geofm.nets.build import parts_of, untrained

    def head(classes: int) -> dict[str, NDArray[np.float32]]:
        recipe = quick("full" if decoder == "unet" else "frozen", decoder, probe_start=start)
        recipe = dataclasses.replace(recipe, classes=ClassTable.numbered(classes))
        weights = None if decoder == "unet" else workbench().weights(recipe.encoder)
        return parts_of(untrained(recipe, weights, None))[1]

    before, wanted = head(3), head(5)
    found = widened(before, 3, 5)
    assert {name: value.shape for name, value in found.items()} == {name: v.shape for name, v in wanted.items()}
    for name, value in found.items():
        np.testing.assert_array_equal(value[: len(before[name])] if value.ndim else value, before[name])
        assert not value.ndim or not value[len(before[name]) :].any()


def test_a_model_goes_on_where_it_was(
    tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path
) -> None:
    base = taught(survey, tmp_path / "base", quick("lora", "linear"), sources=once)
    # Steps of no size: what comes out is what went in.
    still = dataclasses.replace(Recipe.read(base.output / "recipe.toml"))
    training = dataclasses.replace(still.training, steps=1, adapter_rate=1e-30, head_rate=1e-30, weight_decay=0)
    found = taught(
        survey, tmp_path / "model", dataclasses.replace(still, training=training), sources=once, base_model=base.output
    )
    for name in TENSORS:
        before, after = load_file(base.output / name), load_file(found.output / name)
        assert before.keys() == after.keys()
        for tensor, value in before.items():
            np.testing.assert_allclose(after[tensor], value, atol=1e-12, err_msg=tensor)


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("method", ["probe", "lora"])
def test_a_model_of_an_earlier_program_is_used_and_gone_on_with_as_it_was_made(
    tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path, method: str, version: int
) -> None:
    recipe = quick(method, "linear", steps=1)
    lacking = {1: ("surroundings", "texture", "levelling"), 2: ("levelling",), 3: ()}[version]
    off: dict[str, Any] = dict.fromkeys(lacking, 0.0)
    earlier = dataclasses.replace(
        recipe,
        encoder=dataclasses.replace(recipe.encoder, taps=(6,) if version == 1 else recipe.encoder.taps, tuning=""),
        probe=dataclasses.replace(recipe.probe, **off),
    )
    base = taught(survey, tmp_path / "base", earlier, sources=once)
    where = At("inline", 1000)
    first = LocalCompute().run(SegmentSpec(survey.file, base.output, tmp_path / "a.npy", where)).output.read_bytes()
    file = base.output / "recipe.toml"
    text = file.read_text(encoding="utf-8").replace("format = 4", f"format = {version}")
    text = text.replace('tuning = ""\n', "").replace('tuning_sha256 = ""\n', "")
    assert "tuning" not in text
    for name in lacking:
        assert f"{name} = 0.0\n" in text
        text = text.replace(f"{name} = 0.0\n", "")
    file.write_text(text, encoding="utf-8")
    again = LocalCompute().run(SegmentSpec(survey.file, base.output, tmp_path / "b.npy", where)).output.read_bytes()
    assert first == again
    found = taught(survey, tmp_path / "model", recipe, sources=once, base_model=base.output)
    written = Recipe.read(found.output / "recipe.toml")
    assert (written.encoder.taps, written.probe) == (earlier.encoder.taps, earlier.probe)
    assert written.encoder.tuning == ""
    assert recipe.probe.levelling > 0


def test_a_model_of_another_make_is_not_gone_on_with(
    tiny: Path, survey: TinySurvey, lora: Path, tmp_path: Path
) -> None:
    for recipe in (quick("lora", "linear"), quick("frozen", "pup")):
        with pytest.raises(ModelError, match="go on with the same"):
            taught(survey, tmp_path / "model", recipe, base_model=lora)
    # As many names as the model has numbers would be theirs.
    (tmp_path / "names.csv").write_text("name\nsalt\nsand\n")
    with pytest.raises(ModelError, match="--classes names others"):
        taught(survey, tmp_path / "model", quick("lora", "pup"), base_model=lora, class_table=tmp_path / "names.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["names.csv"]


@pytest.mark.parametrize("begun", [True, False])
@pytest.mark.parametrize(("method", "decoder"), [("lora", "linear"), ("lora", "pup"), ("full", "unet")])
def test_before_training_the_known_classes_are_scored_as_before(
    tiny: Path, tmp_path: Path, method: str, decoder: str, begun: bool
) -> None:
    import torch

    from napari_geofm.nets.build import parts_of, probe_channels, untrained
    from napari_geofm.nets.probe import ProbeHead

    recipe = dataclasses.replace(quick(method, decoder), classes=ClassTable.named(["sand", "shale", "salt"]))
    wider = dataclasses.replace(recipe, classes=ClassTable.named(["sand", "shale", "salt", "coal"]))
    weights = None if decoder == "unet" else workbench().weights(recipe.encoder)
    before, now = untrained(recipe, weights, None), untrained(wider, weights, None)
    for place, parameter in enumerate(before.parameters()):
        if parameter.requires_grad:
            torch.nn.init.normal_(parameter, std=0.1, generator=torch.Generator().manual_seed(place))
    start = None
    if begun and weights is not None:
        channels = probe_channels(wider, workbench().extractor(wider, "cpu", "fp32").encoder)
        start = ProbeHead(np.full((4, channels), 0.01, np.float32), np.zeros(4, np.float32))
    continue_net(ModelFolder(tmp_path, recipe, *parts_of(before), ""), wider, now, start)
    fed = torch.rand(1, 3, 112, 112, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        ours, theirs = now.eval()(fed, (112, 112)), before.eval()(fed, (112, 112))
    # Not to the bit: a product with four rows is rounded otherwise than one with three.
    torch.testing.assert_close(ours[:, :3], theirs, rtol=1e-4, atol=1e-4)
    assert bool(theirs.std() > 0.01)
    assert bool(ours[:, 3].any()) is (start is not None)


def test_a_probe_goes_on_as_lora_and_remembers_what_is_not_labelled_now(tiny: Path, two: Two, tmp_path: Path) -> None:
    base = taught(two.first, tmp_path / "base")
    labels = two.other.drawn
    labels[labels == 2] = 255
    sources = (SourceSpec(two.other.file, saved(labels, tmp_path / "two.npy")),)
    head = read_model(base.output).head
    probe = went_on(two, tmp_path / "probe", base.output, sources=sources, rehearse=False)
    after = read_model(probe.output).head
    np.testing.assert_array_equal(after["probe.weight"][2], head["probe.weight"][2])
    assert after["probe.bias"][2] == head["probe.bias"][2]
    lora = went_on(two, tmp_path / "lora", base.output, quick("lora", "linear"), sources=sources)
    assert read_model(lora.output).recipe.method == "lora"
    assert lora.labelled[2] == base.labelled[2]
    spec = SegmentSpec(two.other.file, lora.output, tmp_path / "a.npy", At("inline", 1000))
    assert (np.load(LocalCompute().run(spec).output)[0] < 3).all()


@pytest.mark.parametrize("decoder", ["mla", "dpt"])
def test_a_probe_goes_on_as_a_decoder_that_needs_four_blocks(
    tiny: Path, two: Two, tmp_path: Path, decoder: str
) -> None:
    base = taught(two.first, tmp_path / "base")
    found = went_on(two, tmp_path / "model", base.output, quick("lora", decoder))
    made = read_model(found.output).recipe
    assert (made.decoder, made.encoder.taps) == (decoder, Recipe.for_method("lora", decoder).encoder.taps)
    # And that model goes on as what it is.
    again = went_on(two, tmp_path / "again", found.output, quick("lora", decoder))
    assert read_model(again.output).recipe.encoder.taps == made.encoder.taps


def test_what_goes_on_leaves_its_beginning_more_easily_than_what_began_as_the_probe_of_its_strokes(
    tiny: Path, two: Two, tmp_path: Path
) -> None:
    recipe = quick("lora", "linear", steps=1)
    assert recipe.training.head_rate == GENTLE_RATE
    model = read_model(taught(two.first, tmp_path / "base", recipe).output)
    assert going_on(recipe, model).training.head_rate == TrainingRecipe().head_rate
    given = dataclasses.replace(recipe, training=dataclasses.replace(recipe.training, head_rate=3e-5))
    assert going_on(given, model).training.head_rate == 3e-5
    fast = dataclasses.replace(given, training=dataclasses.replace(given.training, head_rate=0.05, steps=6))
    found = went_on(two, tmp_path / "model", model.path, fast)
    best, score = 0, found.history[0][3]
    for check in found.history:
        best, score = (check[0], check[3]) if check[3] > score + 0.01 else (best, score)
    assert found.kept_step == best
