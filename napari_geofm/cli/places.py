"""What several verbs read from their options: places, regions, outputs, models."""

from collections.abc import Sequence
from pathlib import Path

from napari_geofm.core.region import At, Region
from napari_geofm.errors import OutputError

__all__ = ["output_path", "place_of", "region_of"]


def place_of(text: str | None) -> At:
    """Return the place that ``--at`` names; none given means the whole line or image."""
    return At.parse(text) if text else At()


def region_of(words: Sequence[str]) -> Region:
    """Return the area that ``--range`` options cut out."""
    return Region.parse(words)


def output_path(text: str, *inputs: str) -> Path:
    """Return an output's path, with ``~`` resolved.

    Raises
    ------
    OutputError
        When it is one of the ``inputs``, which ``--overwrite`` would else destroy.
    """
    path = Path(text).expanduser()
    for name in inputs:
        file = Path(name).expanduser()
        if path.exists() and file.exists() and path.samefile(file):
            msg = f"{path} is what is read, which is never written to; choose another name"
            raise OutputError(msg)
    return path
