"""What a fast copy costs before it is made, and what it gains once it is there; both measured where it lies."""

import mmap
import os
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError
from napari_geofm.io.copies.choosing import CopyTimes
from napari_geofm.io.copies.plan import CopyPlan
from napari_geofm.io.copies.shard import fill_column
from napari_geofm.io.copies.survey import through_copy

__all__ = ["CopyCost", "announce", "copy_cost", "measured_times"]

_TRIAL = 8 << 20
"""Bytes written to see how quick a disk is."""

_ROWS = 64
"""Traces of a crossline that are timed; the rest is reckoned."""

_AROUND = 128 << 10
"""Bytes that a system reads around a place in a mapped file, if nobody has told it otherwise."""

_PAGE = 4096
"""What reading past the system's memory has to begin and end at."""


@dataclass(frozen=True, slots=True)
class CopyCost:
    """What a copy takes.

    Attributes
    ----------
    seconds
        About how long.
    n_bytes, free
        Bytes on the disk at most, and bytes free there.
    """

    seconds: float
    n_bytes: int
    free: int


def copy_cost(survey: Survey, plan: CopyPlan, output: Path) -> CopyCost:
    """Copy three columns to nowhere and write a few megabytes, and reckon from that."""
    import shutil

    folder = output.expanduser().absolute().parent
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    sides = plan.chunk
    into = np.empty((plan.levels, *plan.chunk), plan.dtype)
    places = np.linspace(0, max(0, plan.shape[0] - sides[0]), 3).astype(int).tolist()
    start = time.perf_counter()
    for place in places:
        lines = (slice(place, place + sides[0]), slice(0, sides[1]))
        fill_column(plan, survey, lines, into)
    column_s = (time.perf_counter() - start) / len(places)
    columns = -(-plan.shape[0] // sides[0]) * -(-plan.shape[1] // sides[1])
    written_s = plan.n_bytes * _write_rate(folder)
    return CopyCost(0.3 + columns * column_s + written_s, plan.n_bytes, shutil.disk_usage(folder).free)


def _write_rate(folder: Path) -> float:
    """Return seconds per byte of writing to a folder; 0 where it cannot be tried."""
    trial = folder / f".trial.part-{uuid.uuid4().hex[:8]}"
    try:
        with trial.open("wb") as stream:
            start = time.perf_counter()
            stream.write(bytes(_TRIAL))
            stream.flush()
            os.fsync(stream.fileno())
            return (time.perf_counter() - start) / _TRIAL
    except OSError:
        return 0.0
    finally:
        with suppress(OSError):
            trial.unlink(missing_ok=True)


def measured_times(survey: Survey, copy: Path) -> CopyTimes:
    """Read a crossline from the source and from its copy, each as if for the first time.

    Returns
    -------
    CopyTimes
        Zeros where the system cannot be asked to read past the pages that it has in memory.
    """
    source = _source_ms(survey)
    if not source:
        return CopyTimes()
    places = np.linspace(0, survey.shape[1] - 1, 5).astype(int).tolist()[1:4]
    try:
        _forget([file for file in copy.rglob("*") if file.is_file()])
        other = through_copy(survey, copy)
        times = [_ms(lambda at=at: other.read((slice(None), at, slice(None)))) for at in places]  # type: ignore[misc]
    except (GeoFMError, OSError):
        return CopyTimes()
    return CopyTimes(round(source, 3), round(min(times), 3))


def _source_ms(survey: Survey) -> float:
    """Return how long the disk takes for the traces of a crossline, one after the other, as a memory map asks for them.

    The pages of a file that is mapped cannot be evicted: a few traces are read past them, and the rest is reckoned.
    """
    if not hasattr(os, "O_DIRECT") or not survey.path.is_file():
        return 0.0
    size = survey.path.stat().st_size
    buffer = mmap.mmap(-1, _AROUND)
    starts = np.linspace(0, max(0, size - _AROUND), min(_ROWS, survey.shape[0]) + 2)[1:-1]
    try:
        descriptor = os.open(survey.path, os.O_RDONLY | os.O_DIRECT)
    except OSError:
        return 0.0
    try:
        times = [
            _ms(lambda at=int(start) // _PAGE * _PAGE: os.preadv(descriptor, [buffer], at))  # type: ignore[misc]
            for start in starts
        ]
    except OSError:
        return 0.0
    finally:
        os.close(descriptor)
    return float(np.median(times)) * survey.shape[0]


def announce(survey: Survey, inlines: tuple[int, int], crosslines: tuple[int, int]) -> None:
    """Have the system read what a part of a SEG-Y needs, in one go, while the part before is copied."""
    index = getattr(getattr(survey.template, "grid", None), "index", None)
    layout = getattr(survey.template, "layout", None)
    if index is None or layout is None or not hasattr(os, "posix_fadvise"):
        return
    traces = index[slice(*inlines), slice(*crosslines)]
    traces = traces[traces >= 0]
    if not traces.size or int(np.ptp(traces)) > 4 * traces.size:
        return
    first = layout.start + int(traces.min()) * layout.trace_bytes
    with suppress(OSError), layout.path.open("rb") as stream:
        length = (int(np.ptp(traces)) + 1) * layout.trace_bytes
        os.posix_fadvise(stream.fileno(), first, length, os.POSIX_FADV_WILLNEED)


def _forget(files: list[Path]) -> None:
    for file in files:
        with file.open("rb") as stream:
            # Pages that are not on the disk yet cannot be forgotten.
            os.fsync(stream.fileno())
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _ms(read: Callable[[], object]) -> float:
    start = time.perf_counter()
    read()
    return 1000.0 * (time.perf_counter() - start)
