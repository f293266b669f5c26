"""How long work tells where it stands, and how it is told to end."""

import threading
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from napari_geofm.errors import CancelledError

__all__ = ["Control", "Job", "Progress", "part_of", "run_to_end"]

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Progress:
    """One report of a running job.

    Attributes
    ----------
    done, total
        Amount done and to do, in whatever unit ``text`` speaks of; total 0 where it is not known.
    text
        What is being done, for the user: ``"segmenting inline 1080"``.
    numbers
        Figures that belong to the report, such as ``{"loss": 0.31, "val_miou": 0.55}``.
    """

    done: float = 0.0
    total: float = 0.0
    text: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def fraction(self) -> float | None:
        """Part done, 0 to 1, or None where the total is not known."""
        return min(1.0, self.done / self.total) if self.total > 0 else None


Job = Generator[Progress, None, R]
"""A job body: yields :class:`Progress`, returns its result. Between two yields the worker may answer views."""


class Control:
    """Two flags that a job looks at: *cancel* (drop everything) and *stop* (end early, keep the best so far)."""

    def __init__(
        self,
        cancelled: Callable[[], bool] | None = None,
        stopped: Callable[[], bool] | None = None,
    ) -> None:
        """Use the given flag readers (those of another process, say), or flags of its own."""
        self._cancel = threading.Event()
        self._stop = threading.Event()
        self._cancelled = cancelled or self._cancel.is_set
        self._stopped = stopped or self._stop.is_set

    def cancel(self) -> None:
        """Ask the job to drop everything."""
        self._cancel.set()

    def stop(self) -> None:
        """Ask the job to end early and keep the best so far."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether the job should end early and keep the best."""
        return self._stop.is_set() or self._stopped()

    def check(self) -> None:
        """Raise when the job was cancelled.

        Raises
        ------
        CancelledError
            When cancel was asked for.
        """
        if self._cancel.is_set() or self._cancelled():
            msg = "Cancelled; everything is as it was before."
            raise CancelledError(msg)


def run_to_end(job: Job[R], report: Callable[[Progress], None] | None = None) -> R:
    """Run ``job`` in this process, hand each progress to ``report``, and return its result."""
    try:
        while True:
            step = next(job)
            if report is not None:
                report(step)
    except StopIteration as end:
        result: R = end.value
        return result
    finally:
        job.close()


def part_of(job: Job[R], first: float, last: float) -> Job[R]:
    """Report a job's progress as a part of the whole, from ``first`` to ``last`` of 1; return its result."""
    while True:
        try:
            step = next(job)
        except StopIteration as end:
            result: R = end.value
            return result
        yield Progress(first + (last - first) * (step.fraction or 0.0), 1.0, step.text, step.numbers)
