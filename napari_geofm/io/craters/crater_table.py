"""A crater catalogue as its file has it: places and diameters, before they are laid upon a map."""

import csv
import json
import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, SourceError
from napari_geofm.io.craters.columns import CraterColumns, crater_columns
from napari_geofm.io.craters.geopackage_table import GeoPackageTable

__all__ = ["CATALOGUE_ENDINGS", "CraterTable", "as_pixels", "is_catalogue", "read_crater_table"]

CATALOGUE_ENDINGS = (".csv", ".tsv", ".txt", ".geojson", ".json", ".gpkg")
"""Endings of catalogues that are read."""


@dataclass(frozen=True, slots=True, eq=False)
class CraterTable:
    """What a file of craters says.

    Attributes
    ----------
    name
        The file's.
    columns
        Which of its columns are what.
    down, across
        ndarray of float64, shape ``(n,)``: latitudes and longitudes in degrees, or rows and columns in px.
    diameter
        ndarray of float64, shape ``(n,)``, in km or px (``columns.unit``).
    confidence
        ndarray of float64, shape ``(n,)``; 1 where the file does not say.
    body
        The body that the file names; ``""`` where it names none.
    left_out
        Count of lines without a place or a diameter above 0.
    turned
        Count of craters whose longitudes counted to the west in the file; here all count to the east.
    """

    name: str
    columns: CraterColumns
    down: NDArray[np.float64]
    across: NDArray[np.float64]
    diameter: NDArray[np.float64]
    confidence: NDArray[np.float64]
    body: str = ""
    left_out: int = 0
    turned: int = 0

    def __len__(self) -> int:
        """Count of craters."""
        return int(self.diameter.size)


def is_catalogue(path: Path) -> bool:
    """Tell by its ending whether a file may be a catalogue of craters."""
    return path.suffix.lower() in CATALOGUE_ENDINGS


def read_crater_table(path: Path | str) -> CraterTable:
    """Read a catalogue of craters: a table with a header (CSV, tabs, semicolons), GeoJSON or a GeoPackage.

    Raises
    ------
    SourceError
        When there is no such file.
    FormatError
        When columns of place or diameter are missing, or there is no crater in it.
    """
    file = Path(path).expanduser()
    if not file.is_file():
        msg = f"No file {file}; check the path"
        raise SourceError(msg)
    if file.suffix.lower() == ".gpkg":
        layer = GeoPackageTable.of(file)
        return _table(file.name, layer.names, layer.rows(), layer.body)
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as stream:
            if _is_geojson(stream):
                rows, named = _of_geojson(stream.read(), file.name)
                return _table(file.name, list(rows[0]) if rows else [], rows, named)
            # Line by line: the Moon's catalogue of 1.3 million craters would be gigabytes as tables of words.
            names, lines = _of_table(stream)
            return _table(file.name, names, lines, "")
    except OSError as error:
        msg = f"{file.name} cannot be read ({error.strerror}); check its permissions"
        raise SourceError(msg) from error
    except csv.Error as error:
        msg = f"{file.name} is no table ({error}); give one with a header and a line for each crater"
        raise FormatError(msg) from error


def _is_geojson(stream: TextIO) -> bool:
    """Tell whether a file begins as JSON does; it is at its beginning again."""
    first = next((line.strip() for line in stream if line.strip()), "")
    stream.seek(0)
    return first.startswith("{")


def _of_table(stream: TextIO) -> tuple[list[str], Iterable[Mapping[str, Any]]]:
    """Return the header, and the lines by its names."""
    lines = (line for line in stream if line.strip() and not line.startswith("#"))
    header = next(lines, "").rstrip("\r\n")
    mark = max(("\t", ";", ","), key=header.count)
    if header.count(mark) == 0:
        names, mark = header.split(), ","
        return names, csv.DictReader((",".join(line.split()) for line in lines), names)
    names = next(csv.reader([header], delimiter=mark), [])
    return names, csv.DictReader(lines, names, delimiter=mark)


def _of_geojson(text: str, name: str) -> tuple[Sequence[Mapping[str, Any]], str]:
    """Return the properties of each feature, with its place where they do not have it, and the body's name."""
    try:
        whole = json.loads(text)
        features = whole["features"]
        rows = [_with_place(dict(each.get("properties") or {}), each.get("geometry") or {}) for each in features]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"{name} is no GeoJSON of craters: it has no features; give a FeatureCollection"
        raise FormatError(msg) from error
    return rows, str(whole.get("body", ""))


def _with_place(row: dict[str, Any], geometry: Mapping[str, Any]) -> dict[str, Any]:
    if geometry.get("type") == "Point" and not {"lat", "lon", "row", "column"} & set(row):
        row["lon"], row["lat"] = geometry["coordinates"][:2]
    return row


def _table(name: str, names: Sequence[str], rows: Iterable[Mapping[str, Any]], body: str) -> CraterTable:
    columns = crater_columns([str(each) for each in names], name) if names else None
    numbers, bodies = _numbers(rows, columns) if columns is not None else (np.zeros((0, 5)), set[str]())
    if columns is None or not len(numbers):
        msg = f"{name} holds no craters; give a table with a header and a line for each crater"
        raise FormatError(msg)
    down, across, size, sure, sign = numbers.T
    size, across = size * columns.factor, across * sign
    good = np.isfinite(down) & np.isfinite(across) & (size > 0)
    if not good.any():
        msg = f"{name} holds no crater with a place and a diameter above 0 in {columns.size}; check its columns"
        raise FormatError(msg)
    sure = np.clip(np.where(np.isfinite(sure), sure, 1.0), 0.0, 1.0)
    bodies = bodies or ({body} if body else set())
    if len(bodies) > 1:
        msg = f"{name} lists craters of {', '.join(sorted(bodies))}; give a file for each body"
        raise FormatError(msg)
    left_out = int(good.size - good.sum())
    turned = int((sign[good] < 0).sum())
    return CraterTable(
        name, columns, down[good], across[good], size[good], sure[good], next(iter(bodies), ""), left_out, turned
    )


def _numbers(rows: Iterable[Mapping[str, Any]], columns: CraterColumns) -> tuple[NDArray[np.float64], set[str]]:
    """Return what is known of each line, shape ``(n, 5)``, and the bodies.

    Place, size and confidence, NaN where there is none, and the sign of longitudes: -1 where they count to the west.
    """
    wanted = (columns.down, columns.across, columns.size, columns.confidence)
    numbers, bodies = array("d"), set[str]()
    for row in rows:
        numbers.extend(math.nan if each is None else _number(row.get(each)) for each in wanted)
        west = columns.west or (columns.system is not None and _says_west(row.get(columns.system)))
        numbers.append(-1.0 if west else 1.0)
        named = str(row.get(columns.body) or "").strip() if columns.body is not None else ""
        if named:
            bodies.add(named.capitalize())
    return np.frombuffer(numbers, np.float64).reshape(-1, 5) if numbers else np.zeros((0, 5)), bodies


def _says_west(value: object) -> bool:
    """Tell whether a coordinate system, in the gazetteer's words, counts longitudes to the west."""
    return "west" in str(value or "").lower()


def _number(value: object) -> float:
    try:
        number = float(str(value).strip())
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def as_pixels(table: CraterTable) -> CraterTable:
    """Return a table whose places are pixels, whatever its columns are called."""
    return replace(table, columns=replace(table.columns, degrees=False))
