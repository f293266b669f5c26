"""Charisma lines, as Petrel writes 3-D horizons and fault sticks: ``INLINE- 1010 XLINE- 1020 x y z name stick``."""

import re

import numpy as np

from napari_geofm.errors import FormatError
from napari_geofm.io.interpretations.raw_table import RawTable
from napari_geofm.io.interpretations.text import Rows

__all__ = ["is_charisma", "read_charisma"]

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_LINE = re.compile(
    rf"^\s*INLINE\s*[:-]?\s*(?P<inline>{_NUMBER})\s+XLINE\s*[:-]?\s*(?P<crossline>{_NUMBER})"
    rf"\s+(?P<x>{_NUMBER})\s+(?P<y>{_NUMBER})\s+(?P<z>{_NUMBER})(?P<rest>.*)$",
    re.IGNORECASE,
)
_STICK = re.compile(r"^\s*(?P<name>.*?)\s+(?P<stick>\d+)\s*$")


def is_charisma(line: str) -> bool:
    """Return whether a line is one of Charisma's."""
    return re.match(r"\s*INLINE\s*[:-]?\s*[-\d]", line, re.IGNORECASE) is not None and "XLINE" in line.upper()


def read_charisma(source: str, rows: Rows) -> RawTable:
    """Read horizons, or fault sticks where a stick's number ends the lines.

    Raises
    ------
    FormatError
        When a line has another form; it is named.
    """
    values = np.empty((len(rows.texts), 6))
    names = []
    sticks = True
    for place, (number, text) in enumerate(zip(rows.numbers, rows.texts, strict=True)):
        match = _LINE.match(text)
        if match is None:
            raise FormatError(
                f"{source} line {number} is not 'INLINE- n XLINE- n x y z', as those before; mend or delete it"
            )
        values[place, :5] = [float(match.group(role)) for role in ("inline", "crossline", "x", "y", "z")]
        ending = _STICK.match(match.group("rest"))
        values[place, 5] = float(ending.group("stick")) if ending else np.nan
        sticks &= ending is not None
        names.append(ending.group("name") if ending else match.group("rest").strip())
    roles = ("inline", "crossline", "x", "y", "z", "stick")
    kind = "fault" if sticks else "horizon"
    words = "Charisma fault sticks" if sticks else "Charisma horizon"
    named = np.array(names) if any(names) else None
    columns = 6 if sticks else 5
    return RawTable(source, words, values[:, :columns], roles[:columns], named, kind=kind)
