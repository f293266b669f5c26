"""How a survey's file is read where that is not left to the file: options of SEG-Y, processing of recordings."""

import json
from dataclasses import replace

from napari_geofm.core.das.chain import Chain
from napari_geofm.core.das.processing import KEY, Processing
from napari_geofm.io.segy.options import SegyOptions

__all__ = ["FileOptions", "options_from_json", "segy_of", "with_chain"]

FileOptions = SegyOptions | Processing


def options_from_json(text: str) -> FileOptions | None:
    """Return what ``to_json`` of either kind wrote; None for an empty text.

    Raises
    ------
    UsageError
        When the text is of neither's making.
    """
    if not text:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, dict) and KEY in found:
        return Processing.from_json(text)
    return SegyOptions.from_json(text)


def segy_of(options: FileOptions | None) -> SegyOptions | None:
    """Return how the file itself is read."""
    if isinstance(options, Processing):
        return SegyOptions.from_json(options.reading) if options.reading else None
    return options


def with_chain(options: FileOptions | None, chain: Chain) -> FileOptions | None:
    """Return options with another chain: that of the model which looks at the recording."""
    if isinstance(options, Processing):
        return replace(options, chain=chain)
    if not chain:
        return options
    return Processing(chain, reading="" if options is None else options.to_json())
