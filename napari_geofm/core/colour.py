"""PCA colours of feature maps: one basis per survey, so that a colour means the same on every line."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError

__all__ = ["PcaBasis", "align_pca", "fit_pca"]


@dataclass(frozen=True, slots=True, eq=False)
class PcaBasis:
    """Three principal directions of a survey's features and a fixed stretch.

    Attributes
    ----------
    mean
        ndarray of float32, shape ``(channels,)``.
    components
        ndarray of float32, shape ``(3, channels)``, orthonormal; the entry of largest magnitude is positive.
    low, high
        ndarrays of float32, shape ``(3,)``: projections shown as 0 and as 255.
    """

    mean: NDArray[np.float32]
    components: NDArray[np.float32]
    low: NDArray[np.float32]
    high: NDArray[np.float32]

    def rgb(self, tokens: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Colour a map of tokens.

        Parameters
        ----------
        tokens
            float32, shape ``(channels, rows, columns)``.

        Returns
        -------
        ndarray of uint8, shape ``(rows, columns, 3)``.

        Raises
        ------
        FormatError
            When the channels are not the basis's.
        """
        projected = self.project(tokens)
        stretched = (projected - self.low[:, None, None]) / (self.high - self.low)[:, None, None]
        coloured = np.clip(stretched * 255.0 + 0.5, 0, 255).astype(np.uint8)
        return np.ascontiguousarray(coloured.transpose(1, 2, 0))

    def project(self, tokens: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what a map of tokens is along the three directions, float32 ``(3, rows, columns)``.

        Raises
        ------
        FormatError
            When the channels are not the basis's.
        """
        channels, rows, columns = tokens.shape
        if channels != self.mean.size:
            msg = f"Feature map has {channels} channels, the colour basis {self.mean.size}; fit the basis on this model"
            raise FormatError(msg)
        projected = self.components @ tokens.reshape(channels, -1) - (self.components @ self.mean)[:, None]
        return projected.reshape(3, rows, columns)


def fit_pca(maps: Sequence[NDArray[np.float32]], *, tail: float = 1.0) -> PcaBasis:
    """Fit one basis on a spread of sections.

    Parameters
    ----------
    maps
        Token maps, float32, each ``(channels, rows, columns)``.
    tail
        Percent of tokens that fall outside the stretch at either end.

    Returns
    -------
    PcaBasis
        The same input gives the same basis, signs included: each component's largest entry is positive.
    """
    tokens = _flat(maps)
    mean = tokens.mean(axis=1)
    centred = tokens - mean[:, None]
    _, vectors = np.linalg.eigh(centred @ centred.T / max(1, tokens.shape[1] - 1))
    components = vectors[:, ::-1][:, :3].T
    largest = np.abs(components).argmax(axis=1)
    components *= np.sign(components[np.arange(3), largest])[:, None]
    return _stretched(mean, components, components @ centred, tail)


def align_pca(
    basis: PcaBasis,
    maps: Sequence[NDArray[np.float32]],
    like: PcaBasis,
    like_maps: Sequence[NDArray[np.float32]],
    *,
    tail: float = 1.0,
) -> PcaBasis:
    """Turn a basis within its own three directions until its colours are as near as can be to those of another.

    Parameters
    ----------
    basis, maps
        A network's basis, and token maps as for :func:`fit_pca`.
    like, like_maps
        Basis and maps of the other network, of the same tokens in the same order.
    tail
        As for :func:`fit_pca`.

    Returns
    -------
    PcaBasis
        Spans what ``basis`` spans; its stretch is its own.

    Raises
    ------
    FormatError
        When the maps are not of the same tokens.

    Notes
    -----
    The orthogonal Procrustes problem (Schoenemann 1966): of all rotations and reflections of the three projections,
    the one with the least squared distance to the other network's.
    """
    own, other = (_flat(each) for each in (maps, like_maps))
    if own.shape[1] != other.shape[1]:
        msg = f"Feature maps have {own.shape[1]} tokens, those they are likened to {other.shape[1]}; give the same"
        raise FormatError(msg)
    mean = own.mean(axis=1)
    components = basis.components.astype(np.float64)
    projected = components @ (own - mean[:, None])
    wanted = like.components.astype(np.float64) @ (other - other.mean(axis=1)[:, None])
    left, _, right = np.linalg.svd(wanted @ projected.T)
    turn = left @ right
    return _stretched(mean, turn @ components, turn @ projected, tail)


def _flat(maps: Sequence[NDArray[np.float32]]) -> NDArray[np.float64]:
    """Return all tokens, ``(channels, tokens)``."""
    return np.concatenate([m.reshape(m.shape[0], -1) for m in maps], axis=1).astype(np.float64)


def _stretched(
    mean: NDArray[np.float64], components: NDArray[np.float64], projected: NDArray[np.float64], tail: float
) -> PcaBasis:
    """Return a basis whose stretch leaves ``tail`` percent of the tokens out at either end."""
    low, high = np.percentile(projected, [tail, 100.0 - tail], axis=1)
    high = np.maximum(high, low + 1e-6)
    return PcaBasis(
        mean.astype(np.float32), components.astype(np.float32), low.astype(np.float32), high.astype(np.float32)
    )
