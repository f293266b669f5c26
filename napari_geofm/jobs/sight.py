"""How sections are looked at: with which network, at which depth."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.progress import Control
from napari_geofm.core.recipe import Recipe
from napari_geofm.errors import OutputError, UsageError
from napari_geofm.jobs.picture import Picture
from napari_geofm.jobs.specs import Where
from napari_geofm.jobs.workbench import Workbench

if TYPE_CHECKING:
    from napari_geofm.nets.extract import Extractor

__all__ = ["Sight", "sight_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A network as it looks at sections.

    Attributes
    ----------
    recipe
        Input rules.
    extractor, identity
        The network, and what tells it from others.
    tap
        Block whose tokens are shown.
    plain
        The encoder as it was before adaptation, at the same depth; None where this is it.
    """

    recipe: Recipe
    extractor: "Extractor"
    identity: str
    tap: int
    plain: "Sight | None" = None

    @property
    def token_px(self) -> float:
        """Samples of a section per token."""
        return self.extractor.encoder.patch_px / self.recipe.input.zoom

    def tokens(self, bench: Workbench, picture: Picture, control: Control) -> NDArray[np.float32]:
        """Return a section's tokens, float32 ``(channels, tokens down, tokens across)``, from the cache where they are.

        Raises
        ------
        CancelledError
            When cancelled, within the network too.
        """
        stacked = bench.features(self.extractor, self.identity, picture.values, picture.key, control)
        levels = stacked.reshape(len(self.extractor.encoder.taps), -1, *stacked.shape[1:])
        found: NDArray[np.float32] = levels[self.extractor.encoder.taps.index(self.tap)].astype(np.float32)
        return found


def sight_of(bench: Workbench, where: Where, model_folder: Path | None = None, tap: int | None = None) -> Sight:
    """Return how a model sees, or the encoder as it is.

    Parameters
    ----------
    bench
        Networks.
    where
        Device and precision.
    model_folder
        The model; None for the encoder as it is.
    tap
        Block that is looked at; None for the deepest that the model uses.

    Raises
    ------
    OutputError
        When the model is a U-Net, which sees no tokens.
    UsageError
        When the network has no such block.
    """
    if model_folder is None:
        recipe = Recipe()
        extractor = bench.extractor(recipe, where.device, where.precision, where.weights)
        identity = bench.weights(recipe.encoder, where.weights).sha256
        return _at(Sight(recipe, extractor, identity, extractor.encoder.taps[-1]), tap)
    predictor = bench.predictor(model_folder, where)
    if predictor.extractor is None:
        msg = f"Model {model_folder.name} is a U-Net, which has no feature map; choose a model with an encoder"
        raise OutputError(msg)
    recipe = predictor.recipe
    own = _at(Sight(recipe, predictor.extractor, predictor.identity, predictor.extractor.encoder.taps[-1]), tap)
    if predictor.identity == recipe.encoder.weights_sha256:
        return own
    # As feature maps are made: what they left in the cache serves.
    published = replace(recipe.encoder, taps=Recipe().encoder.taps, tuning="", tuning_sha256="")
    extractor = bench.extractor(replace(recipe, encoder=published), where.device, where.precision, where.weights)
    return replace(own, plain=_at(Sight(recipe, extractor, published.identity, own.tap), own.tap))


def _at(sight: Sight, tap: int | None) -> Sight:
    """Return the sight at another depth."""
    if tap is None or tap in sight.extractor.encoder.taps:
        return replace(sight, tap=tap or sight.tap)
    depth = sight.extractor.encoder.spec.depth
    if not 1 <= tap <= depth:
        msg = f"Block {tap} is none of the encoder's; choose one from 1 to {depth}"
        raise UsageError(msg)
    return replace(sight, extractor=sight.extractor.with_taps((tap,)), tap=tap)
