"""Labels of images as polygons (GeoJSON)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import UNLABELLED, ArrayLike, checked_classes
from napari_geofm.core.progress import Job, Progress, part_of, run_to_end
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError, OutputError
from napari_geofm.io.gdal import quiet_rasterio
from napari_geofm.io.raster import RasterTemplate
from napari_geofm.io.work_folder import work_folder

__all__ = ["polygons_job", "write_polygons"]

AT_ONCE = 2**24
"""Pixels that are looked at in memory; larger images are looked through line by line, from a file beside the output."""

Shape = tuple[dict[str, Any], int]
"""A polygon as GeoJSON has it, and its class."""


def write_polygons(values: ArrayLike, survey: Survey, classes: ClassTable, out: Path) -> None:
    """Do what :func:`polygons_job` does, to its end."""
    run_to_end(polygons_job(values, survey, classes, out))


def polygons_job(values: ArrayLike, survey: Survey, classes: ClassTable, out: Path) -> Job[None]:
    """Write one polygon (with holes) for each connected patch of a class.

    Coordinates are those of the raster's system, which the member ``crs`` names: lunar and projected systems have no
    place in RFC 7946, which knows WGS 84 only. Without a system they are pixels ``[column, row]`` from the upper left
    corner. Each feature has ``class``, ``name``, ``colour``, and for tiles ``tile``. The memory that is taken grows
    with the polygons, not with the image.

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
    head: dict[str, Any] = {"type": "FeatureCollection", "name": survey.name}
    if survey.crs is not None:
        head["crs"] = {"type": "name", "properties": {"name": survey.crs}}
    tiles = survey.axis("tile").values.tolist() if survey.kind == "tiles" else []
    count, planes = 0, max(1, len(tiles))
    with work_folder(out) as folder, out.open("w", encoding="utf-8") as stream:
        # One at a time: there may be more polygons than memory holds as text.
        stream.write(f'{json.dumps(head, ensure_ascii=False)[:-1]}, "features": [')
        for place in range(planes):
            whole = (place,) if tiles else ()
            extra = {"tile": tiles[place]} if tiles else {}
            stored = folder / f"{place}.tif"
            if survey.shape[-2] * survey.shape[-1] > AT_ONCE:
                yield from part_of(_store(values, whole, survey, stored), place / planes, (place + 0.5) / planes)
            found = _from_file(stored) if stored.exists() else _in_memory(values, whole, survey)
            for shape, number in found:
                if count % 1000 == 0:
                    yield Progress(place + 0.75, planes, f"drawing polygons, {count:,} so far")
                stream.write(",\n" if count else "\n")
                json.dump(_feature(shape, number, classes, extra), stream, ensure_ascii=False)
                count += 1
        stream.write("\n]}\n")
    if not count:
        msg = "Nothing is labelled, so there is nothing to export; label some"
        raise LabelError(msg)


def _store(values: ArrayLike, whole: tuple[int, ...], survey: Survey, file: Path) -> Job[None]:
    """Write classes, and where there are any, as two bands of a GeoTIFF, some rows at a time."""
    import rasterio

    height, width = survey.shape[-2:]
    profile: dict[str, Any] = {
        "driver": "GTiff", "count": 2, "height": height, "width": width, "dtype": "uint8", "compress": "deflate",
        "zlevel": 1, "interleave": "band", "BIGTIFF": "IF_SAFER", "transform": _transform(survey),
    }  # fmt: skip
    with quiet_rasterio(), rasterio.open(file, "w", **profile) as target:
        # A strip is packed when it is whole: so many rows that none is packed twice.
        strip = target.block_shapes[0][0]
        rows = strip * max(1, AT_ONCE // 4 // (width * strip))
        for start in range(0, height, rows):
            stop = min(height, start + rows)
            yield Progress(start, height, "reading labels")
            part = checked_classes(np.asarray(values[(*whole, slice(start, stop))]))
            both = np.stack([part, (part != UNLABELLED).astype(np.uint8)])
            target.write(both, window=((start, stop), (0, width)))


def _from_file(file: Path) -> Iterator[Shape]:
    """Yield the polygons of what :func:`_store` wrote: GDAL looks through it line by line, and places them."""
    import rasterio
    from rasterio.features import shapes

    with quiet_rasterio(), rasterio.open(file) as source:
        bands = [rasterio.band(source, number) for number in (1, 2)]
        for shape, value in shapes(bands[0], mask=bands[1], connectivity=4):
            yield shape, int(value)
    file.unlink()


def _in_memory(values: ArrayLike, whole: tuple[int, ...], survey: Survey) -> Iterator[Shape]:
    from rasterio.features import shapes

    pixels = checked_classes(np.asarray(values[(*whole, slice(None), slice(None))]))
    for shape, value in shapes(pixels, mask=pixels != UNLABELLED, connectivity=4, transform=_transform(survey)):
        yield shape, int(value)


def _transform(survey: Survey) -> Any:
    import rasterio

    placed = survey.template.transform if isinstance(survey.template, RasterTemplate) else None
    return rasterio.Affine(*placed) if placed is not None else rasterio.Affine.identity()


def _feature(shape: dict[str, Any], number: int, classes: ClassTable, extra: dict[str, Any]) -> dict[str, Any]:
    info = classes.infos[number] if number < len(classes) else None
    properties = {
        "class": number,
        "name": info.name if info else f"class {number}",
        "colour": info.colour if info else None,
        **extra,
    }
    return {"type": "Feature", "properties": properties, "geometry": shape}
