"""Class tables on disk: names and colours of the classes, as CSV or JSON."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from napari_geofm.core.classes import PALETTE, ClassInfo, ClassTable
from napari_geofm.errors import FormatError, LabelError, SourceError
from napari_geofm.io.atomic import replacing

__all__ = ["read_class_table", "read_table_rows", "table_of_rows", "write_class_table"]

_Rows = list[dict[str, object]]

_COLOUR = re.compile(r"#?([0-9a-fA-F]{6})")
_TRIPLE = re.compile(r"(\d{1,3})[ ,;]+(\d{1,3})[ ,;]+(\d{1,3})")


def read_class_table(path: Path | str) -> ClassTable:
    """Read names and colours of classes.

    Parameters
    ----------
    path
        ``.csv`` with a header line ``name,colour`` (``color`` will do; ``number`` optional), or ``.json`` with a list
        of objects of those keys, or of names. Without ``number``, classes are numbered from 0 in the order of the file.
        Colours are ``#rrggbb`` or ``"r,g,b"``; missing ones come from the palette.

    Returns
    -------
    ClassTable

    Raises
    ------
    SourceError, FormatError
        When there is no such file, or it is no table.
    LabelError
        When a name is missing or occurs twice, a colour is none, or the numbers are not 0, 1, 2, ...
    """
    file = Path(path)
    rows = _json_rows(file) if file.suffix.lower() == ".json" else cast("_Rows", read_table_rows(file, ("name",)))
    return table_of_rows(rows, file)


def table_of_rows(rows: Sequence[Mapping[str, object]], file: Path) -> ClassTable:
    """Return the classes of rows with the keys of :func:`read_class_table`; ``file`` is named where they are wrong.

    Raises
    ------
    LabelError
        As there.
    """
    if not rows:
        msg = f"{file.name} names no class; write a line 'name,colour' and then one line per class"
        raise LabelError(msg)
    entries = [_entry(file, place, row) for place, row in enumerate(rows)]
    numbers = sorted(number for number, _ in entries)
    if numbers != list(range(len(entries))):
        found = ", ".join(map(str, numbers))[:80]
        msg = f"{file.name}: class numbers are {found}; number the classes 0, 1, 2, ... without gaps"
        raise LabelError(msg)
    return ClassTable(tuple(info for _, info in sorted(entries, key=lambda entry: entry[0])))


def write_class_table(classes: ClassTable, path: Path | str, *, overwrite: bool = False) -> None:
    """Write ``number,name,colour`` lines, as CSV or, by the ending, JSON.

    Raises
    ------
    OutputError
        When the file exists and ``overwrite`` is false, or cannot be written.
    """
    rows = [{"number": number, "name": info.name, "colour": info.colour} for number, info in enumerate(classes)]
    with replacing(path, overwrite=overwrite) as temporary:
        if temporary.suffix.lower() == ".json":
            temporary.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            return
        with temporary.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, ("number", "name", "colour"), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def read_table_rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Return the lines of a CSV file with a header; keys in lower case, blanks stripped, empty lines left out.

    Raises
    ------
    SourceError
        When there is no such file.
    FormatError
        When it is no text, or lacks one of ``columns``.
    """
    if not path.is_file():
        msg = f"No file {path}; check the path"
        raise SourceError(msg)
    try:
        text = path.read_text(encoding="utf-8-sig")
        lines = list(csv.reader(io.StringIO(text), strict=True))
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        msg = f"{path.name} is no CSV table in UTF-8; write the columns {', '.join(columns)} with commas"
        raise FormatError(msg) from error
    filled = [[cell.strip() for cell in line] for line in lines if any(cell.strip() for cell in line)]
    header = [cell.lower() for cell in filled[0]] if filled else []
    missing = [name for name in columns if name not in header]
    if missing:
        found = ", ".join(header)[:80] or "nothing"
        msg = f"{path.name} has no column '{missing[0]}' (its first line is: {found}); start with {','.join(columns)}"
        raise FormatError(msg)
    width = len(header)
    long = next((line for line in filled[1:] if len(line) > width), None)
    if long is not None:
        shown = ",".join(long)[:60]
        msg = f"{path.name}: line '{shown}' has {len(long)} cells, the header {width}; quote cells with commas"
        raise FormatError(msg)
    return [dict(zip(header, line + [""] * (width - len(line)), strict=True)) for line in filled[1:]]


def _json_rows(path: Path) -> _Rows:
    if not path.is_file():
        msg = f"No file {path}; check the path"
        raise SourceError(msg)
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError, OSError) as error:
        msg = f"{path.name} is no JSON; write a list of objects with 'name' and 'colour'"
        raise FormatError(msg) from error
    if not isinstance(content, list) or not all(isinstance(row, dict | str) for row in content):
        msg = f"{path.name} is no list of classes; write a list of objects with 'name' and 'colour'"
        raise FormatError(msg)
    return [{"name": row} if isinstance(row, str) else {str(key).lower(): row[key] for key in row} for row in content]


def _entry(path: Path, place: int, row: Mapping[str, object]) -> tuple[int, ClassInfo]:
    name = str(row.get("name") or "").strip()
    if not name:
        msg = f"{path.name}: class {place} has no name; give each class one"
        raise LabelError(msg)
    number = row.get("number")
    if number is None or number == "":
        position = place
    elif str(number).isdecimal():
        position = int(str(number))
    else:
        msg = f"{path.name}: '{number}' is no class number; number the classes 0, 1, 2, ..."
        raise LabelError(msg)
    written = row.get("colour") or row.get("color") or ""
    return position, ClassInfo(name, _colour(path, written, position))


def _colour(path: Path, written: object, number: int) -> str:
    """Return ``#rrggbb`` for what people write."""
    if not written:
        return PALETTE[number % len(PALETTE)]
    text = ",".join(map(str, written)) if isinstance(written, list) else str(written).strip()
    plain = _COLOUR.fullmatch(text)
    if plain:
        return f"#{plain[1].lower()}"
    triple = _TRIPLE.fullmatch(text)
    if triple and all(int(part) <= 255 for part in triple.groups()):
        return "#" + "".join(f"{int(part):02x}" for part in triple.groups())
    msg = f"{path.name}: '{text[:40]}' is no colour; write #rrggbb or \"r,g,b\" with 0 to 255"
    raise LabelError(msg)
