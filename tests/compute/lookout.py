"""What tests of compute look out for: reports of a request, and what it leaves behind."""

import multiprocessing
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil

from napari_geofm.compute.handle import Handle
from napari_geofm.core.progress import Progress

LONG = 20.0


def stands_at(gate: Path) -> None:
    """Wait until a body stands before ``gate``."""
    before = time.monotonic()
    while not gate.with_suffix(".reached").exists():
        assert time.monotonic() - before < LONG
        time.sleep(0.001)


def reached(handle: Handle[Any], text: str) -> threading.Event:
    """Return an event that is set once ``handle`` reports ``text``."""
    event = threading.Event()

    def look(progress: Progress) -> None:
        if progress.text == text:
            event.set()

    handle.on_progress(look)
    return event


def segments() -> list[str]:
    """Names of this process's shared-memory segments that exist now."""
    if sys.platform != "linux":
        return []
    return [path.name for path in Path("/dev/shm").glob(f"geofm{os.getpid():x}_*")]


def left_over() -> list[str]:
    threads = [thread.name for thread in threading.enumerate() if thread.name.startswith("geofm")]
    children = [
        " ".join(child.cmdline())
        for child in psutil.Process().children()
        if child.status() != psutil.STATUS_ZOMBIE and "spawn_main" in " ".join(child.cmdline())
    ]
    return [*threads, *children, *segments(), *(child.name for child in multiprocessing.active_children())]
