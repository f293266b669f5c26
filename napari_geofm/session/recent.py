"""The surveys that were open last, to open again with one click."""

import json
from dataclasses import dataclass
from pathlib import Path

from napari_geofm.errors import OutputError
from napari_geofm.io.atomic import replacing

__all__ = ["RecentSession", "recent_sessions", "remember"]

MOST = 12


@dataclass(frozen=True, slots=True)
class RecentSession:
    """A survey and the folder of its session."""

    survey: Path
    folder: Path


def recent_sessions() -> list[RecentSession]:
    """Return the surveys opened last that are still there, newest first."""
    try:
        rows = json.loads(_file().read_text(encoding="utf-8"))
        found = [RecentSession(Path(row["survey"]), Path(row["folder"])) for row in rows]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [each for each in found if each.survey.exists()]


def remember(survey: Path, folder: Path) -> None:
    """Put a survey first in the list; where it cannot be written, there is no list."""
    kept = [each for each in recent_sessions() if each.survey != survey.absolute()]
    now = [RecentSession(survey.absolute(), folder.absolute()), *kept][:MOST]
    rows = [{"survey": str(each.survey), "folder": str(each.folder)} for each in now]
    try:
        with replacing(_file(), overwrite=True) as beside:
            beside.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    except (OSError, OutputError):
        return


def _file() -> Path:
    from platformdirs import user_data_path

    return user_data_path("napari-geofm") / "recent.json"
