"""Where a time or depth lies on a small upright gauge."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qtpy.QtCore import QRectF

    from napari_geofm.core.axis import Axis

__all__ = ["DepthGauge"]


@dataclass(frozen=True, slots=True, eq=False)
class DepthGauge:
    """A bar from the first time or depth above to the last below.

    Attributes
    ----------
    axis
        Times in ms, or depths.
    box
        The bar, px.
    """

    axis: "Axis"
    box: "QRectF"

    def px(self, number: float) -> float:
        """Return how far down a number lies, px."""
        first, last = float(self.axis.first), float(self.axis.last)
        part = (number - first) / (last - first) if last != first else 0.5
        return self.box.top() + part * self.box.height()

    def number(self, px: float) -> float:
        """Return the number nearest to a position."""
        first, last = float(self.axis.first), float(self.axis.last)
        part = min(1.0, max(0.0, (px - self.box.top()) / max(self.box.height(), 1e-9)))
        return float(self.axis.values[self.axis.nearest(first + part * (last - first))])
