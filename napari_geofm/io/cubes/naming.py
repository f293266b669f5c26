"""Which axis is which: by the names that other programs give them, or as the user says."""

import re

from napari_geofm.errors import FormatError, UsageError

__all__ = ["DIMS", "KIND_UNITS", "is_seismic", "offset_axis", "roles_of", "standard_name"]

DIMS = {
    "seismic-3d": ("inline", "crossline", "twt"),
    "seismic-2d": ("cdp", "twt"),
    "das": ("distance", "time"),
    "image": ("row", "column"),
    "tiles": ("tile", "row", "column"),
}
"""Axes of each kind of survey, in the survey's order; ``depth`` may stand for ``twt``."""

KIND_UNITS = {"seismic-3d": ("", "", "samples"), "seismic-2d": ("", "samples"), "das": ("channels", "samples"),
              "image": ("px", "px"), "tiles": ("", "px", "px")}  # fmt: skip
"""Units of axes that are counted from 0."""

_NAMES = {
    "inline": ("inline", "iline", "il", "inlines", "ilines", "inlinenumber", "inline3d", "line3d"),
    "crossline": ("crossline", "xline", "xl", "crosslines", "xlines", "crosslinenumber", "crossline3d"),
    "cdp": ("cdp", "cdps", "cmp", "cmps", "trace", "traces", "tracf", "ensemble", "shotpoint"),
    "twt": ("twt", "twtt", "time", "times", "t", "tms", "twowaytime", "timems"),
    "depth": ("depth", "depths", "tvd", "tvdss", "z", "depthm"),
    "samples": ("samples", "sample", "k", "ns", "nsamples"),
    "row": ("row", "rows", "y", "lat", "latitude"),
    "column": ("column", "columns", "col", "cols", "x", "lon", "longitude"),
    "distance": ("distance", "channel", "channels", "offset"),
}
_STANDARD = {alias: name for name, aliases in _NAMES.items() for alias in aliases}

_VERTICAL = frozenset({"twt", "depth", "samples"})


def standard_name(name: str) -> str:
    """Return the house's name of an axis; empty where it means nothing here.

    >>> standard_name("ILINE"), standard_name("xline"), standard_name("two-way time"), standard_name("phony_dim_0")
    ('inline', 'crossline', 'twt', '')
    """
    return _STANDARD.get(re.sub(r"[^a-z0-9]", "", name.lower()), "")


def is_seismic(names: tuple[str, ...]) -> bool:
    """Return whether names of axes are those of a seismic volume or line.

    >>> is_seismic(("iline", "xline", "twt")), is_seismic(("cdp", "samples")), is_seismic(("distance", "time"))
    (True, True, False)
    """
    found = {standard_name(name) for name in names}
    if len(names) == 3:
        return {"inline", "crossline"} <= found
    return len(names) == 2 and bool(found & {"cdp", "inline", "crossline"}) and bool(found & _VERTICAL)


def offset_axis(names: tuple[str, ...]) -> int | None:
    """Return which axis is that of offsets, of a volume or line that the others make; None where none is.

    >>> offset_axis(("iline", "xline", "offset", "samples")), offset_axis(("cdp", "twt", "offset"))
    (2, 2)
    >>> offset_axis(("offset", "time")), offset_axis(("iline", "xline", "twt"))
    (None, None)
    """
    for axis, name in enumerate(names):
        if name.lower() in {"offset", "offsets"} and is_seismic(names[:axis] + names[axis + 1 :]):
            return axis
    return None


def roles_of(where: str, names: tuple[str, ...], units: tuple[str, ...], wanted: tuple[str, ...], kind: str | None
             ) -> tuple[str, tuple[str, ...]]:  # fmt: skip
    """Return the kind of survey that an array is, and what each of its axes stands for, in the file's order.

    Parameters
    ----------
    where
        The file, for messages.
    names
        Names of the axes in the file's order, empty where they have none.
    units
        Their units, empty where not known: samples in metres are depth.
    wanted
        What the user says the axes are, in the file's order; empty: nothing is said.
    kind
        What the user says the survey is; None: what names and count of axes tell.

    Raises
    ------
    UsageError
        When what the user says does not fit the array.
    FormatError
        When the array has neither two nor three axes, or only some names are known.
    """
    if len(names) not in {2, 3}:
        raise FormatError(f"{where} holds an array of {len(names)} dimensions; a survey has two or three")
    if wanted and len(wanted) != len(names):
        raise UsageError(f"Axes {','.join(wanted)}: {where} has {len(names)} axes; name each of them once")
    given = wanted or names
    found = tuple(_vertical(standard_name(name), unit) for name, unit in zip(given, units, strict=True))
    chosen, roles = _fitting(found, kind)
    if roles:
        return chosen, roles
    if wanted:
        raise UsageError(
            f"Axes {','.join(wanted)} of {where}: a volume has inline, crossline and twt or depth, a line cdp and twt"
        )
    if any(found) and kind is None and not _only_pixels(found):
        raise FormatError(
            f"{where} has the axes {', '.join(names)}; say what they are, in that order, as in "
            f"--dims {','.join(DIMS['seismic-3d' if len(names) == 3 else 'seismic-2d'])}"
        )
    chosen = kind or ("seismic-3d" if len(names) == 3 else "image")
    if len(DIMS[chosen]) != len(names):
        raise UsageError(
            f"{where} has {len(names)} dimensions, {chosen} has {len(DIMS[chosen])} ({', '.join(DIMS[chosen])}); "
            "choose another kind"
        )
    return chosen, DIMS[chosen]


def _vertical(name: str, unit: str) -> str:
    """Return what samples measure: their unit tells; without one, time."""
    if name == "samples" or (name in {"depth", "twt"} and unit):
        lengths, times = {"m", "metre", "meter", "metres", "meters", "ft", "feet"}, {"ms", "s", "us"}
        if unit.lower() in lengths:
            return "depth"
        if unit.lower() in times or name == "samples":
            return "twt"
    return name


def _fitting(found: tuple[str, ...], kind: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the kind whose axes these are, and its names for them; no names where they are of no kind."""
    for each, dims in DIMS.items():
        if (kind is not None and each != kind) or len(dims) != len(found):
            continue
        for roles in _spellings(found, each):
            plain = tuple("twt" if role == "depth" else role for role in roles)
            if sorted(plain) == sorted(dims):
                return each, roles
    return "", ()


def _spellings(found: tuple[str, ...], kind: str) -> tuple[tuple[str, ...], ...]:
    if kind == "seismic-2d":
        # A line cut from a volume goes along the numbers of the other direction.
        return (tuple("cdp" if role in {"inline", "crossline"} else role for role in found),)
    if kind == "das":
        return (tuple("time" if role == "twt" else role for role in found),)
    return (found,)


def _only_pixels(found: tuple[str, ...]) -> bool:
    return len(found) == 3 and {"row", "column"} <= set(found)
