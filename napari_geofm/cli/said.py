"""Options for images and maps that do not say all about themselves; the answer is kept, so that it is given once."""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from napari_geofm.errors import UsageError

__all__ = ["take_said"]

_OPTIONS = ("georeference", "elevation", "band", "tiles")

_AS_THE_FILE_SAYS = "file"
"""As a georeference: what was said before is forgotten."""


def take_said(arguments: Namespace) -> None:
    """Open the rasters of a verb as its options say, and remember that: the verb itself then opens them by name.

    Raises
    ------
    GeoFMError
        When an option is wrong or does not fit a file.
    """
    if all(getattr(arguments, name, None) is None for name in _OPTIONS):
        return
    from napari_geofm.io.opening import open_survey
    from napari_geofm.io.raster.georeference import Georeference
    from napari_geofm.io.raster.said import RasterSaid, recall_said, remember_said

    words = arguments.georeference
    place = None if words in {None, _AS_THE_FILE_SAYS} else Georeference.parse(words)
    said = RasterSaid(place, arguments.elevation, arguments.band, arguments.tiles)
    for name in getattr(arguments, "files", None) or [getattr(arguments, "file", None)]:
        if name is None:
            msg = "--georeference, --elevation, --band and --tiles say how a FILE is read; name one"
            raise UsageError(msg)
        file = Path(name).expanduser()
        before = recall_said(file)
        if words == _AS_THE_FILE_SAYS:
            before = replace(before, georeference=None)
            remember_said(file, before)
        known = said.over(before)
        if open_survey(file, about=known).kind not in {"image", "tiles"}:
            msg = f"--georeference, --elevation, --band and --tiles are for images; {file.name} is none"
            raise UsageError(msg)
        remember_said(file, known)
