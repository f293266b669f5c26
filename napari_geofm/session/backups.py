"""The backups of a session, as an interpreter chooses among them."""

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from napari_geofm.core.classes import ClassInfo, ClassTable
from napari_geofm.errors import GeoFMError
from napari_geofm.session.document import NAME
from napari_geofm.session.label_archive import read_note
from napari_geofm.session.session_folder import SessionFolder, read_document
from napari_geofm.session.time_fit import TimeFit

__all__ = ["ARCHIVE", "Backup", "backups_in", "classes_in", "shift_of"]

ARCHIVE = "labels.zip"
"""The labels in a backup."""

_STAMP = "%Y%m%d-%H%M%S"
_STAMP_SIGNS = 15


@dataclass(frozen=True, slots=True)
class Backup:
    """Labels and classes as they were.

    Attributes
    ----------
    folder
        Where it lies.
    made
        When, seconds since 1970.
    labelled
        Labelled sections; None where that is not known.
    classes
        Names of the classes.
    """

    folder: Path
    made: float
    labelled: int | None
    classes: tuple[str, ...]

    @property
    def archive(self) -> Path:
        """The file of its labels."""
        return self.folder / ARCHIVE


def backups_in(folder: SessionFolder) -> list[Backup]:
    """Return the backups whose labels can be read, newest first."""
    found = []
    for each in reversed(folder.backups()):
        table = classes_in(each / ARCHIVE)
        if table is None:
            continue
        count = (read_document(each / NAME) or {}).get("labelled_sections")
        found.append(Backup(each, _made(each), count if isinstance(count, int) else None, table.names))
    return found


def classes_in(archive: Path) -> ClassTable | None:
    """Return the classes that an archive's labels are numbered by; None where it is damaged."""
    try:
        infos = read_note(archive)["classes"]
        return ClassTable(tuple(ClassInfo(str(each["name"]), str(each["colour"])) for each in infos))
    except (GeoFMError, KeyError, TypeError, ValueError):
        return None


def shift_of(backup: Path, now: TimeFit | None) -> int | None:
    """Return at which sample of a recording as it is ``now`` the first one of a backup lies.

    None where that is not known, or the survey is no recording: the backup fits a survey of its shape alone then.
    """
    document = read_document(backup / NAME) or {}
    try:
        then = TimeFit.from_plain(document["recording"])
        return None if now is None else then.shift(now)
    except (GeoFMError, KeyError, TypeError, ValueError, OverflowError):
        return None


def _made(folder: Path) -> float:
    with suppress(ValueError, OverflowError):
        return time.mktime(time.strptime(folder.name[:_STAMP_SIGNS], _STAMP))
    return folder.stat().st_mtime
