"""Polygons: GeoJSON on images, columns of numbers on a section of a volume."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.polygon import Polygon
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, GeoFMError, GeometryError
from napari_geofm.io.interpretations.placing import Placed
from napari_geofm.io.raster import RasterTemplate

__all__ = ["polygons_of", "read_geojson"]


def read_geojson(source: str, text: str, survey: Survey) -> list[Polygon]:
    """Read polygons of an image or of a folder's tiles, as ``geofm export`` writes them.

    Coordinates are those of the raster's system; without one they are pixels from the upper left corner. The member
    ``name`` of a feature's properties names its class, ``tile`` its tile.

    Raises
    ------
    FormatError
        When it is no GeoJSON, or holds no polygon.
    GeometryError
        When the survey is no image, or a polygon lies outside it, as in another coordinate system.
    """
    if survey.kind not in {"image", "tiles"}:
        raise GeometryError(
            f"{source}: GeoJSON polygons lie on images, {survey.path.name} is {survey.kind}; "
            "give columns of lines and times"
        )
    try:
        features = json.loads(text)["features"]
        found = [
            polygon for place, feature in enumerate(features) for polygon in _of_feature(source, place, feature, survey)
        ]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        if isinstance(error, GeoFMError):
            raise
        raise FormatError(f"{source} is no GeoJSON FeatureCollection; export the polygons as GeoJSON") from error
    if not found:
        raise FormatError(f"{source} holds no polygon; points and lines are not read here")
    return found


def polygons_of(placed: Placed, survey: Survey) -> list[Polygon]:
    """Return polygons that lie on one inline, crossline or time slice, or on a 2-D line: one for each line and name.

    Raises
    ------
    GeometryError
        When one lies on no single section, or has fewer than three corners.
    """
    found = []
    sticks = placed.sticks if placed.sticks is not None else np.zeros(len(placed.picks), np.int64)
    # Polygons of two classes are two, whatever their numbers.
    for number, name in dict.fromkeys(zip(sticks.tolist(), placed.names.tolist(), strict=True)):
        picks = placed.picks[(sticks == number) & (placed.names == name)]
        if picks.shape[1] == 2:
            if len(picks) < 3:
                raise GeometryError(f"Polygon '{name}' has {len(picks)} corners; a polygon has three or more")
            found.append(Polygon(name, At(), (picks,)))
            continue
        spans = np.ptp(picks, axis=0)
        steps = [abs(float(axis.step or 1.0)) for axis in survey.axes]
        flat = int(np.argmin(spans / steps))
        if spans[flat] > 0.5 * steps[flat] or len(picks) < 3:
            raise GeometryError(
                f"Polygon '{name}' ({len(picks)} corners) lies on no single inline, crossline or slice; draw it on one"
            )
        axis = survey.axes[flat]
        at = At(axis.name, axis.values[axis.nearest(float(picks[0, flat]))].item())
        layout = survey.layout(at)
        columns = [survey.dims.index(name) for name in (layout.columns, layout.rows)]
        found.append(Polygon(name, at, (picks[:, columns],)))
    return found


def _of_feature(source: str, place: int, feature: dict[str, Any], survey: Survey) -> list[Polygon]:
    shape = feature.get("geometry") or {}
    corners, kind = shape.get("coordinates"), shape.get("type")
    parts: list[Any] = [corners] if kind == "Polygon" else list(corners or ()) if kind == "MultiPolygon" else []
    facts = feature.get("properties") or {}
    name = str(facts.get("name") or facts.get("class") or f"polygon {place + 1}")
    at = At("tile", str(facts["tile"])) if survey.kind == "tiles" else At()
    if survey.kind == "tiles":
        survey.places(at)
    return [Polygon(name, at, tuple(_ring(source, ring, survey) for ring in part)) for part in parts]


def _ring(source: str, corners: list[list[float]], survey: Survey) -> NDArray[np.float64]:
    """Return corners in pixels, the doubled last one left out."""
    points = np.array([corner[:2] for corner in corners], np.float64)
    points = points[:-1] if len(points) > 1 and np.array_equal(points[0], points[-1]) else points
    template = survey.template
    placed = template.transform if isinstance(template, RasterTemplate) and survey.kind == "image" else None
    if placed is not None:
        a, b, c, d, e, f = placed
        points = (points - (c, f)) @ np.linalg.inv([[a, b], [d, e]]).T
    height, width = survey.shape[-2:]
    inside = ((points >= 0) & (points <= (width, height))).all(axis=1)
    if not inside.any():
        raise GeometryError(
            f"{source}: a polygon at {corners[0][0]:.10g}, {corners[0][1]:.10g} lies outside {survey.path.name}; "
            "export the polygons in the image's coordinate system"
        )
    return points
