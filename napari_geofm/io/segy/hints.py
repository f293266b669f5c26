"""What a text header says of the trace headers: ``INLINE BYTES 9-12``, ``CDP X: 181``, ``BYTE 21 = CROSSLINE``."""

import re
from itertools import pairwise

__all__ = ["ROLES", "Hints", "named_bytes"]

ROLES = ("inline", "crossline", "x", "y", "cdp", "offset")
"""What is looked for."""

Hints = dict[str, tuple[int, ...]]
"""For each role the first bytes that the text names for it, in the text's order; roles that it does not name are not
in it."""

_OWNER = r"(?:(?:CDP|ENSEMBLE|BIN|CMP)[ _-]?)"
_NAMES = (
    # A plural is a range of lines, no place in the header.
    ("crossline", r"(?:CROSS[ -]?LINE|X-?(?:IN)?LINE|XL|CRS?LINE)(?![A-Z])"),
    ("inline", r"(?:IN[ -]?LINE|I-?LINE|IL)(?![A-Z])"),
    ("x", rf"(?:{_OWNER}?(?:X[ _-]?COORD?[A-Z]*|EASTINGS?)|{_OWNER}X\b)"),
    ("y", rf"(?:{_OWNER}?(?:Y[ _-]?COORD?[A-Z]*|NORTHINGS?)|{_OWNER}Y\b)"),
    ("cdp", r"(?:CDP|CMP|ENSEMBLE)(?![A-Z_-])"),
    ("offset", r"OFFSET(?![A-Z])"),
)
_RANGE = r"(?P<{}>\d{{1,3}})(?!\d|\.\d| ?\.\.)(?: ?(?:-|TO) ?\d{{1,3}}\b)?"
_TOKENS = re.compile(
    r"(?P<byte>\(?\b(?:BYTES?|LOCATION|LOC\.?)(?: LOC\w*)?[ :=(#]*" + _RANGE.format("first") + r"\)?)|"
    + "|".join(rf"(?<![A-Z])(?P<{role}>{name})" for role, name in _NAMES)
    + r"|(?P<bare>[:=] ?" + _RANGE.format("number") + r"(?= |$|[,;)]))"
)  # fmt: skip
_BETWEEN = re.compile(r"[ :=,.#(\-]*(?:(?:3D|NUMBERS?|NO|NUM|LINE|IN|IS|AT|OF)[ :=,.#(\-]*)*")
_AFTER = re.compile(r"[ :=,.)\-]*(?:(?:3D|IS|ARE|THE|HOLDS?)[ :=]*)*")
_STARTS = frozenset((*range(1, 29, 4), 37, *range(41, 69, 4), 73, 77, 81, 85, *range(181, 238, 4)))
"""Where the standard's 4-byte numbers begin, and those of the part that is left to everybody's own use."""


def named_bytes(text: str) -> Hints:
    """Return the bytes of the trace header that a text header names.

    A number counts where the word "byte" stands before it; without it, where it follows a name and a sign
    (``CDP X: 181``) and a number of the trace header begins there. What is found is a hint: the headers decide.

    Parameters
    ----------
    text
        Lines, as :func:`~napari_geofm.io.segy.text.decode_text` returns them.

    Examples
    --------
    >>> named_bytes("C12 INLINE BYTES 9-12, XLINE BYTES 21-24")
    {'inline': (9,), 'crossline': (21,)}
    >>> named_bytes("C03 BYTE 181 = CDP X   BYTE 185 = CDP Y")
    {'x': (181,), 'y': (185,)}
    >>> named_bytes("C05 INLINES: 111 .. 133")
    {}
    """
    found: dict[str, list[int]] = {}
    for line in text.upper().split("\n"):
        for role, byte in _of_line(re.sub(r"^C ?\d{1,2}\b", "", " ".join(line.split()))):
            numbers = found.setdefault(role, [])
            if byte not in numbers and 1 <= byte <= 237:
                numbers.append(byte)
    return {role: tuple(found[role]) for role in ROLES if found.get(role)}


def _of_line(line: str) -> list[tuple[str, int]]:
    """Return the pairs of role and byte of a line: bytes follow their names, or names their bytes."""
    tokens = list(_TOKENS.finditer(line))
    bytes_first = bool(tokens) and tokens[0]["byte"] is not None
    pairs: list[tuple[str, int]] = []
    for first, second in pairwise(tokens):
        name, number = (second, first) if bytes_first else (first, second)
        if name.lastgroup not in ROLES:
            continue
        joint = line[first.end() : second.start()]
        if number["byte"] is not None and (_AFTER if bytes_first else _BETWEEN).fullmatch(joint):
            pairs.append((name.lastgroup, int(number["first"])))
        elif number["bare"] is not None and not bytes_first and not joint.strip() and int(number["number"]) in _STARTS:
            pairs.append((name.lastgroup, int(number["number"])))
    return pairs
