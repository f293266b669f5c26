"""A recording processed as far as it is asked for: each stage reads from the one before what its step looks at."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.amplitudes import sample_windows
from napari_geofm.core.das.chain import Chain
from napari_geofm.core.das.signal import Signal
from napari_geofm.core.das.step import ALL, Box, Floats, Step

__all__ = ["Keep", "Reader", "Stages"]

LARGEST = 2**24
"""Samples that a step is given at once where they are mostly the margins of a window: 128 MB."""

Keep = Callable[[str, Callable[[], Floats | None]], Floats | None]
"""Returns what was fitted for a step, named by its number and words, before; else what the call gives, and keeps it."""

Reader = Callable[[slice, slice], NDArray[np.float64]]
"""Reads channels and times: ndarray of float64, shape ``(channels, samples)``, NaN where nothing was recorded."""


class Stages:
    """A recording after a chain, window by window.

    A window is what the same window of the whole recording after the chain would be, to about a millionth of the
    largest amplitude: recursive filters forget what lies further away than a window is padded by, all else is exact.

    Parameters
    ----------
    read
        Reads the recording as it was.
    signal
        What it is.
    chain
        What is done to it.
    bad
        ndarray of bool, shape ``(channels,)``: channels that are NaN from the first step on; None for none.
    keep
        Keeps what was fitted while the recording grows; None: it is fitted to the recording as it is.

    Raises
    ------
    UsageError
        When a step does not suit.
    """

    def __init__(
        self,
        read: Reader,
        signal: Signal,
        chain: Chain,
        bad: NDArray[np.bool_] | None = None,
        keep: Keep | None = None,
    ) -> None:
        self.signal = signal
        """What the recording is after all steps."""
        self._read = _masked(read, bad)
        self._steps: list[tuple[Step, Signal]] = []
        for step, before, after in chain.signals(signal):
            lasting = keep if step.lasting else None
            self._read = _Stage(step, before, after, self._read, len(self._steps), lasting).read
            self._steps.append((step, before))
            self.signal = after

    def read(self, channels: slice, times: slice) -> NDArray[np.float32]:
        """Return a window, float32, shape ``(channels, samples)``; starts and stops lie within the recording."""
        return self._read(channels, times).astype(np.float32)

    @property
    def lasting(self) -> bool:
        """Whether a window stays what it is while the recording grows, if what was fitted is kept."""
        return all(step.lasting for step, _ in self._steps)

    def seen(self, channels: slice, times: slice) -> Box:
        """Return which channels and times of the recording as it was a window after all steps is made of."""
        for step, before in reversed(self._steps):
            channels = _wider(channels, step.stacks, step.spread(before), before.channels)
            times = _wider(times, step.thins, step.reach(before), before.samples)
        return Box(channels, times)


def _masked(read: Reader, bad: NDArray[np.bool_] | None) -> Reader:
    """Return what reads the recording without its bad channels, and without samples that are no number."""

    def masked(channels: slice, times: slice) -> Floats:
        values = read(channels, times)
        gone = ~np.isfinite(values)
        if bad is not None:
            gone |= bad[channels, None]
        return np.where(gone, np.nan, values) if gone.any() else values

    return masked


@dataclass(slots=True, eq=False)
class _Stage:
    """One step, what it reads from, and what was fitted once for the recording."""

    step: Step
    before: Signal
    after: Signal
    source: Reader
    number: int
    keep: Keep | None
    fitted: Floats | None = None
    is_fitted: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, channels: slice, times: slice) -> Floats:
        """Return a window after the step; of one that is large with its margins in time, some channels after others.

        Filters look far beyond a window in time, and at one channel at a time: what they need of ten thousand channels
        together may be more than memory holds.
        """
        seen = _wider(times, self.step.thins, self.step.reach(self.before), self.before.samples)
        length, count = seen.stop - seen.start, channels.stop - channels.start
        alone = self.step.spread(self.before) == 0 and self.step.stacks == 1
        if not alone or count * length <= LARGEST or length <= 2 * (times.stop - times.start):
            return self._window(channels, times)
        block = max(1, LARGEST // length)
        starts = range(channels.start, channels.stop, block)
        return np.concatenate([self._window(slice(each, min(each + block, channels.stop)), times) for each in starts])

    def _window(self, channels: slice, times: slice) -> Floats:
        step, before = self.step, self.before
        thins, stacks = step.thins, step.stacks
        seen = Box(
            _wider(channels, stacks, step.spread(before), before.channels),
            _wider(times, thins, step.reach(before), before.samples),
        )
        fitted = self._fitted()
        values = step.run(
            self.source(seen.channels, seen.times), seen, before, None if fitted is None else fitted[seen.channels]
        )
        row, column = channels.start - seen.channels.start // stacks, times.start - -(-seen.times.start // thins)
        return values[row : row + channels.stop - channels.start, column : column + times.stop - times.start]

    def _fitted(self) -> Floats | None:
        with self.lock:
            if not self.is_fitted:
                self.fitted = self._kept() if self.keep is not None and self._is_one_that_fits else self._fit()
                self.is_fitted = True
            return self.fitted

    @property
    def _is_one_that_fits(self) -> bool:
        return type(self.step).fit is not Step.fit

    def _fit(self) -> Floats | None:
        return self.step.fit(self._parts, self.before)

    def _kept(self) -> Floats | None:
        """Return what was fitted before, where that is of these channels."""
        keep = self.keep
        found = keep(f"{self.number} {self.step.words()}", self._fit) if keep is not None else None
        return found if found is not None and len(found) == self.before.channels else self._fit()

    def _parts(self) -> Iterator[tuple[slice, Floats]]:
        every = slice(0, self.before.channels)
        for times in sample_windows(self.before.channels, self.before.samples):
            yield times, self.source(every, times)


def _wider(wanted: slice, every: int, around: int, size: int) -> slice:
    """Return what a step looks at for a window along one axis.

    Parameters
    ----------
    wanted
        The window, counted after the step.
    every
        How many before the step become one.
    around
        How many before and after it looks at, or :data:`ALL`.
    size
        How many there are before the step.
    """
    if around == ALL:
        return slice(0, size)
    first, last = wanted.start * every, (wanted.stop - 1) * every
    # Of a decimation the sample itself is kept, of a stack all of the group are looked at.
    return slice(max(0, first - around), min(size, last + max(every, 1 + around)))
