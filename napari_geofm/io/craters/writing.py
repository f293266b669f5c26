"""Catalogues as files: CSV, GeoJSON and GeoPackage."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.ground import Ground
from napari_geofm.errors import OutputError
from napari_geofm.io.atomic import replacing
from napari_geofm.io.craters.crs import geographic_name
from napari_geofm.io.craters.fields import fields_of
from napari_geofm.io.craters.geopackage import write_geopackage
from napari_geofm.io.craters.rings import circle_rings

__all__ = ["CATALOGUE_OUTPUTS", "require_catalogue_output", "write_catalogue"]

CATALOGUE_OUTPUTS = (".csv", ".geojson", ".gpkg")
"""Endings of catalogues that are written."""


def require_catalogue_output(path: Path) -> None:
    """Refuse an ending under which no catalogue is written.

    Raises
    ------
    OutputError
        When it is none of :data:`CATALOGUE_OUTPUTS`.
    """
    if path.suffix.lower() not in CATALOGUE_OUTPUTS:
        msg = f"{path.name}: craters are written as {', '.join(CATALOGUE_OUTPUTS)}; choose one of these endings"
        raise OutputError(msg)


def write_catalogue(
    catalogue: Catalogue, ground: Ground | None, path: Path | str, *, name: str = "craters", overwrite: bool = False
) -> None:
    """Write a catalogue.

    Parameters
    ----------
    catalogue, ground
        What is written, and where its image lies; None where it has no place on a body: lengths are then px.
    path
        ``.csv`` (a line for each crater, which this program reads again), ``.geojson`` (circles as polygons) or
        ``.gpkg`` (circles, ellipses and centres as layers of a GeoPackage). Degrees are those of the body.
    name
        What the craters are of.
    overwrite
        Whether an existing file is replaced.

    Raises
    ------
    OutputError
        When the ending is another one, or the file exists or cannot be written.
    """
    target = Path(path).expanduser()
    require_catalogue_output(target)
    with replacing(target, overwrite=overwrite) as beside:
        if target.suffix.lower() == ".csv":
            _write_csv(catalogue, beside)
        elif target.suffix.lower() == ".geojson":
            _write_geojson(catalogue, ground, beside, name)
        else:
            write_geopackage(catalogue, ground, beside)


def _write_csv(catalogue: Catalogue, out: Path) -> None:
    body = None if catalogue.body is None else catalogue.body.name
    rows = [fields_of(each, body) for each in catalogue]
    with out.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(_names(rows, body))
        table.writerows([["" if value is None else value for value in row.values()] for row in rows])


def _names(rows: Iterable[dict[str, Any]], body: str | None) -> list[str]:
    from napari_geofm.core.craters.crater import Crater

    # An empty catalogue has its header all the same.
    return list(next(iter(rows), fields_of(Crater(0, 0, 1), body)))


def _write_geojson(catalogue: Catalogue, ground: Ground | None, out: Path, name: str) -> None:
    body = catalogue.body
    features = []
    for each in catalogue:
        rings = [[ring.round(6).tolist()] for ring in circle_rings(each, ground)]
        shape = {"type": "Polygon", "coordinates": rings[0]}
        if len(rings) > 1:
            shape = {"type": "MultiPolygon", "coordinates": rings}
        properties = fields_of(each, None if body is None else body.name)
        features.append({"type": "Feature", "properties": properties, "geometry": shape})
    whole: dict[str, Any] = {"type": "FeatureCollection", "name": name}
    if body is not None:
        # RFC 7946 knows WGS 84 only; programs that know other bodies read this older member.
        whole["crs"] = {"type": "name", "properties": {"name": geographic_name(body)}}
        whole["body"] = body.name
    out.write_text(json.dumps(whole | {"features": features}, ensure_ascii=False) + "\n", encoding="utf-8")
