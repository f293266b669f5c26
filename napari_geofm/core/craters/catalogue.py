"""A catalogue of craters."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from napari_geofm.core.body import Body
from napari_geofm.core.craters.crater import Crater

__all__ = ["Catalogue"]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Craters of one image.

    Attributes
    ----------
    craters
        In no order.
    body
        What they lie on; None where the image has no place on a body, so that they are known in pixels only.
    notes
        What was left out or is doubtful, for the user.
    """

    craters: tuple[Crater, ...]
    body: Body | None = None
    notes: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        """Count of craters."""
        return len(self.craters)

    def __iter__(self) -> Iterator[Crater]:
        """Iterate over the craters."""
        return iter(self.craters)

    @property
    def unit(self) -> str:
        """Unit of the sizes: km, or px where there is no ground."""
        return "px" if self.body is None else "km"

    @property
    def radius_km(self) -> float | None:
        """Mean radius of the body in km; None without one."""
        return None if self.body is None else self.body.mean_m / 1000

    def kept(self, *, smallest: float = 0.0, largest: float | None = None, confidence: float = 0.0) -> "Catalogue":
        """Return the craters of a range of diameters (km, or px without a ground) and of a confidence and above."""
        top = float("inf") if largest is None else largest
        few = tuple(each for each in self.craters if smallest <= each.size <= top and each.confidence >= confidence)
        return replace(self, craters=few)

    def sorted(self) -> "Catalogue":
        """Return it with the largest crater first."""
        return replace(self, craters=tuple(sorted(self.craters, key=lambda each: -each.size)))
