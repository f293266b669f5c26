"""Jobs in a worker process: the viewer's way, whose own process never imports torch."""

import atexit
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, TypeVar

from napari_geofm.compute.handle import Handle
from napari_geofm.compute.keeper import Keeper
from napari_geofm.compute.options import default_threads
from napari_geofm.core.progress import Progress
from napari_geofm.errors import JobError
from napari_geofm.jobs.spec import JobSpec
from napari_geofm.jobs.warm import WarmSpec

__all__ = ["WorkerCompute", "WorkerState", "WorkerStatus"]

R = TypeVar("R")
WorkerState = Literal["starting", "ready", "busy", "closed", "failed"]


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """How the worker is.

    Attributes
    ----------
    state
        ``"starting"``, ``"ready"``, ``"busy"``, ``"closed"``, or ``"failed"`` where no worker could be started.
    pid
        Its process, None where there is none.
    threads
        Threads of torch in it.
    restarts
        How often it had to be started again.
    doing
        What it does, as it reads after "while"; empty where nothing.
    waiting
        Requests that have not begun.
    """

    state: WorkerState
    pid: int | None
    threads: int
    restarts: int
    doing: str
    waiting: int


class WorkerCompute:
    """Runs views and jobs in one spawned process, and starts another when that one ends.

    One thread of this process owns the worker. All methods but :meth:`run` and :meth:`close` return at once; all may be
    called from any thread.

    Parameters
    ----------
    threads
        Threads of torch and the numerical libraries in the worker; None: all cores but one, at least one.
    niceness
        Steps by which the worker's priority is lowered, 0 to 19.
    patience
        Seconds that a cancelled body has to end before the worker is killed, and the worker to leave at :meth:`close`.
    bodies_under
        Further modules that bodies may lie under, each ending in a dot.
    """

    def __init__(
        self,
        *,
        threads: int | None = None,
        niceness: int = 10,
        patience: float = 1.0,
        bodies_under: tuple[str, ...] = (),
    ) -> None:
        self._threads = threads or default_threads()
        self._numbers = itertools.count(1)
        self._keeper = Keeper(self._threads, niceness, patience, bodies_under)
        # Before multiprocessing's own clean-up ends the worker, which would be taken for a crash.
        atexit.register(self.close)

    def run(self, spec: JobSpec[R], report: Callable[[Progress], None] | None = None) -> R:
        """Run ``spec`` in its lane and return the result; ``report`` is called in the compute's own thread.

        Raises
        ------
        CancelledError
            After Ctrl+C.
        GeoFMError
            Whatever the body refuses; JobError for memory that ran out, a worker that died, and anything unexpected.
        """
        handle = self.submit_job(spec) if spec.lane == "job" else self.submit_view(spec)
        if report is not None:
            handle.on_progress(report)
        try:
            return handle.result()
        except KeyboardInterrupt:
            handle.cancel()
            return handle.result()

    def submit_view(self, spec: JobSpec[R], key: str = "view") -> Handle[R]:
        """Ask for a view; of those with the same ``key`` that have not begun, the newest alone is answered.

        Raises
        ------
        JobError
            After :meth:`close`.
        """
        return self._submit_view(spec, key, "view")

    def submit_ahead(self, spec: JobSpec[R], key: str = "prefetch") -> Handle[R]:
        """Ask for a view that nobody waits for yet: it delays no other, and the newest of a ``key`` alone lives.

        Raises
        ------
        JobError
            After :meth:`close`.
        """
        return self._submit_view(spec, key, "ahead")

    def submit_job(self, spec: JobSpec[R]) -> Handle[R]:
        """Queue a job behind the others.

        Raises
        ------
        JobError
            When another job works on the same model; after :meth:`close`.
        """
        with self._keeper.lock:
            handle = self._handle(spec)
            self._keeper.ledger.add_job(handle)
        self._keeper.wake()
        return handle

    def warm(self, modules: tuple[str, ...] = ("torch", "timm")) -> Handle[tuple[str, ...]]:
        """Let the worker import ``modules`` ahead of use."""
        return self.submit_view(WarmSpec(modules), key="warm")

    def status(self) -> WorkerStatus:
        """Return how the worker is now."""
        keeper = self._keeper
        with keeper.lock:
            begun = [task for task in keeper.ledger if task.started and task.lane != "ahead"]
            # A view that has begun is what the worker does; the job waits for it.
            doing = next((task.handle.doing for task in begun if task.lane == "view"), "")
            doing = doing or (begun[0].handle.doing if begun else "")
            state: WorkerState = "busy" if begun else "ready"
            if not keeper.listens:
                state = "failed" if keeper.given_up else "starting"
            return WorkerStatus(
                state="closed" if keeper.closing else state,
                pid=keeper.pid,
                threads=self._threads,
                restarts=max(0, keeper.starts - 1),
                doing=doing,
                waiting=sum(
                    not task.started and not task.handle.over and task.lane != "ahead" for task in keeper.ledger
                ),
            )

    def close(self) -> None:
        """Cancel what is left, let the worker leave, kill it if it does not; called again, do nothing."""
        with self._keeper.lock:
            self._keeper.closing = True
            tasks = list(self._keeper.ledger)
            for task in tasks:
                self._keeper.set_cancel(task)
        for task in tasks:
            task.handle.drop("cancelled", "Cancelled, since the program is closing; everything is as it was before.")
        self._keeper.close()
        atexit.unregister(self.close)

    def __enter__(self) -> "WorkerCompute":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _submit_view(self, spec: JobSpec[R], key: str, lane: Literal["view", "ahead"]) -> Handle[R]:
        keeper = self._keeper
        with keeper.lock:
            handle = self._handle(spec)
            replaced = keeper.ledger.add_view(handle, key, lane)
        for older in replaced:
            older.drop("superseded", "Replaced by a newer request.")
        keeper.wake()
        return handle

    def _handle(self, spec: JobSpec[R]) -> Handle[R]:
        """With the lock held: return a handle for ``spec``."""
        if self._keeper.closing:
            raise JobError(f"The worker is closed, so it does no more {spec.title}; start the program again.")
        if self._keeper.given_up:
            self._keeper.failed_starts = 0  # asked again: try again
        return Handle(next(self._numbers), spec, self._cancelling, self._stopping)

    def _cancelling(self, handle: Handle[Any]) -> None:
        with self._keeper.lock:
            task = self._keeper.ledger.get(handle.number)
            if task is not None:
                self._keeper.set_cancel(task)
        self._keeper.wake()

    def _stopping(self, handle: Handle[Any]) -> None:
        with self._keeper.lock:
            task = self._keeper.ledger.get(handle.number)
            begun = task is not None and self._keeper.set_stop(task)
        if not begun:
            handle.cancel()
