"""Texture of a picture, token by token: how strong, how fine, how even the reflections are, at three sizes.

A token of DINOv2 tells little of a rock's loudness and fineness, which an interpreter reads first, and much of what
lies around. Seismic attributes (energy, frequency, dip's evenness; e.g. Chopra and Marfurt 2007) know nothing of place,
cost a hundredth of the encoder, and are put beside the tokens before the probe is fitted.
"""

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from napari_geofm.core.amplitude import GRAY
from napari_geofm.nets.decoders.smooth import blurred
from napari_geofm.nets.encoder import IMAGENET_MEAN, IMAGENET_STD

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CHANNELS", "texture"]

REACHES = (0.0, 1.0, 2.0)
"""Standard deviations, in tokens, of the Gaussians over which energies are averaged; 0: within the token."""

KINDS = 6
CHANNELS = KINDS * len(REACHES)
"""Channels of a texture."""

LEAST = 1e-4
"""Energy, of pictures from 0 to 1, below which there is nothing to see: a hundredth of the gray scale, squared."""


@torch.no_grad()
def texture(fed: Tensor, patch_px: int, *, imagenet: bool = False) -> Tensor:
    """Return the texture of what is fed to the encoder.

    Parameters
    ----------
    fed
        float, shape ``BxCxHxW``, H and W multiples of ``patch_px``; the first channel is looked at.
    patch_px
        Side of a token in pixels.
    imagenet
        Whether ImageNet's mean and deviation were applied; they are taken back.

    Returns
    -------
    Tensor of float32, shape ``Bx18xhxw``
        For each of three reaches: energy, energy of the vertical derivative and of the second one, each against the
        one before, evenness of the dip, energy of the second lateral derivative against the first, and peakedness;
        all as natural logarithms.
    """
    # Under autocast sums of squares would be rounded to three digits.
    with torch.autocast(fed.device.type, enabled=False):
        picture = fed[:, :1].float()
        if imagenet:
            picture = picture * IMAGENET_STD[0] + IMAGENET_MEAN[0]
        pooled = _pooled(picture - GRAY, patch_px)
        return torch.cat([_kinds(blurred(pooled, reach, reach)) for reach in REACHES], 1)


def _pooled(picture: Tensor, patch_px: int) -> Tensor:
    """Return mean energies in each token, ``Bx7xhxw``: see :func:`_kinds` for their order."""
    down, across = (_smooth(_slope(picture, axis), 5 - axis) for axis in (2, 3))
    energies: tuple[Callable[[], Tensor], ...] = (
        lambda: picture**2,
        lambda: down**2,
        lambda: across**2,
        lambda: down * across,
        lambda: _smooth(_bend(picture, 2), 3) ** 2,
        lambda: _smooth(_bend(picture, 3), 2) ** 2,
        picture.abs,
    )
    # One after the other: each is as large as the picture, and pictures may have 4096 x 4096 samples.
    return torch.cat([functional.avg_pool2d(energy(), patch_px) for energy in energies], 1)


def _kinds(pooled: Tensor) -> Tensor:
    """Return logarithms and ratios, ``Bx6xhxw``, of averaged energies."""
    energy, down, across, both, down2, across2, size = pooled.unbind(1)
    # The structure tensor's two eigenvalues: alike where there is no dip, as in chaotic rock.
    spread = torch.sqrt((0.5 * (down - across)) ** 2 + both**2)
    middle = 0.5 * (down + across)
    found = (
        _log(energy),
        _log(down) - _log(energy),
        _log(down2) - _log(down),
        _log(middle - spread) - _log(middle + spread),
        _log(across2) - _log(across),
        _log(size**2) - _log(energy),
    )
    return torch.stack(found, 1)


def _log(energy: Tensor) -> Tensor:
    return torch.log(energy.clamp(min=0.0) + LEAST)


def _neighbours(picture: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """Return the picture moved by one pixel either way, the edge repeated."""
    padding = (0, 0, 1, 1) if axis == 2 else (1, 1, 0, 0)
    padded = functional.pad(picture, padding, mode="replicate")
    size = picture.shape[axis]
    return padded.narrow(axis, 0, size), padded.narrow(axis, 2, size)


def _slope(picture: Tensor, axis: int) -> Tensor:
    before, after = _neighbours(picture, axis)
    return 0.5 * (after - before)


def _bend(picture: Tensor, axis: int) -> Tensor:
    before, after = _neighbours(picture, axis)
    return before + after - 2.0 * picture


def _smooth(picture: Tensor, axis: int) -> Tensor:
    before, after = _neighbours(picture, axis)
    return 0.25 * (before + after) + 0.5 * picture
