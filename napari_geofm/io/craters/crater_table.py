"""A crater catalogue as its file has it: places and diameters, before they are laid upon a map."""

import csv
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, SourceError
from napari_geofm.io.craters.columns import CraterColumns, crater_columns

__all__ = ["CATALOGUE_ENDINGS", "CraterTable", "as_pixels", "is_catalogue", "read_crater_table"]

CATALOGUE_ENDINGS = (".csv", ".tsv", ".txt", ".geojson", ".json")
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
    """

    name: str
    columns: CraterColumns
    down: NDArray[np.float64]
    across: NDArray[np.float64]
    diameter: NDArray[np.float64]
    confidence: NDArray[np.float64]
    body: str = ""
    left_out: int = 0

    def __len__(self) -> int:
        """Count of craters."""
        return int(self.diameter.size)


def is_catalogue(path: Path) -> bool:
    """Tell by its ending whether a file may be a catalogue of craters."""
    return path.suffix.lower() in CATALOGUE_ENDINGS


def read_crater_table(path: Path | str) -> CraterTable:
    """Read a catalogue of craters: a table with a header (CSV, tabs, semicolons), or GeoJSON.

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
    try:
        text = file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        msg = f"{file.name} cannot be read ({error.strerror}); check its permissions"
        raise SourceError(msg) from error
    geojson = text.lstrip()[:1] == "{"
    rows, named = _of_geojson(text, file.name) if geojson else (_of_table(text), "")
    if not rows:
        msg = f"{file.name} holds no craters; give a table with a header and a line for each crater"
        raise FormatError(msg)
    return _table(file.name, rows, named)


def _of_table(text: str) -> list[Mapping[str, Any]]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        return []
    mark = max(("\t", ";", ","), key=lines[0].count)
    if lines[0].count(mark) == 0:
        lines, mark = [",".join(line.split()) for line in lines], ","
    return list(csv.DictReader(lines, delimiter=mark))


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


def _table(name: str, rows: Sequence[Mapping[str, Any]], body: str) -> CraterTable:
    columns = crater_columns([str(each) for each in rows[0]], name)
    numbers = {
        what: np.array([_number(row.get(what)) for row in rows])
        for what in (columns.down, columns.across, columns.size)
    }
    size = numbers[columns.size] * columns.factor
    good = np.isfinite(numbers[columns.down]) & np.isfinite(numbers[columns.across]) & (size > 0)
    if not good.any():
        msg = f"{name} holds no crater with a place and a diameter above 0 in {columns.size}; check its columns"
        raise FormatError(msg)
    sure = np.ones(len(rows))
    if columns.confidence is not None:
        sure = np.array([_number(row.get(columns.confidence)) for row in rows])
        sure = np.clip(np.where(np.isfinite(sure), sure, 1.0), 0.0, 1.0)
    names = _names(rows, columns.body) or ({body} if body else set())
    if len(names) > 1:
        msg = f"{name} lists craters of {', '.join(sorted(names))}; give a file for each body"
        raise FormatError(msg)
    places = (numbers[columns.down][good], numbers[columns.across][good])
    return CraterTable(
        name, columns, *places, size[good], sure[good], next(iter(names), ""), int(good.size - good.sum())
    )


def _names(rows: Iterable[Mapping[str, Any]], column: str | None) -> set[str]:
    if column is None:
        return set()
    return {str(row[column]).strip().capitalize() for row in rows if str(row.get(column) or "").strip()}


def _number(value: object) -> float:
    try:
        number = float(str(value).strip())
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def as_pixels(table: CraterTable) -> CraterTable:
    """Return a table whose places are pixels, whatever its columns are called."""
    return replace(table, columns=replace(table.columns, degrees=False))
