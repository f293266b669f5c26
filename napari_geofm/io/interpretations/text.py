"""Text files of picks: lines with their numbers, and rows of numbers in them."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, SourceError

__all__ = [
    "Rows",
    "held_together",
    "is_number",
    "name_of",
    "parsed",
    "read_lines",
    "rows_of",
    "separator_of",
    "with_gaps_filled",
    "words_of",
]

_COMMENTS = ("#", "!", "//", "*")
_BREAKS = ("->", ">", "EOD", "END")
_QUOTED = re.compile(r'"([^"]*)"')
_HELD = str.maketrans(" \t,;", "\ue000\ue000\ue001\ue002")
_FREED = str.maketrans("\ue000\ue001\ue002", " ,;")
"""Blanks and separators within quotes, held by signs of no alphabet while a row is cut into words."""

_NO_VALUE = re.compile(r"(?<![^\s,;])(?:-+|\*+|udf|undef|undefined|null|none|n/a)(?![^\s,;])", re.IGNORECASE)
_EMPTY_CELL = re.compile(r"(?<=[,;])\s*(?=[,;]|$)")
_WORD = re.compile(r'"[^"]*"|\'[^\']*\'|[^\s,;]+')


@dataclass(frozen=True, slots=True)
class Rows:
    """Lines that hold data.

    Attributes
    ----------
    texts
        The lines.
    numbers
        Their numbers in the file, from 1.
    segments
        Number of the stretch between separators (empty lines, ``->``, ``>``) in which each lies.
    """

    texts: list[str]
    numbers: list[int]
    segments: list[int]


def read_lines(path: Path) -> list[str]:
    """Return a text file's lines.

    Raises
    ------
    SourceError
        When it is not there or cannot be read.
    FormatError
        When it is empty or no text.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise SourceError(f"Cannot read {path}: {reason}; check the path and its permissions") from error
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FormatError(f"{path.name} is no text; horizons, faults and polygons are read from text files (ASCII)")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
    if not text.strip():
        raise FormatError(f"{path.name} is empty; export the picks anew")
    return text.splitlines()


def rows_of(lines: list[str], first: int = 0) -> Rows:
    """Return the lines that hold data from position ``first`` on; comments are left out, separators counted."""
    texts: list[str] = []
    numbers: list[int] = []
    segments: list[int] = []
    segment, fresh = 0, True
    for number, line in enumerate(lines[first:], start=first + 1):
        text = held_together(line.strip())
        if not text or text.startswith(_BREAKS):
            # Several separators in a row are one.
            segment += not fresh
            fresh = True
        elif not text.startswith(_COMMENTS):
            texts.append(text)
            numbers.append(number)
            segments.append(segment)
            fresh = False
    return Rows(texts, numbers, segments)


def held_together(text: str) -> str:
    """Return a row whose quoted words are cut nowhere, without the quotes; :func:`name_of` gives them back."""
    if '"' not in text:
        return text
    return _QUOTED.sub(lambda found: found.group(1).strip().translate(_HELD) or "-", text)


def name_of(word: str) -> str:
    """Return a word of a row as it stood in the file, without quotes."""
    return word.translate(_FREED).strip(" \"'")


def with_gaps_filled(text: str) -> str:
    """Return a row in which 1e30 stands where another program wrote that there is no value.

    Examples
    --------
    >>> with_gaps_filled("L12 4300.0 6100.0 17 -"), with_gaps_filled("1010,2003,,undef")
    ('L12 4300.0 6100.0 17 1e30', '1010,2003,1e30,1e30')
    """
    return _EMPTY_CELL.sub("1e30", _NO_VALUE.sub("1e30", text))


def words_of(line: str) -> list[str]:
    """Return the words of a line; a unit in brackets stays with the word before it.

    Examples
    --------
    >>> words_of('"X" "Y" Z (ms)'), words_of("inline,crossline;twt[ms]")
    (['X', 'Y', 'Z (ms)'], ['inline', 'crossline', 'twt[ms]'])
    """
    found: list[str] = []
    for word in _WORD.findall(line):
        bare = word.strip("\"'")
        if bare.startswith(("(", "[")) and found:
            found[-1] += f" {bare}"
        else:
            found.append(bare)
    return found


def is_number(word: str) -> bool:
    """Return whether a word is a number."""
    try:
        float(word)
    except ValueError:
        return False
    return True


def separator_of(line: str) -> str | None:
    """Return what separates the words of a line: ``;``, ``,``, or None for blanks.

    Examples
    --------
    >>> separator_of("1010,2003,100.5"), separator_of("1010;2003;100,5"), separator_of("1010 2003 100,5")
    (',', ';', None)
    """
    if ";" in line or "," not in line:
        return ";" if ";" in line else None
    # Blanks between numbers: then the commas are decimal ones.
    parts = (cell.split()[-2:] for cell in line.split(","))
    return None if any(len(part) == 2 and all(map(is_number, part)) for part in parts) else ","


def parsed(source: str, rows: Rows, columns: tuple[int, ...] | None = None) -> NDArray[np.float64]:
    """Return rows of numbers.

    Parameters
    ----------
    source
        The file's name, for messages.
    rows
        The lines.
    columns
        Which words are read; None: all.

    Returns
    -------
    ndarray of float64, shape ``(rows, columns)``

    Raises
    ------
    FormatError
        When a line has too few words, or a word that is no number; the line is named.
    """
    if not rows.texts:
        raise FormatError(f"{source} holds no row of numbers; export the picks anew")
    separator = separator_of(rows.texts[0])
    texts = rows.texts
    if separator != "," and any("," in text for text in texts[:100]):
        # A decimal comma, as much of Europe writes it.
        texts = [text.replace(",", ".") for text in texts]
    for filled in (False, True):
        # Rows without a value are few: they are looked for when the numbers alone cannot be read.
        texts = [with_gaps_filled(text) for text in texts] if filled else texts
        try:
            return np.loadtxt(texts, np.float64, comments=None, delimiter=separator, usecols=columns, ndmin=2)
        except ValueError:
            continue
    raise _complaint(source, rows, texts, separator, columns)


def _complaint(
    source: str, rows: Rows, texts: list[str], separator: str | None, columns: tuple[int, ...] | None
) -> FormatError:
    """Return what is wrong with the first line that numpy could not read."""
    count = len(texts[0].split(separator))
    for number, text in zip(rows.numbers, texts, strict=True):
        words = text.split(separator)
        wanted = columns if columns is not None else tuple(range(count))
        short = max(wanted, default=0) >= len(words)
        if short or (columns is None and len(words) != count):
            return FormatError(
                f"{source} line {number} has {len(words)} columns, the first row {count}; mend or delete that line"
            )
        wrong = next((words[place].strip() for place in wanted if not is_number(words[place])), None)
        if wrong is not None:
            return FormatError(f"{source} line {number}: '{wrong[:30]}' is no number; mend or delete that line")
    return FormatError(f"{source} cannot be read as rows of numbers; export the picks anew")
