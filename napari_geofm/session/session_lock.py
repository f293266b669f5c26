"""The lock that lets one viewer at a time write to a session."""

import contextlib
import json
import os
import socket
from pathlib import Path
from typing import Any

from filelock import FileLock, SoftFileLock, Timeout

from napari_geofm.errors import OutputError
from napari_geofm.io.atomic import replacing

__all__ = ["SessionLock"]

_PATIENCE_S = 5.0
"""Who takes a lock needs a moment only, also on a slow network drive."""

_SAME_START_S = 2.0
"""A process that began at another time only has the number of the one that is gone."""


class SessionLock:
    """A file that names the process which writes to a session.

    Parameters
    ----------
    file
        The file; its folder exists.

    Attributes
    ----------
    held
        Whether this object has the lock.
    owner
        Who has it in words, empty where nobody does.
    stale
        Whether it was taken from a process that had ended without releasing it.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._mine = json.dumps({"host": socket.gethostname(), "pid": os.getpid(), "started": _started(os.getpid())})
        self.owner = ""
        self.stale = False
        self.held = self._take()

    def release(self) -> None:
        """Let another viewer have the session."""
        if self.held:
            self.held = False
            with contextlib.suppress(OSError):
                if self._file.read_text(encoding="utf-8") == self._mine:
                    self._file.unlink()

    def is_free(self) -> bool:
        """Return whether nobody has the lock now."""
        owner, free = self.owner, not self._is_held()
        self.owner = owner
        return free

    def _take(self) -> bool:
        # One at a time: of two viewers that find the same stale lock, the second would otherwise take it from the
        # first. By a lock of the operating system, which ends with its process; some network drives know none.
        for kind, ending in ((FileLock, "taking"), (SoftFileLock, "taken")):
            guard = kind(self._file.with_name(f"{self._file.name}.{ending}"), timeout=_PATIENCE_S, is_singleton=False)
            try:
                with guard:
                    return self._claim()
            except Timeout:
                self.owner = "somebody else"
                return False
            except OutputError:
                return False
            except (OSError, NotImplementedError):
                continue
        return False

    def _claim(self) -> bool:
        """Take the lock where nobody holds it, and return whether it is ours."""
        if self._is_held():
            return False
        self.stale = self._file.exists()
        with replacing(self._file, overwrite=True) as beside:
            beside.write_text(self._mine, encoding="utf-8")
        return True

    def _is_held(self) -> bool:
        """Return whether a viewer holds the lock; ``owner`` says which."""
        try:
            text = self._file.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return False
        except OSError:
            self.owner = "somebody else"
            return True
        known = _read(text)
        if known is not None and _alive(known):
            self.owner = f"process {known['pid']} on {known['host']}"
            return True
        return False


def _read(text: str) -> dict[str, Any] | None:
    """Return what a lock says, None where it says nothing."""
    try:
        plain = json.loads(text)
        return {"host": str(plain["host"]), "pid": int(plain["pid"]), "started": float(plain.get("started", 0))}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _alive(known: dict[str, Any]) -> bool:
    """Return whether the process that a lock names still runs; of another computer's that cannot be told."""
    if known["host"] != socket.gethostname():
        return True
    started, noted = _started(known["pid"]), float(known["started"])
    if not started:
        return False
    return min(started, noted) <= 0 or abs(started - noted) < _SAME_START_S


def _started(pid: int) -> float:
    """Return when a process began, seconds since 1970; 0 where it is gone, -1 where that may not be known."""
    import psutil

    try:
        process = psutil.Process(pid)
        # A zombie has ended; nobody has asked for its exit status yet.
        return 0.0 if process.status() == psutil.STATUS_ZOMBIE else float(process.create_time())
    except (psutil.NoSuchProcess, ValueError):
        return 0.0
    except psutil.AccessDenied:
        return -1.0
