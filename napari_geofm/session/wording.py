"""How places and new classes are called."""

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.region import At

__all__ = ["free_name", "said"]


def said(at: At) -> str:
    """Return a place as an interpreter says it: ``inline 1080``.

    >>> said(At("inline", 1080)), said(At())
    ('inline 1080', 'the section')
    >>> said(At("time", 12.0, 2.0)), said(At("window", span=(2000, 0, 500, 500)))
    ('time 12 to 14 s', 'rows from 2000, columns from 0')
    """
    if at.axis == "time" and at.length is not None and isinstance(at.value, float | int):
        channels = f", {at.span[0]:.10g} to {at.span[1]:.10g} m" if at.span else ""
        return f"time {at.value:.10g} to {at.value + at.length:.10g} s{channels}"
    if at.axis == "time" and isinstance(at.value, float | int):
        return f"time {at.value:.10g} s"
    if at.axis == "window" and at.span is not None:
        return f"rows from {at.span[0]:.0f}, columns from {at.span[1]:.0f}"
    return str(at).replace("=", " ") if at.axis else "the section"


def free_name(table: ClassTable) -> str:
    """Return a name that no class has yet."""
    count = len(table) + 1
    while f"class {count}" in table.names:
        count += 1
    return f"class {count}"
