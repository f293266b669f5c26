"""How quick this machine is: what a token costs to encode and to predict, and a step of training to take."""

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.examples import Example
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.recipe import Recipe
from napari_geofm.nets.build import probe_channels, untrained
from napari_geofm.nets.crops import CropSource
from napari_geofm.nets.devices import describe_device
from napari_geofm.nets.extract import Extractor, plan_tokens
from napari_geofm.nets.predictor import UNET_STEP_PX, DecoderPredictor, ProbePredictor
from napari_geofm.nets.probe import ProbeHead
from napari_geofm.nets.training import train
from napari_geofm.nets.watching import watched
from napari_geofm.nets.weights import WeightsFile

__all__ = ["Speed", "fed_tokens", "measure_speed", "speed_key"]

STEPS = 4
"""Steps that are taken: the first warms up and is weighed, the others are timed."""

CLASSES = 6
"""Where the recipe names no classes yet."""


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured.

    Attributes
    ----------
    start_s
        Seconds until the network is built.
    encode_s, predict_s
        Seconds for each token that is fed, to encode it and to predict its samples.
    step_s
        Seconds for a step of training; 0 for the probe.
    step_bytes
        Memory at the height of a step, the network included; 0 for the probe.
    """

    start_s: float
    encode_s: float
    predict_s: float
    step_s: float = 0.0
    step_bytes: int = 0


def speed_key(recipe: Recipe, device: torch.device, *, bf16: bool) -> str:
    """Return what a measurement holds for: device, threads, versions, and all in the recipe that costs time."""
    info = describe_device(device)
    parts = (
        *(info.name, torch.get_num_threads() if device.type == "cpu" else 0, torch.__version__, bf16),
        *(recipe.encoder.name, recipe.encoder.taps, recipe.method, recipe.decoder, recipe.adapter.rank),
        *(recipe.input.zoom, recipe.input.window_tokens, recipe.training.crop_tokens, recipe.training.batch),
    )
    return " | ".join(str(part) for part in parts)


def fed_tokens(shape: tuple[int, int], recipe: Recipe, patch_px: int) -> int:
    """Return how many tokens are encoded for a picture of ``shape``, those in overlaps once for each window."""
    grid = tuple(-(-max(1, round(side * recipe.input.zoom)) // patch_px) for side in shape)
    return sum(window.height * window.width for window in plan_tokens((grid[0], grid[1]), recipe.input))


def measure_speed(
    recipe: Recipe,
    extractor: Extractor | None,
    weights: WeightsFile | None,
    control: Control,
    *,
    device: torch.device,
    bf16: bool,
) -> Job[Speed]:
    """Measure on this machine, in a few seconds.

    Parameters
    ----------
    recipe
        Method, decoder, crops and batch. Its classes may be empty.
    extractor
        The encoder as it is; None for the U-Net.
    weights
        Its weights; None for the U-Net.
    control
        Looked at before every block of the encoder.
    device, bf16
        Where and how exactly to compute.
    """
    recipe = recipe if len(recipe.classes) else dataclasses.replace(recipe, classes=ClassTable.numbered(CLASSES))
    rng = np.random.default_rng(0)
    patch = extractor.encoder.patch_px if extractor is not None else UNET_STEP_PX
    side = round(recipe.input.window_tokens * patch / recipe.input.zoom)
    picture = rng.random((side, side)).astype(np.float32)
    tokens = fed_tokens(picture.shape, recipe, patch)
    encode_s = 0.0
    if extractor is not None:
        yield Progress(0, 3, "measuring how quick the encoder is")
        with watched(extractor.encoder, control.check):
            encode_s = _best(lambda: extractor(picture), device) / tokens
    if recipe.method == "probe" and extractor is not None:
        head = _head(recipe, extractor)
        taps = extractor(picture).stacked()
        predictor = ProbePredictor(recipe, extractor, head)
        seconds = _best(lambda: predictor.probabilities(picture, lambda _: taps), device)
        return Speed(0.0, encode_s, encode_s + seconds / tokens)
    yield Progress(1, 3, "measuring how quick training is")
    began = time.monotonic()
    net = untrained(recipe, weights, None).to(device)
    start_s = time.monotonic() - began
    step_s, step_bytes = yield from _steps(net, recipe, patch, control, device, bf16=bf16)
    yield Progress(2, 3, "measuring how quick predicting is")
    whole = DecoderPredictor(recipe, net, device, bf16=bf16, identity="measured")
    with watched(net, control.check):
        predict_s = _best(lambda: whole.probabilities(picture), device) / tokens
    return Speed(start_s, encode_s, predict_s, step_s, step_bytes)


def _steps(
    net: nn.Module, recipe: Recipe, patch_px: int, control: Control, device: torch.device, *, bf16: bool
) -> Job[tuple[float, int]]:
    """Return the seconds and the memory of a training step."""
    # With all that is ever trained: while the decoder learns alone, a step takes less time and memory.
    training = dataclasses.replace(recipe.training, steps=STEPS, minutes=0.0, stop_after=-1, patience=0, head_first=0.0)
    side = round((recipe.training.crop_tokens or recipe.input.window_tokens) * patch_px / recipe.input.zoom)
    source = CropSource([_example(side, len(recipe.classes))], len(recipe.classes), recipe, patch_px)
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    run = train(net, source, training, None, control, bf16=bf16)
    kept = _Kept()
    # Training seeds torch's own randomness, which another training in this process may be using.
    forked = torch.random.fork_rng([device] if device.type == "cuda" else [])
    with forked, torch.autograd.graph.saved_tensors_hooks(kept.pack, lambda tensor: tensor):
        next(run)
    times = []
    for _ in range(STEPS - 1):
        yield Progress(1, 3, "measuring how quick training is")
        began = time.monotonic()
        next(run)
        times.append(time.monotonic() - began)
    run.close()
    if device.type == "cuda":
        return min(times), int(torch.cuda.max_memory_allocated(device))
    weights = sum(value.nbytes for value in net.parameters())
    # Gradient, two moments of AdamW, running mean and the best state for each weight that is trained.
    trained = 5 * sum(value.nbytes for value in net.parameters() if value.requires_grad)
    return min(times), weights + trained + kept.bytes


class _Kept:
    """Counts what a forward pass keeps for the backward pass, each storage once."""

    def __init__(self) -> None:
        self.bytes = 0
        self._seen: set[int] = set()

    def pack(self, tensor: torch.Tensor) -> torch.Tensor:
        """Count a tensor."""
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in self._seen:
            self._seen.add(storage.data_ptr())
            self.bytes += storage.nbytes()
        return tensor


def _example(side: int, classes: int) -> Example:
    """Return noise with a few strokes of each class."""
    rng = np.random.default_rng(0)
    labels = np.full((side, side), UNLABELLED, np.uint8)
    labels[:: max(1, side // 8)] = (np.arange(side) * classes // side).astype(np.uint8)
    picture = rng.random((side, side)).astype(np.float32)
    return Example(picture, labels, labels, "measured", "measured", np.ones((side, side), bool))


def _head(recipe: Recipe, extractor: Extractor) -> ProbeHead:
    channels = probe_channels(recipe, extractor.encoder)
    count = len(recipe.classes)
    return ProbeHead(np.zeros((count, channels), np.float32), np.zeros(count, np.float32))


def _best(work: Callable[[], object], device: torch.device) -> float:
    """Return the seconds of the quicker of two calls; the first one warms up as well."""
    times = []
    for _ in range(2):
        began = time.monotonic()
        work()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        times.append(time.monotonic() - began)
    return min(times)
