"""Options for files that do not say what they hold; the answer is kept, so that it is given once per file."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from napari_geofm.errors import UsageError

if TYPE_CHECKING:
    from napari_geofm.io.cubes.reading import Reading

__all__ = ["OPTIONS", "take_reading"]

_GATHERED = frozenset({".nc", ".nc4", ".seisnc", ".h5", ".hdf5", ".npy", ".npz"})
"""Endings of files besides SEG-Y that may have offsets."""

OPTIONS = ("shape", "dtype", "header_bytes", "dims", "variable")


def take_reading(arguments: Namespace) -> None:
    """Open the files of a verb as its options say, and remember that: the verb itself then opens them by name.

    Raises
    ------
    GeoFMError
        When an option is wrong or does not fit a file.
    """
    plain = all(getattr(arguments, name, None) is None for name in OPTIONS)
    if plain and getattr(arguments, "offset", None) is None and not getattr(arguments, "stack", False):
        return
    from napari_geofm.io.arrays import is_zarr
    from napari_geofm.io.cubes.reading import Reading
    from napari_geofm.io.cubes.remembered import recall, remember
    from napari_geofm.io.opening import array_survey

    said = _said(arguments)
    named = getattr(arguments, "files", None) or [getattr(arguments, "file", None)]
    for name in named:
        # Offset and stack are options of SEG-Y, too.
        if plain and (name is None or not (is_zarr(Path(name)) or Path(name).suffix.lower() in _GATHERED)):
            continue
        if name is None:
            msg = "--shape, --dtype, --dims and the like say how a FILE is read; name one"
            raise UsageError(msg)
        file = Path(name).expanduser()
        reading = said if said.is_raw else said.over(recall(file) if file.exists() else Reading())
        array_survey(file, reading=reading)
        remember(file, reading)


def _said(arguments: Namespace) -> "Reading":
    """Return what the options say; verbs that read SEG-Y alone have some of them only."""
    from napari_geofm.io.cubes.reading import Reading

    given = {name: getattr(arguments, name, None) for name in (*OPTIONS, "offset", "stack")}
    dtype, _, order = (given["dtype"] or "").partition(":")
    return Reading(
        shape=_sizes(given["shape"]) if given["shape"] else (),
        dtype=dtype,
        byte_order=order or "little",
        header_bytes=given["header_bytes"] or 0,
        dims=tuple(word.strip() for word in given["dims"].split(",")) if given["dims"] else (),
        variable=given["variable"] or "",
        offset=given["offset"],
        stack=bool(given["stack"]),
    )


def _sizes(text: str) -> tuple[int, ...]:
    """Return sizes of ``"400,500,522"`` (or with x between them).

    >>> _sizes("400,500,522"), _sizes("400x500x522")
    ((400, 500, 522), (400, 500, 522))
    """
    try:
        return tuple(int(word) for word in text.lower().replace("x", ",").split(","))
    except ValueError as error:
        msg = f"--shape {text}: sizes are whole numbers, as in 400,500,522"
        raise UsageError(msg) from error
