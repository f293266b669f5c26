"""How places and new classes are called."""

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.region import At

__all__ = ["free_name", "said"]


def said(at: At) -> str:
    """Return a place as an interpreter says it: ``inline 1080``.

    >>> said(At("inline", 1080)), said(At())
    ('inline 1080', 'the section')
    """
    return str(at).replace("=", " ") if at.axis else "the section"


def free_name(table: ClassTable) -> str:
    """Return a name that no class has yet."""
    count = len(table) + 1
    while f"class {count}" in table.names:
        count += 1
    return f"class {count}"
