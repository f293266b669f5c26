"""The encoder: a vision transformer of timm's, tapped at four depths."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import timm
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from napari_geofm.errors import ModelError, WeightsError
from napari_geofm.nets.encoder_spec import DEFAULT_ENCODER, EncoderSpec, encoder_spec
from napari_geofm.nets.tuning import tune
from napari_geofm.nets.weights import WeightsFile, resolve_weights

__all__ = ["Encoder", "build_encoder", "imagenet_normalise"]

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class Encoder(nn.Module):
    """A ViT that returns the maps of its tapped blocks.

    Parameters
    ----------
    vit : nn.Module
        A timm ViT without head, made for any input size.
    spec : EncoderSpec
        Its numbers.
    taps : sequence of int, optional
        Blocks to tap, counted from 1; by default :attr:`EncoderSpec.taps`, the paper's 3, 6, 9, 12 for 12 blocks.
    weights_sha256 : str
        Hash of the file that the weights came from; empty for random ones.

    Raises
    ------
    ModelError
        Where a tap is not one of the blocks, or taps do not rise.
    """

    def __init__(
        self, vit: nn.Module, spec: EncoderSpec, taps: Sequence[int] | None = None, weights_sha256: str = ""
    ) -> None:
        super().__init__()
        self.vit: Any = vit
        self.spec = spec
        self.taps = tuple(taps) if taps else spec.taps
        self.weights_sha256 = weights_sha256
        if list(self.taps) != sorted(set(self.taps)) or self.taps[0] < 1 or self.taps[-1] > spec.depth:
            raise ModelError(
                f"Taps {self.taps} do not fit {spec.name}; give rising block numbers from 1 to {spec.depth}."
            )

    @property
    def dim(self) -> int:
        """Channels of each map."""
        return self.spec.dim

    @property
    def patch_px(self) -> int:
        """Edge of a token in input pixels."""
        return self.spec.patch_px

    @property
    def blocks(self) -> list[nn.Module]:
        """The transformer blocks in order, for hooks that look at a cancel flag."""
        return list(cast("nn.ModuleList", self.vit.blocks))

    def forward(self, x: Tensor) -> list[Tensor]:
        """Encode.

        Parameters
        ----------
        x : Tensor of float, shape BxCxHxW
            C is 3, or 1 to be repeated; H and W are multiples of the patch. Scaling is the caller's.

        Returns
        -------
        list of Tensor, each BxDxhxw
            One for each tap, h = H / patch: the final LayerNorm applied, class and register tokens dropped.

        Raises
        ------
        ModelError
            Where H or W is no multiple of the patch, or C is neither 1 nor 3.
        """
        height, width = x.shape[-2:]
        if x.ndim != 4 or x.shape[1] not in {1, 3} or height % self.patch_px or width % self.patch_px or not x.numel():
            raise ModelError(
                f"Input of shape {tuple(x.shape)} does not fit {self.spec.name}; give Bx1xHxW or Bx3xHxW with H and W "
                f"multiples of {self.patch_px}."
            )
        maps = self.vit.forward_intermediates(
            x.expand(-1, 3, -1, -1),
            indices=[tap - 1 for tap in self.taps],
            norm=True,
            stop_early=True,
            output_fmt="NCHW",
            intermediates_only=True,
        )
        return cast("list[Tensor]", maps)


def build_encoder(
    name: str = DEFAULT_ENCODER,
    *,
    weights: WeightsFile | Path | None = None,
    random: bool = False,
    seed: int = 0,
    taps: Sequence[int] | None = None,
) -> Encoder:
    """Build an encoder.

    Parameters
    ----------
    name : str
        timm's name, with or without the tag.
    weights : WeightsFile or Path, optional
        Its weights; by default as :func:`napari_geofm.nets.weights.resolve_weights` finds them.
    random : bool
        True for random weights: the control against which pretrained features are measured. LayerScale is set to 1,
        since timm starts it at 1e-5, with which a random net hardly looks beyond its patches.
    seed : int
        Of the random weights; the global random state is left as it was.
    taps : sequence of int, optional
        See :class:`Encoder`.

    Returns
    -------
    Encoder
        In eval mode, on the CPU, float32, no parameter trainable.

    Raises
    ------
    WeightsError
        Where weights are not found or not this encoder's.
    """
    spec = encoder_spec(name)
    if random:
        encoder = Encoder(_random_vit(spec, seed), spec, taps)
    else:
        found = weights if isinstance(weights, WeightsFile) else resolve_weights(name, local=weights)
        encoder = Encoder(_loaded_vit(spec, found.path), spec, taps, found.sha256)
        if found.tuning is not None:
            tune(encoder.vit, spec, found.tuning)
    return encoder.eval().requires_grad_(False)


def _create(spec: EncoderSpec) -> nn.Module:
    """Create the timm model, for any input size, with timm's own interpolation of the position embedding."""
    vit: nn.Module = timm.create_model(
        spec.name, pretrained=False, num_classes=0, img_size=spec.train_px, dynamic_img_size=True
    )
    return vit


def _loaded_vit(spec: EncoderSpec, path: Path) -> nn.Module:
    """Create a ViT with the weights of a file, strictly."""
    with torch.random.fork_rng(devices=[]):
        vit = _create(spec)
    try:
        vit.load_state_dict({key: tensor.float() for key, tensor in load_file(path).items()}, strict=True)
    except RuntimeError as error:
        raise WeightsError(f"{path} does not fit {spec.name}; give model.safetensors of {spec.hub_repo}.") from error
    return vit


def _random_vit(spec: EncoderSpec, seed: int) -> nn.Module:
    """Create a ViT with random weights and LayerScale 1."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        vit = _create(spec)
    with torch.no_grad():
        for key, parameter in vit.named_parameters():
            # `ls1.gamma` in ViTs, `gamma_1` in the nets with rotary positions.
            if key.rpartition(".")[2] in {"gamma", "gamma_1", "gamma_2"}:
                parameter.fill_(1.0)
    return vit


def imagenet_normalise(x: Tensor) -> Tensor:
    """Subtract ImageNet's mean and divide by its standard deviation.

    Parameters
    ----------
    x : Tensor of float, shape BxCxHxW
        Values 0..1; C is 3, or 1 to be repeated.

    Returns
    -------
    Tensor of float, shape Bx3xHxW
    """
    mean = torch.tensor(IMAGENET_MEAN, dtype=x.dtype, device=x.device)[:, None, None]
    std = torch.tensor(IMAGENET_STD, dtype=x.dtype, device=x.device)[:, None, None]
    return (x - mean) / std
