"""Listens for stalls of the window and for exceptions that nobody caught."""

import faulthandler
import sys
import tempfile
import threading
import time
import traceback
from types import TracebackType
from typing import Any

__all__ = ["Pulse"]

BEAT_MS = 25
LOOK_S = 1.0
"""From this long a stall on, what the window's thread does is noted."""


class Pulse:
    """A timer in the window's thread, and a thread that watches it.

    Attributes
    ----------
    errors
        Exceptions that nobody caught, in any thread, as tracebacks.
    longest_s
        Longest time between two beats.
    where
        What all threads did in the longest stall.
    """

    def __init__(self) -> None:
        from qtpy.QtCore import QTimer

        self.errors: list[str] = []
        self.longest_s, self.where = 0.0, ""
        self._last, self._ended = time.perf_counter(), False
        self._before = sys.excepthook, threading.excepthook
        sys.excepthook = self._raised
        threading.excepthook = lambda news: self._raised(news.exc_type, news.exc_value, news.exc_traceback)
        self._timer = QTimer()
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        threading.Thread(target=self._watch, name="pulse", daemon=True).start()

    def stop(self) -> None:
        """Stop listening."""
        self._ended = True
        self._timer.stop()
        sys.excepthook, threading.excepthook = self._before

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest_s = max(self.longest_s, now - self._last - BEAT_MS / 1000)
        self._last = now

    def _watch(self) -> None:
        while not self._ended:
            time.sleep(0.1)
            if time.perf_counter() - self._last > max(LOOK_S, self.longest_s):
                # Not by way of frame objects: they would keep what the window paints with alive beyond its time.
                with tempfile.TemporaryFile("w+") as file:
                    faulthandler.dump_traceback(file)
                    file.seek(0)
                    self.where = file.read()

    def _raised(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> Any:
        self.errors.append("".join(traceback.format_exception(kind, error, trace)))
        # At once: what a failed painting leaves behind may end the process.
        print(self.errors[-1], file=sys.stderr, flush=True)
