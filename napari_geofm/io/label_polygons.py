"""Labels of images as polygons (GeoJSON)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import UNLABELLED, ArrayLike, checked_classes
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError, OutputError
from napari_geofm.io.raster import RasterTemplate

__all__ = ["write_polygons"]


def write_polygons(values: ArrayLike, survey: Survey, classes: ClassTable, out: Path) -> None:
    """Write one polygon (with holes) for each connected patch of a class.

    Coordinates are those of the raster's system, which the member ``crs`` names: lunar and projected systems have no
    place in RFC 7946, which knows WGS 84 only. Without a system they are pixels ``[column, row]`` from the upper left
    corner. Each feature has ``class``, ``name``, ``colour``, and for tiles ``tile``.

    Raises
    ------
    OutputError
        When the survey is neither an image nor a folder of tiles.
    LabelError
        When nothing is labelled.
    """
    if survey.kind not in {"image", "tiles"}:
        msg = (
            f"{out.suffix}: polygons are drawn on images, {survey.path.name} is {survey.kind}; write .csv, .sgy or .ply"
        )
        raise OutputError(msg)
    features = list(_features(values, survey, classes))
    if not features:
        msg = "Nothing is labelled, so there is nothing to export; label some"
        raise LabelError(msg)
    collection: dict[str, Any] = {"type": "FeatureCollection", "name": survey.name}
    if survey.crs is not None:
        collection["crs"] = {"type": "name", "properties": {"name": survey.crs}}
    collection["features"] = features
    out.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")


def _features(values: ArrayLike, survey: Survey, classes: ClassTable) -> Iterator[dict[str, Any]]:
    if survey.kind == "image":
        yield from _patches(checked_classes(np.asarray(values[:, :])), survey, classes, {})
        return
    for place, name in enumerate(survey.axis("tile").values.tolist()):
        yield from _patches(checked_classes(np.asarray(values[place])), survey, classes, {"tile": name})


def _patches(
    pixels: NDArray[np.uint8], survey: Survey, classes: ClassTable, extra: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    import rasterio
    from rasterio.features import shapes

    template = survey.template
    placed = template.transform if isinstance(template, RasterTemplate) else None
    transform = rasterio.Affine(*placed) if placed is not None else rasterio.Affine.identity()
    for shape, value in shapes(pixels, mask=pixels != UNLABELLED, connectivity=4, transform=transform):
        number = int(value)
        info = classes.infos[number] if number < len(classes) else None
        properties = {
            "class": number,
            "name": info.name if info else f"class {number}",
            "colour": info.colour if info else None,
            **extra,
        }
        yield {"type": "Feature", "properties": properties, "geometry": shape}
