"""Listens for stalls of the window and for exceptions that nobody caught."""

import sys
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
        What the window's thread did in the longest stall.
    """

    def __init__(self) -> None:
        from qtpy.QtCore import QTimer

        self.errors: list[str] = []
        self.longest_s, self.where = 0.0, ""
        self._last, self._ended = time.perf_counter(), False
        self._window = threading.get_ident()
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
            late = time.perf_counter() - self._last
            frame = sys._current_frames().get(self._window)
            if late > max(LOOK_S, self.longest_s) and frame is not None:
                self.where = "".join(traceback.format_stack(frame))

    def _raised(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> Any:
        self.errors.append("".join(traceback.format_exception(kind, error, trace)))
