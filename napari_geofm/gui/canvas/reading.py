"""Sections are read by a thread of their own; of those asked for meanwhile, the newest alone is read."""

import threading
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QObject, Qt, Signal

from napari_geofm.core.region import At
from napari_geofm.core.section import Section
from napari_geofm.errors import GeoFMError

__all__ = ["Reader"]

Reading = tuple[Section, NDArray[np.uint8]]

PATIENCE_S = 0.02
"""What is read within so long is shown before the window is drawn with the new place and the old section."""

PAUSE_S = 0.02
"""When the next section is read ahead, after the one that was asked for."""


class Reader(QObject):
    """Reads a section's amplitudes and labels off the window's thread.

    Who steps on finds the next section read already.

    Parameters
    ----------
    read
        Returns a section and its labels; called in the reader's thread.
    beyond
        Returns the place as far beyond the second as that lies beyond the first, or None; None: nothing is read ahead.
    state
        Returns what changes with the file; what was read ahead in another state is read anew. Called in the reader's
        thread, too. None: the file stays as it is.
    """

    done = Signal(object, object)
    """Section and labels of the newest request."""

    failed = Signal(str)
    """Why the newest request could not be read."""

    _ended = Signal(int, object)

    def __init__(
        self,
        read: Callable[[At], Reading],
        beyond: Callable[[At, At], At | None] | None = None,
        state: Callable[[], object] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._read, self._beyond, self._state = read, beyond, state or _unchanging
        self._wanted: At | None = None
        self._newest: At | None = None
        self._next: At | None = None
        self._ahead: tuple[At, Reading, object] | None = None
        self._number = self._last = 0
        self._took, self._reading = 0.0, False
        self._closing = False
        self._awake = threading.Condition()
        # Queued from the window's own thread too: what is asked for is never there before the asking is over.
        self._ended.connect(self._tell, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        self._thread = threading.Thread(target=self._run, name="geofm-reader", daemon=True)
        self._thread.start()

    def ask(self, at: At) -> None:
        """Ask for a section; what was asked for before and is not read yet is dropped."""
        with self._awake:
            before, self._newest = self._newest, at
            self._next = self._beyond(before, at) if self._beyond is not None and before is not None else None
            self._number += 1
            self._wanted = at
            self._awake.notify_all()
            # Else the window would be drawn twice. Not while another one is being read, or where reading takes longer.
            if self._took < PATIENCE_S and not self._reading:
                self._awake.wait_for(lambda: self._last == self._number, PATIENCE_S)

    def close(self) -> None:
        """End the thread."""
        with self._awake:
            self._closing = True
            self._awake.notify_all()
        self._thread.join(5)

    def _run(self) -> None:
        while True:
            at = self._awaited()
            if at is None:
                return
            begin = time.perf_counter()
            state = self._state()
            found = self._taken(at, state) or self._found(at)
            with self._awake:
                self._took, self._reading = time.perf_counter() - begin, False
                # What was read ahead may have been asked for meanwhile.
                if self._wanted == at:
                    self._wanted = None
                    self._last = self._number
                    if not self._closing:
                        self._ended.emit(self._number, found)
                elif not isinstance(found, str) and self._newest != at:
                    self._ahead = at, found, state
                self._awake.notify_all()

    def _awaited(self) -> At | None:
        """Wait for a place to read: that which is wanted, or the next one where none is; None on closing."""
        with self._awake:
            self._awake.wait_for(lambda: self._called() or self._next is not None)
            if not self._called():
                # The section that has just come is drawn first.
                self._awake.wait_for(self._called, PAUSE_S)
            if self._closing:
                return None
            at = self._wanted
            if at is None:
                at, self._next = self._next, None
            self._reading = True
            return at

    def _called(self) -> bool:
        return self._closing or self._wanted is not None

    def _taken(self, at: At, state: object) -> "Reading | None":
        """Return what was read ahead, if it was this and the file is still the same; it is kept no longer."""
        with self._awake:
            ahead, self._ahead = self._ahead, None
        return ahead[1] if ahead is not None and ahead[0] == at and ahead[2] == state else None

    def _found(self, at: At) -> "Reading | str":
        try:
            return self._read(at)
        except GeoFMError as error:
            return str(error)
        except OSError as error:
            return f"{at} cannot be read: {error.strerror or error}; check the disk"
        except Exception as error:  # noqa: BLE001 - whatever a damaged file makes its library raise, others are read
            return f"{at} cannot be read: {error}; the file may be damaged there"

    def _tell(self, number: int, found: "Reading | str") -> None:
        if number != self._number or self._closing:
            return
        if isinstance(found, str):
            self.failed.emit(found)
        else:
            self.done.emit(*found)


def _unchanging() -> None:
    """Return the one state of a file that stays as it is."""
