"""Work that opens a file, in a thread: what comes of it, how far it is, and whether its disk has stalled."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, QTimer, Signal

from napari_geofm.errors import CancelledError, GeoFMError

if TYPE_CHECKING:
    from napari_geofm.core.progress import Progress

__all__ = ["Fetching"]

STALLED_S = 10.0
"""After so long without a word of progress a disk is taken to have stalled."""


class Fetching(QObject):
    """One piece of work at a time; one that has stalled can be left to itself."""

    ended = Signal(object)
    """What came of the newest work; a text where it failed."""

    advanced = Signal(object)
    """How far it is: a Progress of which the total is known."""

    stalled = Signal()
    """Nothing has been heard of it for long."""

    _came = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number, self._heard = 0, 0.0
        self._watch = QTimer(self)
        self._watch.setInterval(500)
        self._watch.timeout.connect(self._look)
        self._came.connect(self._arrived)
        self.has_stalled = False

    def run(self, path: Path, work: Callable[[Callable[["Progress"], None]], Any]) -> None:
        """Run work in a thread.

        Parameters
        ----------
        path
            The file, for messages.
        work
            Is given a function that takes its progress; returns what :attr:`ended` tells.
        """
        self._number += 1
        number, self._heard, self.has_stalled = self._number, time.monotonic(), False
        self._watch.start()

        def report(progress: "Progress") -> None:
            if number != self._number:
                raise CancelledError("Cancelled, since another file is opened.")
            self._heard = time.monotonic()
            if progress.fraction is not None:
                with suppress(RuntimeError):
                    self.advanced.emit(progress)

        def body() -> None:
            try:
                found = work(report)
            except GeoFMError as error:
                # Its folder would fill the line that people are shown.
                found = str(error).replace(str(path), path.name)
            except Exception as error:  # noqa: BLE001 - whatever a damaged file makes a library raise is told
                found = f"{path.name} cannot be opened: {' '.join(str(error).split()) or type(error).__name__}"
            # The window may have gone meanwhile.
            with suppress(RuntimeError):
                self._came.emit(number, found)

        threading.Thread(target=body, name="geofm-opening", daemon=True).start()

    def leave(self) -> None:
        """Hear no more of what runs."""
        self._number += 1
        self._watch.stop()
        self.has_stalled = False

    def _look(self) -> None:
        if not self.has_stalled and time.monotonic() - self._heard > STALLED_S:
            self.has_stalled = True
            self.stalled.emit()

    def _arrived(self, number: int, found: object) -> None:
        if number == self._number:
            self._watch.stop()
            self.has_stalled = False
            self.ended.emit(found)
        elif hasattr(found, "close"):
            # A session that nobody waits for any more would keep others out.
            found.close()
