"""A decoder that starts as the probe: its linear map on the taps, plus a correction that begins at zero."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from napari_geofm.core.recipe_parts import ProbeRecipe
from napari_geofm.nets.decoders.decoder import Decoder, resize
from napari_geofm.nets.decoders.smooth import seen_channels, smoothed, surrounded

__all__ = ["StartedDecoder"]


class StartedDecoder(Decoder):
    """Scores of a linear map on all taps, plus those of another decoder whose last layer begins at zero.

    A decoder that begins at random first has to undo what it did to the encoder. This one begins with the probe's
    answer and only ever learns what that lacks.

    Parameters
    ----------
    dim
        Channels of a tap.
    taps
        Count of taps.
    classes
        Count of classes.
    recipe
        The probe's settings: its scores are smoothed.
    detail
        The other decoder, or None for the linear map alone.
    beside
        Channels of the texture that the linear map reads behind the taps and their surroundings; 0 for none.
    """

    def __init__(
        self, dim: int, taps: int, classes: int, recipe: ProbeRecipe, detail: Decoder | None = None, *, beside: int = 0
    ) -> None:
        super().__init__()
        self.recipe = recipe
        self.taps = taps
        self.beside = beside
        self.linear = nn.Conv2d(seen_channels(dim * taps, recipe) + beside, classes, 1)
        self.detail = detail
        if detail is not None:
            last = [module for module in detail.modules() if isinstance(module, nn.Conv2d)][-1]
            nn.init.zeros_(last.weight)
            if last.bias is not None:
                nn.init.zeros_(last.bias)

    @torch.no_grad()
    def start(self, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        """Take over the probe's map: float32 ``(classes, channels)`` and ``(classes,)``."""
        self.linear.weight.copy_(torch.from_numpy(weight)[:, :, None, None])
        self.linear.bias.copy_(torch.from_numpy(bias)) if self.linear.bias is not None else None

    def forward(self, maps: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
        """Decode; see :meth:`Decoder.forward`. Behind the taps come texture and picture, where they are read."""
        taps, beside = maps[: self.taps], maps[self.taps : self.taps + int(self.beside > 0)]
        # In float32 under autocast too, as the probe's own map: rounded to three digits, LoRA would begin with another
        # answer on a token in fifty.
        with torch.autocast(taps[0].device.type, enabled=False):
            around = surrounded(torch.cat(list(taps), dim=1).float(), self.recipe)
            seen = torch.cat([around, *(each.float() for each in beside)], dim=1)
            scores = smoothed(self.linear(seen), self.recipe)
        scores = resize(scores, size)
        if self.detail is None:
            return scores
        detail: Tensor = self.detail([*taps, maps[-1]] if self.detail.READS_PICTURE else taps, size)
        return scores + detail
