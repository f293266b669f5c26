"""A polygon that an interpreter drew on a section or an image."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.region import At
from napari_geofm.errors import GeometryError

__all__ = ["Polygon"]


@dataclass(frozen=True, slots=True, eq=False)
class Polygon:
    """An outline, with holes, on one section.

    Attributes
    ----------
    name
        What interpreters call it; where it is a class's name, that class is meant.
    at
        The section.
    rings
        One ndarray of float64 for each ring, shape ``(corners, 2)``: numbers across and down (crossline and time on an
        inline; pixels from the upper left corner of an image). The first is the outline, the others are holes.
    """

    name: str
    at: At
    rings: tuple[NDArray[np.float64], ...]

    kind: ClassVar[str] = "polygon"

    def __post_init__(self) -> None:
        """Refuse what encloses nothing."""
        if not self.rings or any(ring.ndim != 2 or ring.shape[1] != 2 or len(ring) < 3 for ring in self.rings):
            msg = f"Polygon '{self.name}' has a ring of fewer than three corners; each ring needs three."
            raise GeometryError(msg)

    @property
    def picked(self) -> int:
        """Count of corners."""
        return sum(len(ring) for ring in self.rings)

    @property
    def span(self) -> tuple[float, float]:
        """Smallest and largest number down."""
        return float(self.rings[0][:, 1].min()), float(self.rings[0][:, 1].max())

    def renamed(self, name: str) -> "Polygon":
        """Return the same polygon under another name."""
        return replace(self, name=name)
