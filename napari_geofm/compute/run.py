"""One body under way, driven a step at a time."""

import contextlib
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from napari_geofm.core.progress import Control, Progress
from napari_geofm.errors import CancelledError
from napari_geofm.jobs.spec import JobSpec, start_body

if TYPE_CHECKING:
    from napari_geofm.core.progress import Job

__all__ = ["Run"]

R = TypeVar("R")


class Run(Generic[R]):
    """A body that has been started, and its result once it has ended.

    Parameters
    ----------
    spec
        What is asked for.
    control
        The flags that the body looks at; they are looked at before each step as well.
    bodies_under
        Further modules that bodies may lie under.
    """

    def __init__(self, spec: JobSpec[R], control: Control, bodies_under: tuple[str, ...] = ()) -> None:
        self.spec = spec
        self.control = control
        self._bodies_under = bodies_under
        self._job: Job[R] | None = None
        self._result: R | None = None

    @property
    def result(self) -> R:
        """What the body returned, after :meth:`step` has returned None."""
        return cast("R", self._result)

    def step(self) -> Progress | None:
        """Go on to the next yield; return what it reports, or None when the body has returned.

        Raises
        ------
        CancelledError
            When cancel was asked for; the body, where it has begun, hears of it, and may say what is kept.
        Exception
            Whatever the body raises.
        """
        try:
            self.control.check()
        except CancelledError as error:
            if self._job is not None:
                with contextlib.suppress(StopIteration):
                    self._job.throw(error)
            raise
        if self._job is None:
            self._job = start_body(self.spec, self.control, self._bodies_under)
        try:
            return next(self._job)
        except StopIteration as end:
            self._result = end.value
            return None

    def close(self) -> None:
        """End the body where it stands; what it raises on its way out no longer matters."""
        job, self._job = self._job, None
        if job is not None:
            with contextlib.suppress(Exception):
                job.close()
