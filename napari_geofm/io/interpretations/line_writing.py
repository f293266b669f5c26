"""Rows of picks of a 2-D line, as other programs read them."""

from collections.abc import Iterator

import numpy as np

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.errors import UsageError
from napari_geofm.io.interpretations.placing import stem_of
from napari_geofm.io.interpretations.track import Track

__all__ = ["LINE_FORMS", "horizon_rows", "stick_rows"]

LINE_FORMS = {"horizon": ("opendtect", "xyz", "charisma", "csv"), "fault": ("opendtect", "cps3", "csv")}
"""Formats that have a 2-D form."""

_NEED_XY = {"charisma", "cps3"}


def horizon_rows(horizon: Horizon, track: Track, form: str) -> Iterator[str]:
    """Yield the rows of a horizon along a line.

    Raises
    ------
    UsageError
        When the format has no 2-D form, or needs X and Y that the line has not.
    """
    _require(form, "horizon", track)
    traces = np.flatnonzero(np.isfinite(horizon.z))
    numbers, z = track.traces.values.astype(np.float64)[traces], horizon.z[traces].astype(np.float64)
    xy = track.xy(numbers)
    unit, name = track.samples.units or "samples", stem_of(track.name)
    places = [f"{_short(number)}" for number in numbers.tolist()]
    mapped = ["" for _ in places] if xy is None else [f"{x:.2f} {y:.2f}" for x, y in zip(*xy, strict=True)]
    if form == "opendtect":
        titles = ["LineName", *([] if xy is None else ["X", "Y"]), "TraceNr", f"Z ({unit})"]
        yield f"# Horizon: {horizon.name}"
        yield from (f"# {place}: {title}" for place, title in enumerate(titles, start=1))
        yield "# - - - - - - - - - -"
    elif form == "csv":
        yield f"line,cdp,{'' if xy is None else 'x,y,'}{track.samples.name} ({unit})"
    for place, spot, time in zip(places, mapped, z.tolist(), strict=True):
        words = spot.split()
        if form == "opendtect":
            yield "\t".join([_quoted(name), *words, place, _short(time)])
        elif form == "csv":
            yield ",".join([_quoted(name), place, *words, _short(time)])
        elif form == "charisma":
            yield f"{_quoted(name)} {place:>10} {words[0]:>16} {words[1]:>16} {time:14.4f} {horizon.name}"
        else:
            yield " ".join([*(words or [place]), _short(time)])


def stick_rows(faults: tuple[FaultSticks, ...], track: Track, form: str) -> Iterator[str]:
    """Yield the rows of fault sticks on a line; errors as :func:`horizon_rows`."""
    _require(form, "fault", track)
    unit, name = track.samples.units or "samples", stem_of(track.name)
    mapped = track.positions is not None
    if form == "opendtect":
        titles = [*(("X", "Y") if mapped else ("TraceNr",)), f"Z ({unit})", "StickIndex", "NodeIndex", "LineName"]
        yield from (f"# {place}: {title}" for place, title in enumerate(titles, start=1))
    elif form == "csv":
        yield f"fault,line,cdp,{'x,y,' if mapped else ''}{track.samples.name} ({unit}),stick,node"
    else:
        yield "FFASCI,0,COMPUTER"
    sticks = [(fault.name, stick) for fault in faults for stick in fault.sticks]
    for number, (fault, stick) in enumerate(sticks):
        if form == "cps3":
            yield f"->{fault} {number + 1}"
        xy = track.xy(stick[:, 0])
        for node, (trace, time) in enumerate(stick.tolist()):
            words = [] if xy is None else [f"{xy[0][node]:.4f}", f"{xy[1][node]:.4f}"]
            ends = [_short(time), str(number), str(node)]
            if form == "cps3":
                yield " ".join([*words, _short(time)])
            elif form == "csv":
                yield ",".join([_quoted(fault), _quoted(name), _short(trace), *words, *ends])
            else:
                yield "\t".join([*(words or [_short(trace)]), *ends, _quoted(name)])


def _require(form: str, kind: str, track: Track) -> None:
    known = LINE_FORMS[kind]
    if form not in known:
        raise UsageError(f"Format '{form}' has no 2-D form, and {track.name} is a line; write {', '.join(known)}")
    if form in _NEED_XY and track.positions is None:
        raise UsageError(f"This format needs X and Y, and {track.name} has none in its headers; write opendtect or csv")


def _quoted(name: str) -> str:
    plain = name.replace('"', " ")
    return f'"{plain}"' if any(sign in plain for sign in " ,;\t") else plain


def _short(number: float) -> str:
    return f"{number:.4f}".rstrip("0").rstrip(".")
