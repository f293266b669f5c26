"""Work beside the window: a thread that reports, can be cancelled, and whose end arrives in the window's own thread."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from qtpy.QtCore import QObject, Signal

from napari_geofm.core.progress import Control, Job, run_to_end
from napari_geofm.errors import CancelledError, GeoFMError
from napari_geofm.gui.parts.telling import tell

__all__ = ["Aside"]

R = TypeVar("R")


class Aside(QObject):
    """Runs one piece of work at a time.

    Parameters
    ----------
    name
        Of the thread.
    """

    advanced = Signal(object)
    """The newest progress."""

    busy_changed = Signal(bool)

    _ended = Signal(int, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._number = 0
        self._control: Control | None = None
        self._done: Callable[[Any], None] = lambda _: None
        self._failed: Callable[[str], None] = tell
        self._ended.connect(self._arrived)

    @property
    def busy(self) -> bool:
        """Whether something runs."""
        return self._control is not None

    def run(
        self,
        work: Callable[[Control], Job[R]],
        done: Callable[[R], None],
        failed: Callable[[str], None] = tell,
    ) -> None:
        """Run work; nothing happens while something else runs.

        Parameters
        ----------
        work
            Makes a generator of progress, which runs in the thread.
        done
            Called with its result.
        failed
            Called with the reason, one sentence; not after :meth:`cancel`.
        """
        if self.busy:
            return
        self._number += 1
        control, number = Control(), self._number
        self._control, self._done, self._failed = control, done, failed
        self.busy_changed.emit(True)

        def body() -> None:
            found: tuple[bool, Any]
            try:
                found = True, run_to_end(work(control), self._report)
            except CancelledError:
                found = False, ""
            except GeoFMError as error:
                found = False, str(error)
            except Exception as error:  # noqa: BLE001 - whatever a damaged file makes a library raise is told
                found = False, f"{' '.join(str(error).split()) or type(error).__name__} (unexpected)"
            # The window may have gone meanwhile.
            with suppress(RuntimeError):
                self._ended.emit(number, found)

        threading.Thread(target=body, name=self._name, daemon=True).start()

    def cancel(self) -> None:
        """Drop what runs; nothing more is heard of it."""
        control, self._control = self._control, None
        if control is not None:
            control.cancel()
            self._number += 1
            self.busy_changed.emit(False)

    def wind_up(self) -> None:
        """Ask what runs to end; it is busy until it has, and neither result nor reason is told."""
        if self._control is not None:
            self._control.cancel()

    def _report(self, progress: object) -> None:
        with suppress(RuntimeError):
            self.advanced.emit(progress)

    def _arrived(self, number: int, found: tuple[bool, Any]) -> None:
        if number != self._number or self._control is None:
            return
        self._control = None
        self.busy_changed.emit(False)
        fine, result = found
        if fine:
            self._done(result)
        elif result:
            self._failed(result)
