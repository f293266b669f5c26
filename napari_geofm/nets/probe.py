"""The probe: a linear head on pooled tokens, fitted in about a second.

A linear map commutes with bilinear upsampling: classifying on the token grid and upsampling the scores gives what
upsampling the features and classifying each sample would, for a small part of the memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.recipe import ProbeRecipe
from napari_geofm.nets.tokenspace import TokenSpace

__all__ = ["ProbeHead", "TokenSample", "fit_head", "pool_labels"]

MOST_LABELLED = 3_000
"""Labelled tokens that the head is fitted on; of more, every second or third of each class and view is taken."""

ABSENT = -30.0
"""Score of a class that has no label: it is never predicted."""


@dataclass(frozen=True, slots=True, eq=False)
class TokenSample:
    """Labelled tokens.

    Attributes
    ----------
    features
        float32, shape ``(n, channels)``.
    classes
        int64, shape ``(n,)``; a token that two strokes touch occurs once for each class.
    weights
        float32, shape ``(n,)``: labelled share of the token.
    """

    features: NDArray[np.float32]
    classes: NDArray[np.int64]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class ProbeHead:
    """Linear map from tokens to class scores.

    Attributes
    ----------
    weight
        float32, shape ``(classes, channels)``, standardisation folded in.
    bias
        float32, shape ``(classes,)``.
    """

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]

    def scores(self, tokens: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return class scores, float32 ``(classes, h, w)``, of tokens ``(channels, h, w)``."""
        channels, height, width = tokens.shape
        flat = tokens.reshape(channels, -1).astype(np.float32, copy=False)
        return (self.weight @ flat + self.bias[:, None]).reshape(-1, height, width)


def pool_labels(
    labels: NDArray[np.uint8], grid: tuple[int, int], token_px: float, classes: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Pool pixel labels into tokens.

    Parameters
    ----------
    labels
        uint8, shape ``(rows, columns)``, 255 unlabelled.
    grid
        Tokens down and across.
    token_px
        Samples of the section per token.
    classes
        Count of classes.

    Returns
    -------
    tokens, numbers, weights
        Flat token position, class, and labelled pixels of that class in the token, one entry for each pair.
    """
    rows, columns = np.nonzero(labels != UNLABELLED)
    down = np.minimum((rows / token_px).astype(np.int64), grid[0] - 1)
    across = np.minimum((columns / token_px).astype(np.int64), grid[1] - 1)
    pairs = (down * grid[1] + across) * classes + labels[rows, columns]
    found, counts = np.unique(pairs.astype(np.int64), return_counts=True)
    return found // classes, found % classes, counts.astype(np.float32)


def fit_head(
    samples: Sequence[TokenSample], classes: int, recipe: ProbeRecipe, space: TokenSpace | None = None
) -> ProbeHead:
    """Fit a multinomial logistic regression with a strong L2 penalty.

    Parameters
    ----------
    samples
        Labelled tokens of all sections and crops.
    classes
        Count of classes; those without a label are never predicted.
    recipe
        Strength of the penalty and balance of the classes.
    space
        In which tokens are compared; None: standardised by the labelled tokens.
    """
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    features = np.concatenate([sample.features for sample in samples]).astype(np.float32)
    numbers = np.concatenate([sample.classes for sample in samples])
    weights = np.concatenate([sample.weights for sample in samples]).astype(np.float64)
    kept = _spread(numbers)
    features, numbers, weights = features[kept], numbers[kept], weights[kept]
    space = _standardised(features) if space is None else space
    weights *= _balancing(numbers, weights, classes, recipe.balance)
    weights *= weights.size / weights.sum()
    solver = LogisticRegression(C=1.0 / (recipe.l2 * weights.size), max_iter=300, tol=1e-4)
    # One thread: the matrices are small, and two OpenBLAS threads that wait for a busy core are ten times slower.
    with threadpool_limits(1):
        solver.fit(space.into(features), numbers, sample_weight=weights)
    weight = np.zeros((classes, features.shape[1]), np.float32)
    bias = np.full(classes, ABSENT, np.float32)
    # With two classes scikit-learn keeps one row, the log odds of the second against the first.
    rows = solver.coef_ if len(solver.classes_) > 2 else np.concatenate([-solver.coef_, solver.coef_]) / 2
    offsets = solver.intercept_ if len(solver.classes_) > 2 else np.array([-1, 1]) * solver.intercept_[0] / 2
    weight[solver.classes_], bias[solver.classes_] = space.folded(rows, offsets)
    return ProbeHead(weight, bias)


def _spread(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which samples are used: about :data:`MOST_LABELLED`, spread evenly over each class's."""
    step = max(1, -(-numbers.size // MOST_LABELLED))
    return np.concatenate([np.flatnonzero(numbers == number)[::step] for number in np.unique(numbers)])


def _standardised(features: NDArray[np.float32]) -> TokenSpace:
    deviation = np.maximum(features.std(0), 1e-6)
    return TokenSpace(features.mean(0), deviation, np.eye(features.shape[1], dtype=np.float32))


def _balancing(
    numbers: NDArray[np.int64], weights: NDArray[np.float64], classes: int, balance: float
) -> NDArray[np.float64]:
    """Return per-sample factors that make classes equally heavy (balance 1), or leave them (0)."""
    total = np.bincount(numbers, weights, minlength=classes)
    factor = np.divide(1.0, total, out=np.zeros(classes), where=total > 0) ** balance
    picked: NDArray[np.float64] = factor[numbers]
    return picked
