"""How a worker process sits beside the viewer: few threads, low priority, first to go, never an orphan."""

import contextlib
import ctypes
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

__all__ = ["WorkerOptions", "default_threads"]

THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")
PR_SET_PDEATHSIG = 1
OOM_SCORE = "500"
"""Of 1000: when the machine runs out of memory, Linux ends the worker before the viewer."""


def default_threads() -> int:
    """Return the threads for torch: all cores that this process may use but one, which is the viewer's."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return max(1, cores - 1)


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """What a worker is told at its start.

    Attributes
    ----------
    threads
        Threads of torch and of the numerical libraries.
    niceness
        Steps by which the priority is lowered, 0 to 19.
    parent
        Process that the worker must not outlive.
    prefix
        Start of the names of its shared-memory segments.
    bodies_under
        Further modules that bodies may lie under, beside this package.
    """

    threads: int
    niceness: int
    parent: int
    prefix: str
    bodies_under: tuple[str, ...] = ()

    def apply(self) -> None:
        """Settle the calling process, a fresh worker, before it imports any numerical library."""
        _die_with(self.parent)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is the parent's to answer
        for name in THREAD_VARIABLES:
            os.environ[name] = str(self.threads)
        _lower_priority(self.niceness)
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                Path("/proc/self/oom_score_adj").write_text(OOM_SCORE, encoding="ascii")


def _lower_priority(niceness: int) -> None:
    if sys.platform == "win32":
        import psutil

        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        with contextlib.suppress(OSError):
            os.nice(niceness)


def _die_with(parent: int) -> None:
    """Ask Linux to kill this process when ``parent`` ends; elsewhere the end of the pipe tells the worker."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before it could be watched
            os._exit(1)
