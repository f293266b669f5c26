"""Where a session lies on disk: its folder beside the survey, the lock, documents replaced whole, backups."""

import contextlib
import gzip
import json
import os
import re
import shutil
import socket
import time
import zlib
from pathlib import Path
from typing import Any

from napari_geofm.errors import OutputError
from napari_geofm.io.atomic import replacing

__all__ = ["SessionFolder", "place_for"]

BACKUPS = 5
"""Backups kept."""

_LOCK = "lock"


def place_for(survey: Path, fingerprint: str) -> Path:
    """Return the session's folder for a survey: beside it, or in the user's own folder where that is read-only.

    Parameters
    ----------
    survey
        The survey's file or folder.
    fingerprint
        Tells surveys of one name apart in the user's own folder.
    """
    beside = survey.with_name(f"{survey.stem}.geofm")
    if beside.is_dir() or os.access(survey.parent, os.W_OK):
        return beside
    from platformdirs import user_data_path

    name = re.sub(r"[^\w.-]", "_", survey.stem)
    return user_data_path("napari-geofm") / "sessions" / f"{name}-{fingerprint[:12]}.geofm"


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
        self.owner = self._locked_by_another()
        self.held = not self.owner and self._lock()

    def release(self) -> None:
        """Let another viewer have the session."""
        if self.held:
            (self.path / _LOCK).unlink(missing_ok=True)
            self.held = False

    def read(self, name: str) -> dict[str, Any] | None:
        """Return a document; None where there is none or it is damaged (it is then set aside)."""
        file = self.path / name
        found = self.read_document(file)
        if found is None and file.exists():
            self.set_aside(file)
        return found

    @staticmethod
    def read_document(file: Path) -> dict[str, Any] | None:
        """Return a document, None where there is none or it is damaged."""
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

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
        line = json.dumps({"when": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "what": what})
        with (self.path / "history.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")

    def history(self) -> list[dict[str, str]]:
        """Return what was done, oldest first; damaged lines are passed over."""
        file = self.path / "history.jsonl"
        found = []
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines() if file.exists() else ():
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
        return found

    def set_aside(self, file: Path) -> Path:
        """Rename what cannot be used, so that it is neither lost nor in the way; return its new name."""
        aside = file.with_name(f"{file.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
        if self.held and not aside.exists():
            file.rename(aside)
        return aside

    def back_up(self, documents: list[Path], arrays: list[Path]) -> Path | None:
        """Copy documents, and arrays compressed, into a new backup and let go of the oldest.

        Returns
        -------
        Path or None
            The backup; None where there is nothing to copy, or there is one of this second.
        """
        folder = self.path / "backups" / time.strftime("%Y%m%d-%H%M%S")
        present = [file for file in (*documents, *arrays) if file.exists()]
        if not self.held or not present or folder.exists():
            return None
        beside = folder.with_name(f".{folder.name}.new")
        beside.mkdir(parents=True, exist_ok=True)
        for file in present:
            if file in documents:
                shutil.copy2(file, beside / file.name)
            else:
                with file.open("rb") as source, gzip.open(beside / f"{file.name}.gz", "wb", 1) as packed:
                    shutil.copyfileobj(source, packed, 2**20)
        beside.rename(folder)
        for old in self.backups()[:-BACKUPS]:
            shutil.rmtree(old, ignore_errors=True)
        return folder

    def restore(self, backup: Path, target: Path, names: tuple[str, ...]) -> bool:
        """Unpack arrays of a backup into a folder; return whether all of them are there."""
        if not self.held or not all((backup / f"{name}.gz").is_file() for name in names):
            return False
        target.mkdir(parents=True, exist_ok=True)
        try:
            for name in names:
                with (
                    gzip.open(backup / f"{name}.gz", "rb") as packed,
                    replacing(target / name, overwrite=True) as beside,
                    beside.open("wb") as out,
                ):
                    shutil.copyfileobj(packed, out, 2**20)
        except (OSError, EOFError, zlib.error):
            return False
        return True

    def backups(self) -> list[Path]:
        """Return the backups, oldest first."""
        folder = self.path / "backups"
        return sorted(each for each in folder.iterdir() if each.name[0].isdigit()) if folder.is_dir() else []

    def _locked_by_another(self) -> str:
        """Return who holds the session, empty where nobody does (any more)."""
        try:
            known = json.loads((self.path / _LOCK).read_text(encoding="utf-8"))
            host, pid = str(known["host"]), int(known["pid"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""
        if host == socket.gethostname() and not _alive(pid):
            return ""
        return f"process {pid} on {host}"

    def _lock(self) -> bool:
        lock = self.path / _LOCK
        mine = json.dumps({"host": socket.gethostname(), "pid": os.getpid()})
        for _ in range(2):
            try:
                # Made only where there is none: of two viewers that start at once one gets it.
                with lock.open("x", encoding="utf-8") as stream:
                    stream.write(mine)
            except FileExistsError:
                if self._locked_by_another():
                    return False
                lock.unlink(missing_ok=True)
            except OSError:
                return False
            else:
                return True
        return False


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
