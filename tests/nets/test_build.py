import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.recipe import Recipe
from napari_geofm.errors import ModelError
from napari_geofm.io.models import read_model, write_model
from napari_geofm.nets.build import Tensors, load_parts, load_predictor, parts_of, untrained
from napari_geofm.nets.decoders.smooth import seen_channels
from napari_geofm.nets.predictor import DecoderPredictor, ProbePredictor
from napari_geofm.nets.probe import ProbeHead
from napari_geofm.nets.texture import CHANNELS
from napari_geofm.nets.weights import WeightsFile, resolve_weights
from tests.tiny import tiny_dino

CLASSES = ClassTable.numbered(3)
CPU = torch.device("cpu")
MAKES = [("lora", "linear"), ("lora", "pup"), ("lora", "mla"), ("lora", "dpt"), ("full", "pup"), ("frozen", "linear")]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WeightsFile]:
    with tiny_dino(tmp_path_factory.mktemp("dino")) as path:
        yield resolve_weights(local=path)


@pytest.fixture
def picture() -> NDArray[np.float32]:
    return np.random.default_rng(0).random((60, 75)).astype(np.float32)


def recipe_of(method: str, decoder: str, *, probe_start: bool = True) -> Recipe:
    recipe = Recipe.for_method(method, decoder)
    training = dataclasses.replace(recipe.training, probe_start=probe_start)
    return dataclasses.replace(recipe, classes=CLASSES, training=training)


def head_of(recipe: Recipe) -> ProbeHead:
    rng = np.random.default_rng(1)
    weight = 0.25 * rng.normal(size=(3, seen_channels(16 * len(recipe.encoder.taps), recipe.probe) + CHANNELS))
    return ProbeHead(weight.astype(np.float32), rng.normal(size=3).astype(np.float32))


@pytest.mark.parametrize(("method", "decoder"), MAKES)
def test_training_begins_with_the_probes_answer(
    weights: WeightsFile, picture: NDArray[np.float32], method: str, decoder: str
) -> None:
    recipe = recipe_of(method, decoder)
    head = head_of(recipe)
    net = untrained(recipe, weights, head)
    ours = DecoderPredictor(recipe, net, CPU, bf16=False, identity="").probabilities(picture)
    probe = dataclasses.replace(recipe, method="probe", decoder="linear")
    tensors = {"probe.weight": head.weight, "probe.bias": head.bias}
    theirs = load_predictor(probe, {}, tensors, weights, device="cpu", precision="fp32", identity="")
    assert isinstance(theirs, ProbePredictor)
    # The probe reads features that were rounded to 16 bits for the cache.
    np.testing.assert_allclose(ours, theirs.probabilities(picture), atol=0.02)


def test_training_begins_with_the_probes_answer_where_the_encoder_computes_in_half_precision(
    weights: WeightsFile, picture: NDArray[np.float32]
) -> None:
    recipe = recipe_of("lora", "linear")
    head = head_of(recipe)
    # No class is sure, so that rounding the head or what it reads would show.
    head = ProbeHead(0.3 * head.weight, 0.3 * head.bias)
    ours = DecoderPredictor(recipe, untrained(recipe, weights, head), CPU, bf16=True, identity="").probabilities(
        picture
    )
    probe = dataclasses.replace(recipe, method="probe")
    tensors = {"probe.weight": head.weight, "probe.bias": head.bias}
    theirs = load_predictor(probe, {}, tensors, weights, device="cpu", precision="bf16", identity="")
    np.testing.assert_allclose(ours, theirs.probabilities(picture), atol=2e-4)


@pytest.mark.parametrize("probe_start", [True, False])
@pytest.mark.parametrize(("method", "decoder"), [*MAKES, ("full", "unet")])
def test_what_is_kept_is_what_was_trained(
    weights: WeightsFile, picture: NDArray[np.float32], tmp_path: Path, method: str, decoder: str, probe_start: bool
) -> None:
    recipe = recipe_of(method, decoder, probe_start=probe_start)
    given = None if decoder == "unet" else weights
    net = untrained(recipe, given, None)
    with torch.no_grad():
        for parameter in net.parameters():
            if parameter.requires_grad:
                parameter.add_(0.05 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(2)))
    before = DecoderPredictor(recipe, net, CPU, bf16=False, identity="").probabilities(picture)
    adapter, head = parts_of(net)
    assert bool(adapter) == (method != "frozen" and decoder != "unet")
    write_model(tmp_path / "model", recipe, "", adapter, head)
    read = read_model(tmp_path / "model")
    after = load_predictor(read.recipe, read.adapter, read.head, given, device="cpu", precision="fp32", identity="x")
    # The adapter is merged into the weights, which rounds a little.
    np.testing.assert_allclose(after.probabilities(picture), before, atol=1e-3)
    assert after.identity == "x"


@pytest.mark.parametrize(("method", "decoder"), [*MAKES, ("full", "unet")])
def test_saved_and_loaded_a_model_predicts_the_same_bit_for_bit(
    weights: WeightsFile, picture: NDArray[np.float32], tmp_path: Path, method: str, decoder: str
) -> None:
    recipe = recipe_of(method, decoder)
    given = None if decoder == "unet" else weights
    net = untrained(recipe, given, None)
    with torch.no_grad():
        for parameter in net.parameters():
            if parameter.requires_grad:
                parameter.add_(0.05 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(2)))
    parts = parts_of(net)
    write_model(tmp_path / "model", recipe, "", *parts)
    read = read_model(tmp_path / "model")

    def predicted(recipe: Recipe, adapter: Tensors, head: Tensors) -> NDArray[np.float32]:
        made = load_predictor(recipe, adapter, head, given, device="cpu", precision="fp32", identity="x")
        return made.probabilities(picture)

    np.testing.assert_array_equal(predicted(read.recipe, read.adapter, read.head), predicted(recipe, *parts))


def test_batch_norm_is_kept_and_used_in_float32_after_training_in_half_precision(weights: WeightsFile) -> None:
    recipe = recipe_of("lora", "pup", probe_start=False)
    net = untrained(recipe, weights, None).train()
    with torch.autocast("cpu", torch.bfloat16):
        net(torch.rand(2, 3, 56, 56), (56, 56)).sum().backward()
    _, head = parts_of(net)
    buffers = {name: value for name, value in head.items() if "running_" in name}
    assert len(buffers) == 2 * 8
    assert {value.dtype for value in buffers.values()} == {np.dtype(np.float32)}
    # Means that half precision does not have: rounded to it they would be others.
    means = next(value for name, value in buffers.items() if name.endswith("running_mean"))
    assert (torch.from_numpy(means).bfloat16().float().numpy() != means).any()


def test_the_seed_decides_a_random_start_and_leaves_the_rest_alone(weights: WeightsFile) -> None:
    torch.manual_seed(7)
    state = torch.random.get_rng_state()
    recipe = recipe_of("lora", "pup", probe_start=False)
    other = dataclasses.replace(recipe, training=dataclasses.replace(recipe.training, seed=1))
    heads = [parts_of(untrained(chosen, weights, None))[1] for chosen in (recipe, recipe, other)]
    assert torch.equal(torch.random.get_rng_state(), state)
    name = "classify.weight"
    np.testing.assert_array_equal(heads[0][name], heads[1][name])
    assert (heads[0][name] != heads[2][name]).any()


def test_parts_of_another_make_are_refused(weights: WeightsFile) -> None:
    net = untrained(recipe_of("lora", "pup"), weights, None)
    adapter, head = parts_of(net)
    other = untrained(recipe_of("lora", "linear"), weights, None)
    for wrong in (parts_of(other)[1], {}, {**head, "more": np.zeros(1, np.float32)}):
        with pytest.raises(ModelError, match="head does not fit its recipe") as caught:
            load_parts(net, adapter, wrong)
        assert "\n" not in str(caught.value)
    with pytest.raises(ModelError, match="adapter does not fit"):
        load_parts(net, {"blocks.0": np.zeros(1, np.float32)}, head)


@pytest.mark.parametrize("damage", ["missing", "classes", "channels", "name"])
def test_a_probe_of_another_make_is_refused(weights: WeightsFile, damage: str) -> None:
    recipe = recipe_of("probe", "linear")
    head = head_of(recipe)
    tensors = {
        "missing": {"probe.weight": head.weight},
        "classes": {"probe.weight": head.weight[:2], "probe.bias": head.bias[:2]},
        "channels": {"probe.weight": head.weight[:, 1:], "probe.bias": head.bias},
        "name": {"linear.weight": head.weight, "linear.bias": head.bias},
    }[damage]
    with pytest.raises(ModelError, match="is not one of 3 classes on 82 channels"):
        load_predictor(recipe, {}, tensors, weights, device="cpu", precision="fp32", identity="")
