"""Sections are read by a thread of their own; of those asked for meanwhile, the newest alone is read."""

import threading
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QObject, Signal

from napari_geofm.core.region import At
from napari_geofm.core.section import Section
from napari_geofm.errors import GeoFMError

__all__ = ["Reader"]

Reading = tuple[Section, NDArray[np.uint8]]

PATIENCE_S = 0.02
"""What is read within so long is shown before the window is drawn with the new place and the old section."""


class Reader(QObject):
    """Reads a section's amplitudes and labels off the window's thread.

    Parameters
    ----------
    read
        Returns a section and its labels; called in the reader's thread.
    """

    done = Signal(object, object)
    """Section and labels of the newest request."""

    failed = Signal(str)
    """Why the newest request could not be read."""

    _ended = Signal(int, object)

    def __init__(self, read: Callable[[At], Reading], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._wanted: At | None = None
        self._number = self._last = 0
        self._took, self._reading = 0.0, False
        self._closing = False
        self._awake = threading.Condition()
        self._ended.connect(self._tell)
        self._thread = threading.Thread(target=self._run, name="geofm-reader", daemon=True)
        self._thread.start()

    def ask(self, at: At) -> None:
        """Ask for a section; what was asked for before and is not read yet is dropped."""
        with self._awake:
            self._wanted = at
            self._number += 1
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
            with self._awake:
                self._awake.wait_for(lambda: self._closing or self._wanted is not None)
                if self._closing:
                    return
                at, self._wanted, number = self._wanted, None, self._number
                self._reading = True
            assert at is not None
            begin = time.perf_counter()
            try:
                found: Reading | str = self._read(at)
            except GeoFMError as error:
                found = str(error)
            except OSError as error:
                found = f"{at} cannot be read: {error.strerror or error}; check the disk"
            except Exception as error:  # noqa: BLE001 - whatever a damaged file makes its library raise, others are read
                found = f"{at} cannot be read: {error}; the file may be damaged there"
            with self._awake:
                self._took, self._last, self._reading = time.perf_counter() - begin, number, False
                if not self._closing:
                    self._ended.emit(number, found)
                self._awake.notify_all()

    def _tell(self, number: int, found: "Reading | str") -> None:
        if number != self._number or self._closing:
            return
        if isinstance(found, str):
            self.failed.emit(found)
        else:
            self.done.emit(*found)
