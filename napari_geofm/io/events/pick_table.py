"""A table of picks: which column is what."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from napari_geofm.core.utc import is_clock
from napari_geofm.errors import FormatError

__all__ = ["RawPick", "table_of"]


@dataclass(frozen=True, slots=True)
class RawPick:
    """A pick as a file has it: a channel or a distance, and a sample, s from the start or a date."""

    channel: float | None = None
    distance: float | None = None
    sample: float | None = None
    seconds: float | None = None
    utc: str = ""
    name: str = ""
    event: str = ""
    error: float | None = None


_WORDS = {
    "utc": {"utc", "datetime"},
    "date": {"date", "day"},
    "error": {"error", "uncertainty", "sigma", "std"},
    "sample": {"sample", "samples"},
    "channel": {"channel", "channels", "ch", "trace", "chan"},
    "distance": {"distance", "offset"},
    "event": {"event"},
    "name": {"class", "phase", "name", "label"},
    "seconds": {"time", "onset", "seconds", "arrival", "pick", "t"},
}
"""Words in a column's name that say what it is; the first that fits counts."""

_PHASES = {"p": "P", "s": "S"}


def table_of(file: Path) -> list[RawPick]:
    """Return the picks of a table; lines without a number in the columns that matter are left out.

    Raises
    ------
    FormatError
        When it has no columns for a place and a time, or is no text.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = [row for row in csv.reader(stream, dialect=_dialect(file)) if any(cell.strip() for cell in row)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise FormatError(f"{file.name} is no table of picks ({error}); write channel,sample lines") from error
    if not rows:
        return []
    headless = all(_number(cell) is not None for cell in rows[0])
    columns = {"channel": 0, "sample": 1} if headless and len(rows[0]) >= 2 else _columns(rows[0])
    if not ({"channel", "distance"} & set(columns) and {"sample", "seconds", "utc", "date"} & set(columns)):
        msg = (
            f"{file.name} has columns {', '.join(rows[0])[:100]}; picks need channel or distance, and sample, time "
            "(in s) or utc"
        )
        raise FormatError(msg)
    phase = "" if headless else _phase(rows[0], columns)
    units = 1e-3 if not headless and "seconds" in columns and "ms" in _parts(rows[0][columns["seconds"]]) else 1.0
    found = [_pick(row, columns, phase, units) for row in (rows if headless else rows[1:])]
    return [pick for pick in found if pick is not None]


def _dialect(file: Path) -> type[csv.Dialect] | str:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        head = stream.read(8192)
    try:
        return csv.Sniffer().sniff(head, ",;\t ")
    except csv.Error:
        return "excel"


def _columns(header: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, cell in enumerate(header):
        words = _parts(cell)
        meaning = next((name for name, known in _WORDS.items() if known & words), "")
        # A column beside it that says more: "first_channel" is not the channel of a pick.
        if meaning and meaning not in found and not words & {"first", "last", "residual"}:
            found[meaning] = number
    return found


def _phase(header: list[str], columns: Mapping[str, int]) -> str:
    """Return the phase that the column of times names, as ``p_sample`` does."""
    for meaning in ("sample", "seconds", "utc"):
        if meaning in columns:
            words = _parts(header[columns[meaning]])
            said = next((_PHASES[word] for word in words if word in _PHASES), "")
            # A trailing "s" is the unit.
            alone = words - {"s", "ms"} if meaning == "seconds" else words
            return said if said != "S" or "s" in alone else ""
    return ""


def _pick(row: list[str], columns: Mapping[str, int], phase: str, units: float) -> RawPick | None:
    def cell(name: str) -> str:
        number = columns.get(name, len(row))
        return row[number].strip() if number < len(row) else ""

    place = {name: _number(cell(name)) for name in ("channel", "distance")}
    sample, seconds = _number(cell("sample")), _number(cell("seconds"))
    utc = _moment(cell("date"), cell("utc") or (cell("seconds") if seconds is None else ""), alone=seconds is None)
    if place["channel"] is None and place["distance"] is None:
        return None
    if sample is None and seconds is None and not utc:
        return None
    # Where both are given the channel counts: distances may be of another fibre's start.
    distance = place["distance"] if place["channel"] is None else None
    passed = None if seconds is None else seconds * units
    name = cell("name") or phase
    return RawPick(place["channel"], distance, sample, passed, utc, name, cell("event"), _number(cell("error")))


def _moment(date: str, time: str, *, alone: bool) -> str:
    """Return a date and a time as one, as far as they are given; ``alone``: no other column says when.

    >>> _moment("2024/03/05", "6:07:08.5Z", alone=True), _moment("20240305", "", alone=False)
    ('2024-03-05T06:07:08.5', '')
    """
    clock = time.removesuffix("Z")
    day = re.sub(r"^(\d{4})[/.-]?(\d{2})[/.-]?(\d{2})(?!\d)", r"\1-\2-\3", date)
    if not day:
        return clock if is_clock(clock) else time
    if is_clock(clock):
        return f"{day}T{clock if clock[1:2] != ':' else f'0{clock}'}"
    # A date alone says when only where nothing else does: a column of seconds counts from the recording's start.
    whole = len(day) > len("2024-03-05")
    return time or (day if whole or alone else "")


def _parts(cell: str) -> set[str]:
    return set(re.split(r"[^a-z0-9]+", cell.strip().lower()))


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None
