"""Where a session lies on disk: its folder, documents replaced whole, what was done, backups."""

import contextlib
import filecmp
import glob
import json
import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_geofm.errors import OutputError
from napari_geofm.io.atomic import replacing
from napari_geofm.session.gather import gather_words
from napari_geofm.session.session_lock import SessionLock

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["SessionFolder", "place_for", "place_of", "read_document"]

BACKUPS = 5
"""Backups kept."""

_DOCUMENT = "session.json"
_DIGITS = 12
"""Of the fingerprint in a folder's name."""


def place_of(survey: "Survey") -> Path:
    """Return the session's folder for an open survey (see :func:`place_for`)."""
    return place_for(survey.path, survey.fingerprint, gather_words(survey))


def place_for(survey: Path, fingerprint: str, part: str = "") -> Path:
    """Return the session's folder for a survey: beside it, or in the user's own folder where that is read-only.

    Parameters
    ----------
    survey
        The survey's file or folder.
    fingerprint
        Tells surveys of one name apart in the user's own folder.
    part
        What is read of the file, where that is not all of it (``"offset 300"``); empty for all.
    """
    survey, part = survey.absolute(), re.sub(r"\W+", "-", f" {part}") if part else ""
    plain = survey.with_name(f"{survey.stem}.geofm")
    if part and (read_document(plain / _DOCUMENT) or {}).get("fingerprint") == fingerprint:
        # A session of before parts had their own.
        return plain
    # "cube.npy" beside "cube.sgy" is another survey, and has a session of its own.
    named = survey.with_name(f"{survey.stem}{part}.geofm"), survey.with_name(f"{survey.name}{part}.geofm")
    beside = next((each for each in named if not _is_of_another(each, survey, fingerprint)), named[1])
    if os.access(beside if beside.is_dir() else survey.parent, os.W_OK):
        return beside
    from platformdirs import user_data_path

    own = user_data_path("napari-geofm") / "sessions"
    name = re.sub(r"[^\w.-]", "_", f"{survey.stem}{part}")
    folder = own / f"{name}-{fingerprint[:_DIGITS]}.geofm"
    if folder.is_dir() or not own.is_dir():
        return folder
    # The file changed, and with it the fingerprint: the session is still the one of this path.
    alike = sorted(own.glob(f"{glob.escape(name)}-{'?' * _DIGITS}.geofm"))
    known = {each: (read_document(each / _DOCUMENT) or {}).get("survey") for each in alike}
    return next((each for each, path in known.items() if path == str(survey)), folder)


def _is_of_another(folder: Path, survey: Path, fingerprint: str) -> bool:
    """Return whether a session beside a survey is that of another file, which is still there; a fast copy is none."""
    kept = read_document(folder / _DOCUMENT) or {}
    other = Path(str(kept.get("survey") or survey.name)).name
    return other != survey.name and survey.with_name(other).exists() and kept.get("fingerprint") != fingerprint


def read_document(file: Path) -> dict[str, Any] | None:
    """Return a JSON document, None where there is none or it is damaged."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


class SessionFolder:
    """A session's folder, held by one viewer at a time.

    Parameters
    ----------
    path
        The folder; made where it is not there.

    Raises
    ------
    OutputError
        When it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or "it cannot be made"
            raise OutputError(
                f"Session folder {path}: {reason}; choose a survey in a folder that you may write to"
            ) from error
        self._lock = SessionLock(path / "lock")
        self.owner = self._lock.owner

    @property
    def held(self) -> bool:
        """Whether this viewer may write."""
        return self._lock.held

    @property
    def crashed(self) -> bool:
        """Whether the process that held the session before ended without letting go of it."""
        return self._lock.stale

    @property
    def free(self) -> bool:
        """Whether no process holds the session now."""
        return not self.held and self._lock.is_free()

    def release(self) -> None:
        """Let another viewer have the session."""
        self._lock.release()

    def write(self, name: str, document: dict[str, Any]) -> None:
        """Replace a document as a whole."""
        if not self.held:
            return
        with replacing(self.path / name, overwrite=True) as beside:
            beside.write_text(json.dumps(document, indent=1), encoding="utf-8")

    def note(self, what: str) -> None:
        """Add a line to the history of what was done."""
        if not self.held:
            return
        line = json.dumps({"when": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "what": what}, ensure_ascii=False)
        # The history is told for interest; a full disk is told by what is written besides.
        with contextlib.suppress(OSError), (self.path / "history.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")

    def history(self) -> list[dict[str, str]]:
        """Return what was done, oldest first; damaged lines are passed over."""
        file = self.path / "history.jsonl"
        found = []
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines() if file.exists() else ():
            with contextlib.suppress(ValueError):
                entry = json.loads(line)
                if isinstance(entry, dict) and {"when", "what"} <= set(entry):
                    found.append({"when": str(entry["when"]), "what": str(entry["what"])})
        return found

    def set_aside(self, file: Path) -> Path:
        """Rename what cannot be used, so that it is neither lost nor in the way; return its new name."""
        stem = f"{file.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
        aside, count = file.with_name(stem), 1
        while aside.exists():
            count += 1
            aside = file.with_name(f"{stem}-{count}")
        if self.held:
            file.rename(aside)
        return aside

    def back_up(self, fill: Callable[[Path], bool], same: str) -> Path | None:
        """Make a new backup and let go of the oldest.

        Parameters
        ----------
        fill
            Writes into an empty folder and returns whether what it wrote is whole.
        same
            File by which a backup is told to be the last one once more; it is not kept then, so that opening a
            survey often does not push the older ones out.

        Returns
        -------
        Path or None
            The backup; None where none was kept.
        """
        if not self.held:
            return None
        beside = self.path / "backups" / ".new"
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        last = self.backups()[-1:]
        try:
            whole = fill(beside)
            if not whole or any(_equal(beside / same, each / same) for each in last):
                return None
            folder = beside.with_name(self._free_name())
            beside.rename(folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        for old in self.backups()[:-BACKUPS]:
            shutil.rmtree(old, ignore_errors=True)
        return folder

    def backups(self) -> list[Path]:
        """Return the backups, oldest first."""
        folder = self.path / "backups"
        return sorted(each for each in folder.iterdir() if each.name[0].isdigit()) if folder.is_dir() else []

    def _free_name(self) -> str:
        """Return a name that sorts behind those of all backups, whatever the clock says."""
        name = time.strftime("%Y%m%d-%H%M%S")
        last = self.backups()[-1].name if self.backups() else ""
        return name if name > last else f"{last}a"


def _equal(one: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False
