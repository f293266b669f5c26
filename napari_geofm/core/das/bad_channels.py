"""Channels that recorded nothing of the ground: named by hand, or found on a sample of the recording."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.amplitudes import NORMAL_MAD
from napari_geofm.core.das.signal import Signal
from napari_geofm.errors import UsageError

__all__ = ["AUTO", "BadChannels", "FoundBad", "find_bad", "listed"]

Floats = NDArray[np.float64]

AUTO = "auto"
NONE = "none"

REASONS = ("dead", "spikes", "noisy", "incoherent")
"""Why a channel is bad, the plainest first: a channel is counted once."""

SPIKES = 25.0
"""Largest sample over the standard deviation, beyond which single samples are spikes where neighbours have none."""

ALONE = 6
"""Samples to either side that a spike is compared with."""

NOISY = 6.0
"""How far a channel's level may lie from its neighbours', in robust standard deviations of such distances."""

LEAST_FACTOR = 3.0
"""And how many times louder or fainter it has to be at least: fibres are coupled unevenly, which is no fault."""

COHERENT = 0.3
"""Typical correlation of neighbours above which a channel without any is out of line."""

WINDOW = 21
"""Channels that one is compared with."""

_SPAN = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*(?:(?:-|–|to)\s*(-?\d+(?:\.\d+)?))?\s*(m)?\s*$")


@dataclass(frozen=True, slots=True)
class BadChannels:
    """Which channels are masked.

    Attributes
    ----------
    spans
        ``(first, last, in metres)`` of what is named by hand, both included.
    auto
        Whether they are looked for as well.

    Examples
    --------
    >>> print(BadChannels.parse("12, 40-43, 2410-2450 m").words())
    12, 40-43, 2410-2450 m
    """

    spans: tuple[tuple[float, float, bool], ...] = ()
    auto: bool = False

    @classmethod
    def parse(cls, text: str) -> "BadChannels":
        """Read ``auto``, ``none``, or a list: channel numbers, counted from 0 along the fibre, or metres.

        Raises
        ------
        UsageError
            When the words are not of that form.
        """
        spans: list[tuple[float, float, bool]] = []
        auto = False
        for part in text.split(","):
            word = part.strip().lower()
            if word in {"", NONE}:
                continue
            if word == AUTO:
                auto = True
                continue
            found = _SPAN.match(word)
            if found is None:
                msg = f"Bad channels '{part.strip()}': write auto, none, or a list as in 12, 40-43, 2410-2450 m"
                raise UsageError(msg)
            first = float(found[1])
            last = float(found[2]) if found[2] is not None else first
            metres = found[3] is not None
            if not metres and (first != round(first) or last != round(last)):
                msg = f"Bad channels '{part.strip()}': channels have whole numbers; write metres as in 2410-2450 m"
                raise UsageError(msg)
            spans.append((min(first, last), max(first, last), metres))
        return cls(tuple(spans), auto)

    def words(self) -> str:
        """Return what :meth:`parse` reads."""
        words = [AUTO] if self.auto else []
        for first, last, metres in self.spans:
            span = f"{first:.10g}" if first == last else f"{first:.10g}-{last:.10g}"
            words.append(f"{span} m" if metres else span)
        return ", ".join(words) or NONE

    def __bool__(self) -> bool:
        """Whether any channel may be masked."""
        return self.auto or bool(self.spans)

    def named(self, signal: Signal) -> NDArray[np.bool_]:
        """Return which channels are named by hand, bool, shape ``(channels,)``.

        Raises
        ------
        UsageError
            When none of those named is there.
        """
        bad = np.zeros(signal.channels, bool)
        numbers = numbers_of(signal)
        for first, last, metres in self.spans:
            if metres and not signal.along:
                msg = f"Bad channels {first:g}-{last:g} m: channels are numbered only here; name them by number"
                raise UsageError(msg)
            along = signal.places if metres else numbers
            chosen = (along >= first) & (along <= last)
            if not chosen.any():
                unit, span = (" m" if metres else ""), f"{first:.10g}" if first == last else f"{first:.10g}-{last:.10g}"
                msg = f"Bad channels {span}{unit}: channels run from {along.min():.10g} to {along.max():.10g}{unit}"
                raise UsageError(msg)
            bad |= chosen
        return bad


def numbers_of(signal: Signal) -> Floats:
    """Return channels' numbers: the file's where it has no distances, else counted from 0 along the fibre."""
    return np.arange(signal.channels, dtype=np.float64) if signal.along else signal.places


def listed(bad: NDArray[np.bool_], signal: Signal) -> str:
    """Return channels as a list: ``"12, 40-43"``; empty for none."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], bad.astype(np.int8), [0]])))
    numbers = numbers_of(signal).astype(int)
    spans = zip(numbers[edges[::2]].tolist(), numbers[edges[1::2] - 1].tolist(), strict=True)
    return ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in spans)


@dataclass(frozen=True, slots=True, eq=False)
class FoundBad:
    """Which channels are bad, and why.

    Attributes
    ----------
    bad
        ndarray of bool, shape ``(channels,)``.
    reasons
        ndarray of int8, same shape: place in :data:`REASONS`, -1 for good ones.
    """

    bad: NDArray[np.bool_]
    reasons: NDArray[np.int8]

    def words(self) -> str:
        """Return how many there are of each reason: ``"2 dead, 1 noisy"``."""
        counts = [(int((self.reasons == place).sum()), name) for place, name in enumerate(REASONS)]
        return ", ".join(f"{count} {name}" for count, name in counts if count)


def find_bad(parts: Iterator[tuple[slice, Floats]]) -> FoundBad:
    """Find bad channels on windows of a recording.

    Dead: constant, or without any sample. Spikes: single samples beyond 25 standard deviations, and five times beyond
    what neighbours have. Noisy: a level (root of the mean square of differences in time, which drifts leave alone) out
    of line with the 21 channels around, robustly, by a factor of 3 at least. Incoherent: correlation with neither
    neighbour, where neighbours correlate by 0.3 or more.

    Parameters
    ----------
    parts
        Times within the recording, and samples of all channels, ``(channels, samples)``, NaN in gaps.
    """
    measures = [_measures(values) for _, values in parts]
    live = np.max([each[0] for each in measures], axis=0)
    there = np.stack([each[4] for each in measures])
    with np.errstate(divide="ignore"):
        levels = np.where(there, np.log(np.stack([each[1] for each in measures])), np.nan)
    level = _over_windows(levels)
    peak = np.max([each[2] for each in measures], axis=0)
    alike = _over_windows(np.where(there, np.stack([each[3] for each in measures]), np.nan))
    dead = ~live | ~np.isfinite(level)
    reasons = np.full(dead.shape, -1, np.int8)
    reasons[_incoherent(alike, dead)] = 3
    reasons[_out_of_line(np.where(dead, np.nan, level))] = 2
    usual = _around(np.where(dead, np.nan, peak))
    reasons[(peak > SPIKES) & (peak > 5 * usual) & ~dead] = 1
    reasons[dead] = 0
    return FoundBad(reasons >= 0, reasons)


def _over_windows(measured: Floats) -> Floats:
    """Return each channel's median over the windows in which it recorded; NaN where it recorded in none."""
    found = np.full(measured.shape[1], np.nan)
    some = ~np.isnan(measured).all(axis=0)
    found[some] = np.nanmedian(measured[:, some], axis=0)
    return found


def _measures(values: Floats) -> tuple[NDArray[np.bool_], Floats, Floats, Floats, NDArray[np.bool_]]:
    """Return what one window tells of each channel.

    Returns
    -------
    tuple
        Whether it moves, its level, its peak over its spread, its correlation with neighbours, and whether it recorded
        there at all: a window may lie in a gap.
    """
    known = np.where(np.isfinite(values), values, 0.0)
    there = np.isfinite(values).sum(axis=1)
    moves = (there > 1) & (np.nan_to_num(known).std(axis=1) > 0)
    change = np.diff(known, axis=1)
    # A step at a gap is none of the recording's.
    both = np.isfinite(values[:, 1:]) & np.isfinite(values[:, :-1])
    change = np.where(both, change, 0.0)
    count = np.maximum(both.sum(axis=1), 1)
    level = np.sqrt((change**2).sum(axis=1) / count)
    spread = np.median(np.abs(change), axis=1) / NORMAL_MAD
    peak = _single(np.abs(change)) / np.where(spread > 0, spread, np.inf)
    centred = change - change.sum(axis=1, keepdims=True) / count[:, None]
    norm = np.sqrt((centred**2).sum(axis=1))
    pairs = (centred[1:] * centred[:-1]).sum(axis=1) / np.maximum(norm[1:] * norm[:-1], 1e-300)
    padded = np.concatenate([[-1.0], pairs, [-1.0]])
    return moves, level, peak, np.maximum(padded[1:], padded[:-1]), there > 1


def _single(change: Floats) -> Floats:
    """Return each channel's largest change from sample to sample where it stands alone, else 0: an arrival has more."""
    place = change.argmax(axis=1)
    around = np.clip(place[:, None] + np.arange(-ALONE, ALONE + 1), 0, change.shape[1] - 1)
    nearby = np.median(np.take_along_axis(change, around, axis=1), axis=1)
    largest = change.max(axis=1)
    return np.where(largest > 10 * nearby, largest, 0.0)


def _around(values: Floats) -> Floats:
    """Return the median of the channels around each one, itself left out; NaN counts for nothing."""
    from numpy.lib.stride_tricks import sliding_window_view

    half = min(WINDOW // 2, max(1, values.size // 2))
    wide = np.concatenate([np.full(half, np.nan), values, np.full(half, np.nan)])
    windows = sliding_window_view(wide, 2 * half + 1).copy()
    windows[:, half] = np.nan
    some = np.isfinite(windows).any(axis=1)
    found = np.full(values.size, np.nan)
    if some.any():
        found[some] = np.nanmedian(windows[some], axis=1)
    return found


def _out_of_line(level: Floats) -> NDArray[np.bool_]:
    """Return which channels are louder or fainter than those around by far."""
    apart = np.abs(level - _around(level))
    known = apart[np.isfinite(apart)]
    if known.size < 5:
        return np.zeros(level.shape, bool)
    usual = float(np.median(known)) / NORMAL_MAD
    with np.errstate(invalid="ignore"):
        return np.asarray(apart > max(NOISY * usual, np.log(LEAST_FACTOR)), bool)


def _incoherent(alike: Floats, dead: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which channels have nothing in common with either neighbour, where others have."""
    usual = float(np.median(alike[~dead])) if (~dead).any() else 0.0
    if usual < COHERENT:
        return np.zeros(alike.shape, bool)
    spread = float(np.median(np.abs(alike[~dead] - usual))) / NORMAL_MAD
    return np.asarray((alike < min(0.1, usual - NOISY * spread)) & ~dead, bool)
