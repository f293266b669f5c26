"""A thread that has the disk hold what was painted within two seconds, and where the interpreter is at once."""

import threading
import time
from collections.abc import Callable

from napari_geofm.errors import GeoFMError

__all__ = ["Autosave"]

LABELS_S = 1.2
"""Seconds from a stroke until the disk is told to hold it."""

DOCUMENT_S = 0.1
"""Seconds from a step until it is written; stepping on does not wait for the disk."""

BACKUP_S = 600.0


class Autosave:
    """Calls ``back_up`` at once and every ten minutes with strokes, ``flush`` and ``write`` soon after they are due.

    Parameters
    ----------
    flush, write, back_up
        What is called, never two at once.
    active
        False for a session that is only looked at.
    """

    def __init__(
        self,
        flush: Callable[[], object],
        write: Callable[[], object],
        back_up: Callable[[], object],
        *,
        active: bool,
    ) -> None:
        self._work = {"labels": flush, "document": write, "backup": back_up}
        self._due: dict[str, float] = {"backup": 0.0}
        self._active = active
        self._news = threading.Condition()
        self._one = threading.Lock()
        self._closing = False
        self._trouble = ""
        self._backed_up = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="geofm-autosave", daemon=True)
        if active:
            self._thread.start()

    def painted(self) -> None:
        """Note that something was painted."""
        self._wait_for("labels", LABELS_S)
        self._wait_for("backup", max(LABELS_S, self._backed_up + BACKUP_S - time.monotonic()))

    def moved(self) -> None:
        """Note that the document has changed a little."""
        self._wait_for("document", DOCUMENT_S)

    def now(self) -> None:
        """Have the disk hold everything before returning."""
        if self._active:
            self._call("document")
            self._call("labels")

    def back_up(self) -> None:
        """Make a backup before returning."""
        if self._active:
            self._call("backup")

    def trouble(self) -> str:
        """Return why the disk could not be written to since the last call; empty for nothing."""
        found, self._trouble = self._trouble, ""
        return found

    def close(self) -> None:
        """Save and end the thread."""
        if not self._active:
            return
        with self._news:
            self._closing = True
            self._news.notify()
        self._thread.join()
        self.now()
        self._active = False

    def _wait_for(self, what: str, seconds: float) -> None:
        if self._active:
            with self._news:
                # The first one counts: who paints without a pause is saved too.
                self._due.setdefault(what, time.monotonic() + seconds)
                self._news.notify()

    def _run(self) -> None:
        while True:
            with self._news:
                while not self._closing and (not self._due or min(self._due.values()) > time.monotonic()):
                    self._news.wait(max(0.0, min(self._due.values()) - time.monotonic()) if self._due else None)
                if self._closing:
                    return
                what = min(self._due, key=lambda name: self._due[name])
                del self._due[what]
            self._call(what)

    def _call(self, what: str) -> None:
        with self._one:
            try:
                self._work[what]()
            except (GeoFMError, OSError, ValueError) as error:
                # Told by the next stroke, in the thread that may show it; until then it is tried again.
                self._trouble = " ".join(str(error).split())
                if what == "labels" and not self._closing:
                    self._wait_for(what, 5.0)
            if what == "backup":
                self._backed_up = time.monotonic()
