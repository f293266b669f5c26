"""Onsets per channel: where a mask begins, refined on the samples within a short window.

The mask says roughly when; the samples say exactly. On each channel the likelihood of every sample as the onset is
that of a stationary stretch before it and a stronger one after it (the AIC picker: Maeda 1985; Sleeman and van Eck
1999), which sets in at once or rises. Likelihoods of neighbours, aligned along the moveout, are averaged; times the
mask's prior they give onset and error.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.smoothing import smooth_line

__all__ = ["EMERGENT", "SHARP", "Arrival", "Onsets", "Stretch", "onsets_of_edges", "reach_of", "refine"]

EDGE_REACH, PICK_REACH = 60.0, 40.0
"""Channels over which the mask's edge, and then the picks, are smoothed: about four and three cells."""

STACKS = (6.0, 3.0)
"""Standard deviation in channels of the average over neighbours, in the first and second turn."""

LEAST_SIDE = 5
"""Samples on either side of an onset."""

FLATTEST = -60.0
"""Log likelihood, below the best, under which one channel says no more against an onset."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a wave sets in.

    Attributes
    ----------
    rises
        Samples in which it may rise: at once, as the AIC picker has it, or emergent.
    context
        Samples beyond the searched ones that are compared with each other.
    """

    rises: tuple[float, ...] = (0.0, 6.0)
    context: int = 60


SHARP, EMERGENT = Arrival(), Arrival((0.0, 6.0, 20.0), 120)
"""Of most waves, and of S waves, which emerge from the coda of P: of 12 synthetic ones that nothing was chosen on, S
onsets are off by 5.4 samples as emergent ones and by 8.8 as others. What sets in at once is found better as such."""


@dataclass(frozen=True, slots=True, eq=False)
class Onsets:
    """Onsets of one event; arrays of shape ``(channels,)``, in samples with fractions, NaN where there is none.

    Attributes
    ----------
    onset, error
        First arrival and its standard error.
    """

    onset: NDArray[np.float64]
    error: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Samples around the edge of a mask.

    Attributes
    ----------
    samples
        ndarray of float64, shape ``(channels, 2 * reach + 1)``, the middle one at ``centre``.
    usable
        ndarray of bool, same shape: False where a sample is missing, or belongs to another event.
    centre
        ndarray of int64, shape ``(channels,)``.
    """

    samples: NDArray[np.float64]
    usable: NDArray[np.bool_]
    centre: NDArray[np.int64]


def reach_of(prior: float, arrival: Arrival = SHARP) -> int:
    """Return how many samples before and after the edge a :class:`Stretch` holds, for the edge's standard error."""
    return 2 * _half(prior) + arrival.context


def onsets_of_edges(edge: NDArray[np.float64], error: NDArray[np.float64]) -> Onsets:
    """Return the mask's edges as onsets, those of cells smoothed along the fibre.

    Parameters
    ----------
    edge, error
        ndarrays of float64, shape ``(channels,)``: edge and its standard error in samples; NaN where there is none.
    """
    there = np.isfinite(edge)
    line, scatter = smooth_line(edge, np.where(there, 1.0, 0.0), _reach(EDGE_REACH, edge.size), floor=3.0)
    return Onsets(np.where(there, line, np.nan), np.where(there, np.maximum(error, scatter), np.nan))


def refine(stretch: Stretch, prior: Onsets, arrival: Arrival = SHARP) -> Onsets:
    """Refine onsets on the samples.

    Parameters
    ----------
    stretch
        Samples around the prior, as many as :func:`reach_of` says.
    prior
        Onsets from the mask.
    arrival
        How the wave sets in.

    Returns
    -------
    Onsets
        On the same channels; the prior itself where a channel's samples say nothing.
    """
    there = np.isfinite(prior.onset)
    half = (stretch.samples.shape[1] // 2 - arrival.context) // 2
    offsets = np.arange(-half, half + 1)
    line = np.where(there, prior.onset, stretch.centre)
    onset, error, near = line, prior.error, np.inf
    heard = np.zeros(there.size, np.bool_)
    for stack in STACKS:
        shift = np.clip(np.round(line).astype(np.int64) - stretch.centre, -half, half)
        logs, heard = _heard(*_aligned(stretch, shift, half, arrival.context), there, stack, arrival)
        at = (stretch.centre + shift)[:, None] + offsets
        logs -= 0.5 * ((at - np.where(there, prior.onset, line)[:, None]) / _filled(prior.error)[:, None]) ** 2
        logs -= 0.5 * ((at - line[:, None]) / near) ** 2
        chance = np.exp(logs - logs.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        onset = (chance * at).sum(axis=1)
        variance = (chance * (at - onset[:, None]) ** 2).sum(axis=1)
        weight = np.where(there, 1 / (variance + 1.0), 0.0)
        line, scatter = smooth_line(onset, weight, _reach(PICK_REACH, onset.size))
        near = max(2 * scatter, 4.0)
        error = np.sqrt(4 * variance + scatter**2)
    return Onsets(
        np.where(there, np.where(heard, onset, prior.onset), np.nan),
        np.where(there, np.where(heard, error, prior.error), np.nan),
    )


def _half(prior: float) -> int:
    """Return how far from the mask's edge an onset is looked for, in samples."""
    return max(8, round(2.3 * prior))


def _reach(wanted: float, channels: int) -> float:
    return min(wanted, max(6.0, float(channels)))


def _filled(error: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isfinite(error), error, 1e6)


def _aligned(
    stretch: Stretch, shift: NDArray[np.int64], half: int, context: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return samples and which are usable, shape ``(channels, 2 * (half + context) + 1)``, centred anew."""
    width = 2 * (half + context) + 1
    at = (half + shift)[:, None] + np.arange(width)
    usable = np.take_along_axis(stretch.usable, at, axis=1)
    return np.where(usable, np.take_along_axis(stretch.samples, at, axis=1), 0.0), usable


def _heard(
    samples: NDArray[np.float64],
    usable: NDArray[np.bool_],
    there: NDArray[np.bool_],
    stack: float,
    arrival: Arrival,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the log likelihood of each onset, averaged over neighbours, and on which channels anything is heard."""
    from scipy.ndimage import gaussian_filter1d

    logs = _likelihood(samples, usable, arrival)
    live = there & np.isfinite(logs).any(axis=1)
    best = np.max(logs, axis=1, initial=-np.inf, where=np.isfinite(logs), keepdims=True)
    logs = np.where(live[:, None], np.maximum(logs - np.where(live[:, None], best, 0.0), FLATTEST), 0.0)
    share = gaussian_filter1d(live.astype(np.float64), stack, mode="constant")
    stacked = gaussian_filter1d(logs, stack, axis=0, mode="constant") / np.maximum(share, 1e-9)[:, None]
    # Of band-limited samples only so many are independent: as if there were fewer.
    before = slice(None, arrival.context)
    return stacked / _alike(samples[live, before], usable[live, before]), there & (share > 1e-3) & _alive(
        samples, usable
    )


def _alive(samples: NDArray[np.float64], usable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which channels record anything: a dead one has no onset of its own."""
    return np.asarray(usable.any(axis=1) & (np.ptp(samples, axis=1) > 0))


def _likelihood(samples: NDArray[np.float64], usable: NDArray[np.bool_], arrival: Arrival) -> NDArray[np.float64]:
    """Return the log likelihood of an onset at each sample but the context's; -inf where a side has too few samples."""
    width = samples.shape[1]
    counts = np.cumsum(usable, axis=1, dtype=np.float64)
    mean = samples.sum(axis=1, keepdims=True) / np.maximum(counts[:, -1:], 1)
    power = np.where(usable, (samples - mean) ** 2, 0.0)
    energy = np.cumsum(power, axis=1)
    # A dead stretch has no variance, and must not be infinitely likely.
    least = 1e-6 * energy[:, -1] / np.maximum(counts[:, -1], 1) + 1e-300
    logs = np.full((samples.shape[0], width - 2 * arrival.context), -np.inf)
    for number in range(logs.shape[1]):
        at = number + arrival.context
        before, after = counts[:, at - 1], counts[:, -1] - counts[:, at - 1]
        quiet = np.maximum(energy[:, at - 1] / np.maximum(before, 1), least)
        found = np.full(samples.shape[0], -np.inf)
        for rise in arrival.rises:
            growth = 1 - np.exp(-(np.arange(width - at) + 0.5) / rise) if rise else np.ones(width - at)
            more = energy[:, -1] - energy[:, at - 1] - after * quiet
            extra = more / np.maximum(usable[:, at:] @ growth, 1e-9)
            level = quiet[:, None] + np.maximum(extra, -0.95 * quiet)[:, None] * growth
            late = (usable[:, at:] * np.log(level) + power[:, at:] / level).sum(axis=1)
            found = np.maximum(found, -0.5 * (before * (np.log(quiet) + 1) + late))
        enough = (before >= LEAST_SIDE) & (after >= LEAST_SIDE) & (energy[:, -1] > 0)
        logs[:, number] = np.where(enough, found, -np.inf)
    return logs


def _alike(samples: NDArray[np.float64], usable: NDArray[np.bool_]) -> float:
    """Return by how much the count of samples overstates how many are independent (for their variance)."""
    if not samples.size:
        return 1.0
    mean = samples.sum(axis=1, keepdims=True) / np.maximum(usable.sum(axis=1, keepdims=True), 1)
    level = np.where(usable, samples - mean, 0.0)
    power = np.maximum((level**2).sum(axis=1), 1e-300)
    lags = [(level[:, :-lag] * level[:, lag:]).sum(axis=1) / power for lag in range(1, 41)]
    return 1 + 2 * float((np.median(np.stack(lags), axis=1) ** 2).sum())
