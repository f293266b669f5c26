"""The viewer's end of the worker process: requests go out, answers arrive in the window's own thread."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from qtpy.QtCore import QObject, Signal

from napari_geofm.compute.base import Compute
from napari_geofm.compute.handle import Handle
from napari_geofm.compute.worker_compute import WorkerCompute
from napari_geofm.core.progress import Progress
from napari_geofm.gui.parts.telling import tell
from napari_geofm.jobs.spec import JobSpec

if TYPE_CHECKING:
    from pathlib import Path

    from napari_geofm.io.file_options import FileOptions

__all__ = ["Engine"]

R = TypeVar("R")

LONG_S = 1.0
"""Seconds that a view takes before its progress is told: a bar that comes and goes with each step only flickers."""


def _nothing(_: object) -> None:
    """Hear of what nobody waits for."""


def _dropped(spec: JobSpec[R]) -> Handle[R]:
    """Return the handle of a request that came too late, from a timer of a window that is closing."""
    handle = Handle(0, spec)
    handle.drop("cancelled", "Cancelled, since the survey was closed.")
    return handle


class Engine(QObject):
    """Asks a worker process for views and jobs.

    Callbacks are called in the thread of the window. A request that was cancelled or replaced by a newer one is never
    heard of again, but for ``over``; nor is one that is made after :meth:`close`.

    Parameters
    ----------
    compute
        Where to compute; None: a worker process, started with the first request.
    """

    busy_changed = Signal(bool)
    """Whether a job is under way."""

    job_advanced = Signal(str, object)
    """What a job is called, and its newest progress."""

    view_advanced = Signal(str, object)
    """What a view that takes long is called, and its newest progress."""

    view_ended = Signal()
    """No view that told of its progress is under way any more."""

    _news = Signal(object)

    def __init__(self, compute: Compute | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._compute = compute
        self.surveyed: tuple[Path, FileOptions | None] | None = None
        """The file of the survey that is open, and how it was read: what is asked for about it is read alike."""
        self._jobs: dict[int, str] = {}
        self._telling: set[int] = set()
        self._closed = False
        # Handed over by a queued signal: the compute's own thread touches no widget.
        self._news.connect(self._tell)

    @property
    def busy(self) -> bool:
        """Whether a job is under way."""
        return bool(self._jobs)

    @property
    def doing(self) -> str:
        """What the job under way is called; empty for none."""
        return next(iter(self._jobs.values()), "")

    def view(
        self,
        spec: JobSpec[R],
        key: str,
        done: Callable[[R], None],
        failed: Callable[[str], None] | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> Handle[R]:
        """Ask for a view; of those with the same ``key`` that wait, the newest alone is answered.

        Parameters
        ----------
        spec
            What is asked for.
        key
            What it replaces.
        done
            Called with the result.
        failed
            Called with the reason, one sentence; None: it is shown as a notification.
        progress
            Called with its reports once it has taken a second, where they tell how much there is to do.
        """
        if self._closed:
            return _dropped(spec)
        handle = self._started().submit_view(self._as_read(spec), key)
        began = 0.0

        def advanced(news: Progress) -> None:
            nonlocal began
            began = began or time.monotonic()
            if handle.over or news.total <= 1 or time.monotonic() - began < LONG_S:
                return
            self._telling.add(handle.number)
            self.view_advanced.emit(spec.title, news)
            if progress is not None:
                progress(news)

        handle.on_progress(lambda news: self._news.emit(lambda: advanced(news)))
        handle.on_done(lambda ended: self._news.emit(lambda: self._view_ended(ended, done, failed)))
        return handle

    def ahead(self, spec: JobSpec[R], key: str, done: Callable[[R], None] | None = None) -> Handle[R]:
        """Ask for what will be wanted soon: it delays no other request, the newest of a ``key`` alone lives.

        Its failure is silent: what is asked for in earnest will tell.
        """
        if self._closed:
            return _dropped(spec)
        handle = self._started().submit_ahead(self._as_read(spec), key)
        handle.on_done(lambda ended: self._news.emit(lambda: self._ended(ended, done or _nothing, _nothing)))
        return handle

    def job(
        self,
        spec: JobSpec[R],
        progress: Callable[[Progress], None],
        done: Callable[[R], None],
        failed: Callable[[str], None] | None = None,
        over: Callable[[], None] | None = None,
    ) -> Handle[R]:
        """Queue a job; ``over`` is called at its end, whatever that was."""
        if self._closed:
            return _dropped(spec)
        handle = self._started().submit_job(self._as_read(spec))
        self._jobs[handle.number] = spec.title
        self.busy_changed.emit(True)

        def advanced(news: Progress) -> None:
            # What a quick job reported before its end is heard; of a cancelled one nothing is.
            if handle.state != "cancelled":
                self.job_advanced.emit(spec.title, news)
                progress(news)

        handle.on_progress(lambda news: self._news.emit(lambda: advanced(news)))
        handle.on_done(lambda ended: self._news.emit(lambda: self._job_ended(ended, done, failed, over)))
        return handle

    def close(self) -> None:
        """Cancel everything and end the worker process."""
        self._closed = True
        if self._compute is not None:
            self._compute.close()

    def _as_read(self, spec: JobSpec[R]) -> JobSpec[R]:
        return spec if self.surveyed is None else spec.as_read(*self.surveyed)

    def _started(self) -> Compute:
        if self._compute is None:
            self._compute = WorkerCompute()
        return self._compute

    def _view_ended(
        self, handle: Handle[Any], done: Callable[[Any], None], failed: Callable[[str], None] | None
    ) -> None:
        told = handle.number in self._telling
        self._telling.discard(handle.number)
        if told and not self._telling:
            self.view_ended.emit()
        self._ended(handle, done, failed)

    def _job_ended(
        self,
        handle: Handle[Any],
        done: Callable[[Any], None],
        failed: Callable[[str], None] | None,
        over: Callable[[], None] | None,
    ) -> None:
        self._jobs.pop(handle.number, None)
        self.busy_changed.emit(self.busy)
        self._ended(handle, done, failed)
        if over is not None:
            over()

    def _ended(self, handle: Handle[Any], done: Callable[[Any], None], failed: Callable[[str], None] | None) -> None:
        if handle.state == "done":
            done(handle.result())
        elif handle.state == "failed":
            (failed or tell)(str(handle.error))

    def _tell(self, news: Callable[[], None]) -> None:
        if not self._closed:
            news()
