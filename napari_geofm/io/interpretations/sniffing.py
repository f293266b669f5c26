"""Which format a file of picks has, by its content; its ending is not asked."""

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError
from napari_geofm.io.interpretations.charisma import is_charisma, read_charisma
from napari_geofm.io.interpretations.grids import read_cps3_grid, read_irap_grid
from napari_geofm.io.interpretations.header import header_of
from napari_geofm.io.interpretations.raw_table import RawGrid, RawTable
from napari_geofm.io.interpretations.text import (
    Rows,
    is_number,
    name_of,
    parsed,
    rows_of,
    separator_of,
    with_gaps_filled,
)

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
        if not start:
            raise FormatError(f"{source} has a header and no picks below it; export the picks anew")
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
    separator = separator_of(rows.texts[0])
    cells = with_gaps_filled(rows.texts[0]).split(separator)
    known = None if roles is None else (*roles, *[""] * len(cells))[: len(cells)]
    # A line or fault may be called 31, and is a name nonetheless.
    named = {place for place in range(len(cells)) if known is not None and known[place] in _NAMING}
    numeric = tuple(n for n, cell in enumerate(cells) if is_number(cell.replace(",", ".")) and n not in named)
    worded = [place for place in range(len(cells)) if place not in numeric]
    if known is None and separator is None:
        # "Top A" at a line's end is one name.
        worded = [place for place in worded if place - 1 not in worded or max(numeric, default=0) > place]
    columns = [(place, _column_of_names(rows.texts, separator, place, rest=place == worded[-1])) for place in worded]
    rings = None
    if known is None:
        names = columns[0][1] if columns else None
        lines = names if columns and columns[0][0] == 0 else None
        after = columns[1][1] if len(columns) > 1 else None
    else:
        names, lines, rings = (
            next((each for place, each in columns if known[place] == role), None) for role in _NAMING
        )
        if names is None and rings is not None and not any(map(is_number, rings)):
            # Where nothing else is a name, polygons called "salt" are of that class; numbers only tell them apart.
            names = rings
        after = None
    values = parsed(source, rows, numeric if columns else None)
    segments = np.array(rows.segments, np.int64)
    ends = np.all(values[:, :3] == _SEPARATOR, axis=1)
    # IRAP ends each line of points with 999 999 999.
    values, segments = values[~ends], (segments + np.cumsum(ends))[~ends]
    names, lines, after, rings = (None if each is None else each[~ends] for each in (names, lines, after, rings))
    return RawTable(
        source,
        words,
        values,
        None if known is None else tuple(known[place] for place in numeric),
        names,
        segments if len(segments) and segments[-1] > segments[0] else None,
        z_unit,
        lines=lines,
        words_after=after,
        rings=rings,
    )


_NAMING = ("name", "line", "polygon")


def _column_of_names(texts: list[str], separator: str | None, place: int, *, rest: bool) -> NDArray[np.str_]:
    """Return the words of a column; the last one between blanks takes the ``rest`` of a row, if that is no number."""
    rest = rest and separator is None and not any(is_number(word) for word in texts[0].split()[place + 1 :])
    found = []
    for text in texts:
        words = text.split(separator, place) if rest else text.split(separator)
        found.append(name_of(words[place]) if place < len(words) else "")
    return np.array(found)
