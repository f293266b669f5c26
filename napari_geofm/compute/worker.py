"""The worker process: runs bodies, answers views between the steps of a job, and leaves when it is told or alone.

Nothing numerical is imported here, so that :meth:`WorkerOptions.apply` still decides the number of threads.
"""

import os
import threading
from typing import TYPE_CHECKING, Any

from napari_geofm.compute.channel import Channel, Kind, Message
from napari_geofm.compute.failure import Failure, free_memory
from napari_geofm.compute.flags import Flags
from napari_geofm.compute.inbox import Inbox
from napari_geofm.compute.options import WorkerOptions
from napari_geofm.compute.parcel import Parcel
from napari_geofm.compute.run import Run
from napari_geofm.core.progress import Control
from napari_geofm.errors import CancelledError, GeoFMError, JobError
from napari_geofm.jobs.spec import Lane

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = ["Worker", "main"]

ORPHANED = 1
"""Exit status of a worker whose parent is gone."""


def main(connection: "Connection[Any, Any]", flags: Flags, options: WorkerOptions) -> None:
    """Be a worker until the parent says ``end`` or ends itself: the target of the spawned process."""
    options.apply()
    Worker(Channel(connection, options.prefix, parent=False), flags, options).serve()


class Worker:
    """The loop of the worker's main thread, and the thread that reads the pipe meanwhile.

    Parameters
    ----------
    channel
        Where requests come from and results go.
    flags
        Cancel and stop, in shared memory.
    options
        What the parent decided.
    """

    def __init__(self, channel: Channel, flags: Flags, options: WorkerOptions) -> None:
        self._channel = channel
        self._flags = flags
        self._options = options
        self._inbox = Inbox()
        self._job: tuple[int, Run[Any]] | None = None
        self._ahead: tuple[Message, Run[Any]] | None = None
        self._unwanted = 0

    def serve(self) -> None:
        """Work until the parent says ``end``.

        Each round answers the views that wait, then takes a step of what is done ahead and a step of the job.
        """
        threading.Thread(target=self._read, name="geofm-reader", daemon=True).start()
        self._channel.send("ready")
        while not self._inbox.ended:
            if self._job is None and self._ahead is None:
                self._inbox.wait()
            # Views that arrive meanwhile wait for the next round: stepping through a survey must not starve a training.
            for _ in range(self._inbox.views):
                self._answer_view()
            self._advance_ahead()
            self._advance_job()
        if self._job is not None:
            self._job[1].close()

    def _read(self) -> None:
        """Take in messages as they come; when the pipe ends, the parent has: leave at once, whatever is under way."""
        try:
            while True:
                message = self._channel.receive()
                if message is None:
                    continue
                if message.kind in {"view", "job", "ahead"}:
                    self._inbox.put(message)
                elif message.kind == "withdraw":
                    # Before the look into the inbox, where what is put back meanwhile would be missed.
                    self._unwanted = message.task
                    if self._inbox.withdraw(message.task):
                        self._channel.send("cancelled", message.task)
                elif message.kind == "end":
                    self._inbox.end()
        except (EOFError, OSError):
            os._exit(ORPHANED)

    def _answer_view(self) -> None:
        message = self._inbox.next_view()
        run = self._begin(message, "view") if message is not None else None
        if message is not None and run is not None:
            while self._step(message.task, run):
                pass

    def _advance_job(self) -> None:
        if self._job is None:
            message = self._inbox.next_job()
            run = self._begin(message, "job") if message is not None else None
            if message is None or run is None:
                return
            self._job = (message.task, run)
        if not self._step(*self._job):
            self._job = None

    def _advance_ahead(self) -> None:
        """Take a step of what is done ahead, unless something presses; where that comes within the step, begin anew."""
        if self._ahead is None:
            message = self._inbox.next_ahead()
            run = self._begin(message, "ahead") if message is not None else None
            if message is None or run is None:
                return
            self._ahead = (message, run)
        message, run = self._ahead
        pressed = self._inbox.pressing and message.task != self._unwanted
        if not pressed and not self._step(message.task, run, message):
            self._ahead = None

    def _begin(self, message: Message, lane: Lane) -> Run[Any] | None:
        """Say that the request has begun, and unpack it; None, and said so, where it cannot be."""
        task = message.task
        self._tell("started", task)
        try:
            spec = message.unpack()
        except Exception as error:  # noqa: BLE001 (whatever an import raises is the request's failure, not the worker's)
            self._tell_failure(task, Failure.of(error, "reading the request"))
            return None
        return Run(spec, self._control(lane, task), self._options.bodies_under)

    def _control(self, lane: Lane, task: int) -> Control:
        """Return what a body looks at: the parent's flags, or whether what is done ahead is in the way."""
        if lane == "ahead":
            return Control(lambda: self._inbox.pressing or self._inbox.ended or self._unwanted == task)
        return self._flags.control(lane, task)

    def _step(self, task: int, run: Run[Any], ahead: Message | None = None) -> bool:
        """Take a step of ``run`` and tell the parent; return whether there is another.

        ``ahead`` is the request where it is done ahead: one that is in the way waits again.
        """
        failed = False
        try:
            progress = run.step()
            if progress is not None:
                self._tell("progress", task, Parcel.pack(progress))
                return True
            self._tell("done", task, self._pack_result(run))
        except CancelledError:
            run.close()
            if ahead is None or self._unwanted == task:
                self._tell("cancelled", task)
            else:
                self._inbox.put(ahead)
        except BaseException as error:  # noqa: BLE001 (SystemExit out of a library must not end the worker either)
            failure = Failure.of(error, run.spec.title)
            run.close()
            self._tell_failure(task, failure)
            failed = True
        # Outside the handler, whose exception holds the frames, and these the tensors.
        if failed:
            free_memory()
        return False

    @staticmethod
    def _pack_result(run: Run[Any]) -> Parcel:
        try:
            return Parcel.pack(run.result)
        except (MemoryError, GeoFMError):
            raise
        except Exception as error:
            kind = type(run.result).__name__
            raise JobError(f"The result of {run.spec.title} ({kind}) cannot be handed over: {error}.") from error

    def _tell_failure(self, task: int, failure: Failure) -> None:
        self._tell("failed", task, Parcel.pack(failure))

    def _tell(self, kind: Kind, task: int, parcel: Parcel | None = None) -> None:
        try:
            self._channel.send(kind, task, parcel)
        except (BrokenPipeError, ConnectionError):
            os._exit(ORPHANED)
