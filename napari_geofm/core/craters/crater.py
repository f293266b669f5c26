"""One crater, where it lies in the image and on the ground."""

import math
from dataclasses import dataclass

__all__ = ["Crater"]


@dataclass(frozen=True, slots=True)
class Crater:
    """One crater of a catalogue.

    Attributes
    ----------
    row, column
        Centre in the survey's pixels, 0 at the centre of the first one; may lie outside the image.
    diameter_px
        Of the circle in pixels: the geometric mean of its extents along and across the rows.
    lat, lon
        Centre in degrees, longitude -180..180; None where the image has no place on a body.
    diameter_km
        Of the circle on the ground; None where the image has no place on a body.
    semi_major, semi_minor
        Semi-axes of the ellipse that fits the rim, in km on the ground, or in px where there is no ground; None where
        no ellipse was fitted (a circle that was drawn or read).
    angle_degrees
        Direction of the major axis, clockwise from north (from up where there is no ground), 0..180.
    residual
        Root mean square distance of the rim from the circle, part of the radius; NaN where no rim was looked at.
    arc
        Part of the circle along which the rim was seen, 0..1.
    confidence
        0..1: how surely this is a crater of this size. 1 for what a person drew or a catalogue lists.
    on_edge
        Whether it is cut by the image's border or by pixels without data.
    """

    row: float
    column: float
    diameter_px: float
    lat: float | None = None
    lon: float | None = None
    diameter_km: float | None = None
    semi_major: float | None = None
    semi_minor: float | None = None
    angle_degrees: float | None = None
    residual: float = math.nan
    arc: float = 1.0
    confidence: float = 1.0
    on_edge: bool = False

    @property
    def placed(self) -> bool:
        """Whether it has a place on a body."""
        return self.lat is not None and self.lon is not None and self.diameter_km is not None

    @property
    def size(self) -> float:
        """Diameter in km, or in px where there is no ground."""
        return self.diameter_px if self.diameter_km is None else self.diameter_km

    @property
    def axis_ratio(self) -> float:
        """Minor over major axis of the fitted ellipse, 1 where none was fitted."""
        if self.semi_major is None or self.semi_minor is None or self.semi_major <= 0:
            return 1.0
        return self.semi_minor / self.semi_major

    def lies_within(self, top: float, left: float, height: float, width: float) -> bool:
        """Tell whether its centre lies on some rows and columns of pixels; to half a pixel around their centres."""
        return top - 0.5 <= self.row < top + height - 0.5 and left - 0.5 <= self.column < left + width - 0.5
