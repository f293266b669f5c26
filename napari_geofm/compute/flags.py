"""Cancel and stop in shared memory, so that a body in another process sees them between any two lines of its own."""

import ctypes
from dataclasses import dataclass
from multiprocessing.context import SpawnContext
from typing import Any

from napari_geofm.core.progress import Control
from napari_geofm.jobs.spec import Lane

__all__ = ["Flags"]

CANCEL = {"view": 0, "job": 1}
STOP = {"view": 2, "job": 3}


@dataclass(frozen=True, slots=True)
class Flags:
    """The numbers of the requests that are to be cancelled and to be stopped, one of each for each lane.

    A number needs no reset for the next request. There is no lock, since one held by a process that is killed is held
    for ever; the parent alone writes, an aligned word at a time.

    Attributes
    ----------
    words
        ctypes array of uint64, shape (4,), in memory that both processes map.
    """

    words: Any

    @classmethod
    def make(cls, context: SpawnContext) -> "Flags":
        """Return flags for one worker, none of them set."""
        return cls(context.RawArray(ctypes.c_uint64, 4))

    def cancel(self, lane: Lane, task: int) -> None:
        """Ask request ``task``, which has begun, to drop everything."""
        self.words[CANCEL[lane]] = task

    def stop(self, lane: Lane, task: int) -> None:
        """Ask request ``task`` to keep the best and end."""
        self.words[STOP[lane]] = task

    def control(self, lane: Lane, task: int) -> Control:
        """Return what the body of request ``task`` looks at; one look takes a fraction of a microsecond."""
        words, cancel, stop = self.words, CANCEL[lane], STOP[lane]
        return Control(lambda: bool(words[cancel] == task), lambda: bool(words[stop] == task))
