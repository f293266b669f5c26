"""Where an image lies on its body, for ``geofm info``."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["ground_lines", "ground_of"]


def ground_of(survey: "Survey") -> dict[str, Any] | None:
    """Return body, extent and size of a pixel of a georeferenced image; None of others.

    Returns
    -------
    dict or None
        ``body``, ``radius_km``, ``lon`` (west and east end in degrees; None where columns are no meridians), ``lat``
        (south and north end; None where the map is not all on the body), ``pixel_km`` (height and width in the
        middle; None where that is no place).
    """
    from napari_geofm.io.raster.ground import Ground

    ground = Ground.of(survey.template)
    if ground is None:
        return None
    rows, columns = ground.shape
    # Along the edge, where the extremes lie on most maps; a pole within is looked for besides.
    down, across = np.linspace(-0.5, rows - 0.5, 33), np.linspace(-0.5, columns - 0.5, 33)
    lines, places = np.meshgrid(down, across, indexing="ij")
    lat = ground.lonlat(lines, places)[1]
    whole = bool(np.isfinite(lat).all())
    turn = ground.columns_around
    west = float(ground.lonlat((rows - 1) / 2, 0)[0]) - 180.0 / turn if whole and turn else None
    size = [float(each) for each in ground.pixel_km((rows - 1) / 2, (columns - 1) / 2)]
    return {
        "body": ground.body.name,
        "radius_km": ground.body.equatorial_m / 1000.0,
        "lon": [west, west + 360.0 * columns / turn] if turn and west is not None else None,
        "lat": [float(lat.min()), float(lat.max())] if whole else None,
        "pixel_km": size if np.isfinite(size).all() else None,
    }


def ground_lines(ground: dict[str, Any] | None) -> list[str]:
    """Return the same as lines."""
    if ground is None:
        return []
    name = f"the {ground['body']}" if ground["body"] == "Moon" else ground["body"]
    lines = [f"  body       on {name} (radius {ground['radius_km']:,g} km)"]
    if ground["lon"] and ground["lat"]:
        (west, east), (south, north) = ground["lon"], ground["lat"]
        lines[0] += f", longitude {west:.6g} to {east:.6g}°, latitude {south:.6g} to {north:.6g}°"
    if ground["pixel_km"]:
        down, across = ground["pixel_km"]
        lines.append(f"  pixel      {down:.4g} km high, {across:.4g} km wide in the middle")
    return lines
