"""A thread that has the disk hold what was painted, within two seconds."""

import threading
import time
from collections.abc import Callable

__all__ = ["Autosave"]

DELAY_S = 1.5
BACKUP_S = 600.0


class Autosave:
    """Calls ``back_up`` at once, ``flush`` soon after each :meth:`touch`, and ``back_up`` again every ten minutes.

    Parameters
    ----------
    flush, back_up
        What is called, never both at once.
    active
        False for a session that is only looked at.
    """

    def __init__(self, flush: Callable[[], object], back_up: Callable[[], object], *, active: bool) -> None:
        self._flush, self._back_up, self._active = flush, back_up, active
        self._lock = threading.Lock()
        self._touched = threading.Event()
        self._closing = threading.Event()
        self._backed_up = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="geofm-autosave", daemon=True)
        if active:
            self._thread.start()

    def touch(self) -> None:
        """Note that something was painted."""
        self._touched.set()

    def now(self) -> None:
        """Have the disk hold everything before returning."""
        if self._active:
            with self._lock:
                self._flush()

    def close(self) -> None:
        """Save and end the thread."""
        if self._active:
            self._closing.set()
            self._touched.set()
            self._thread.join()
            self.now()
            self._active = False

    def _run(self) -> None:
        with self._lock:
            self._back_up()
        while not self._closing.is_set():
            self._touched.wait()
            if self._closing.wait(DELAY_S):
                return
            self._touched.clear()
            with self._lock:
                self._flush()
                if time.monotonic() - self._backed_up > BACKUP_S:
                    self._back_up()
                    self._backed_up = time.monotonic()
