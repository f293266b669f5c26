"""The space in which the probe compares tokens: what changes while rock stays the same counts for little.

A token of DINOv2 knows rock, but also where in the picture it lies and what happens to be around it. How the tokens of
one piece of rock differ between crops of the section shows which directions those are, without any label. They are
scaled down (within-class covariance normalisation, Hatch and others 2006).
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.linalg import cholesky, lapack
from threadpoolctl import threadpool_limits
from torch.nn import functional

__all__ = ["Placing", "SpaceStatistics", "TokenSpace", "thinned"]

MOST_TOKENS = 8_000
"""Tokens of all views together that are looked at; more change nothing and cost time where many sections are labelled.
"""

LEAST_CHANGE = 1e-6
"""Mean variance of changes, of tokens whose own is 1, below which they are rounding."""


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a view lies in its section.

    Attributes
    ----------
    top, left
        First row and column, in samples.
    width
        Columns, in samples.
    mirrored
        Whether left and right are exchanged.
    """

    top: int
    left: int
    width: int
    mirrored: bool


@dataclass(frozen=True, slots=True, eq=False)
class TokenSpace:
    """Standardisation and metric.

    Attributes
    ----------
    mean, deviation
        float32, shape ``(channels,)``.
    metric
        float32, shape ``(channels, channels)``: applied to standardised tokens.
    """

    mean: NDArray[np.float32]
    deviation: NDArray[np.float32]
    metric: NDArray[np.float32]

    def into(self, tokens: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return tokens ``(n, channels)`` in this space."""
        standardised = (tokens - self.mean) / self.deviation
        return np.asarray(standardised @ self.metric, np.float32)

    def beside(self, other: "TokenSpace", factor: float) -> "TokenSpace":
        """Return the space of tokens with other features behind them, which count ``factor`` times."""
        size, more = self.mean.size, other.mean.size
        metric = np.zeros((size + more, size + more), np.float32)
        metric[:size, :size], metric[size:, size:] = self.metric, factor * other.metric
        mean, deviation = (
            np.concatenate(pair) for pair in ((self.mean, other.mean), (self.deviation, other.deviation))
        )
        return TokenSpace(mean, deviation, metric)

    def folded(
        self, weight: NDArray[np.floating], bias: NDArray[np.floating]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the linear map on raw tokens that equals ``weight``, ``(classes, channels)``, in this space."""
        raw = (weight @ self.metric.T) / self.deviation
        return raw.astype(np.float32), (bias - raw @ self.mean).astype(np.float32)


class SpaceStatistics:
    """Moments of tokens and of their changes between views, gathered section by section.

    Parameters
    ----------
    token_px
        Samples of the section per token.
    views
        How many views there will be, of all sections together.
    """

    def __init__(self, token_px: float, views: int = 1) -> None:
        self._token_px = token_px
        self._most = _most(views)
        self._count = 0
        self._changes: list[NDArray[np.float32]] = []
        self._sum: NDArray[np.float64] | float = 0.0
        self._squares: NDArray[np.float64] | float = 0.0

    def add_whole(self, taps: NDArray[np.floating]) -> None:
        """Take in the taps of a section seen whole, ``(channels, h, w)``."""
        self._add_tokens(_thinned(taps, self._most))

    def add_view(self, taps: NDArray[np.floating], whole: NDArray[np.floating], placing: Placing) -> None:
        """Take in the taps of a view, and how they differ from the whole section's at the same rock."""
        seen = _thinned(taps, self._most)
        self._add_tokens(seen)
        self._changes.append(seen - self._at_view(whole, taps.shape[1:], placing))

    def space(self, floor: float) -> TokenSpace:
        """Return the space.

        Parameters
        ----------
        floor
            What is added to the variance of every direction, as a share of the mean one; 0, or no view besides the
            whole: tokens are standardised only.
        """
        mean = np.asarray(self._sum) / self._count
        deviation = np.sqrt(np.maximum(np.asarray(self._squares) / self._count - mean**2, 0.0))
        deviation = np.maximum(deviation, 1e-6)
        metric = np.eye(mean.size)
        if floor > 0 and self._changes:
            changes = (np.concatenate(self._changes) / deviation).astype(np.float32)
            # One thread: two that wait for a busy core take five times as long.
            with threadpool_limits(1):
                metric = _metric(changes, floor)
        return TokenSpace(mean.astype(np.float32), deviation.astype(np.float32), metric.astype(np.float32))

    def _add_tokens(self, tokens: NDArray[np.float32]) -> None:
        self._sum = self._sum + tokens.sum(0, dtype=np.float64)
        self._squares = self._squares + np.square(tokens).sum(0, dtype=np.float64)
        self._count += len(tokens)

    def _at_view(self, whole: NDArray[np.floating], grid: tuple[int, ...], placing: Placing) -> NDArray[np.float32]:
        """Return the whole section's tokens where a view's tokens lie, thinned as these are, as rows, bilinear."""
        down = placing.top / self._token_px + np.arange(grid[0]) + 0.5
        across = (np.arange(grid[1]) + 0.5) * self._token_px
        across = (placing.left + (placing.width - across if placing.mirrored else across)) / self._token_px
        # grid_sample counts from -1 at the first token's outer edge to 1 at the last one's.
        rows = torch.from_numpy(2.0 * down / whole.shape[1] - 1.0).float()
        columns = torch.from_numpy(2.0 * across / whole.shape[2] - 1.0).float()
        places = torch.stack(torch.meshgrid(rows, columns, indexing="ij")[::-1], -1).reshape(1, 1, -1, 2)
        places = places[:, :, :: _step(places.shape[2], self._most)]
        source = torch.from_numpy(whole.astype(np.float32, copy=False))[None]
        found = functional.grid_sample(source, places, mode="bilinear", padding_mode="border", align_corners=False)
        taken: NDArray[np.float32] = found[0, :, 0].T.numpy()
        return taken


def _metric(changes: NDArray[np.float32], floor: float) -> NDArray[np.float64]:
    """Return the metric, ``(channels, channels)``, of standardised changes, ``(n, channels)``."""
    size = changes.shape[1]
    variance = (changes.T @ changes).astype(np.float64) / len(changes)
    level = max(float(np.trace(variance)) / size, LEAST_CHANGE)
    # Rounding may leave directions without change a little below zero, and the floor may be smaller still.
    variance += max(floor, LEAST_CHANGE) * level * np.eye(size)
    # One of many square roots of the inverse, all alike to a penalty on lengths, and by far the quickest.
    root = cholesky(variance / ((1.0 + floor) * level), lower=True)
    inverse: NDArray[np.float64] = lapack.dtrtri(root, lower=1)[0]
    return inverse.T


def thinned(taps: NDArray[np.floating | np.bool_], views: int) -> NDArray[np.float32]:
    """Return the tokens of ``(channels, h, w)``, one of so many views, that are looked at: rows, float32."""
    return _thinned(taps, _most(views))


def _most(views: int) -> int:
    return max(1, MOST_TOKENS // views)


def _thinned(taps: NDArray[np.floating | np.bool_], most: int) -> NDArray[np.float32]:
    """Return at most ``most`` tokens of ``(channels, h, w)`` as rows, float32, spread evenly."""
    flat = taps.reshape(taps.shape[0], -1)
    return np.ascontiguousarray(flat[:, :: _step(flat.shape[1], most)].T, np.float32)


def _step(count: int, most: int) -> int:
    return max(1, -(-count // most))
