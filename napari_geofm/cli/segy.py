"""The options of SEG-Y files, from words of the command line."""

from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_geofm.errors import SourceError, UsageError

if TYPE_CHECKING:
    from napari_geofm.io.segy import SegyOptions

__all__ = ["chosen_options", "hints_of", "remember_options", "segy_options"]


def segy_options(arguments: Namespace) -> "SegyOptions | None":
    """Return the options that were given, or None where none was.

    Raises
    ------
    UsageError
        When one of them cannot be.
    """
    from napari_geofm.io.segy import SegyOptions

    given: dict[str, Any] = {
        "domain": arguments.domain,
        "interval_ms": arguments.interval,
        "crs": arguments.crs,
        "scalar": arguments.coordinate_scalar,
        "sample_format": arguments.sample_format,
        "order": arguments.byte_order,
        "offset": arguments.offset,
        "stack": arguments.stack,
        "samples": arguments.samples,
        "offset_byte": arguments.offset_byte,
    }
    for name in ("iline", "xline"):
        word = getattr(arguments, f"{name}_byte")
        if word is not None:
            byte, colon, width = word.partition(":")
            given[f"{name}_byte"] = _number(byte, f"--{name}-byte {word}")
            given[f"{name}_width"] = _number(width, f"--{name}-byte {word}") if colon else 4
    if arguments.xy_bytes is not None:
        x, _, y = arguments.xy_bytes.partition(",")
        words = f"--xy-bytes {arguments.xy_bytes}"
        given |= {"x_byte": _number(x, words), "y_byte": _number(y, words)}
    options = SegyOptions(**given)
    return options if options.given() else None


def hints_of(arguments: Namespace) -> dict[str, Any]:
    """Return what :func:`~napari_geofm.io.opening.open_survey` takes, having checked it."""
    return {"options": segy_options(arguments), "remembered": not arguments.as_found}


def chosen_options(arguments: Namespace, file: Path) -> "SegyOptions | None":
    """Return what a job reads ``file`` with: what was given over what is remembered; None where nothing was given."""
    from napari_geofm.io.segy import SegyOptions, recall

    remember_options(arguments, [file])
    options = segy_options(arguments)
    if options is None and not arguments.as_found:
        return None
    known = None if arguments.as_found else recall(file)
    return (options or SegyOptions()).over(known or SegyOptions())


def remember_options(arguments: Namespace, files: Iterable[Path]) -> None:
    """Remember the options given for files that were opened with them, where that was asked for.

    Raises
    ------
    UsageError
        When there is nothing to remember.
    SourceError
        When it cannot be written.
    """
    if not arguments.remember:
        return
    from napari_geofm.io.segy import SegyOptions, is_segy, recall, remember
    from napari_geofm.io.segy.memory import place, signature

    options = segy_options(arguments)
    if options is None and not arguments.as_found:
        raise UsageError("--remember: say what, as in --iline-byte 9 --xline-byte 21; with --as-found it is forgotten")
    for file in files:
        if is_segy(file) or options is not None:
            known = None if arguments.as_found else recall(file)
            wanted = (options or SegyOptions()).over(known or SegyOptions())
            remember(file, wanted)
            if signature(file) and (recall(file) or SegyOptions()) != wanted:
                raise SourceError(
                    f"--remember: what {file.name} is read with cannot be kept: {place()} cannot be written"
                )


def _number(word: str, option: str) -> int:
    if not word.strip().isdecimal():
        raise UsageError(f"{option}: give the number of a byte, as in --iline-byte 189, or 115:2 where it has two")
    return int(word)
