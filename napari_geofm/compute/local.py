"""Jobs in this process: for the command line and for tests."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import TypeVar

from napari_geofm.compute.failure import Failure, free_memory
from napari_geofm.compute.handle import Handle
from napari_geofm.compute.run import Run
from napari_geofm.core.progress import Control, Progress
from napari_geofm.errors import CancelledError, GeoFMError
from napari_geofm.jobs.spec import JobSpec

__all__ = ["LocalCompute"]

R = TypeVar("R")


class LocalCompute:
    """Runs each request at once, in the calling thread; a handle it returns is over.

    Parameters
    ----------
    bodies_under
        Further modules that bodies may lie under, each ending in a dot.
    """

    def __init__(self, *, bodies_under: tuple[str, ...] = ()) -> None:
        self._bodies_under = bodies_under
        self._count = 0

    def run(self, spec: JobSpec[R], report: Callable[[Progress], None] | None = None) -> R:
        """Run ``spec`` to its end, hand each progress to ``report``, and return the result.

        The first Ctrl+C asks the body to cancel, which it does at its next look; the second ends it where it stands.

        Raises
        ------
        CancelledError
            After Ctrl+C.
        GeoFMError
            Whatever the body refuses; JobError for memory that ran out, and for anything unexpected.
        """
        control = Control()
        run = Run(spec, control, self._bodies_under)
        with _interrupt_cancels(control), contextlib.closing(run):
            while (progress := self._step(run)) is not None:
                if report is not None:
                    report(progress)
            return run.result

    def submit_view(self, spec: JobSpec[R], key: str = "view") -> Handle[R]:  # noqa: ARG002 (nothing ever waits)
        """Run ``spec`` and return its ended handle."""
        return self.submit_job(spec)

    def submit_ahead(self, spec: JobSpec[R], key: str = "prefetch") -> Handle[R]:  # noqa: ARG002 (nothing ever waits)
        """Run ``spec`` and return its ended handle."""
        return self.submit_job(spec)

    def submit_job(self, spec: JobSpec[R]) -> Handle[R]:
        """Run ``spec`` and return its ended handle."""
        self._count += 1
        handle = Handle(self._count, spec)
        handle.begin()
        try:
            handle.finish(self.run(spec, handle.report))
        except CancelledError as error:
            handle.drop("cancelled", str(error))
        except GeoFMError as error:
            handle.fail(error)
        return handle

    def close(self) -> None:
        """Do nothing: nothing outlives a run."""

    def __enter__(self) -> "LocalCompute":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @staticmethod
    def _step(run: Run[R]) -> Progress | None:
        try:
            return run.step()
        except GeoFMError:
            raise
        except KeyboardInterrupt as error:
            raise CancelledError("Interrupted; files that were being written are as they were before.") from error
        except Exception as error:
            failure = Failure.of(error, run.spec.title).error(noted=False)
            free_memory()
            raise failure from error


@contextlib.contextmanager
def _interrupt_cancels(control: Control) -> Iterator[None]:
    """Let the first Ctrl+C set ``control``'s flag, and the second raise KeyboardInterrupt as usual."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield  # only the main thread hears signals; one that is ignored (a job in the background) stays ignored
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        control.cancel()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
