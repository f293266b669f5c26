"""Networks from recipes: to be trained, to be saved, to be used."""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from napari_geofm.core.recipe import NEED_FOUR, Recipe
from napari_geofm.errors import ModelError, RecipeError
from napari_geofm.nets.adapters import adapter_state, add_adapter, load_adapter_state, merged_copy
from napari_geofm.nets.decoders import build_decoder
from napari_geofm.nets.decoders.smooth import seen_channels
from napari_geofm.nets.decoders.started import StartedDecoder
from napari_geofm.nets.devices import choose_device, choose_precision
from napari_geofm.nets.encoder import Encoder, build_encoder
from napari_geofm.nets.extract import Extractor
from napari_geofm.nets.model import SegmentationNet, build_net
from napari_geofm.nets.predictor import DecoderPredictor, Predictor, ProbePredictor
from napari_geofm.nets.probe import ProbeHead
from napari_geofm.nets.texture import CHANNELS
from napari_geofm.nets.unet import UNet
from napari_geofm.nets.weights import WeightsFile

__all__ = ["Tensors", "load_predictor", "parts_of", "probe_channels", "untrained"]

Tensors = Mapping[str, NDArray[np.float32]]
"""Tensors by name, as they are kept in safetensors."""


def untrained(recipe: Recipe, weights: WeightsFile | None, start: ProbeHead | None) -> SegmentationNet | UNet:
    """Build the network of a recipe, ready to be trained.

    Parameters
    ----------
    recipe
        Encoder, method, decoder, classes, seed.
    weights
        The encoder's weights; None for the U-Net.
    start
        The probe to begin from; None begins at random, with the paper's decoder.
    """
    classes = len(recipe.classes)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.training.seed)
        if recipe.decoder == "unet":
            return build_net(recipe.decoder, classes, channels=1 if recipe.input.channels == "grey" else 3)
        if recipe.decoder in NEED_FOUR and len(recipe.encoder.taps) != 4:
            msg = f"Recipe value encoder.taps = {recipe.encoder.taps}: must be four blocks for decoder {recipe.decoder}"
            raise RecipeError(msg)
        encoder = build_encoder(recipe.encoder.name, weights=weights, taps=recipe.encoder.taps)
        kind = recipe.method
        add_adapter(
            encoder,
            "lora" if kind == "lora" else "full" if kind == "full" else "frozen",
            rank=recipe.adapter.rank,
            alpha=recipe.adapter.alpha,
            seed=recipe.training.seed,
        )
        if not recipe.training.probe_start:
            return build_net(recipe.decoder, classes, encoder)
        dim, taps = encoder.dim, len(encoder.taps)
        detail = None if recipe.decoder == "linear" else build_decoder(recipe.decoder, dim, classes, taps)
        decoder = StartedDecoder(dim, taps, classes, recipe.probe, detail, beside=_beside(recipe))
        if start is not None:
            decoder.start(start.weight, start.bias)
        return SegmentationNet(encoder, decoder, imagenet=recipe.input.imagenet)


def probe_channels(recipe: Recipe, encoder: Encoder) -> int:
    """Return how many channels a probe's linear map reads: taps, their surroundings, and the texture behind them."""
    return seen_channels(encoder.dim * len(encoder.taps), recipe.probe) + _beside(recipe)


def parts_of(net: SegmentationNet | UNet) -> tuple[dict[str, NDArray[np.float32]], dict[str, NDArray[np.float32]]]:
    """Return what is saved of a network: the encoder's trained tensors, and the head's with its buffers."""
    if isinstance(net, UNet):
        return {}, _arrays(net.state_dict())
    return _arrays(adapter_state(net.encoder)), _arrays(net.decoder.state_dict())


def load_parts(net: SegmentationNet | UNet, adapter: Tensors, head: Tensors) -> None:
    """Put saved tensors into a network of the same recipe.

    Raises
    ------
    ModelError
        When they are not its own.
    """
    module: nn.Module = net if isinstance(net, UNet) else net.decoder
    try:
        module.load_state_dict(_tensors(head), strict=True)
    except RuntimeError:
        msg = "The model's head does not fit its recipe (other decoder or classes); the folder is damaged or mixed up"
        raise ModelError(msg) from None
    if isinstance(net, SegmentationNet) and adapter:
        load_adapter_state(net.encoder, _tensors(adapter))


def load_predictor(
    recipe: Recipe,
    adapter: Tensors,
    head: Tensors,
    weights: WeightsFile | None,
    *,
    device: str,
    precision: str,
    identity: str,
    frozen: Extractor | None = None,
) -> Predictor:
    """Build a trained model for use.

    Parameters
    ----------
    recipe, adapter, head
        What its folder holds.
    weights
        The encoder's weights; None for the U-Net.
    device, precision
        As the command line names them.
    identity
        Name of this encoder with this adapter in caches.
    frozen
        The encoder as it is, where it is built already; probes share it.

    Raises
    ------
    ModelError
        When tensors do not fit the recipe.
    DeviceError
        When the device is not there.
    """
    where = choose_device(device)
    bf16 = choose_precision(precision, where) == "bf16"
    if recipe.method == "probe":
        if frozen is None:
            encoder = build_encoder(recipe.encoder.name, weights=weights, taps=recipe.encoder.taps)
            frozen = Extractor(encoder, recipe.input, where, bf16=bf16, identity=identity)
        probe = _probe_head(head, len(recipe.classes), probe_channels(recipe, frozen.encoder))
        return ProbePredictor(recipe, frozen, probe)
    net = untrained(recipe, weights, None)
    load_parts(net, adapter, head)
    if isinstance(net, SegmentationNet):
        net = SegmentationNet(merged_copy(net.encoder), net.decoder, imagenet=recipe.input.imagenet)
    return DecoderPredictor(recipe, net.eval(), where, bf16=bf16, identity=identity)


def _beside(recipe: Recipe) -> int:
    return CHANNELS if recipe.probe.texture > 0 else 0


def _probe_head(head: Tensors, classes: int, channels: int) -> ProbeHead:
    weight, bias = head.get("probe.weight"), head.get("probe.bias")
    if weight is None or bias is None or weight.shape != (classes, channels) or bias.shape != (classes,):
        msg = f"The model's head is not one of {classes} classes on {channels} channels; its folder is damaged"
        raise ModelError(msg)
    return ProbeHead(weight, bias)


def _arrays(state: Mapping[str, Tensor]) -> dict[str, NDArray[np.float32]]:
    """Return tensors as arrays; batch norm's counters, which are whole numbers, stay so."""
    return {name: value.detach().cpu().contiguous().numpy().copy() for name, value in state.items()}


def _tensors(arrays: Tensors) -> dict[str, Tensor]:
    return {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in arrays.items()}
