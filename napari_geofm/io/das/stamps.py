"""Time stamps of a file's samples: an even grid, runs with gaps between them, or neither."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.das.header import Run

__all__ = ["EvenRuns", "nanoseconds", "on_grid", "runs_of"]

_BREAK = 0.5
"""Part of a step by which two samples may be further apart, or closer, and no gap lies between them."""

_OFF = 0.25
"""Part of a step by which a sample may lie off the grid and still belong there."""


@dataclass(frozen=True, slots=True)
class EvenRuns:
    """A file's samples on an even grid.

    Attributes
    ----------
    step_ns
        The step; 0 of a single sample, which does not tell.
    runs
        The samples between gaps.
    jitter
        Part of a step by which a sample lies off its place.
    """

    step_ns: float
    runs: tuple[Run, ...]
    jitter: float = 0.0


def nanoseconds(stamps: NDArray[Any]) -> tuple[NDArray[np.int64], bool]:
    """Return stamps in ns, and whether these are dates; what is no date is counted from the first."""
    if np.issubdtype(stamps.dtype, np.datetime64):
        return stamps.astype("datetime64[ns]").astype(np.int64), True
    if np.issubdtype(stamps.dtype, np.timedelta64):
        passed = stamps.astype("timedelta64[ns]").astype(np.int64)
        return passed - passed[0], False
    return np.rint((stamps.astype(np.float64) - float(stamps[0])) * 1e9).astype(np.int64), False


def runs_of(ns: NDArray[np.int64]) -> EvenRuns | None:
    """Return the runs of samples that lie at even steps; None where there is no such grid.

    Parameters
    ----------
    ns
        int64, shape ``(samples,)``, one stamp or more.

    Examples
    --------
    >>> runs_of(np.array([0, 10, 20, 70, 80])).runs
    (Run(first=0, count=3, start_ns=0), Run(first=3, count=2, start_ns=70))
    >>> runs_of(np.array([0, 10, 25, 47])) is None
    True
    """
    if ns.size == 1:
        return EvenRuns(0.0, (Run(0, 1, int(ns[0])),))
    steps = np.diff(ns)
    usual = float(np.median(steps))
    breaks = np.flatnonzero(np.abs(steps - usual) > _BREAK * usual) + 1
    # Many short runs are stamps that jitter, and no gaps; time does not go back.
    if usual <= 0 or breaks.size >= max(2, ns.size // 20) or (steps < 0).any():
        return None
    starts = np.concatenate([[0], breaks])
    counts = np.diff(np.concatenate([starts, [ns.size]]))
    longest = int(np.argmax(counts))
    begin, count = int(starts[longest]), int(counts[longest])
    # Stamps are rounded to ns and more: over the longest run the step is known best.
    step = float(ns[begin + count - 1] - ns[begin]) / (count - 1) if count > 1 else usual
    runs, jitter = [], 0.0
    for first, length in zip(starts.tolist(), counts.tolist(), strict=True):
        off = ns[first : first + length] - ns[first] - np.arange(length) * step
        jitter = max(jitter, float(np.abs(off).max()) / step)
        runs.append(Run(first, length, int(ns[first])))
    return EvenRuns(step, tuple(runs), jitter) if jitter <= _OFF else None


def on_grid(found: EvenRuns | None, stamps: NDArray[np.int64]) -> tuple[EvenRuns, NDArray[np.float64] | None]:
    """Return runs for a header, and seconds from the start where the stamps lie on no grid."""
    if found is not None:
        return found, None
    mean = float(stamps[-1] - stamps[0]) / (stamps.size - 1)
    return EvenRuns(mean, (Run(0, int(stamps.size), int(stamps[0])),)), (stamps - stamps[0]) / 1e9
