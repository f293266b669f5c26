"""Views of a labelled section: the same rock at other places in the picture, so that depth alone predicts nothing."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.examples import Example
from napari_geofm.core.recipe import ProbeRecipe

if TYPE_CHECKING:
    from napari_geofm.nets.tokenspace import Placing

__all__ = ["View", "views_of"]

CROPS = 32
"""Of all sections together: where many are labelled, each needs fewer, and fitting takes no longer."""

FEWEST = 2
"""Crops of each section however many are labelled."""

SEED = 0
"""Of the crops; the training's own seed does not change them, so that they are encoded once."""


@dataclass(frozen=True, slots=True)
class View:
    """A crop of a section, mirrored perhaps.

    Attributes
    ----------
    rows, columns
        The crop.
    mirrored
        Whether left and right are exchanged.
    """

    rows: slice
    columns: slice
    mirrored: bool = False

    @property
    def placing(self) -> "Placing":
        """Where the view lies, as the networks' room takes it."""
        from napari_geofm.nets.tokenspace import Placing

        return Placing(self.rows.start, self.columns.start, self.columns.stop - self.columns.start, self.mirrored)

    def picture(self, example: Example) -> NDArray[np.float32]:
        """Return the view's picture, float32."""
        return np.ascontiguousarray(self._of(example.picture))

    def labels(self, example: Example) -> NDArray[np.uint8]:
        """Return the view's labels, uint8."""
        return np.ascontiguousarray(self._of(example.labels))

    def recorded(self, example: Example) -> NDArray[np.bool_]:
        """Return where the view shows recorded traces, bool."""
        return np.ascontiguousarray(self._of(example.valid))

    def key(self, example: Example) -> str:
        """Return the view's name in caches."""
        ends = (self.rows.start, self.rows.stop, self.columns.start, self.columns.stop)
        whole = ends == (0, example.picture.shape[0], 0, example.picture.shape[1])
        return example.key if whole and not self.mirrored else f"{example.key}:{ends}:{self.mirrored}"

    def _of(self, array: NDArray[np.generic]) -> NDArray[np.generic]:
        part = array[self.rows, self.columns]
        return part[:, ::-1] if self.mirrored else part


def views_of(shape: tuple[int, int], recipe: ProbeRecipe, sections: int = 1) -> list[View]:
    """Return the whole section, its mirror image, and crops of it.

    Parameters
    ----------
    shape
        Rows and columns.
    recipe
        How many crops, and how large. They are drawn at random, the same ones for every section of a shape, so that
        their features are found in the cache again.
    sections
        How many sections are labelled; from five on, each has fewer crops.
    """
    height, width = shape
    whole = (slice(0, height), slice(0, width))
    found = [View(*whole)]
    if recipe.mirror:
        found.append(View(*whole, mirrored=True))
    rng = np.random.default_rng(SEED)
    for number in range(min(recipe.crops, max(FEWEST, CROPS // max(1, sections)))):
        rows, columns = (_span(size, rng, recipe) for size in shape)
        found.append(View(rows, columns, mirrored=recipe.mirror and number % 2 == 1))
    return found


def _span(size: int, rng: np.random.Generator, recipe: ProbeRecipe) -> slice:
    """Return a random stretch of a side."""
    length = max(1, round(size * rng.uniform(recipe.smallest, recipe.largest)))
    first = int(rng.integers(0, size - length + 1))
    return slice(first, first + length)
