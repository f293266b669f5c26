"""Labels on the way from section to section, and how sure one is of each sample."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, map_coordinates

from napari_geofm.core.labels import UNLABELLED
from napari_geofm.nets.section_matching import Floats, Shift, likeness, match_sections, sampled_tokens

__all__ = ["EVIDENCE", "GOOD", "WEIGHTS", "Carrying", "Look"]

EVIDENCE = ("amplitude", "features", "there and back", "boundary")
"""What confidence is made of, in the order of :data:`WEIGHTS`."""

WEIGHTS = (1.703, 9.387, -0.268, 1.398)
CONSTANT = -8.194
"""Of the logarithm of the odds that a carried sample is right: a logistic regression on synthetic surveys whose truth
is known (docs/design/neighbours.md)."""

GOOD = (0.8, 0.95, 0.5, 3.0)
"""Evidence of samples that match well, away from boundaries."""

FARTHEST = 40.0
"""Samples from a boundary of classes beyond which it makes no more difference."""

WORST = 20.0
"""Samples of disagreement beyond which it makes no more difference."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A section as it is compared.

    Attributes
    ----------
    picture
        float32, ``(rows, columns)``, 0..1.
    tokens
        float32, ``(channels, tokens down, tokens across)``, of length 1.
    token_px
        Samples per token.
    """

    picture: Floats
    tokens: Floats
    token_px: float


@dataclass(frozen=True, slots=True, eq=False)
class Carrying:
    """Labels of a section as they lie on another.

    They are always taken from the first section, through all shifts since, so that no step blurs them.

    Attributes
    ----------
    labels
        uint8, ``(rows, columns)``: outside classes of the section that they come from, 255 unlabelled.
    source, here
        That section, and the one they have come to.
    down
        float32, samples: where each sample of ``here`` lies on the source, further down.
    disagreement
        float32, samples: how far there and back have missed each other on the way, added up.
    """

    labels: NDArray[np.uint8]
    source: Look
    here: Look
    down: Floats
    disagreement: Floats

    @classmethod
    def begin(cls, labels: NDArray[np.uint8], source: Look) -> "Carrying":
        """Return the labels where they are."""
        nothing = np.zeros(labels.shape, np.float32)
        return cls(labels, source, source, nothing, nothing)

    def onto(self, new: Look, check: Callable[[], None] = lambda: None) -> "Carrying":
        """Return the labels on the next section."""
        here = self.here
        return self.moved(new, match_sections(new.picture, here.picture, new.tokens, here.tokens, new.token_px, check))

    def moved(self, new: Look, shift: Shift) -> "Carrying":
        """Return the labels on the next section, which fits this one with ``shift``."""
        at = self._places(shift.down)
        down, missed = (map_coordinates(each, at, order=1, mode="nearest") for each in (self.down, self.disagreement))
        return replace(self, here=new, down=shift.down + down, disagreement=shift.disagreement + missed)

    def carried(self) -> NDArray[np.uint8]:
        """Return the labels on this section, uint8 outside classes, every one of them."""
        rows, columns = np.rint(self._places(self.down)).astype(np.intp)
        found: NDArray[np.uint8] = self.labels[np.clip(rows, 0, len(self.labels) - 1), columns]
        return found

    def evidence(self, carried: NDArray[np.uint8]) -> Floats:
        """Return what speaks for each sample, float32 ``(4, rows, columns)``, as :data:`EVIDENCE` says."""
        before = map_coordinates(self.source.picture, self._places(self.down), order=1, mode="nearest")
        amplitude = likeness(self.here.picture - 0.5, before - 0.5)
        error = np.sqrt(np.minimum(self.disagreement, WORST))
        return np.stack([amplitude, self._features(), error, _inside(carried)]).astype(np.float32)

    def confidence(self, evidence: Floats) -> Floats:
        """Return how probable it is that each sample is right, float32 0..1."""
        logit = np.tensordot(np.asarray(WEIGHTS, np.float32), evidence, axes=1) + CONSTANT
        return np.asarray(1 / (1 + np.exp(-logit)), np.float32)

    def _places(self, down: Floats) -> NDArray[np.float64]:
        """Return the rows and columns that lie so many samples further down."""
        rows, columns = np.indices(down.shape, dtype=np.float64)
        return np.stack([rows + down, columns])

    def _features(self) -> Floats:
        """Return the cosine between the network's features here and where each sample comes from."""
        here, size = self.here, self.here.token_px
        middles = [np.arange(n) * size + (size - 1) / 2 for n in here.tokens.shape[1:]]
        at_tokens = np.meshgrid(*middles, indexing="ij")
        down = map_coordinates(self.down, at_tokens, order=1, mode="nearest") / size
        alike = (here.tokens * sampled_tokens(self.source.tokens, down)).sum(axis=0)
        places = np.meshgrid(*((np.arange(n) + 0.5) / size - 0.5 for n in here.picture.shape), indexing="ij")
        return np.asarray(map_coordinates(alike, places, order=1, mode="nearest"), np.float32)


def _inside(carried: NDArray[np.uint8]) -> Floats:
    """Return the logarithm of 1 and the distance to the next boundary of classes, in samples.

    Between strokes the boundary is taken to lie in the middle.
    """
    empty = carried == UNLABELLED
    if empty.any() and not empty.all():
        nearest = distance_transform_edt(empty, return_distances=False, return_indices=True)
        carried = carried[tuple(nearest)]
    edges = np.zeros(carried.shape, bool)
    edges[1:] |= carried[1:] != carried[:-1]
    edges[:, 1:] |= carried[:, 1:] != carried[:, :-1]
    distance = distance_transform_edt(~edges) if edges.any() else np.full(carried.shape, FARTHEST)
    return np.asarray(np.log1p(np.minimum(distance, FARTHEST)), np.float32)
