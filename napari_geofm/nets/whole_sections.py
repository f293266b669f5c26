"""Whole labelled sections as batches, each once in a pass, as the paper trains."""

import numpy as np

from napari_geofm.nets.crops import Batch, Source, assembled, balanced

__all__ = ["WholeSource"]

WHOLE = (slice(None), slice(None))


class WholeSource(Source):
    """Sections as they are, in another order at each pass, mirrored left to right half of the time.

    They are read one by one, so that they need not fit in memory together. Parameters are those of
    :class:`~napari_geofm.nets.crops.Source`.
    """

    def _prepare(self) -> None:
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
        return assembled([self._varied(place, WHOLE, rng) for place in taken], self._recipe, self._patch_px)
