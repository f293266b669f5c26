"""The lock that lets one viewer at a time write to a session."""

import contextlib
import json
import os
import socket
import time
from pathlib import Path
from typing import Any

__all__ = ["SessionLock"]

_FRESH_S = 2.0
"""A lock without content is another viewer's that starts right now, if it is younger."""

_ABANDONED_S = 10.0
"""Who takes over a stale lock needs a moment only; after this long it was killed meanwhile."""

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
        limit = time.monotonic() + 2 * _FRESH_S
        while time.monotonic() < limit:
            try:
                # Made only where there is none: of two viewers that start at once one gets it.
                with self._file.open("x", encoding="utf-8") as stream:
                    stream.write(self._mine)
            except FileExistsError:
                if not self._clear():
                    return False
            except OSError:
                return False
            else:
                return True
        return False

    def _clear(self) -> bool:
        """Take a lock that nobody holds out of the way; return whether it is worth trying again."""
        if self._is_held():
            return not self.owner
        # One at a time, and looked at again: of two viewers that find the same stale lock, the second would otherwise
        # delete the first one's new lock.
        guard = self._file.with_name(f"{self._file.name}.taking")
        try:
            guard.open("x").close()
        except FileExistsError:
            with contextlib.suppress(OSError):
                if time.time() - guard.stat().st_mtime > _ABANDONED_S:
                    guard.unlink()
            time.sleep(0.02)
            return True
        except OSError:
            return False
        try:
            if not self._is_held():
                self._file.unlink(missing_ok=True)
                self.stale = True
        except OSError:
            return False
        finally:
            guard.unlink(missing_ok=True)
        return not self.owner

    def _is_held(self) -> bool:
        """Return whether a viewer holds the lock, or is about to; ``owner`` says which where it is known."""
        try:
            text = self._file.read_text(encoding="utf-8", errors="replace")
            age = time.time() - self._file.stat().st_mtime
        except FileNotFoundError:
            return False
        except OSError:
            self.owner = "somebody else"
            return True
        known = _read(text)
        if known is None and abs(age) < _FRESH_S:
            time.sleep(0.02)
            return True
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
