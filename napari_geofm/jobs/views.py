"""Views of a labelled section: the same rock at other places in the picture, so that depth alone predicts nothing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.examples import Example
from napari_geofm.core.recipe import ProbeRecipe

__all__ = ["View", "views_of"]


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

    def picture(self, example: Example) -> NDArray[np.float32]:
        """Return the view's picture, float32."""
        return np.ascontiguousarray(self._of(example.picture))

    def labels(self, example: Example) -> NDArray[np.uint8]:
        """Return the view's labels, uint8."""
        return np.ascontiguousarray(self._of(example.labels))

    def key(self, example: Example) -> str:
        """Return the view's name in caches."""
        ends = (self.rows.start, self.rows.stop, self.columns.start, self.columns.stop)
        whole = ends == (0, example.picture.shape[0], 0, example.picture.shape[1])
        return example.key if whole and not self.mirrored else f"{example.key}:{ends}:{self.mirrored}"

    def _of(self, array: NDArray[np.generic]) -> NDArray[np.generic]:
        part = array[self.rows, self.columns]
        return part[:, ::-1] if self.mirrored else part


def views_of(shape: tuple[int, int], recipe: ProbeRecipe) -> list[View]:
    """Return the whole section and crops of it.

    Parameters
    ----------
    shape
        Rows and columns.
    recipe
        How many crops, and how far they reach. Half of them drop rows at the top (the rock moves up), half at the
        bottom; a section is never cut below half its height.
    """
    height, width = shape
    columns = slice(0, width)
    found = [View(slice(0, height), columns)]
    if recipe.mirror:
        found.append(View(slice(0, height), columns, mirrored=True))
    reach = min(recipe.shift_px, height // 2)
    half = (recipe.shifts + 1) // 2
    for number in range(recipe.shifts):
        # Up and down in turn, from short to far.
        cut = round(reach * (number // 2 + 1) / half)
        rows = slice(cut, height) if number % 2 == 0 else slice(0, height - cut)
        if cut > 0:
            # Crops are mirrored in pairs: more variety for the same number of encodings.
            found.append(View(rows, columns, mirrored=recipe.mirror and number % 4 in {1, 2}))
    return found
