"""A trained model in use: pictures in, class probabilities out."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from napari_geofm.core.progress import Job, Progress, run_to_end
from napari_geofm.core.recipe import ProbeRecipe, Recipe
from napari_geofm.core.windows import blend_weight
from napari_geofm.nets.decoders.smooth import smoothed, surrounded
from napari_geofm.nets.extract import Extractor, plan_tokens, to_fed
from napari_geofm.nets.model import SegmentationNet
from napari_geofm.nets.probe import ProbeHead
from napari_geofm.nets.unet import UNet

__all__ = ["DecoderPredictor", "Predictor", "ProbePredictor", "upsampled", "with_surroundings"]

UNET_STEP_PX = 16
"""Sides of the U-Net's windows are multiples of this: it halves four times."""

Encode = Callable[[NDArray[np.float32]], NDArray[np.floating]]
"""Turns a picture into stacked taps ``(taps * channels, tokens down, tokens across)``, from a cache perhaps."""


class Predictor(Protocol):
    """What every trained model offers."""

    recipe: Recipe
    extractor: Extractor | None
    identity: str

    @property
    def net(self) -> nn.Module:
        """What is computed with, for hooks that look at a cancel flag."""
        ...

    def probabilities(self, picture: NDArray[np.float32], encode: Encode | None = None) -> NDArray[np.float32]:
        """Return class probabilities.

        Parameters
        ----------
        picture
            float32, shape ``(rows, columns)``, 0..1.
        encode
            Where stacked taps come from instead of the encoder; for models on frozen features.

        Returns
        -------
        ndarray of float32, shape ``(classes, rows, columns)``, summing to 1.
        """
        ...

    def predicting(self, picture: NDArray[np.float32]) -> Job[NDArray[np.float32]]:
        """Return class probabilities likewise, and tell before each window how many are done."""
        ...


def with_surroundings(taps: NDArray[np.floating], recipe: ProbeRecipe) -> NDArray[np.floating]:
    """Return taps ``(channels, h, w)`` as the probe's linear map reads them: see :func:`surrounded`."""
    if recipe.surroundings == 0:
        return taps
    seen: NDArray[np.float32] = surrounded(torch.from_numpy(taps.astype(np.float32))[None], recipe)[0].numpy()
    return seen


def upsampled(scores: NDArray[np.float32], token_px: float, shape: tuple[int, int]) -> torch.Tensor:
    """Return token scores at every sample, bilinear between the tokens' middles.

    Parameters
    ----------
    scores
        float32, shape ``(classes, tokens down, tokens across)``.
    token_px
        Samples per token.
    shape
        Rows and columns of the section, at most the tokens' reach.

    Returns
    -------
    Tensor of float32, shape ``classes x rows x columns``.
    """
    size = [max(side, round(tokens * token_px)) for side, tokens in zip(shape, scores.shape[1:], strict=True)]
    grown = functional.interpolate(torch.from_numpy(scores)[None], size, mode="bilinear", align_corners=False)
    cut: torch.Tensor = grown[0, :, : shape[0], : shape[1]]
    return cut


class ProbePredictor:
    """Linear head on the frozen encoder's taps.

    Parameters
    ----------
    recipe
        How it was made.
    extractor
        Encoder with its input rules.
    head
        The linear map.
    """

    def __init__(self, recipe: Recipe, extractor: Extractor, head: ProbeHead) -> None:
        self.recipe = recipe
        self.extractor: Extractor | None = extractor
        self._encoder = extractor
        self.head = head
        self.identity = extractor.identity

    @property
    def net(self) -> nn.Module:
        """The encoder."""
        return self._encoder.encoder

    @torch.inference_mode()
    def probabilities(self, picture: NDArray[np.float32], encode: Encode | None = None) -> NDArray[np.float32]:
        """See :meth:`Predictor.probabilities`."""
        taps = encode(picture) if encode is not None else self._encoder(picture).stacked().astype(np.float16)
        return self.of_taps(taps, picture)

    def predicting(self, picture: NDArray[np.float32]) -> Job[NDArray[np.float32]]:
        """See :meth:`Predictor.predicting`."""
        encoded = yield from self._encoder.encoding(picture)
        return self.of_taps(encoded.stacked().astype(np.float16), picture)

    @torch.inference_mode()
    def of_taps(self, taps: NDArray[np.floating], picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return class probabilities, float32 ``(classes, rows, columns)``, of a picture from its taps."""
        token_px = self._encoder.encoder.patch_px / self.recipe.input.zoom
        seen = with_surroundings(taps, self.recipe.probe)
        if self.recipe.probe.texture > 0:
            seen = np.concatenate([seen, self._encoder.texture(picture)])
        shape = (picture.shape[0], picture.shape[1])
        scores = smoothed(torch.from_numpy(self.head.scores(seen))[None], self.recipe.probe)
        probabilities: NDArray[np.float32] = upsampled(scores[0].numpy(), token_px, shape).softmax(0).numpy()
        return probabilities


class DecoderPredictor:
    """Encoder and decoder, window by window, blended by probability.

    Parameters
    ----------
    recipe
        How it was made.
    net
        The network.
    device
        Where to compute.
    bf16
        Whether to use bfloat16 autocast.
    identity
        What tells the encoder from others.
    """

    def __init__(
        self, recipe: Recipe, net: SegmentationNet | UNet, device: torch.device, *, bf16: bool, identity: str
    ) -> None:
        self.recipe = recipe
        self.net = net.to(device)
        self.device = device
        self.bf16 = bf16
        self.identity = identity
        self.extractor: Extractor | None = None
        self.patch_px = UNET_STEP_PX
        if isinstance(net, SegmentationNet):
            self.extractor = Extractor(net.encoder, recipe.input, device, bf16=bf16, identity=identity)
            self.patch_px = net.encoder.patch_px

    def probabilities(self, picture: NDArray[np.float32], encode: Encode | None = None) -> NDArray[np.float32]:
        """See :meth:`Predictor.probabilities`; ``encode`` is not used, since the encoder is adapted."""
        del encode
        return run_to_end(self.predicting(picture))

    @torch.inference_mode()
    def predicting(self, picture: NDArray[np.float32]) -> Job[NDArray[np.float32]]:
        """See :meth:`Predictor.predicting`."""
        self.net.eval()
        patch = self.patch_px
        fed = to_fed(picture, self.recipe.input, patch)
        grid = (fed.shape[-2] // patch, fed.shape[-1] // patch)
        windows = plan_tokens(grid, self.recipe.input)
        token_px = patch / self.recipe.input.zoom
        # Where the section is zoomed, the fed picture is rounded to whole pixels and may end short of the last sample.
        height, width = (max(s, round(n * token_px)) for s, n in zip(picture.shape[:2], grid, strict=True))
        total = torch.zeros(len(self.recipe.classes), height, width)
        for done, window in enumerate(windows):
            yield Progress(done, len(windows), "predicting")
            rows, columns = (slice(side.start * patch, side.stop * patch) for side in window.places)
            down = _reach(window.places[0], grid[0], token_px, height)
            across = _reach(window.places[1], grid[1], token_px, width)
            part = self._window(fed[:, :, rows, columns], (down.stop - down.start, across.stop - across.start))
            weight = blend_weight(window, grid, self.recipe.input.overlap_tokens)
            total[:, down, across] += part * upsampled(weight[None], token_px, (part.shape[1], part.shape[2]))
        total = total[:, : picture.shape[0], : picture.shape[1]]
        probabilities: NDArray[np.float32] = (total / total.sum(0, keepdim=True)).numpy()
        return probabilities

    def _window(self, fed: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
        """Return probabilities of one window, float32 ``classes x rows x columns`` at the section's sampling."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
            scores = self.net(fed.to(self.device), size)
        probabilities: torch.Tensor = scores[0].float().softmax(0).cpu()
        return probabilities


def _reach(tokens: slice, count: int, token_px: float, size: int) -> slice:
    """Return the samples that a window's tokens cover, so that windows side by side leave none out."""
    return slice(round(tokens.start * token_px), size if tokens.stop == count else round(tokens.stop * token_px))
