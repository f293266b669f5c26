"""Options for files that do not say what they hold; the answer is kept, so that it is given once per file."""

from argparse import Namespace
from pathlib import Path

from napari_geofm.errors import UsageError

__all__ = ["OPTIONS", "take_reading"]

OPTIONS = ("shape", "dtype", "header_bytes", "dims", "variable")


def take_reading(arguments: Namespace) -> None:
    """Open the files of a verb as its options say, and remember that: the verb itself then opens them by name.

    Raises
    ------
    GeoFMError
        When an option is wrong or does not fit a file.
    """
    if all(getattr(arguments, name, None) is None for name in OPTIONS):
        return
    from napari_geofm.io.cubes.reading import Reading
    from napari_geofm.io.cubes.remembered import recall, remember
    from napari_geofm.io.opening import array_survey

    dtype, _, order = (arguments.dtype or "").partition(":")
    said = Reading(
        shape=_sizes(arguments.shape) if arguments.shape else (),
        dtype=dtype,
        byte_order=order or "little",
        header_bytes=arguments.header_bytes or 0,
        dims=tuple(word.strip() for word in arguments.dims.split(",")) if arguments.dims else (),
        variable=arguments.variable or "",
    )
    named = getattr(arguments, "files", None) or [getattr(arguments, "file", None)]
    for name in named:
        if name is None:
            msg = "--shape, --dtype, --dims and the like say how a FILE is read; name one"
            raise UsageError(msg)
        file = Path(name).expanduser()
        reading = said if said.is_raw else said.over(recall(file) if file.exists() else Reading())
        array_survey(file, reading=reading)
        remember(file, reading)


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
