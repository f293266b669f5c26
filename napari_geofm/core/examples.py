"""What is learned from: pictures of sections with sparse labels."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.section_frame import SectionFrame
from napari_geofm.core.section_place import SectionPlace

__all__ = ["DENSE", "Example", "is_dense"]

DENSE = 0.5
"""Labelled share of what is recorded above which a section, or a strip of one, is labelled all over."""

NARROW = 0.1
"""Share of a section's traces below which labels are a stroke along the traces, however much of these they cover."""


def is_dense(labels: NDArray[np.uint8], valid: NDArray[np.bool_]) -> bool:
    """Return whether labels lie all over, and not as strokes: from the first labelled trace to the last.

    Parameters
    ----------
    labels
        uint8, shape ``(rows, columns)``, 255 unlabelled.
    valid
        Boolean of the same shape: False where there is no recorded sample.
    """
    labelled = (labels != UNLABELLED) & valid
    traces = np.flatnonzero(labelled.any(0))
    if not traces.size:
        return False
    between = slice(int(traces[0]), int(traces[-1]) + 1)
    if between.stop - between.start < NARROW * labels.shape[1]:
        return False
    return bool(labelled[:, between].sum() > DENSE * valid[:, between].sum())


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One section with labels, in display order.

    Attributes
    ----------
    picture
        float32, shape ``(rows, columns)``, amplitudes scaled to 0..1, dead traces gray.
    labels
        uint8 of the same shape: classes to learn, 255 unlabelled or dead.
    human
        uint8 of the same shape: those of ``labels`` that a human drew, 255 elsewhere.
    key
        Names the picture in caches: survey fingerprint, place and stretch.
    name
        The section as the user knows it: ``inline=1080``.
    valid
        Boolean of the same shape: False where there is no recorded sample.
    place
        Where it is read from; None where that is not kept.
    earlier
        Whether an earlier model learned from it, and it is only rehearsed.
    frame
        Where it lies in the survey's array; None where that is not known.
    """

    picture: NDArray[np.float32]
    labels: NDArray[np.uint8]
    human: NDArray[np.uint8]
    key: str
    name: str
    valid: NDArray[np.bool_]
    place: SectionPlace | None = None
    earlier: bool = False
    frame: SectionFrame | None = None

    def with_labels(self, labels: NDArray[np.uint8]) -> "Example":
        """Return the example with other labels; none of them counts as human where it was not."""
        human = np.where(labels == self.human, labels, np.uint8(UNLABELLED))
        return replace(self, labels=labels, human=human)

    def seen_from(self, other: "Example", values: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
        """Return labels on this picture as another one of the same section shows them; None where it is another.

        Parameters
        ----------
        other
            Another example, of the same part of the section or of another one.
        values
            uint8, this picture's shape: classes, 255 unlabelled.
        """
        if other.key == self.key:
            return values
        if self.frame is None or other.frame is None or not self.frame.meets(other.frame):
            return None
        return self.frame.seen_from(other.frame, values, UNLABELLED)

    def counts(self, classes: int) -> NDArray[np.int64]:
        """Return labelled pixels per class, int64, shape ``(classes,)``."""
        return np.bincount(self.labels[self.labels != UNLABELLED], minlength=classes)[:classes].astype(np.int64)
