"""The text header: 40 lines of 80 characters in EBCDIC or ASCII."""

from collections.abc import Sequence
from functools import cache

from napari_geofm.errors import UsageError

__all__ = ["TEXT_BYTES", "decode_text", "encoding_of", "fill_blank_lines"]

TEXT_BYTES = 3200
"""Size of the text header and of each extension."""

_COLUMNS = 80
_LABEL = 4
"""Columns of ``C12 `` at the beginning of each line."""


def encoding_of(raw: bytes) -> str | None:
    """Return ``"cp037"`` (EBCDIC) or ``"latin-1"`` (ASCII and what grew from it), or None where it is no text."""
    best, share = None, 0.6
    for encoding in ("cp037", "latin-1"):
        found = _readable(raw, encoding)
        if found > share:
            best, share = encoding, found
    return best


def _readable(raw: bytes, encoding: str) -> float:
    """Return the share of characters that people write; blanks by NUL count, as some writers leave them."""
    if not any(raw):
        return 0.0
    return 1.0 - len(raw.translate(None, _common(encoding))) / len(raw)


@cache
def _common(encoding: str) -> bytes:
    """Return the bytes that stand for what people write."""
    chars = ((each, bytes([each]).decode(encoding)) for each in range(256))
    return bytes(
        each for each, char in chars if char.isascii() and (char.isalnum() or char in " \0.,:;-+/()=_'\"#*&%<>\r\n\t")
    )


def decode_text(raw: bytes) -> str:
    """Return a text header as 40 lines; characters that cannot be shown become blanks."""
    text = raw.decode(encoding_of(raw) or "latin-1")
    shown = "".join(char if char.isprintable() else " " for char in text)
    lines = (shown[start : start + _COLUMNS].rstrip() for start in range(0, len(shown), _COLUMNS))
    return "\n".join(lines)


def fill_blank_lines(raw: bytes, lines: Sequence[str]) -> bytes:
    """Write ``lines`` into blank lines of a text header, from the top, and change nothing else.

    A line is blank when nothing follows its label (``C12``). Characters that the header's encoding lacks become
    question marks; lines are cut at 76 characters.

    Raises
    ------
    UsageError
        When the header is no text or has too few blank lines.
    """
    encoding = encoding_of(raw)
    if encoding is None:
        raise UsageError("--describe: the input's text header is neither EBCDIC nor ASCII; leave --describe out")
    blank = [start for start in range(0, len(raw), _COLUMNS) if _is_blank(raw[start : start + _COLUMNS], encoding)]
    if len(lines) > len(blank):
        raise UsageError(
            f"--describe needs {len(lines)} blank lines in the text header and {len(blank)} are blank; "
            "leave --describe out (the sidecar .json says the same)"
        )
    filled = bytearray(raw)
    for start, line in zip(blank, lines, strict=False):
        words = " ".join(line.split())[: _COLUMNS - _LABEL]
        filled[start + _LABEL : start + _LABEL + len(words)] = words.encode(encoding, "replace")
    return bytes(filled)


def _is_blank(raw: bytes, encoding: str) -> bool:
    text = raw.decode(encoding).replace("\0", " ")
    label = text[:_LABEL].strip()
    return not text[_LABEL:].strip() and (
        not label or (label[0] in "Cc" and label[1:].strip().isdecimal()) or label in "Cc"
    )
