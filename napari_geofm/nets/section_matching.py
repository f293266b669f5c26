"""How a section's reflectors have moved up or down since its neighbour: amplitudes and the network's features together.

A cost for every sample and every shift is added up along rows and columns so that neighbouring samples move alike,
as in stereo vision (semi-global matching, Hirschmüller 2008, IEEE TPAMI 30(2)) and in the dynamic warping of seismic
images (Hale 2013, Geophysics 78(2)).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, map_coordinates, uniform_filter

__all__ = ["FEATURES", "Shift", "likeness", "match_sections", "sampled_tokens", "unit_tokens"]

REACH = 24
"""Furthest that a reflector is looked for, up and down, in samples."""

WINDOW = (21, 9)
"""Samples and traces that are compared at once."""

FEATURES = 8.0
"""Weight of the features' cosine beside the amplitudes' correlation."""

BEND, BREAK = 0.6, 4.0
"""What it costs to move by one sample more than the next node, and by any number (a fault)."""

STAY = 0.01
"""What each sample of a shift costs: where layers lie flat, nothing moves without a reason."""

NODES = 60_000
"""Shifts are found at every other sample and so few traces that there are about so many, and interpolated between."""

SMOOTH = 1.5
"""Standard deviation of the last smoothing, in nodes."""

TINY = 1e-6

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Shift:
    """How a section fits a known one.

    Attributes
    ----------
    down
        float32, ``(rows, columns)``: a sample of the new section lies so many samples further down on the known one.
    disagreement
        float32, the same shape, samples: how far one comes from where one was, there and back.
    """

    down: Floats
    disagreement: Floats


def unit_tokens(tokens: NDArray[np.floating]) -> Floats:
    """Return tokens, ``(channels, down, across)``, seen from their mean and of length 1: products are cosines."""
    moved = np.asarray(tokens, np.float32)
    moved = moved - moved.mean(axis=(1, 2), keepdims=True)
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=0), TINY), np.float32)


def likeness(one: Floats, other: Floats) -> Floats:
    """Return the correlation of two sections around each sample, float32, -1 to 1; 0 where one of them is flat."""
    means, spreads = zip(*(_local(each) for each in (one, other)), strict=True)
    product = uniform_filter(one * other, WINDOW) - means[0] * means[1]
    return np.asarray(np.clip(product / (spreads[0] * spreads[1]), -1, 1), np.float32)


def sampled_tokens(tokens: Floats, down: NDArray[np.floating] | float) -> Floats:
    """Return tokens moved down by ``down`` tokens, ``(down, across)`` or one number, interpolated, of length 1."""
    rows = tokens.shape[1]
    at = np.clip(np.arange(rows)[:, None] + np.broadcast_to(down, tokens.shape[1:]), 0, rows - 1)
    low = np.floor(at).astype(np.intp)
    part = (at - low).astype(np.float32)
    columns = np.arange(tokens.shape[2])[None]
    found = tokens[:, low, columns] * (1 - part) + tokens[:, np.minimum(low + 1, rows - 1), columns] * part
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=0), TINY), np.float32)


def match_sections(
    new: Floats,
    known: Floats,
    new_tokens: Floats,
    known_tokens: Floats,
    token_px: float,
    check: Callable[[], None] = lambda: None,
    *,
    amplitude: float = 1.0,
    features: float = FEATURES,
) -> Shift:
    """Find where each sample of a section lies on its neighbour.

    Parameters
    ----------
    new, known
        float32, ``(rows, columns)``, 0..1.
    new_tokens, known_tokens
        float32, ``(channels, tokens down, tokens across)``, as :func:`unit_tokens` makes them.
    token_px
        Samples per token.
    check
        Called often; may raise to end it.
    amplitude, features
        Weights of the two.
    """
    height, width = new.shape
    strides = (2 if height > REACH else 1, max(1, round(height * width / (2 * NODES))))
    shifts = np.arange(-REACH, REACH + 1)
    costs = np.float32(amplitude) * _amplitude_costs(new - 0.5, known - 0.5, shifts, strides, check)
    nodes = [np.arange(size) * stride for size, stride in zip(costs.shape[1:], strides, strict=True)]
    at = np.meshgrid(*((each + 0.5) / token_px - 0.5 for each in nodes), indexing="ij")
    for place, shift in enumerate(shifts):
        apart = 1 - (new_tokens * sampled_tokens(known_tokens, float(shift) / token_px)).sum(axis=0)
        costs[place] += features * map_coordinates(apart, at, order=1, mode="nearest") + STAY * abs(int(shift))
        check()
    total = _added_up(costs, check)
    down = _lowest(total, shifts)
    error = _there_and_back(total, shifts, down, strides[0])

    def everywhere(values: Floats) -> Floats:
        places = np.meshgrid(*(np.arange(n) / s for n, s in zip((height, width), strides, strict=True)), indexing="ij")
        return np.asarray(map_coordinates(values, places, order=1, mode="nearest"), np.float32)

    return Shift(everywhere(gaussian_filter(down, SMOOTH)), everywhere(error))


def _local(values: Floats) -> tuple[Floats, Floats]:
    """Return mean and standard deviation around each sample."""
    mean = uniform_filter(values, WINDOW)
    return mean, np.sqrt(np.maximum(uniform_filter(values * values, WINDOW) - mean * mean, TINY))


def _moved(values: Floats, rows: int) -> Floats:
    """Return what lies so many rows further down; the last row goes on for ever."""
    moved: Floats = values[np.clip(np.arange(len(values)) + rows, 0, len(values) - 1)]
    return moved


def _amplitude_costs(
    new: Floats, known: Floats, shifts: NDArray[np.int_], strides: tuple[int, int], check: Callable[[], None]
) -> Floats:
    """Return 1 less the correlation for each shift at each node, float32 ``(shifts, down, across)``.

    It is 1, as of what has nothing to do with each other, where a shift leads out of the section.
    """
    rows = np.arange(len(new))
    (mean, spread), (known_mean, known_spread) = _local(new), _local(known)
    grid = (slice(None, None, strides[0]), slice(None, None, strides[1]))
    costs = np.empty((len(shifts), *new[grid].shape), np.float32)
    for place, shift in enumerate(shifts):
        product = uniform_filter(new * _moved(known, shift), WINDOW) - mean * _moved(known_mean, shift)
        cost = np.clip(1 - product / (spread * _moved(known_spread, shift)), 0, 2)
        cost[(rows + shift < 0) | (rows + shift >= len(rows))] = 1
        costs[place] = cost[grid]
        check()
    return costs


def _added_up(costs: Floats, check: Callable[[], None]) -> Floats:
    """Return each node's costs and those of the best ways to it from all four sides."""
    total = np.zeros_like(costs)
    for own, added in _ways(costs, total):
        best = own[0].copy()
        added[0] += best
        for place in range(1, len(own)):
            lowest = best.min(axis=0)
            reached = np.minimum(best, lowest + BREAK)
            np.minimum(reached[:-1], best[1:] + BEND, out=reached[:-1])
            np.minimum(reached[1:], best[:-1] + BEND, out=reached[1:])
            best = own[place] + reached - lowest
            added[place] += best
        check()
    return total


def _ways(costs: Floats, total: Floats) -> Iterator[tuple[Floats, Floats]]:
    """Yield views of both, their first axis along each of the four directions."""
    for axis in (1, 2):
        for way in (1, -1):
            yield np.moveaxis(costs, axis, 0)[::way], np.moveaxis(total, axis, 0)[::way]


def _lowest(total: Floats, shifts: NDArray[np.int_]) -> Floats:
    """Return the shift of least cost at each node, to a fraction of a sample (a parabola through three costs)."""
    place = total.argmin(axis=0)
    inner = np.clip(place, 1, len(shifts) - 2)
    before, here, after = (np.take_along_axis(total, (inner + step)[None], 0)[0] for step in (-1, 0, 1))
    bend = before - 2 * here + after
    part = np.where((place == inner) & (bend > TINY), (before - after) / np.maximum(2 * bend, TINY), 0)
    return np.asarray(shifts[place] + np.clip(part, -0.5, 0.5), np.float32)


def _there_and_back(total: Floats, shifts: NDArray[np.int_], down: Floats, stride: int) -> Floats:
    """Return how far the best way back from the known section misses where one came from, in samples."""
    rows, columns = down.shape
    seen_from_known = np.full_like(total, np.inf)
    at = np.arange(rows)
    for place, shift in enumerate(shifts):
        source = at - round(int(shift) / stride)
        inside = (source >= 0) & (source < rows)
        seen_from_known[place, inside] = total[place, source[inside]]
    back = shifts[seen_from_known.argmin(axis=0)].astype(np.float32)
    there = np.stack([at[:, None] + down / stride, np.broadcast_to(np.arange(columns), down.shape)])
    return np.asarray(np.abs(down - map_coordinates(back, there, order=1, mode="nearest")), np.float32)
