"""PCA colours of feature maps: one basis per survey, so that a colour means the same on every line."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError

__all__ = ["PcaBasis", "fit_pca"]


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
        channels, rows, columns = tokens.shape
        if channels != self.mean.size:
            msg = f"Feature map has {channels} channels, the colour basis {self.mean.size}; fit the basis on this model"
            raise FormatError(msg)
        projected = self.components @ tokens.reshape(channels, -1) - (self.components @ self.mean)[:, None]
        stretched = (projected - self.low[:, None]) / (self.high - self.low)[:, None]
        coloured = np.clip(stretched * 255.0 + 0.5, 0, 255).astype(np.uint8)
        return np.ascontiguousarray(coloured.reshape(3, rows, columns).transpose(1, 2, 0))


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
    tokens = np.concatenate([m.reshape(m.shape[0], -1) for m in maps], axis=1).astype(np.float64)
    mean = tokens.mean(axis=1)
    centred = tokens - mean[:, None]
    _, vectors = np.linalg.eigh(centred @ centred.T / max(1, tokens.shape[1] - 1))
    components = vectors[:, ::-1][:, :3].T
    largest = np.abs(components).argmax(axis=1)
    components *= np.sign(components[np.arange(3), largest])[:, None]
    projected = components @ centred
    low, high = np.percentile(projected, [tail, 100.0 - tail], axis=1)
    high = np.maximum(high, low + 1e-6)
    return PcaBasis(
        mean.astype(np.float32), components.astype(np.float32), low.astype(np.float32), high.astype(np.float32)
    )
