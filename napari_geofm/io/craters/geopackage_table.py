"""A layer of a GeoPackage as rows by name, with the place of its points and the body that it lies on."""

import sqlite3
import struct
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napari_geofm.core.body import body_named
from napari_geofm.errors import FormatError, GeoFMError
from napari_geofm.io.craters.columns import crater_columns
from napari_geofm.io.raster.crs import body_of, is_geographic, is_west_positive

__all__ = ["GeoPackageTable"]

_ENVELOPES = (0, 32, 48, 48, 64)
"""Bytes of the envelope by the header's number for it."""

_LAYERS = """SELECT c.table_name, g.column_name, s.definition, s.srs_id FROM gpkg_contents c
  JOIN gpkg_geometry_columns g ON g.table_name = c.table_name JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
  WHERE c.data_type = 'features' ORDER BY c.table_name != 'craters', c.rowid"""

_PLACES = ("lon", "lat")
"""Columns that points have beside those of their layer."""


@dataclass(frozen=True, slots=True)
class GeoPackageTable:
    """The layer of a GeoPackage that lists craters.

    Attributes
    ----------
    path
        The file.
    layer, geometry
        The layer's name, and that of its column of geometries.
    system
        WKT of its coordinate system; empty where it is none of a body.
    names
        Columns as they are given: those of the layer, and those of the points' places where it has none itself.
    """

    path: Path
    layer: str
    geometry: str
    system: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, path: Path) -> "GeoPackageTable":
        """Find the layer: this program's own, else the first with columns of a crater.

        Raises
        ------
        FormatError
            When the file is damaged or no GeoPackage, or none of its layers has place and diameter.
        """
        why: GeoFMError | None = None
        with _opened(path) as file:
            for layer, geometry, definition, number in file.execute(_LAYERS).fetchall():
                columns = [str(each[1]) for each in file.execute(f"PRAGMA table_info({_quoted(layer)})")]
                names = [each for each in columns if each != geometry]
                system = str(definition) if number > 0 and body_of(str(definition)) is not None else ""
                for more in ((), _PLACES) if system else ((),):
                    try:
                        crater_columns([*names, *more], f"{path.name}, layer {layer}")
                    except FormatError as error:
                        why = why or error
                    else:
                        return cls(path, str(layer), str(geometry), system, (*names, *more))
        raise why or FormatError(f"{path.name} has no layer of features; give one with a point for each crater")

    @property
    def body(self) -> str:
        """Name of the body of the coordinate system; empty where there is none, or nobody knows it."""
        body = body_of(self.system) if self.system else None
        try:
            return "" if body is None else body_named(body.name).name
        except GeoFMError:
            return ""

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Yield the layer's rows by name, one at a time; longitudes of points count to the east.

        Raises
        ------
        FormatError
            When the file is damaged.
        """
        with _opened(self.path) as file:
            cursor = file.execute(f"SELECT * FROM {_quoted(self.layer)}")
            columns = [each[0] for each in cursor.description]
            needs = len(self.names) > len(columns) - 1
            for values in cursor:
                row = dict(zip(columns, values, strict=True))
                place = _point(row.pop(self.geometry)) if needs else None
                yield row | ({} if place is None else self._lonlat(*place))

    def _lonlat(self, x: float, y: float) -> dict[str, Any]:
        if is_geographic(self.system):
            return {"lon": -x if is_west_positive(self.system) else x, "lat": y}
        from rasterio.crs import CRS
        from rasterio.warp import transform

        body = body_of(self.system)
        assert body is not None
        lon, lat = transform(CRS.from_wkt(self.system), CRS.from_user_input(body.longlat), [x], [y])[:2]
        return {"lon": lon[0], "lat": lat[0]}


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a GeoPackage for reading; what SQLite says of a damaged one is one line."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as file:
            yield file
    except sqlite3.Error as error:
        msg = f"{path.name} cannot be read as a GeoPackage ({error}); it may be damaged or of another format"
        raise FormatError(msg) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _point(blob: object) -> tuple[float, float] | None:
    """Return x and y of a point in the standard's blob; None for other shapes, and for none."""
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        return None
    start = 8 + _ENVELOPES[min(4, blob[3] >> 1 & 7)]
    shape = blob[start : start + 21]
    if len(shape) < 21:
        return None
    order = "<" if shape[0] == 1 else ">"
    kind, x, y = struct.unpack(f"{order}Idd", shape[1:])
    return (x, y) if kind % 1000 == 1 else None
