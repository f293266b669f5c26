"""What files tell of each crater: one list of names and units for all of them."""

import math

from napari_geofm.core.craters.crater import Crater

__all__ = ["Value", "fields_of"]

Value = float | int | str | None


def fields_of(crater: Crater, body: str | None) -> dict[str, Value]:
    """Return a crater's numbers by name; None where one is not known.

    Parameters
    ----------
    crater
        The crater.
    body
        Name of the body; None where the image has no place on one: lengths are then px.
    """
    unit = "px" if body is None else "km"
    ground: dict[str, Value] = {}
    if body is not None:
        ground = {
            "lat": _rounded(crater.lat, 6),
            "lon": _rounded(crater.lon, 6),
            "diameter_km": _rounded(crater.diameter_km, 5),
        }
    return (
        ground
        | {
            "row": _rounded(crater.row, 2),
            "column": _rounded(crater.column, 2),
            "diameter_px": _rounded(crater.diameter_px, 2),
            f"semi_major_{unit}": _rounded(crater.semi_major, 5),
            f"semi_minor_{unit}": _rounded(crater.semi_minor, 5),
            "angle_deg": _rounded(crater.angle_degrees, 1),
            "residual": _rounded(crater.residual, 4),
            "arc": _rounded(crater.arc, 3),
            "confidence": _rounded(crater.confidence, 3),
            "on_edge": int(crater.on_edge),
        }
        | ({} if body is None else {"body": body})
    )


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None or not math.isfinite(value) else round(float(value), digits)
