from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.progress import Progress, run_to_end
from napari_geofm.core.recipe import InputRecipe, ProbeRecipe, Recipe
from napari_geofm.nets.build import probe_channels
from napari_geofm.nets.decoders import build_decoder
from napari_geofm.nets.encoder import Encoder
from napari_geofm.nets.extract import Extractor
from napari_geofm.nets.model import SegmentationNet
from napari_geofm.nets.predictor import DecoderPredictor, ProbePredictor, upsampled
from napari_geofm.nets.probe import ProbeHead
from napari_geofm.nets.unet import UNet

CPU = torch.device("cpu")
CLASSES = ClassTable.numbered(3)


def picture_of(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).random(shape).astype(np.float32)


def recipe_of(zoom: float = 1.0, overlap: int = 1) -> Recipe:
    windows = InputRecipe(zoom=zoom, window_tokens=4, overlap_tokens=overlap, whole_tokens=5)
    return Recipe(method="lora", input=windows, classes=CLASSES, probe=ProbeRecipe(smooth_rows=0, smooth_columns=0))


def net_of(encoder: Encoder) -> SegmentationNet:
    torch.manual_seed(0)
    return SegmentationNet(encoder, build_decoder("linear", encoder.dim, 3))


SHAPES = st.tuples(st.integers(1, 130), st.integers(1, 130))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shape=SHAPES, zoom=st.sampled_from([0.1, 0.333, 0.5, 1.0, 1.3, 2.0]), overlap=st.integers(0, 2))
def test_every_sample_has_probabilities_whatever_size_and_zoom(
    make_tiny_encoder: Callable[[], Encoder], shape: tuple[int, int], zoom: float, overlap: int
) -> None:
    predictor = DecoderPredictor(recipe_of(zoom, overlap), net_of(make_tiny_encoder()), CPU, bf16=False, identity="")
    found = predictor.probabilities(picture_of(*shape))
    assert found.shape == (3, *shape)
    assert found.dtype == np.float32
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(0), 1, atol=1e-5)


def test_a_section_fed_whole_is_the_nets_own_answer(make_tiny_encoder: Callable[[], Encoder]) -> None:
    net, picture = net_of(make_tiny_encoder()), picture_of(60, 70)
    predictor = DecoderPredictor(recipe_of(), net, CPU, bf16=False, identity="")
    padded = np.pad(picture, ((0, 10), (0, 0)), mode="edge")
    with torch.inference_mode():
        theirs = net.eval()(torch.from_numpy(padded)[None, None], (70, 70)).softmax(1)[0, :, :60].numpy()
    np.testing.assert_allclose(predictor.probabilities(picture), theirs, atol=1e-5)


class Columns(torch.nn.Module):
    """A net without context: the scores of a sample are its own gray, so that windows must agree."""

    def forward(self, x: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
        gray = torch.nn.functional.interpolate(x[:, :1], size, mode="bilinear")
        return torch.cat([gray, 1 - gray, 0 * gray], 1)


@settings(max_examples=25)
@given(SHAPES, st.integers(0, 2))
def test_windows_leave_no_seam(shape: tuple[int, int], overlap: int) -> None:
    predictor = DecoderPredictor(recipe_of(overlap=overlap), UNet(3), CPU, bf16=False, identity="")
    predictor.net = Columns()  # type: ignore[assignment]
    gray = torch.from_numpy(picture_of(*shape))
    expected = torch.stack([gray, 1 - gray, 0 * gray]).softmax(0).numpy()
    np.testing.assert_allclose(predictor.probabilities(gray.numpy()), expected, atol=1e-5)


def probe_of(encoder: Encoder, zoom: float = 1.0) -> ProbePredictor:
    rng = np.random.default_rng(1)
    recipe = recipe_of(zoom)
    channels = probe_channels(recipe, encoder)
    head = ProbeHead(rng.normal(size=(3, channels)).astype(np.float32), np.zeros(3, np.float32))
    return ProbePredictor(recipe, Extractor(encoder, recipe.input, CPU), head)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shape=SHAPES, zoom=st.sampled_from([0.333, 0.5, 1.0, 1.3, 2.0]))
def test_a_probe_is_the_same_from_the_cache_as_from_the_encoder(
    make_tiny_encoder: Callable[[], Encoder], shape: tuple[int, int], zoom: float
) -> None:
    predictor, picture = probe_of(make_tiny_encoder(), zoom), picture_of(*shape)
    found = predictor.probabilities(picture)
    assert found.shape == (3, *shape)
    np.testing.assert_allclose(found.sum(0), 1, atol=1e-5)
    assert predictor.extractor is not None
    cached = predictor.extractor(picture).stacked().astype(np.float16)
    assert found.tobytes() == predictor.probabilities(picture, lambda _: cached).tobytes()


def test_classifying_tokens_and_enlarging_is_enlarging_and_classifying() -> None:
    rng = np.random.default_rng(0)
    weight, tokens = rng.normal(size=(3, 8)).astype(np.float32), rng.normal(size=(8, 4, 5)).astype(np.float32)
    first = upsampled(np.einsum("kc,chw->khw", weight, tokens), 14, (50, 65)).numpy()
    then = np.einsum("kc,chw->khw", weight, upsampled(tokens, 14, (50, 65)).numpy())
    np.testing.assert_allclose(first, then, atol=1e-4)


@pytest.mark.parametrize("shape", [(56, 70), (50, 65)])
def test_a_token_lies_over_its_own_samples(shape: tuple[int, int]) -> None:
    scores = np.zeros((1, 4, 5), np.float32)
    scores[0, 2, 3] = 1
    grown = upsampled(scores, 14, shape)[0].numpy()
    rows, columns = np.nonzero(grown > 0.99 * grown.max())
    assert abs(rows.mean() - 34.5) < 1
    assert abs(columns.mean() - 48.5) < 1


def test_prediction_freezes_what_training_must_find_moving(make_tiny_encoder: Callable[[], Encoder]) -> None:
    """Predicting leaves the net in eval mode, takes no gradient, and changes no weight or buffer."""
    torch.manual_seed(0)
    net = SegmentationNet(make_tiny_encoder(), build_decoder("pup", 48, 3)).train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    predictor = DecoderPredictor(recipe_of(), net, CPU, bf16=False, identity="")
    one, other = (predictor.probabilities(picture_of(56, 90)) for _ in range(2))
    assert one.tobytes() == other.tobytes()
    assert not net.training
    for name, value in net.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_each_window_is_told_of_before_it_is_looked_at(make_tiny_encoder: Callable[[], Encoder]) -> None:
    predictor = DecoderPredictor(recipe_of(), net_of(make_tiny_encoder()), CPU, bf16=False, identity="")
    picture = picture_of(112, 112)
    told: list[Progress] = []
    found = run_to_end(predictor.predicting(picture), told.append)
    assert [(news.done, news.total) for news in told] == [(number, 9) for number in range(9)]
    assert found.tobytes() == predictor.probabilities(picture).tobytes()
    # Between two windows whoever is asked meanwhile finds the mode of the process as it was.
    job = predictor.predicting(picture)
    next(job)
    assert not torch.is_inference_mode_enabled()
    job.close()
