"""Whole labelled sections as batches, each once in a pass, as the paper trains."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.amplitude import GRAY
from napari_geofm.core.examples import Example
from napari_geofm.core.recipe import Recipe
from napari_geofm.nets.crops import Batch, Crop, assembled, balanced

__all__ = ["WholeSource"]


class WholeSource:
    """Sections as they are, in another order at each pass, mirrored left to right half of the time.

    Parameters
    ----------
    examples
        What is learned from; read one by one, so that they need not fit in memory together.
    classes
        Count of classes.
    recipe
        Batch, flips, gain, input rules.
    patch_px
        The encoder's patch.
    teachers
        For each example class probabilities, ``(classes, rows, columns)``; None for none.
    """

    def __init__(
        self,
        examples: Sequence[Example],
        classes: int,
        recipe: Recipe,
        patch_px: int,
        teachers: Sequence[NDArray[np.float16]] | None = None,
    ) -> None:
        self._teachers = teachers
        self._examples = examples
        self._classes = classes
        self._recipe = recipe
        self._patch_px = patch_px
        self._left: list[int] = []

    def class_weights(self, balance: float) -> list[float]:
        """Return a weight for each class; see :meth:`napari_geofm.nets.crops.CropSource.class_weights`."""
        if balance == 0:
            # Nothing to count, which would take a pass over all files.
            return [1.0] * self._classes
        counts = np.zeros(self._classes, np.float64)
        for example in self._examples:
            counts += example.counts(self._classes)
        return balanced(counts, balance)

    def batch(self, rng: np.random.Generator) -> Batch:
        """Return the next sections of the pass; the last batch of a pass may be smaller."""
        if not self._left:
            self._left = rng.permutation(len(self._examples)).tolist()
        size = self._recipe.training.batch
        taken, self._left = self._left[:size], self._left[size:]
        return assembled([self._crop(place, rng) for place in taken], self._recipe, self._patch_px)

    def _crop(self, place: int, rng: np.random.Generator) -> Crop:
        example = self._examples[place]
        picture, labels = example.picture, example.labels
        teacher = self._teachers[place] if self._teachers is not None else None
        if self._recipe.training.flip and rng.random() < 0.5:
            picture, labels = picture[:, ::-1], labels[:, ::-1]
            teacher = teacher[..., ::-1] if teacher is not None else None
        if self._recipe.training.gain:
            gain = np.float32(np.exp(rng.normal(0.0, self._recipe.training.gain)))
            picture = np.clip(GRAY + (picture - GRAY) * gain, 0, 1)
        return Crop(picture.astype(np.float32), labels, teacher)
