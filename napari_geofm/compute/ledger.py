"""Which requests there are and how far each has come: the rules of the lanes, without processes or threads."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from napari_geofm.compute.handle import Handle
from napari_geofm.errors import JobError
from napari_geofm.jobs.spec import Lane

__all__ = ["Ledger", "Task"]

TRIES = 2
"""Workers that a request is sent to at most, where those before ended without beginning it."""


@dataclass(slots=True)
class Task:
    """One request's entry, edited in place by the ledger and its owner.

    Attributes
    ----------
    handle
        The window's end.
    lane
        Its lane.
    key
        Which views replace each other; empty for a job.
    tries
        Workers it has been sent to.
    sent, started, withdrawn
        Whether the present worker has it, has begun it, has been told to forget it.
    deadline
        When (in seconds of ``time.monotonic``) a cancelled body must have ended; None while it may go on.
    """

    handle: Handle[Any]
    lane: Lane
    key: str = ""
    tries: int = 0
    sent: bool = False
    started: bool = False
    withdrawn: bool = False
    deadline: float | None = None

    @property
    def number(self) -> int:
        """Number of the request."""
        return self.handle.number


class Ledger:
    """All requests that the worker may still have to answer. Its owner holds a lock around each call."""

    def __init__(self) -> None:
        self._tasks: dict[int, Task] = {}

    def __iter__(self) -> Iterator[Task]:
        return iter(tuple(self._tasks.values()))

    def __len__(self) -> int:
        return len(self._tasks)

    def get(self, number: int) -> Task | None:
        """Return the entry of request ``number``, or None where there is none (any more)."""
        return self._tasks.get(number)

    def remove(self, number: int) -> None:
        """Forget request ``number``."""
        self._tasks.pop(number, None)

    def add_view(self, handle: Handle[Any], key: str, lane: Literal["view", "ahead"] = "view") -> list[Handle[Any]]:
        """Enter a view; return the handles that it replaces: those of the same key that have not begun.

        Done ahead, those that have begun are replaced too, since nobody looks at what they make.
        """
        replaced = [
            task for task in self if task.lane == lane and task.key == key and (lane == "ahead" or not task.started)
        ]
        for task in replaced:
            if not task.sent:
                self.remove(task.number)
        self._tasks[handle.number] = Task(handle, lane, key)
        return [task.handle for task in replaced]

    def add_job(self, handle: Handle[Any]) -> None:
        """Enter a job.

        Raises
        ------
        JobError
            When another one works on the same model.
        """
        model = handle.spec.model
        for task in self:
            if task.lane == "job" and model is not None and task.handle.spec.model == model and not task.handle.over:
                doing = task.handle.doing
                raise JobError(
                    f"Model {model!r} is busy ({doing}); a model has one job at a time; wait, stop or cancel."
                )
        self._tasks[handle.number] = Task(handle, "job")

    def due(self) -> list[tuple[Literal["view", "job", "ahead", "withdraw"], Task]]:
        """Return what is to be sent to the worker now, and enter it as sent.

        Views go at once, since the worker answers them between two steps; jobs one after the other.
        """
        messages: list[tuple[Literal["view", "job", "ahead", "withdraw"], Task]] = []
        job_sent = any(task.lane == "job" and task.sent for task in self)
        for task in self:
            if task.handle.over:
                if not task.sent:
                    self.remove(task.number)
                elif (not task.started or task.lane == "ahead") and not task.withdrawn:
                    task.withdrawn = True
                    messages.append(("withdraw", task))
            elif not task.sent and (task.lane != "job" or not job_sent):
                job_sent = job_sent or task.lane == "job"
                task.sent = True
                task.tries += 1
                messages.append((task.lane, task))
        return messages

    def deadline(self) -> float | None:
        """Return when the worker is to be killed if it goes on like this; None where it may.

        A view that ignores its cancel is waited for while a job is under way: killing the worker would lose the job.
        """
        job_goes_on = any(task.lane == "job" and task.started and task.deadline is None for task in self)
        lanes = {"job"} if job_goes_on else {"job", "view"}
        return min((task.deadline for task in self if task.deadline is not None and task.lane in lanes), default=None)

    def lost(self) -> list[Task]:
        """Enter that the worker ended: remove and return what went with it, and let the rest wait for the next one.

        What had begun goes (a job's state was in the worker, and a request that kills workers is not tried again), and
        what has been sent to enough workers. What is done ahead waits again. Those already over go in silence.
        """
        gone = []
        for task in self:
            if task.handle.over:
                self.remove(task.number)
            elif (task.started and task.lane != "ahead") or task.tries >= TRIES:
                self.remove(task.number)
                gone.append(task)
            else:
                task.sent = task.withdrawn = task.started = False
                task.handle.requeue()
        return gone

    def spare_view(self) -> None:
        """Before :meth:`lost`: let a view wait again that was under way when the worker was killed for a job's sake."""
        for task in self:
            if task.lane == "view" and task.deadline is None:
                task.started = False
