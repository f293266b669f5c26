"""A horizon: one time or depth for each trace of a volume or line, as far as it was picked."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import GeometryError

__all__ = ["Horizon"]


@dataclass(frozen=True, slots=True, eq=False)
class Horizon:
    """A surface that has one time or depth at each trace.

    Attributes
    ----------
    name
        What interpreters call it.
    z
        ndarray of float32, shape ``(inlines, crosslines)`` of a volume or ``(traces,)`` of a 2-D line: two-way time or
        depth in the unit of the survey's last axis; NaN where it was not picked.
    """

    name: str
    z: NDArray[np.float32]

    kind: ClassVar[str] = "horizon"

    def __post_init__(self) -> None:
        """Refuse what is neither a map nor a line."""
        if self.z.ndim not in {1, 2}:
            msg = (
                f"Horizon '{self.name}' has shape {self.z.shape}; "
                "a horizon is a map of inlines by crosslines, or the traces of a line."
            )
            raise GeometryError(msg)

    @property
    def picked(self) -> int:
        """Count of traces with a pick."""
        return int(np.count_nonzero(np.isfinite(self.z)))

    @property
    def span(self) -> tuple[float, float]:
        """Shallowest and deepest pick, NaN where there is none."""
        if not self.picked:
            return float("nan"), float("nan")
        return float(np.nanmin(self.z)), float(np.nanmax(self.z))

    def renamed(self, name: str) -> "Horizon":
        """Return the same picks under another name."""
        return replace(self, name=name)
