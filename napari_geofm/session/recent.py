"""The surveys that were open last, to open again with one click."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napari_geofm.errors import OutputError
from napari_geofm.io.atomic import replacing
from napari_geofm.session.document import NAME
from napari_geofm.session.session_folder import read_document

__all__ = ["RecentSession", "forget", "recent_sessions", "remember"]

MOST = 12


@dataclass(frozen=True, slots=True)
class RecentSession:
    """A survey and the folder of its session."""

    survey: Path
    folder: Path

    @property
    def missing(self) -> str:
        """Why the survey cannot be opened now; empty where it can."""
        if self.survey.exists():
            return ""
        if self.survey.parent.is_dir():
            return "the file is gone: it was moved, renamed or deleted"
        return "its folder is not there: is a disk or a network drive missing?"

    @property
    def saved(self) -> float | None:
        """When the session was last saved, seconds since 1970; None where nothing of it is there."""
        try:
            return (self.folder / NAME).stat().st_mtime
        except OSError:
            return None

    @property
    def labelled(self) -> int | None:
        """Labelled sections, as of the last save; None where that is not known."""
        found: Any = (read_document(self.folder / NAME) or {}).get("labelled_sections")
        return found if isinstance(found, int) else None


def recent_sessions() -> list[RecentSession]:
    """Return the surveys opened last, newest first, also those that are not there now."""
    try:
        rows = json.loads(_file().read_text(encoding="utf-8"))
        return [RecentSession(Path(row["survey"]), Path(row["folder"])) for row in rows]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def forget(survey: Path) -> None:
    """Take a survey off the list; its session stays where it is."""
    _write([each for each in recent_sessions() if each.survey != survey])


def remember(survey: Path, folder: Path) -> None:
    """Put a survey first in the list; where it cannot be written, there is no list."""
    kept = [each for each in recent_sessions() if each.survey != survey.absolute()]
    _write([RecentSession(survey.absolute(), folder.absolute()), *kept][:MOST])


def _write(now: list[RecentSession]) -> None:
    rows = [{"survey": str(each.survey), "folder": str(each.folder)} for each in now]
    try:
        with replacing(_file(), overwrite=True) as beside:
            beside.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    except (OSError, OutputError):
        return


def _file() -> Path:
    from platformdirs import user_data_path

    return user_data_path("napari-geofm") / "recent.json"
