"""Pictures in, token features out: zoom, padding, windows and blending around the encoder."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from napari_geofm.core.features import FeatureMap
from napari_geofm.core.local_contrast import local_contrast
from napari_geofm.core.progress import Job, Progress, run_to_end
from napari_geofm.core.recipe import InputRecipe
from napari_geofm.core.windows import Window, blend_weight, plan
from napari_geofm.nets.encoder import Encoder, imagenet_normalise
from napari_geofm.nets.texture import texture

__all__ = ["Extractor", "plan_tokens", "to_fed"]


def to_fed(picture: NDArray[np.float32], recipe: InputRecipe, patch_px: int) -> torch.Tensor:
    """Return what is fed for a picture.

    Parameters
    ----------
    picture
        float32, shape ``(rows, columns)`` or ``(rows, columns, 3)``, 0..1.
    recipe
        Zoom, local contrast, and whether ImageNet's mean and deviation are applied.
    patch_px
        The encoder's patch; height and width are padded (at the lower and right edge, by repeating it) to multiples.

    Returns
    -------
    Tensor of float32, shape ``1x3xHxW``.
    """
    if recipe.local_px:
        picture = local_contrast(picture, recipe.local_px)
    planes = picture[None] if picture.ndim == 2 else np.moveaxis(picture, -1, 0)
    image = torch.from_numpy(np.ascontiguousarray(planes, np.float32))[None]
    if recipe.zoom != 1.0:
        size = [max(1, round(side * recipe.zoom)) for side in picture.shape[:2]]
        image = functional.interpolate(image, size, mode="bilinear", align_corners=False, antialias=recipe.zoom < 1)
    height, width = image.shape[-2:]
    image = functional.pad(image, (0, -width % patch_px, 0, -height % patch_px), mode="replicate")
    fed = image.expand(-1, 3, -1, -1)
    if recipe.imagenet:
        fed = imagenet_normalise(fed)
    return fed.contiguous()


def plan_tokens(grid: tuple[int, int], recipe: InputRecipe) -> list[Window]:
    """Return the windows, in tokens, that a picture is encoded in: one where it is short enough."""
    if max(grid) <= recipe.whole_tokens:
        return [Window(0, 0, grid[0], grid[1])]
    return list(plan(grid, recipe.window_tokens, recipe.overlap_tokens))


class Extractor:
    """Encoder with its input rules: a picture in, a :class:`FeatureMap` out.

    Parameters
    ----------
    encoder
        The network, with or without adapter; used in inference mode.
    recipe
        Input rules.
    device
        Where to compute.
    bf16
        Whether to use bfloat16 autocast.
    identity
        What tells the encoder, with its adapter or tuning, from all others, in caches; empty: it is in none.
    """

    def __init__(
        self, encoder: Encoder, recipe: InputRecipe, device: torch.device, *, bf16: bool = False, identity: str = ""
    ) -> None:
        # Going through all parameters takes milliseconds, which each view would pay.
        there = next(encoder.parameters()).device == device
        self.encoder = encoder if there else encoder.to(device)
        self.recipe = recipe
        self.device = device
        self.bf16 = bf16
        self.identity = identity

    def with_taps(self, taps: tuple[int, ...] | None) -> "Extractor":
        """Return one that looks at other blocks of the same network; None for those that feature maps are made with."""
        vit, spec = self.encoder.vit, self.encoder.spec
        encoder = Encoder(vit, spec, taps, self.encoder.weights_sha256)
        return Extractor(encoder, self.recipe, self.device, bf16=self.bf16, identity=self.identity)

    def texture(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the texture of a picture on its token grid, float32 ``(channels, tokens down, tokens across)``."""
        fed = to_fed(picture, self.recipe, self.encoder.patch_px)
        found: NDArray[np.float32] = texture(fed, self.encoder.patch_px, imagenet=self.recipe.imagenet)[0].numpy()
        return found

    def __call__(self, picture: NDArray[np.float32]) -> FeatureMap:
        """Encode one picture (float32, ``(rows, columns)``, 0..1)."""
        return run_to_end(self.encoding(picture))

    @torch.inference_mode()
    def encoding(self, picture: NDArray[np.float32]) -> Job[FeatureMap]:
        """Encode one picture, and tell before each window how many are done."""
        self.encoder.eval()
        patch = self.encoder.patch_px
        fed = to_fed(picture, self.recipe, patch)
        grid = (fed.shape[-2] // patch, fed.shape[-1] // patch)
        windows = plan_tokens(grid, self.recipe)
        taps = [np.zeros((self.encoder.dim, *grid), np.float32) for _ in self.encoder.taps]
        weights = np.zeros(grid, np.float32)
        for done, window in enumerate(windows):
            yield Progress(done, len(windows), "encoding")
            weight = blend_weight(window, grid, self.recipe.overlap_tokens)
            weights[window.places] += weight
            for tap, part in zip(taps, self._encode(fed, window), strict=True):
                tap[(slice(None), *window.places)] += part if len(windows) == 1 else part * weight
        if len(windows) > 1:
            for tap in taps:
                tap /= weights
        return FeatureMap(
            dict(zip(self.encoder.taps, taps, strict=True)),
            fed[0].numpy(),
            patch,
            (picture.shape[0], picture.shape[1]),
            self.recipe.zoom,
            tuple(windows),
            self.recipe.overlap_tokens,
        )

    def _encode(self, fed: torch.Tensor, window: Window) -> list[NDArray[np.float32]]:
        """Return the taps of one window, each float32 ``(channels, tokens down, tokens across)``."""
        patch = self.encoder.patch_px
        rows, columns = (slice(side.start * patch, side.stop * patch) for side in window.places)
        part = fed[:, :, rows, columns].to(self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
            maps = self.encoder(part)
        return [tap[0].float().cpu().numpy() for tap in maps]
