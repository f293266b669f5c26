"""What the user said once about files that do not say it themselves, kept in the user's data folder."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napari_geofm.errors import GeoFMError, OutputError
from napari_geofm.io.atomic import replacing
from napari_geofm.io.cubes.reading import Reading

__all__ = ["recall", "remember"]

MOST = 200
"""Files that are remembered."""


@dataclass(frozen=True, slots=True)
class _Entry:
    path: str
    likeness: str
    reading: Reading


def recall(path: Path) -> Reading:
    """Return what was said about this file, else about the last one of the same ending and size; else nothing."""
    likeness = _likeness(path)
    entries = _entries()
    same = [each for each in entries if each.path == str(path.absolute()) and each.likeness == likeness]
    # Another zarr or netCDF of the same size is no proof of anything; bare numbers of the same size are of one kind.
    alike = [each for each in entries if likeness and each.likeness == likeness and each.reading.is_raw]
    found = same or alike
    return found[0].reading if found else Reading()


def remember(path: Path, reading: Reading) -> None:
    """Keep what was said about a file; where it cannot be written, it is asked for again."""
    now = _Entry(str(path.absolute()), _likeness(path), reading)
    kept = [now, *(each for each in _entries() if each.path != now.path)][:MOST]
    rows = [{"path": each.path, "like": each.likeness, "reading": each.reading.plain()} for each in kept]
    try:
        with replacing(_file(), overwrite=True) as beside:
            beside.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    except (OSError, OutputError):
        return


def _likeness(path: Path) -> str:
    """Return what like files share; empty for folders."""
    return f"{path.suffix.lower()} {path.stat().st_size}" if path.is_file() else ""


def _entries() -> list[_Entry]:
    try:
        rows: Any = json.loads(_file().read_text(encoding="utf-8"))
        return [_Entry(str(row["path"]), str(row["like"]), Reading.of(row["reading"], "")) for row in rows]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, GeoFMError):
        return []


def _file() -> Path:
    from platformdirs import user_data_path

    return user_data_path("napari-geofm") / "volumes.json"
