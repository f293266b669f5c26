"""Time stamps of a file's samples: an even grid, runs with gaps between them, or neither."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.das.header import Run

__all__ = ["nanoseconds", "runs_of"]

_OFF = 0.5
"""Part of a step by which a sample may lie off the grid and still belong there."""


def nanoseconds(stamps: NDArray[Any]) -> tuple[NDArray[np.int64], bool]:
    """Return stamps in ns, and whether these are dates; what is no date is counted from the first."""
    if np.issubdtype(stamps.dtype, np.datetime64):
        return stamps.astype("datetime64[ns]").astype(np.int64), True
    if np.issubdtype(stamps.dtype, np.timedelta64):
        passed = stamps.astype("timedelta64[ns]").astype(np.int64)
        return passed - passed[0], False
    return np.rint((stamps.astype(np.float64) - float(stamps[0])) * 1e9).astype(np.int64), False


def runs_of(ns: NDArray[np.int64]) -> tuple[float, tuple[Run, ...]] | None:
    """Return the step in ns and the runs of samples that lie at even steps; None where there is no such grid.

    Of a single stamp the step is 0.

    Parameters
    ----------
    ns
        int64, shape ``(samples,)``, one stamp or more.

    Examples
    --------
    >>> runs_of(np.array([0, 10, 20, 70, 80]))
    (10.0, (Run(first=0, count=3, start_ns=0), Run(first=3, count=2, start_ns=70)))
    >>> runs_of(np.array([0, 10, 25, 47])) is None
    True
    """
    if ns.size == 1:
        return 0.0, (Run(0, 1, int(ns[0])),)
    steps = np.diff(ns)
    usual = float(np.median(steps))
    if usual <= 0:
        return None
    breaks = np.flatnonzero(np.abs(steps - usual) > _OFF * usual) + 1
    starts = np.concatenate([[0], breaks])
    counts = np.diff(np.concatenate([starts, [ns.size]]))
    longest = int(np.argmax(counts))
    begin, count = int(starts[longest]), int(counts[longest])
    # Stamps are rounded to ns and more: over the longest run the step is known best.
    step = float(ns[begin + count - 1] - ns[begin]) / (count - 1) if count > 1 else usual
    if (steps[breaks - 1] < 0).any():
        return None
    runs = []
    for first, length in zip(starts.tolist(), counts.tolist(), strict=True):
        expected = ns[first] + np.arange(length) * step
        if np.abs(ns[first : first + length] - expected).max() > _OFF * step:
            return None
        runs.append(Run(first, length, int(ns[first])))
    # Many short runs are stamps that jitter, and no gaps.
    return (step, tuple(runs)) if len(runs) <= max(2, ns.size // 20) else None
