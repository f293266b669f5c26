"""Which format a file of picks has, by its content; its ending is not asked."""

import numpy as np

from napari_geofm.errors import FormatError
from napari_geofm.io.interpretations.charisma import is_charisma, read_charisma
from napari_geofm.io.interpretations.grids import read_cps3_grid, read_irap_grid
from napari_geofm.io.interpretations.header import header_of
from napari_geofm.io.interpretations.raw_table import RawGrid, RawTable
from napari_geofm.io.interpretations.text import Rows, is_number, parsed, rows_of, separator_of

__all__ = ["read_raw"]

_SEPARATOR = 999.0


def read_raw(source: str, lines: list[str]) -> RawTable | RawGrid:
    """Read picks of whatever format.

    Parameters
    ----------
    source
        The file's name.
    lines
        Its lines.

    Raises
    ------
    FormatError
        When it is of no known format, or a line is malformed; that line is named.
    """
    start = next((line.strip() for line in lines if line.strip() and not line.strip().startswith(("#", "!"))), "")
    if start.split()[:1] == ["-996"]:
        return read_irap_grid(source, [line for line in lines if line.strip()])
    if start[:6].upper() == "FSASCI":
        return read_cps3_grid(source, lines)
    if is_charisma(start):
        return read_charisma(source, rows_of(lines))
    if start[:6].upper() == "FFASCI":
        body = [line for line in lines if not line.strip().upper().startswith("FF")]
        # Kept at their places, so that messages name the file's own lines.
        gap = len(lines) - len(body)
        rows = rows_of(["#"] * gap + body)
        return _table(source, rows, "CPS-3 lines", ("x", "y", "z"), "")
    header = header_of(lines)
    if header.first >= len(lines):
        raise FormatError(
            f"{source} is of no known format; horizons and faults are read as OpendTect, Petrel, Charisma, IRAP, CPS-3 "
            "or columns of numbers"
        )
    rows = rows_of(lines, header.first)
    return _table(source, rows, _format(lines[: header.first], header.roles), header.roles, header.z_unit)


def _format(head: list[str], roles: tuple[str, ...] | None) -> str:
    text = "\n".join(head).lower()
    if "petrel" in text or "begin header" in text:
        return "Petrel points"
    if "# type: scattered data" in text or "# field:" in text:
        return "EarthVision points"
    if any(line.strip().startswith("# 1:") for line in head) or "opendtect" in text:
        return "OpendTect ASCII"
    return "columns with titles" if roles is not None else "columns of numbers"


def _table(source: str, rows: Rows, words: str, roles: tuple[str, ...] | None, z_unit: str) -> RawTable:
    """Read rows of numbers, among which there may be columns of names."""
    if not rows.texts:
        raise FormatError(f"{source} holds no row of numbers; export the picks anew")
    first = rows.texts[0]
    cells = first.split(separator_of(first))
    numeric = tuple(place for place, cell in enumerate(cells) if is_number(cell.replace(",", ".")))
    texts = [place for place in range(len(cells)) if place not in numeric]
    known = None if roles is None else (*roles, *[""] * len(cells))[: len(cells)]
    named = next((place for place in texts if known is None or known[place] == "name"), None)
    names = None
    if named is not None:
        separator = separator_of(first)
        names = np.array([(text.split(separator) + [""] * len(cells))[named].strip(" \"'") for text in rows.texts])
    values = parsed(source, rows, numeric if texts else None)
    segments = np.array(rows.segments, np.int64)
    values, segments, names = _without_separators(values, segments, names)
    return RawTable(
        source,
        words,
        values,
        None if known is None else tuple(known[place] for place in numeric),
        names,
        segments if len(segments) and segments[-1] > segments[0] else None,
        z_unit,
    )


def _without_separators(values: np.ndarray, segments: np.ndarray, names: np.ndarray | None) -> tuple:  # type: ignore[type-arg]
    """Take out IRAP's lines of 999 999 999, each of which ends a line of points."""
    ends = np.all(values[:, :3] == _SEPARATOR, axis=1)
    if not ends.any():
        return values, segments, names
    segments = segments + np.cumsum(ends)
    return values[~ends], segments[~ends], None if names is None else names[~ends]
