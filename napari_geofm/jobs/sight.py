"""How sections are looked at: with which network, at which depth."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.progress import Control, Job, run_to_end
from napari_geofm.core.recipe import AUTO, MIDDLE_TAPS, EncoderRecipe, Recipe
from napari_geofm.core.survey import Survey
from napari_geofm.errors import OutputError, UsageError
from napari_geofm.io.tunings import tuning_for
from napari_geofm.jobs.picture import Picture
from napari_geofm.jobs.specs import Where
from napari_geofm.jobs.workbench import Workbench

if TYPE_CHECKING:
    from napari_geofm.nets.extract import Extractor

__all__ = ["Sight", "sight_of", "tuning_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A network as it looks at sections.

    Attributes
    ----------
    recipe
        Input rules.
    extractor
        The network.
    tap
        Block whose tokens are shown.
    plain
        The encoder as it was before adaptation, at the same depth; None where this is it.
    """

    recipe: Recipe
    extractor: "Extractor"
    tap: int
    plain: "Sight | None" = None

    @property
    def identity(self) -> str:
        """What tells the network from others."""
        return self.extractor.identity

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
        return self.tokens_of(bench, picture.values, picture.key, control)

    def tokens_of(
        self, bench: Workbench, values: NDArray[np.float32], key: str, control: Control
    ) -> NDArray[np.float32]:
        """Return the tokens of what the encoder is fed, which ``key`` names in caches; as :meth:`tokens`."""
        return run_to_end(self.encoding(bench, values, key, control))

    def encoding(
        self, bench: Workbench, values: NDArray[np.float32], key: str, control: Control
    ) -> Job[NDArray[np.float32]]:
        """Return the tokens as :meth:`tokens_of` does, and tell how many windows are encoded."""
        stacked = yield from bench.encoding(self.extractor, values, key, control)
        levels = stacked.reshape(len(self.extractor.encoder.taps), -1, *stacked.shape[1:])
        found: NDArray[np.float32] = levels[self.extractor.encoder.taps.index(self.tap)].astype(np.float32)
        return found


def tuning_of(word: str, survey: Survey) -> str:
    """Return the tuning that a survey is looked at with: the word; of the survey's kind where it is ``auto``."""
    return tuning_for(survey.kind.partition("-")[0], EncoderRecipe().name) if word == AUTO else word


def sight_of(
    bench: Workbench, where: Where, model_folder: Path | None = None, tap: int | None = None, tuning: str = ""
) -> Sight:
    """Return how a model sees, or the encoder without one.

    Parameters
    ----------
    bench
        Networks.
    where
        Device and precision.
    model_folder
        The model; None for the encoder without one.
    tap
        Block that is looked at; None for the deepest that the model uses.
    tuning
        Without a model: the tuning of the encoder; empty for the encoder as it is published.

    Raises
    ------
    OutputError
        When the model is a U-Net, which sees no tokens.
    UsageError
        When the network has no such block.
    """
    if model_folder is None:
        # Tuned are the blocks that probes look at: what is encoded for a map serves them.
        recipe = Recipe(encoder=EncoderRecipe(tuning=tuning, taps=MIDDLE_TAPS) if tuning else EncoderRecipe())
        extractor = bench.extractor(recipe, where.device, where.precision, where.weights)
        return _at(Sight(recipe, extractor, extractor.encoder.taps[-1]), tap)
    predictor = bench.predictor(model_folder, where)
    if predictor.extractor is None:
        msg = f"Model {model_folder.name} is a U-Net, which has no feature map; choose a model with an encoder"
        raise OutputError(msg)
    recipe = predictor.recipe
    own = _at(Sight(recipe, predictor.extractor, predictor.extractor.encoder.taps[-1]), tap)
    if predictor.identity == recipe.encoder.identity:
        return own
    # As feature maps are made: what they left in the cache serves.
    taps = MIDDLE_TAPS if recipe.encoder.tuning else own.extractor.encoder.spec.taps
    before = replace(recipe, encoder=replace(recipe.encoder, taps=taps))
    extractor = bench.extractor(before, where.device, where.precision, where.weights)
    return replace(own, plain=_at(Sight(recipe, extractor, own.tap), own.tap))


def _at(sight: Sight, tap: int | None) -> Sight:
    """Return the sight at another depth."""
    if tap is None or tap in sight.extractor.encoder.taps:
        return replace(sight, tap=tap or sight.tap)
    depth = sight.extractor.encoder.spec.depth
    if not 1 <= tap <= depth:
        msg = f"Block {tap} is none of the encoder's; choose one from 1 to {depth}"
        raise UsageError(msg)
    return replace(sight, extractor=sight.extractor.with_taps((tap,)), tap=tap)
