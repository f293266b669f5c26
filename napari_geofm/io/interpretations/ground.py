"""What picks are placed on: the lines of a volume, or the traces of a 2-D line."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.axis import Axis

__all__ = ["Ground"]

Floats = NDArray[np.float64]


class Ground(Protocol):
    """Traces by number and by map coordinates; :class:`Lattice` and :class:`Track` are such."""

    @property
    def name(self) -> str:
        """The survey's file."""
        ...

    @property
    def samples(self) -> Axis:
        """Times or depths."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """Counts of traces: that of a horizon."""
        ...

    def flat(self, picks: Floats) -> NDArray[np.int64]:
        """Return the flat position of the trace nearest to each pick, whose first columns are line or trace numbers."""
        ...

    def everywhere(self) -> tuple[Floats, Floats] | None:
        """Return X and Y of every trace, each of shape ``shape``; None where unknown."""
        ...

    def fits(self, x: Floats, y: Floats) -> float:
        """Return the part of map coordinates that lies in the survey."""
        ...

    def box(self) -> tuple[float, float, float, float] | None:
        """Return the least and largest X, and the least and largest Y; None where unknown."""
        ...
