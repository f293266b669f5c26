"""The window's end of a request: its state, its progress, its result."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Generic, Literal, TypeVar, cast

from napari_geofm.core.progress import Progress
from napari_geofm.errors import CancelledError, GeoFMError
from napari_geofm.jobs.spec import JobSpec

__all__ = ["Handle", "State"]

R = TypeVar("R")
State = Literal["waiting", "running", "done", "failed", "cancelled", "superseded"]
REMEMBERED = 4096
"""Reports kept for callbacks that are added later."""
log = logging.getLogger(__name__)


def _nothing(_: "Handle[Any]") -> None:
    """Answer a handle whose request needs no cancelling."""


class Handle(Generic[R]):
    """A request that was handed in. Every method may be called from any thread.

    Callbacks run in the thread in which the news arises (the compute's own, or the one that cancels): they are short,
    wait for no other thread, and hand over to the GUI's thread by a signal. An exception in one is logged, not raised.

    Parameters
    ----------
    number
        Number of the request, from 1.
    spec
        What was asked for.
    cancelling, stopping
        How the compute is told of :meth:`cancel` and :meth:`stop`.
    """

    def __init__(
        self,
        number: int,
        spec: JobSpec[R],
        cancelling: "Callable[[Handle[Any]], None]" = _nothing,
        stopping: "Callable[[Handle[Any]], None]" = _nothing,
    ) -> None:
        self.number = number
        self.spec = spec
        self._cancelling = cancelling
        self._stopping = stopping
        self._state: State = "waiting"
        self._result: R | None = None
        self._error: GeoFMError | None = None
        self._over = threading.Event()
        self._lock = threading.Lock()
        # Held while callbacks run, so that none hears of progress after the end.
        self._delivery = threading.RLock()
        self._history: deque[Progress] = deque(maxlen=REMEMBERED)
        self._progress_callbacks: list[Callable[[Progress], None]] = []
        self._done_callbacks: list[Callable[[Handle[R]], None]] = []

    @property
    def state(self) -> State:
        """Where the request stands."""
        return self._state

    @property
    def over(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self._over.is_set()

    @property
    def error(self) -> GeoFMError | None:
        """Why there is no result; None while it is not over, and where there is a result."""
        return self._error

    @property
    def doing(self) -> str:
        """What is being done, as it reads after "while"."""
        history = self._history
        return (history[-1].text if history else "") or self.spec.title

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is over, at most ``timeout`` seconds (None: for ever); return whether it is."""
        return self._over.wait(timeout)

    def result(self, timeout: float | None = None) -> R:
        """Wait for the result and return it.

        Raises
        ------
        CancelledError
            When it was cancelled, or replaced by a newer request.
        GeoFMError
            When it failed; ``__notes__`` hold the traceback of the process where it arose.
        TimeoutError
            When it is not over after ``timeout`` seconds.
        """
        if not self._over.wait(timeout):
            raise TimeoutError(f"Request {self.number} ({self.doing}) is not over after {timeout} s.")
        if self._error is not None:
            raise self._error
        return cast("R", self._result)

    def on_progress(self, callback: Callable[[Progress], None]) -> None:
        """Call ``callback`` with each report, those already made first."""
        with self._delivery:
            for progress in self._history:
                self._call(callback, progress)
            self._progress_callbacks.append(callback)

    def on_done(self, callback: "Callable[[Handle[R]], None]") -> None:
        """Call ``callback`` with this handle once it is over; at once where it is."""
        with self._delivery:
            if self._over.is_set():
                self._call(callback, self)
            else:
                self._done_callbacks.append(callback)

    def cancel(self) -> None:
        """Drop the request. For the caller it is over at once; the worker follows, or is started again."""
        if self.drop("cancelled", "Cancelled; everything is as it was before."):
            self._cancelling(self)

    def abandon(self) -> None:
        """Drop a request that something else has taken the place of.

        It is over at once; its body ends when it next looks, and the worker, which is wanted for what comes after,
        waits for that: it is not started again as for :meth:`cancel`.
        """
        if self.drop("superseded", "Replaced by a newer request."):
            self._cancelling(self)

    def stop(self) -> None:
        """Ask a job to end early and keep the best so far, which is then its result; one not yet begun is cancelled."""
        if not self.over:
            self._stopping(self)

    def begin(self) -> None:
        """For the compute: the body has begun."""
        with self._lock:
            if not self._over.is_set():
                self._state = "running"

    def requeue(self) -> None:
        """For the compute: the request waits again, its worker having ended before the body began."""
        with self._lock:
            if not self._over.is_set():
                self._state = "waiting"

    def report(self, progress: Progress) -> None:
        """For the compute: pass ``progress`` on."""
        with self._delivery:
            if self._over.is_set():
                return
            self._history.append(progress)
            for callback in tuple(self._progress_callbacks):
                self._call(callback, progress)

    def finish(self, result: R) -> bool:
        """For the compute: the body returned ``result``; return whether that still mattered."""
        return self._end("done", result, None)

    def fail(self, error: GeoFMError) -> bool:
        """For the compute: the request failed; return whether that still mattered."""
        return self._end("failed", None, error)

    def drop(self, state: Literal["cancelled", "superseded"], line: str) -> bool:
        """For the compute: the request is not wanted any more; return whether it had not ended before."""
        return self._end(state, None, CancelledError(line))

    def _end(self, state: State, result: R | None, error: GeoFMError | None) -> bool:
        with self._lock:
            if self._over.is_set():
                return False
            self._state, self._result, self._error = state, result, error
            self._over.set()
        with self._delivery:
            callbacks, self._done_callbacks = self._done_callbacks, []
            for callback in callbacks:
                self._call(callback, self)
        return True

    def _call(self, callback: Callable[..., None], news: object) -> None:
        try:
            callback(news)
        except Exception:
            log.exception("a callback of request %d (%s) failed", self.number, self.spec.title)
