"""Where measured speeds are remembered: a small file in the cache folder."""

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_geofm.io.atomic import replacing

if TYPE_CHECKING:
    from napari_geofm.nets.speed import Speed

__all__ = ["known_speed", "remember_speed"]


def known_speed(file: Path, key: str) -> "Speed | None":
    """Return what was measured, or None where nothing was or the file is damaged."""
    from napari_geofm.nets.speed import Speed

    found = _read(file).get(key)
    try:
        return Speed(**found) if isinstance(found, dict) else None
    except TypeError:
        return None


def remember_speed(file: Path, key: str, speed: "Speed") -> None:
    """Add what was measured; a cache that cannot be written costs the next start a second measurement."""
    known = _read(file) | {key: dataclasses.asdict(speed)}
    try:
        with replacing(file, overwrite=True) as beside:
            beside.write_text(json.dumps(known, indent=1), encoding="utf-8")
    except OSError:
        return


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
