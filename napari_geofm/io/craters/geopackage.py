"""Craters as a GeoPackage, which QGIS and GDAL read, with the body's own coordinate system.

Written by the OGC standard 12-128r18 (version 1.3): an SQLite file with three tables of features.
"""

import sqlite3
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.body import Body
from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.ground import Ground
from napari_geofm.io.craters.crs import geographic_wkt
from napari_geofm.io.craters.fields import Value, fields_of
from napari_geofm.io.craters.rings import circle_rings, ellipse_rings

__all__ = ["write_geopackage"]

_APPLICATION, _VERSION = 0x47504B47, 10300
"""``GPKG`` and version 1.3."""

_CARTESIAN = -1
"""The standard's number of an undefined plane system: pixels."""

_POINT, _POLYGON, _MULTIPOLYGON = 1, 3, 6
"""Geometry types of well-known binary."""

_SYSTEMS = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined"),
    (
        "WGS 84 geodetic", 4326, "EPSG", 4326,
        'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
        'UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]',
    ),
)  # fmt: skip
"""Systems that each file must list."""

_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""

Ring = NDArray[np.float64]


def write_geopackage(catalogue: Catalogue, ground: Ground | None, out: Path) -> None:
    """Write tables ``craters`` (circles), ``crater_ellipses`` and ``crater_centres``.

    Coordinates are longitude and latitude of the body, in degrees. Without a ground they are pixels, x to the right
    and y below 0 downwards, as QGIS shows an image without a place.

    Parameters
    ----------
    catalogue, ground
        What is written, and where its image lies.
    out
        The file, which does not exist yet.
    """
    body = catalogue.body
    system = _system(body)
    # As sqlite3 leaves it: a connection that is closed, and committed before.
    with closing(sqlite3.connect(out)) as file:
        file.execute(f"PRAGMA application_id = {_APPLICATION}")
        file.execute(f"PRAGMA user_version = {_VERSION}")
        file.executescript(_TABLES)
        file.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)", [*_SYSTEMS, *system[1]])
        rows = [fields_of(each, None if body is None else body.name) for each in catalogue]
        flip = body is None
        for name, kind, shapes in (
            ("craters", _MULTIPOLYGON, [circle_rings(each, ground) for each in catalogue]),
            ("crater_ellipses", _MULTIPOLYGON, [ellipse_rings(each, ground) for each in catalogue]),
            ("crater_centres", _POINT, [[_centre(row, flip=flip)] for row in rows]),
        ):
            rings = [[_upright(ring, flip=flip and kind != _POINT) for ring in each] for each in shapes]
            _layer(file, name, kind, system[0], list(zip(rings, rows, strict=True)))
        file.commit()


def _system(body: Body | None) -> tuple[int, list[tuple[str, int, str, int, str]]]:
    """Return the number of the coordinate system, and its line where it is not one of those that are always there."""
    if body is None:
        return _CARTESIAN, []
    # The IAU's number where the body has one, else one that EPSG does not use.
    number = body.naif * 100 if 0 < body.naif < 1000 else 930000
    return number, [(f"{body.name} geographic", number, "NAPARI-GEOFM", number, geographic_wkt(body))]


def _centre(row: dict[str, Value], *, flip: bool) -> Ring:
    names = ("column", "row") if flip else ("lon", "lat")
    x, y = (float(row[name] or 0.0) for name in names)
    return np.array([[x + 0.5, -(y + 0.5)]] if flip else [[x, y]])


def _upright(ring: Ring, *, flip: bool) -> Ring:
    """Return a ring with y upwards, counterclockwise again."""
    return ring[::-1] * [1.0, -1.0] if flip else ring


def _layer(
    file: sqlite3.Connection,
    name: str,
    kind: int,
    system: int,
    features: Sequence[tuple[list[Ring], dict[str, Value]]],
) -> None:
    """Write one table of features with its entries in the lists of tables."""
    example = features[0][1] if features else {}
    types = {str: "TEXT", int: "INTEGER"}
    word = "POINT" if kind == _POINT else "MULTIPOLYGON"
    columns = [f'"{key}" {types.get(type(value), "REAL")}' for key, value in example.items()]
    columns = ["fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", f"geom {word}", *columns]
    file.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')
    box = _box(ring for rings, _ in features for ring in rings)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    listed = (name, "features", name, "", now, *box, system)
    file.execute(f"INSERT INTO gpkg_contents VALUES ({', '.join('?' * 10)})", listed)
    file.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (name, word, system))
    slots = ", ".join("?" * (1 + len(example)))
    names = ", ".join(["geom", *(f'"{key}"' for key in example)])
    lines = ((_geometry(rings, kind, system), *row.values()) for rings, row in features)
    file.executemany(f'INSERT INTO "{name}" ({names}) VALUES ({slots})', lines)


def _box(rings: Iterable[Ring]) -> tuple[float | None, float | None, float | None, float | None]:
    """Return least x, least y, largest x, largest y; None where there is nothing."""
    every = list(rings)
    if not every:
        return None, None, None, None
    points = np.concatenate(every)
    (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return x0, y0, x1, y1


def _geometry(rings: Sequence[Ring], kind: int, system: int) -> bytes:
    """Return a geometry as the standard's blob: header, envelope, well-known binary; little-endian."""
    x0, y0, x1, y1 = _box(rings)
    if kind == _POINT:
        return struct.pack("<2sBBi", b"GP", 0, 0b1, system) + struct.pack("<BIdd", 1, _POINT, x0, y0)
    head = struct.pack("<2sBBi4d", b"GP", 0, 0b11, system, x0, x1, y0, y1)
    return head + struct.pack("<BII", 1, _MULTIPOLYGON, len(rings)) + b"".join(_polygons(rings))


def _polygons(rings: Sequence[Ring]) -> Iterator[bytes]:
    for ring in rings:
        yield struct.pack("<BIII", 1, _POLYGON, 1, len(ring)) + np.ascontiguousarray(ring, "<f8").tobytes()
