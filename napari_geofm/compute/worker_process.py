"""The parent's side of one worker: its start, its end, and what it leaves behind."""

import contextlib
import os
import secrets
import sys
import threading
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from types import ModuleType

from napari_geofm.compute import worker
from napari_geofm.compute.channel import Channel, Message
from napari_geofm.compute.flags import Flags
from napari_geofm.compute.options import WorkerOptions

__all__ = ["WorkerProcess"]

_main_hidden = threading.Lock()


class WorkerProcess:
    """A spawned worker, from its start to its burial.

    It is to be made in a thread that lives as long as the worker: Linux ends the worker with the *thread* that made it.

    Parameters
    ----------
    threads, niceness, bodies_under
        See :class:`~napari_geofm.compute.options.WorkerOptions`.

    Raises
    ------
    OSError
        When the system gives no process, pipe or memory.
    """

    def __init__(self, threads: int, niceness: int, bodies_under: tuple[str, ...]) -> None:
        context = get_context("spawn")
        prefix = f"geofm{os.getpid():x}_{secrets.token_hex(3)}"
        options = WorkerOptions(threads, niceness, os.getpid(), prefix, bodies_under)
        self.flags = Flags.make(context)
        here, there = context.Pipe()
        self.channel = Channel(here, prefix, parent=True)
        self._process = context.Process(
            target=worker.main, args=(there, self.flags, options), name="geofm-worker", daemon=True
        )
        try:
            with _without_main():
                self._process.start()
        except BaseException:
            here.close()
            raise
        finally:
            there.close()
        self.sentinel = self._process.sentinel
        self.pid = self._process.pid or 0

    def kill(self) -> None:
        """End the worker, whatever it does."""
        self._process.kill()

    def leave(self, patience: float) -> None:
        """Ask the worker to leave, and wait for it at most ``patience`` seconds."""
        with contextlib.suppress(OSError):
            self.channel.send("end")
        self._process.join(patience)

    def bury(self, hear: Callable[[Message], None]) -> str:
        """Kill the worker if it still runs, pass its last messages to ``hear``, free its shared memory.

        Returns
        -------
        str
            How it ended: ``"signal 9"`` or ``"exit status 1"``.
        """
        self._process.kill()
        self._process.join()
        with contextlib.suppress(EOFError, OSError):
            while self.channel.connection.poll():
                message = self.channel.receive()
                if message is not None:
                    hear(message)
        self.channel.close()
        status = self._process.exitcode or 0
        self._process.close()
        return f"signal {-status}" if status < 0 else f"exit status {status}"


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Hide the main module from spawn, which would run it again in the worker: a user's script, windows and all."""
    with _main_hidden:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main
