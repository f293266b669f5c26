"""What every place where jobs run can do."""

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, TypeVar

from napari_geofm.compute.handle import Handle
from napari_geofm.core.progress import Progress
from napari_geofm.jobs.spec import JobSpec

__all__ = ["Compute"]

R = TypeVar("R")


class Compute(Protocol):
    """A place where jobs run: this process, a worker process, a cluster. The same spec gives the same result."""

    def run(self, spec: JobSpec[R], report: Callable[[Progress], None] | None = None) -> R:
        """Run ``spec`` in its lane, hand each progress to ``report``, and return the result; Ctrl+C cancels."""
        ...

    def submit_view(self, spec: JobSpec[R], key: str = "view") -> Handle[R]:
        """Ask for a view; of those with the same ``key`` that have not begun, the newest alone is answered."""
        ...

    def submit_ahead(self, spec: JobSpec[R], key: str = "prefetch") -> Handle[R]:
        """Ask for a view that nobody waits for yet: it delays no other, and the newest of a ``key`` alone lives."""
        ...

    def submit_job(self, spec: JobSpec[R]) -> Handle[R]:
        """Queue a job, one per model at a time."""
        ...

    def close(self) -> None:
        """Cancel what is left and give everything back."""
        ...

    def __enter__(self) -> "Compute": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
