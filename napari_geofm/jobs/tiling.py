"""How a model of a recipe looks at what is too large to be seen at once."""

from napari_geofm.core.recipe import Recipe
from napari_geofm.core.tiling import Tiling

__all__ = ["tiling_of"]


def tiling_of(recipe: Recipe) -> Tiling:
    """Return how a model looks."""
    from napari_geofm.nets.encoder_spec import encoder_spec
    from napari_geofm.nets.predictor import UNET_STEP_PX

    return Tiling.of(recipe, UNET_STEP_PX if recipe.decoder == "unet" else encoder_spec(recipe.encoder.name).patch_px)
