"""Minutes of training counted by what the processors did, where other work runs beside."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

__all__ = ["processor_clock"]


@contextmanager
def processor_clock(speed: float) -> Iterator[None]:
    """Let training count this process's processor seconds, divided by ``speed``, in place of the wall clock's.

    Parameters
    ----------
    speed
        Processor seconds that make one second of the budget: how much quicker the machine trains alone, with all its
        cores, than this process does on what it is given (1.8 where one of two cores is used).
    """
    clock = SimpleNamespace(monotonic=lambda: time.process_time() / speed)
    with patch("napari_geofm.nets.training.time", clock):
        yield
