"""What several verbs read from their options: places, regions, outputs, models."""

from collections.abc import Sequence
from pathlib import Path

from napari_geofm.core.region import At, Region

__all__ = ["output_path", "place_of", "region_of"]


def place_of(text: str | None) -> At:
    """Return the place that ``--at`` names; none given means the whole line or image."""
    return At.parse(text) if text else At()


def region_of(words: Sequence[str]) -> Region:
    """Return the area that ``--range`` options cut out."""
    return Region.parse(words)


def output_path(text: str) -> Path:
    """Return an output's path, with ``~`` resolved."""
    return Path(text).expanduser()
