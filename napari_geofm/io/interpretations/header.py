"""What the first lines of a file of picks say about its columns."""

import re
from dataclasses import dataclass

from napari_geofm.io.interpretations.text import held_together, is_number, separator_of, with_gaps_filled, words_of

__all__ = ["Header", "header_of", "role_of", "unit_of"]

_ROLES = {
    "x": ("x", "easting", "east", "utmx", "cdpx", "xcoord", "xcoordinate", "coordx", "cdp_x"),
    "y": ("y", "northing", "north", "utmy", "cdpy", "ycoord", "ycoordinate", "coordy", "cdp_y"),
    "inline": ("inline", "iline", "il", "inl", "in-line", "inlinenumber", "inlinenr", "inlineno", "row"),
    "crossline": ("crossline", "xline", "xl", "crl", "cross-line", "trace", "crosslinenumber", "xlinenumber", "column"),
    "z": ("z", "twt", "time", "depth", "tvd", "tvdss", "t", "twttime", "twotime", "zvalue", "value"),
    "stick": ("stick", "stickindex", "stickid", "sticknr", "stickno", "segment", "sticknumber", "segmentid", "lineid"),
    "node": ("node", "nodeindex", "nodeid", "knot", "knotindex", "nodenumber"),
    "name": ("name", "fault", "faultname", "horizon", "horizonname", "class"),
    "polygon": ("polygon", "polygonid", "part", "ring"),
    "line": ("line", "linename", "2dline", "profile", "seismicline", "survey"),
    "cdp": ("cdp", "cmp", "trcnr", "tracenr", "tracenumber", "traceno", "cdpnumber", "cdpno", "cmpnumber", "trc"),
    "sp": ("sp", "shot", "shotpoint", "shotpointnr", "shotpointnumber", "spnr", "spno", "spnumber"),
}
_KNOWN = {word: role for role, words in _ROLES.items() for word in words}

_UNITS = {
    "ms": ("ms", "msec", "msecs", "milliseconds", "millisecond", "millisec"),
    "s": ("s", "sec", "secs", "seconds", "second"),
    "m": ("m", "meter", "meters", "metre", "metres"),
    "ft": ("ft", "feet", "foot", "usft", "ftus"),
}
_UNIT = {word: unit for unit, words in _UNITS.items() for word in words}

_NUMBERED = re.compile(r"^[#!]\s*(?:field:?\s*)?(\d+)\s*[:=\s]\s*([A-Za-z].*)$", re.IGNORECASE)
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself.

    Attributes
    ----------
    first
        Position of the line at which data begin.
    roles
        What each column is, ``""`` for what is passed over; None where the file does not say.
    z_unit
        Unit of times or depths, ``""`` where the file does not say.
    """

    first: int
    roles: tuple[str, ...] | None = None
    z_unit: str = ""


def role_of(word: str) -> str:
    """Return what a column of this name holds, ``""`` where it is not known.

    Examples
    --------
    >>> role_of("CDP_X"), role_of("Inline nr"), role_of("TWT (ms)"), role_of("confidence")
    ('x', 'inline', 'z', '')
    """
    bare = re.sub(r"[(\[].*", "", word).strip().lower()
    return _KNOWN.get(bare, _KNOWN.get(re.sub(r"[\s_.:-]", "", bare), ""))


def unit_of(word: str) -> str:
    """Return the unit that a column's name tells, ``""`` where it does not.

    Examples
    --------
    >>> unit_of("Z (ms)"), unit_of("z meters"), unit_of("depth[ft]"), unit_of("twt")
    ('ms', 'm', 'ft', '')
    """
    words = re.findall(r"[a-z]+", word.lower())
    return next((_UNIT[each] for each in words[1:] if each in _UNIT), "")


def header_of(lines: list[str]) -> Header:
    """Return what the lines before the first row of numbers say."""
    first = _first_row(lines)
    if first >= len(lines):
        return Header(first)
    count = len(_words(lines[first]))
    found = _numbered(lines[:first], count) or _listed(lines[:first], count) or _line(lines[:first], count)
    roles, titles = found if found is not None else (None, [])
    said = next((unit_of(title) for title in titles if role_of(title) == "z" and unit_of(title)), "")
    return Header(first, roles, said or _unit_line(lines[:first]))


def _words(line: str) -> list[str]:
    text = held_together(line.strip())
    return text.split(separator_of(text))


def _first_row(lines: list[str]) -> int:
    """Return the position of the first line with two numbers or more at its beginning, or beyond the end."""
    inside = False
    for place, line in enumerate(lines[:_LOOKED_AT]):
        text = line.strip()
        if text.upper().startswith("BEGIN HEADER"):
            inside = True
        elif text.upper().startswith("END HEADER"):
            inside = False
        words = words_of(text)
        numeric = sum(is_number(with_gaps_filled(word)) for word in words)
        some = any(is_number(word) for word in words)
        if not inside and text[:1] not in {"#", "!"} and some and numeric >= 2 and numeric * 2 >= len(words):
            return place
    return len(lines)


def _numbered(lines: list[str], count: int) -> tuple[tuple[str, ...], list[str]] | None:
    """Read ``# 1: Inline`` (OpendTect) and ``# Field: 1 x`` (EarthVision)."""
    found = {int(match.group(1)): match.group(2).strip() for line in lines if (match := _NUMBERED.match(line.strip()))}
    titles = [found.get(place, "") for place in range(1, count + 1)]
    roles = tuple(_short_role(title) for title in titles)
    return (roles, titles) if "z" in roles else None


def _short_role(title: str) -> str:
    # EarthVision's "z meters": the unit follows without brackets, and "column" and "row" are those of the program's
    # own grid, not of the survey.
    words = title.split()
    role = role_of(title) or (role_of(words[0]) if words else "")
    return "" if title.lower() in {"column", "row"} else role


def _listed(lines: list[str], count: int) -> tuple[tuple[str, ...], list[str]] | None:
    """Read Petrel's ``BEGIN HEADER``, a line for each column, ``END HEADER``."""
    texts = [line.strip() for line in lines]
    upper = [text.upper() for text in texts]
    if "BEGIN HEADER" not in upper or "END HEADER" not in upper:
        return None
    titles = texts[upper.index("BEGIN HEADER") + 1 : upper.index("END HEADER")][:count]
    # "FLOAT,TWT": attributes have a type before the name.
    titles = [title.rpartition(",")[2] for title in titles]
    roles = _first_of_each([role_of(title) for title in titles] + [""] * (count - len(titles)))
    return (roles, titles) if "z" in roles else None


def _line(lines: list[str], count: int) -> tuple[tuple[str, ...], list[str]] | None:
    """Read the last line of titles, a comment or not, that has as many words as there are columns."""
    for line in reversed(lines):
        titles = words_of(line.strip().lstrip("#!/ "))
        roles = _first_of_each([role_of(title) for title in titles])
        # A trace and a time are enough on a 2-D line.
        if len(titles) == count and "z" in roles and len([role for role in roles if role]) >= min(count, 3):
            return roles, titles
    return None


def _first_of_each(roles: list[str]) -> tuple[str, ...]:
    """Return roles, each once: of "Z" and "TWT" the first counts."""
    return tuple(role if role and role not in roles[:place] else "" for place, role in enumerate(roles))


def _unit_line(lines: list[str]) -> str:
    """Read ``# Z unit: ms`` and the like."""
    for line in lines:
        match = re.search(r"\b(?:z|time|depth|twt|vertical)[\s_-]*units?\s*[:=]\s*([a-z]+)", line, re.IGNORECASE)
        if match and match.group(1).lower() in _UNIT:
            return _UNIT[match.group(1).lower()]
    return ""
