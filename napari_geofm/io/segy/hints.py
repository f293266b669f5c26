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
    ("x", rf"(?:{_OWNER}?(?:X[ _-]?COORD?[A-Z]*|EASTINGS?)|{_OWNER}(?:UTM[ _-]?)?X\b)"),
    ("y", rf"(?:{_OWNER}?(?:Y[ _-]?COORD?[A-Z]*|NORTHINGS?)|{_OWNER}(?:UTM[ _-]?)?Y\b)"),
    ("cdp", r"(?:CDP|CMP|ENSEMBLE)(?![A-Z_-])"),
    ("offset", r"OFFSET(?![A-Z])"),
)
_RANGE = r"(?P<{0}>\d{{1,3}})(?!\d|\.\d| ?\.\.)(?: ?(?:-|TO) ?(?P<{0}_end>\d{{1,3}})\b)?"
_END = r"(?= |$|[,;)|])(?! ?(?:TO|-)\b)"
_TOKENS = re.compile(
    r"(?P<byte>\(?\b(?:BYTES?|LOCATION|LOC\.?)(?: LOC\w*)?[ :=(#]*" + _RANGE.format("first") + r"\)?)|"
    + "|".join(rf"(?<![A-Z])(?P<{role}>{name})" for role, name in _NAMES)
    + r"|(?P<sized>\b(?P<size_first>\d{1,3}) +[24][ -]?BYTES?\b)"
    + r"|(?P<bare>(?:[:=(]|\bAT\b) ?" + _RANGE.format("number") + _END + r")"
    + r"|(?P<plain>(?<= )" + _RANGE.format("alone") + _END + r")"
)  # fmt: skip
_WORDS = r"3D|NUMBERS?|NO|NUM|LINE|IN|IS|AT|OF|STORED|AS|LOCATED|WRITTEN|[24][ -]?BYTES?|INTEGERS?|INT|TRACE|HEADERS?"
_BETWEEN = re.compile(rf"[ :=,.#(_\-]*(?:(?:{_WORDS})[ :=,.#(_\-]*)*")
_NUMBER = re.compile(r"[ _]*(?:NUMBERS?|NO\.?|NUM\.?)? *")
_PAIRS = tuple(
    (re.compile(rf"\b(?:{names})[ :=]*BYTES?[ :=]*(\d{{1,3}}) ?[/,] ?(\d{{1,3}})\b"), roles)
    for names, roles in (
        (r"(?:I|IL|IN-?LINE)/(?:X|XL|X-?LINE|CROSS-?LINE)", ("inline", "crossline")),
        (r"X/Y", ("x", "y")),
    )
)
"""``I/X BYTES: 9 / 21``, as OpendTect writes it."""
_AFTER = re.compile(r"[ :=,.)\-]*(?:(?:3D|IS|ARE|THE|HOLDS?)[ :=]*)*")
_STARTS = frozenset((*range(1, 29, 4), 37, *range(41, 69, 4), 73, 77, 81, 85, *range(181, 238, 4)))
"""Where the standard's 4-byte numbers begin, and those of the part that is left to everybody's own use."""

_STANDARD = frozenset((181, 185, 189, 193))
"""Where the standard has X, Y, inline and crossline."""


def named_bytes(text: str) -> Hints:
    """Return the bytes of the trace header that a text header names.

    A number counts where the word "byte" stands before it, or its size after it (``IN-LINE 9 4 BYTE``); without these,
    where it follows a name and a sign (``CDP X: 181``, ``IL (189)``) and a number of the trace header begins there, or
    where it is a range of four bytes (``INLINE NUMBER 9- 12``) or one of the standard's own four. What is found is a
    hint: the headers decide.

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
    for words, roles in _PAIRS:
        if both := words.search(line):
            return [(role, int(number)) for role, number in zip(roles, both.groups(), strict=True)]
    tokens = [each for each in _TOKENS.finditer(line) if each["plain"] is None or _is_place(each)]
    bytes_first = bool(tokens) and tokens[0]["byte"] is not None
    pairs: list[tuple[str, int]] = []
    for first, second in pairwise(tokens):
        name, number = (second, first) if bytes_first else (first, second)
        if name.lastgroup not in ROLES:
            continue
        joint = line[first.end() : second.start()]
        if number["byte"] is not None and (_AFTER if bytes_first else _BETWEEN).fullmatch(joint):
            pairs.append((name.lastgroup, int(number["first"])))
        elif not bytes_first and _NUMBER.fullmatch(joint) and number.lastgroup in {"sized", "bare", "plain"}:
            byte = int(number["size_first"] or number["number"] or number["alone"])
            if number["bare"] is None or (byte in _STARTS and _spans(byte, number["number_end"]) in {0, 1, 3, 4}):
                pairs.append((name.lastgroup, byte))
    return pairs


def _is_place(token: re.Match[str]) -> bool:
    """Return whether a number that only a blank parts from a name may be a place in the header."""
    first = int(token["alone"])
    return _spans(first, token["alone_end"]) == 3 if token["alone_end"] else first in _STANDARD


def _spans(first: int, last: str | None) -> int:
    return int(last) - first if last else 0
