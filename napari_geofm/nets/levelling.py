"""Shares of the classes on the labelled sections: what a probe says too often is said less, and the reverse.

Of a few strokes of each class, some lie in the middle of all tokens and draw in what is like none of them, while others
are hardly said at all. How often each class is said of the labelled sections, where no stroke is needed to count, shows
which; the classes' offsets are moved against it (prior correction, Saerens and others 2002, by part of the way).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_geofm.nets.probe import ProbeHead

__all__ = ["levelled"]

SAID_LEAST = 1e-3
"""Share of the sections below which a class counts as said so often: its offset moves by three at most."""


def levelled(
    head: ProbeHead, tokens: Sequence[NDArray[np.float32]], painted: NDArray[np.integer], levelling: float
) -> ProbeHead:
    """Return a head whose classes are said more nearly as often as they were painted.

    Parameters
    ----------
    head
        As it was fitted.
    tokens
        Of the labelled sections, painted or not: float32, each of shape ``(n, channels)``.
    painted
        Painted samples of each class.
    levelling
        How far to move, 0 to 1. Aimed at are shares in proportion to the root of what was painted, halfway between
        equal ones and the painted ones: a small body gets more strokes than its size, and a mere dot means little.
    """
    present = painted > 0
    if levelling == 0 or not sum(len(each) for each in tokens):
        return head
    aim = np.sqrt(painted[present].astype(np.float64))
    said = np.maximum(_said(head, np.concatenate(tokens))[present], SAID_LEAST)
    moves = np.zeros(head.bias.size)
    moves[present] = levelling * np.log(aim / aim.sum() / said)
    return ProbeHead(head.weight, (head.bias + moves).astype(np.float32))


def _said(head: ProbeHead, tokens: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the mean probability of each class over tokens ``(n, channels)``."""
    scores = head.scores(np.ascontiguousarray(tokens.T)[:, None, :])[:, 0].astype(np.float64)
    odds = np.exp(scores - scores.max(0))
    found: NDArray[np.float64] = (odds / odds.sum(0)).mean(1)
    return found
