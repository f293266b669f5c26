"""Where a section lies in its survey's array, so that what is drawn on one is found on another cut of the same."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.display import Layout

__all__ = ["SectionFrame"]

T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class SectionFrame:
    """The part of a section that is looked at.

    Attributes
    ----------
    fingerprint
        Hash of what the survey held.
    at
        The section, as ``--at`` writes it.
    places
        One int or slice per survey dimension, as :class:`~napari_geofm.core.section.Section` has them.
    layout
        How the slice is turned for display.
    """

    fingerprint: str
    at: str
    places: tuple[int | slice, ...]
    layout: Layout

    def meets(self, other: "SectionFrame") -> bool:
        """Return whether both are of one section of one survey, whatever part of it each shows.

        Windows of a recording or an image do where they share samples.
        """
        if self.fingerprint != other.fingerprint:
            return False
        return self.at == other.at or all(
            isinstance(one, slice) and isinstance(two, slice) and max(one.start, two.start) < min(one.stop, two.stop)
            for one, two in zip(self.places, other.places, strict=True)
        )

    def inside(self, box: tuple[slice, ...]) -> NDArray[np.bool_]:
        """Return which samples lie in a part of the survey, boolean, display order."""
        found = []
        for place, limits in zip(self.places, box, strict=True):
            numbers = np.arange(place.start, place.stop) if isinstance(place, slice) else np.array(place)
            found.append((limits.start <= numbers) & (numbers < limits.stop))
        down, across = (part for part in found if part.ndim)
        whole = all(bool(part) for part in found if not part.ndim)
        return self.layout.to_display(np.logical_and.outer(down, across) & whole)

    def seen_from(self, other: "SectionFrame", values: NDArray[T], fill: int) -> NDArray[T]:
        """Return values as another part of the same section shows them.

        Parameters
        ----------
        other
            A frame that this one meets.
        values
            Display order, this frame's shape.
        fill
            What is returned where only the other frame reaches.

        Returns
        -------
        ndarray
            Display order, the other frame's shape.
        """
        pairs = [
            (ours, theirs)
            for ours, theirs in zip(self.places, other.places, strict=True)
            if isinstance(ours, slice) and isinstance(theirs, slice)
        ]
        common = [(max(one.start, two.start), min(one.stop, two.stop)) for one, two in pairs]
        found = np.full([two.stop - two.start for _, two in pairs], fill, values.dtype)
        if all(low < high for low, high in common):
            ours, theirs = (
                tuple(
                    slice(low - side.start, high - side.start) for (low, high), side in zip(common, sides, strict=True)
                )
                for sides in zip(*pairs, strict=True)
            )
            found[theirs] = self.layout.from_display(values)[ours]
        return other.layout.to_display(found)
