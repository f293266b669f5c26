"""From rows of numbers to picks of a 2-D line: by trace number, shot point or map coordinates."""

import re
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, GeometryError
from napari_geofm.io.interpretations.placing import Placed, finished, stem_of, xy_outside
from napari_geofm.io.interpretations.raw_table import RawTable, is_undefined
from napari_geofm.io.interpretations.track import Track

__all__ = ["place_on_line"]

Floats = NDArray[np.float64]

_FITS = 0.5
"""Part of the rows that lie on the line where columns are what they are taken for."""

_WAYS = {"cdp": "trace", "sp": "shot point", "xy": "X and Y"}


@dataclass(frozen=True, slots=True)
class _Way:
    """One way in which rows are placed: trace numbers, NaN for rows off the line, and the part of rows on it."""

    name: str
    numbers: Floats
    share: float


def place_on_line(raw: RawTable, track: Track, *, z_unit: str = "", kind: str = "") -> Placed:
    """Return picks by trace number; of a file with several lines those of this one.

    Raises
    ------
    FormatError, GeometryError, UsageError
        When columns cannot be told, the format has no 2-D form, none of several lines is this one, nothing lies on the
        line, or times or depths are not the survey's.
    """
    known, guessed = _with_roles(raw, track)
    known, chosen = _of_this_line(known, track)
    ways = _ways(known, track)
    if not ways:
        raise GeometryError(_no_way(known, track))
    best = ways[0]
    notes = [note for note in (guessed, chosen) if note]
    other = next((way for way in ways if way.name == "xy" and way.share >= _FITS), None)
    if best.name != "xy" and other is not None and _apart(best.numbers, other.numbers) > 1.5:
        notes.append(f"{_WAYS[best.name]} numbers are not the headers': placed by X and Y")
        best = other
    if best.name != "cdp" and not any("placed by" in note for note in notes):
        notes.append(f"placed by {_WAYS[best.name]}")
    z = known.column("z")
    assert z is not None
    undefined = is_undefined(z) | ~_has_place(known, best.name)
    inside = np.isfinite(best.numbers) & ~undefined
    if not inside.any() and not undefined.all():
        raise GeometryError(_outside(known, track, best))
    return finished(known, best.numbers[:, None], inside, undefined, track, notes, z_unit=z_unit, kind=kind)


def _ways(known: RawTable, track: Track) -> list[_Way]:
    """Return the ways in which the rows can be placed, best first."""
    found = []
    cdp = known.column("cdp")
    if cdp is None and known.column("inline") is None:
        # "Trace" is a crossline in files of volumes.
        cdp = known.column("crossline")
    if cdp is not None:
        found.append(_way("cdp", np.where(track.inside(cdp) & ~is_undefined(cdp), cdp, np.nan)))
    shot = known.column("sp")
    if shot is not None and track.shots is not None:
        found.append(_way("sp", track.of_shots(np.where(is_undefined(shot), np.nan, shot))))
    x, y = known.column("x"), known.column("y")
    if x is not None and y is not None and track.positions is not None:
        found.append(
            _way("xy", track.of_xy(np.where(is_undefined(x), np.nan, x), np.where(is_undefined(y), np.nan, y)))
        )
    # The first that fits; where none does, the one that fits best.
    return sorted(found, key=lambda way: (way.share < _FITS, -way.share if way.share < _FITS else 0))


def _way(name: str, numbers: Floats) -> _Way:
    return _Way(name, numbers, float(np.isfinite(numbers).mean()) if len(numbers) else 0.0)


def _apart(one: Floats, other: Floats) -> float:
    gaps = np.abs(one - other)
    return float(np.median(gaps[np.isfinite(gaps)])) if np.isfinite(gaps).any() else 0.0


def _defined(numbers: Floats | None) -> Floats | None:
    return None if numbers is None else np.where(is_undefined(numbers), np.nan, numbers)


def _has_place(known: RawTable, way: str) -> NDArray[np.bool_]:
    """Return which rows have a place at all, on the line or not."""
    roles = {"cdp": ("cdp", "crossline"), "sp": ("sp",), "xy": ("x", "y")}[way]
    found = np.ones(len(known.values), np.bool_)
    for role in roles:
        column = known.column(role)
        if column is not None:
            found &= ~is_undefined(column)
    return found


def _with_roles(raw: RawTable, track: Track) -> tuple[RawTable, str]:
    """Return a table whose columns are known, and what was guessed."""
    if raw.roles is not None and "z" in raw.roles:
        return raw, ""
    count = raw.values.shape[1]
    names = raw.words_after if raw.lines is not None else raw.names
    raw = replace(raw, names=names)
    values = raw.values
    for place in range(min(count - 2, 4)):
        x, y = (np.where(is_undefined(each), np.nan, each) for each in values[:, place : place + 2].T)
        if track.fits(x, y) < _FITS:
            continue
        roles = [""] * count
        roles[place], roles[place + 1] = "x", "y"
        after = place + 2
        if count > after + 1 and _apart(track.of_xy(x, y), values[:, after]) <= 1.5:
            # OpendTect's order: X, Y, trace, time.
            roles[after], after = "cdp", after + 1
        elif place and _apart(track.of_xy(x, y), values[:, place - 1]) <= 1.5:
            roles[place - 1] = "cdp"
        roles[after] = "z"
        return _told(raw, roles)
    if count >= 2:
        for role, share in (
            ("cdp", float(track.inside(values[:, 0]).mean())),
            ("sp", float(np.isfinite(track.of_shots(values[:, 0])).mean())),
        ):
            if share >= _FITS:
                return _told(raw, [role, "z"] + [""] * (count - 2))
    raise (FormatError if count < 2 else GeometryError)(_cannot_tell(raw, track))


def _told(raw: RawTable, roles: list[str]) -> tuple[RawTable, str]:
    words = {"cdp": "trace", "sp": "shot point", "x": "X", "y": "Y", "z": "time or depth"}
    return replace(raw, roles=tuple(roles)), f"columns taken as {', '.join(words[role] for role in roles if role)}"


def _of_this_line(known: RawTable, track: Track) -> tuple[RawTable, str]:
    """Return the rows of this line where a file holds several, and which name was taken."""
    if known.lines is None:
        return known, ""
    names = list(dict.fromkeys(known.lines.tolist()))
    if len(names) == 1:
        return known, f"line {names[0]}" if names[0] else ""
    own = _plain(stem_of(track.name))
    alike = [name for name in names if _plain(name) and (_plain(name) == own)] or [
        name for name in names if _plain(name) and (_plain(name) in own or own in _plain(name))
    ]
    if len(alike) != 1:
        alike = _most_on(known, track, names)
    if len(alike) != 1:
        shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
        raise GeometryError(
            f"{known.source} holds {len(names)} lines ({shown}), none of them called as {track.name}; "
            "export this line alone, or name the file after it"
        )
    rows = known.lines == alike[0]
    segments = None if known.segments is None else known.segments[rows]
    names_left = None if known.names is None else known.names[rows]
    part = replace(known, values=known.values[rows], lines=known.lines[rows], segments=segments, names=names_left)
    return part, f"line {alike[0]} of {len(names)}"


def _most_on(known: RawTable, track: Track, names: list[str]) -> list[str]:
    """Return the one line whose coordinates run along this one, as far as that is known."""
    x, y = known.column("x"), known.column("y")
    if x is None or y is None or track.positions is None or known.lines is None:
        return []
    return [name for name in names if track.fits(x[known.lines == name], y[known.lines == name]) > 0.9]


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _no_way(known: RawTable, track: Track) -> str:
    """Return why rows with known columns cannot be placed on a line."""
    if known.column("inline") is not None:
        return (
            f"{known.source} is {known.format} with inlines and crosslines, which has no 2-D form; {track.name} is a "
            "line: export trace numbers, shot points, or X and Y"
        )
    if known.column("sp") is not None and track.shots is None:
        return f"{known.source} has shot points, and {track.name} has none in its headers; export trace numbers (CDP)"
    if known.column("x") is not None:
        return f"{known.source} has X and Y, and {track.name} has none in its headers; export trace numbers (CDP)"
    return f"{known.source} has neither trace numbers, shot points nor X and Y; export it with one of them"


def _outside(known: RawTable, track: Track, way: _Way) -> str:
    if way.name == "xy":
        return xy_outside(known, track)
    numbers = known.column("sp" if way.name == "sp" else "cdp")
    numbers = known.column("crossline") if numbers is None else numbers
    assert numbers is not None
    fine = numbers[~is_undefined(numbers)]
    ours = track.shots if way.name == "sp" and track.shots is not None else track.traces.values.astype(np.float64)
    if not fine.size:
        return f"{known.source}: every pick is undefined (1e30, -999 and the like); export the picks anew"
    return (
        f"{known.source}: {_WAYS[way.name]}s {fine.min():.10g} to {fine.max():.10g} are outside {track.name} "
        f"({_WAYS[way.name]}s {np.nanmin(ours):g} to {np.nanmax(ours):g}); export the picks of this line"
    )


def _cannot_tell(raw: RawTable, track: Track) -> str:
    if raw.values.shape[1] < 2:
        return f"{raw.source} has one column of numbers; picks of a line have two: a trace or shot point, and a time"
    first = raw.values[:, 0][~is_undefined(raw.values[:, 0])]
    if not first.size:
        return f"{raw.source}: every row is undefined (1e30, -999 and the like); export the picks anew"
    axis, box = track.traces, track.box()
    ours = f"traces {axis.first:g} to {axis.last:g}"
    if track.shots is not None:
        ours += f", shot points {np.nanmin(track.shots):g} to {np.nanmax(track.shots):g}"
    if box is not None:
        ours += f", X {box[0]:.0f} to {box[1]:.0f}, Y {box[2]:.0f} to {box[3]:.0f}"
    return (
        f"{raw.source}: its first column runs from {first.min():.10g} to {first.max():.10g}, which lies nowhere on "
        f"{track.name} ({ours}); export the picks of this line, or give the columns titles"
    )
