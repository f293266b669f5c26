"""The thread that owns the worker: starts it, sends what is due, hears the answers, replaces it when it ends."""

import contextlib
import logging
import threading
import time
from multiprocessing import Pipe
from multiprocessing.connection import wait
from typing import Any

from napari_geofm.compute.channel import Message
from napari_geofm.compute.failure import Failure
from napari_geofm.compute.ledger import Ledger, Task
from napari_geofm.compute.parcel import Parcel
from napari_geofm.compute.worker_process import WorkerProcess
from napari_geofm.errors import JobError

__all__ = ["Keeper"]

STARTS = 3
"""Workers that may end before they listen, one after the other, until the requests are given up."""
UNTOUCHED = "labels and the last good model are untouched"
log = logging.getLogger(__name__)


class Keeper:
    """Owner of the worker and of the ledger.

    Parameters
    ----------
    threads, niceness, bodies_under
        See :class:`~napari_geofm.compute.options.WorkerOptions`.
    patience
        Seconds that a cancelled body has to end, and the worker to leave.

    Attributes
    ----------
    lock
        Guards the ledger and all state here; never held while a callback runs.
    ledger
        The requests.
    listens
        Whether the present worker has said that it is ready.
    failed_starts
        Workers in a row that never were.
    starts
        Workers in all.
    closing
        Whether :meth:`close` was called.
    """

    def __init__(self, threads: int, niceness: int, patience: float, bodies_under: tuple[str, ...]) -> None:
        self._threads = threads
        self._niceness = niceness
        self._patience = patience
        self._bodies_under = bodies_under
        self.lock = threading.Lock()
        self.ledger = Ledger()
        self.listens = False
        self.failed_starts = 0
        self.starts = 0
        self.closing = False
        self._worker: WorkerProcess | None = None
        self._spoiled = False
        self._woken = False
        self._wake_out, self._wake_in = Pipe(duplex=False)
        # A daemon: a program that forgets to close ends nevertheless, and atexit closes for it.
        self._thread = threading.Thread(target=self._serve, name="geofm-compute", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """Process of the worker, None where there is none."""
        worker = self._worker
        return worker.pid if worker is not None else None

    @property
    def given_up(self) -> bool:
        """Whether no worker could be started; asking again tries again."""
        return self.failed_starts >= STARTS

    def wake(self) -> None:
        """Let the thread look at the ledger."""
        with self.lock:
            if not self._woken and not self._wake_in.closed:
                self._woken = True
                self._wake_in.send_bytes(b"1")

    def set_cancel(self, task: Task) -> None:
        """With the lock held: set the flag of a body that has begun, and its time to end.

        Others are withdrawn, and so is what is done ahead: the worker need not die of it. Nor need it of a view that
        was left for another: the networks that the other wants would be lost with it.
        """
        if task.started and task.lane != "ahead" and task.deadline is None and self._worker is not None:
            self._worker.flags.cancel(task.lane, task.number)
            if task.handle.state != "superseded":
                task.deadline = time.monotonic() + self._patience

    def set_stop(self, task: Task) -> bool:
        """With the lock held: set the flag of a body that has begun; return whether it has."""
        begun = task.started and task.lane != "ahead"
        if begun and self._worker is not None:
            self._worker.flags.stop(task.lane, task.number)
        return begun

    def close(self) -> None:
        """End the worker and the thread, and wait for both."""
        with self.lock:
            self.closing = True
        self.wake()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _serve(self) -> None:
        try:
            while not self.closing:
                self._round()
        except Exception as error:
            log.exception("the thread that owns the worker failed")
            with self.lock:
                self.closing = True
            self._fail_all(Failure.of(error, "the care of the worker process"))
        finally:
            self._shut_down()

    def _round(self) -> None:
        """Start a worker where there is none, send what is due, wait for news, hear it."""
        worker = self._worker or self._start()
        if worker is None:
            if self.given_up:
                self._sleep([], None)
            return
        self._send_due(worker)
        with self.lock:
            deadline = self.ledger.deadline()
        timeout = None if deadline is None else max(0.0, deadline - time.monotonic())
        ready = self._sleep([worker.channel.connection, worker.sentinel], timeout)
        if worker.sentinel in ready or not self._listen(worker, ready):
            self._replace(worker)
        elif self._spoiled:
            self._replace(worker, "had to be ended after a lasting error of the device")
        elif deadline is not None and deadline <= time.monotonic():
            with self.lock:
                overdue = self.ledger.deadline() == deadline  # unless the answer came in this round
            if overdue:
                self._replace(worker, "was ended with a cancelled request", spare=True)

    def _sleep(self, others: list[Any], timeout: float | None) -> list[Any]:
        ready = wait([self._wake_out, *others], timeout)
        if self._wake_out in ready:
            with self.lock:
                self._wake_out.recv_bytes()
                self._woken = False
        return ready

    def _start(self) -> WorkerProcess | None:
        """Start a worker, unless too many have failed to; None where there is none."""
        if self.given_up:
            return None
        try:
            worker = WorkerProcess(self._threads, self._niceness, self._bodies_under)
        except OSError as error:
            self._count_failed_start(str(error))
            return None
        with self.lock:
            self.starts += 1
            self._worker = worker
        return worker

    def _count_failed_start(self, why: str) -> None:
        with self.lock:
            self.failed_starts += 1
            given_up = self.given_up
        if given_up:
            line = f"The worker process cannot be started ({why}); {UNTOUCHED}; free memory and try again."
            self._fail_all(Failure(JobError.__name__, line, why))

    def _fail_all(self, failure: Failure) -> None:
        with self.lock:
            tasks = list(self.ledger)
            for task in tasks:
                self.ledger.remove(task.number)
        for task in tasks:
            task.handle.fail(failure.error())

    def _send_due(self, worker: WorkerProcess) -> None:
        with self.lock:
            due = self.ledger.due()
        for kind, task in due:
            parcel = None
            if kind != "withdraw":
                try:
                    parcel = Parcel.pack(task.handle.spec)
                except Exception as error:  # noqa: BLE001 (whatever a field's own pickling raises)
                    with self.lock:
                        self.ledger.remove(task.number)
                    task.handle.fail(Failure.of(error, f"handing over {type(task.handle.spec).__name__}").error())
                    continue
            with contextlib.suppress(OSError):  # the worker is gone: its sentinel says so in this round
                worker.channel.send(kind, task.number, parcel)

    def _listen(self, worker: WorkerProcess, ready: list[Any]) -> bool:
        """Hear the message that waits, if one does; return whether the worker is still there."""
        if worker.channel.connection in ready:
            try:
                message = worker.channel.receive()
            except (EOFError, OSError):
                return False
            if message is not None:
                self._hear(message)
        return True

    def _hear(self, message: Message) -> None:
        """Enter what the worker says, and pass it on to the handle."""
        with self.lock:
            if message.kind == "ready":
                self.listens = True
                self.failed_starts = 0
            task = self.ledger.get(message.task)
            if task is None:
                return
            if message.kind in {"done", "failed", "cancelled"}:
                self.ledger.remove(task.number)
            elif message.kind == "started":
                task.started = True
                if task.handle.over:  # cancelled while the request was on its way
                    self.set_cancel(task)
        self._pass_on(message, task)

    def _pass_on(self, message: Message, task: Task) -> None:
        handle = task.handle
        if message.kind == "started":
            handle.begin()
        elif message.kind == "cancelled":
            handle.drop("cancelled", "Cancelled; everything is as it was before.")
        else:
            try:
                content = message.unpack()
            except Exception as error:  # noqa: BLE001 (whatever the import of a result's class raises)
                handle.fail(Failure.of(error, f"reading the result of {handle.spec.title}").error())
                return
            if message.kind == "progress":
                handle.report(content)
            elif message.kind == "done":
                handle.finish(content)
            else:
                self._spoiled = self._spoiled or content.lasting
                handle.fail(content.error())

    def _replace(self, worker: WorkerProcess, why: str = "", *, spare: bool = False) -> None:
        """Bury ``worker`` and settle what it had: fail what had begun, let the rest wait for the next worker.

        Parameters
        ----------
        worker
            The worker, dead or to be killed.
        why
            Why it is killed; empty where it ended by itself.
        spare
            Whether a view that was under way is innocent, and waits again.
        """
        how = worker.bury(self._hear)
        with self.lock:
            listened, self.listens = self.listens, False
            self._worker = None
            self._spoiled = False
            if spare:
                self.ledger.spare_view()
            gone = self.ledger.lost()
        begun = [task for task in gone if task.started]
        guilty = next((task for task in begun if task.lane == "view"), begun[0] if begun else None)
        ended = why or f"ended ({how})"
        for task in gone:
            doing = f"while {guilty.handle.doing}" if guilty is not None else f"before {task.handle.doing} began"
            line = f"The worker process {ended} {doing}; {UNTOUCHED}; it has been started again."
            task.handle.fail(JobError(line))
        if not listened:
            self._count_failed_start(how)

    def _shut_down(self) -> None:
        worker = self._worker
        if worker is not None:
            worker.leave(self._patience)
            worker.bury(self._hear)
        with self.lock:
            self._worker = None
            self.listens = False
            self._wake_in.close()
            self._wake_out.close()
