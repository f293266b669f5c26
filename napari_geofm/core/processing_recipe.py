"""The table of a recipe that says what a DAS recording goes through."""

from dataclasses import dataclass

from napari_geofm.core.das.chain import Chain
from napari_geofm.errors import RecipeError, UsageError

__all__ = ["ProcessingRecipe"]


@dataclass(frozen=True, slots=True)
class ProcessingRecipe:
    """What a DAS recording goes through before it is looked at.

    Attributes
    ----------
    chain
        Steps with ``;`` between them, as ``--process`` takes them: ``"detrend; bandpass 5-200 Hz; median; root"``;
        empty for recordings as they are read. A model applies it to what it predicts.
    """

    chain: str = ""

    def __post_init__(self) -> None:
        try:
            Chain.parse(self.chain)
        except UsageError as error:
            msg = f"Recipe value processing.chain: {error}"
            raise RecipeError(msg) from None

    @property
    def steps(self) -> Chain:
        """The chain."""
        return Chain.parse(self.chain)
