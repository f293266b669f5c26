"""Random fields to build synthetic data from: smooth maps, and a periodic block of bedded noise."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import gaussian_filter1d, map_coordinates

__all__ = ["NoiseBlock", "SmoothField", "smoothstep"]


def smoothstep(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 0 below 0, 1 above 1, and 3v² - 2v³ between."""
    v = np.clip(values, 0.0, 1.0)
    return np.asarray(v * v * (3.0 - 2.0 * v))


@dataclass(frozen=True, slots=True)
class SmoothField:
    """A stationary random map: a sum of plane waves, of mean 0 and standard deviation 1.

    It is a function of place, not of a grid, so that a survey cut finer or coarser shows the same structure.

    Parameters
    ----------
    waves
        ndarray of float64, shape (n, 2): angular wave numbers along inline and crossline numbers, per line.
    phases
        ndarray of float64, shape (n,), in radians.
    """

    waves: NDArray[np.float64]
    phases: NDArray[np.float64]

    @classmethod
    def draw(cls, rng: np.random.Generator, lines: tuple[float, float], n: int = 16) -> Self:
        """Draw a field whose wavelengths lie between ``lines[0]`` and ``lines[1]`` lines, in all directions."""
        # Directions are stratified: with few waves, chance alone would often give one dominant strike.
        angle = (np.arange(n) + rng.random(n)) * np.pi / n
        length = np.exp(rng.uniform(np.log(lines[0]), np.log(lines[1]), n))
        waves = 2 * np.pi / length[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        return cls(waves, rng.uniform(0, 2 * np.pi, n))

    def __call__(self, i: ArrayLike, j: ArrayLike) -> NDArray[np.float64]:
        """Return the field at line numbers ``i`` and ``j``, broadcast; float64, no unit."""
        i, j = np.broadcast_arrays(np.asarray(i, np.float64), np.asarray(j, np.float64))
        total = np.zeros(i.shape)
        for (a, b), phase in zip(self.waves, self.phases, strict=True):
            total += np.cos(a * i + b * j + phase)
        return np.asarray(total * np.sqrt(2.0 / len(self.phases)))


@dataclass(frozen=True, slots=True)
class NoiseBlock:
    """A periodic block of noise: smooth along the first two axes, independent from bed to bed along the third.

    Parameters
    ----------
    values
        ndarray of float32, shape (n_i, n_j, n_beds), of mean 0 and standard deviation 1.
    """

    values: NDArray[np.float32]

    @classmethod
    def draw(cls, rng: np.random.Generator, shape: tuple[int, int, int] = (48, 48, 192)) -> Self:
        """Draw a block with Laplace-like tails: few strong beds among many weak ones, as in well logs."""
        block = rng.standard_normal(shape, dtype=np.float32)
        for axis in (0, 1):
            block = gaussian_filter1d(block, 1.1, axis=axis, mode="wrap")
        block /= block.std()
        block *= np.sqrt(np.abs(block)) + 0.5
        return cls((block / block.std()).astype(np.float32))

    def __call__(
        self, i: float, j: NDArray[np.float64], bed: NDArray[np.float64], sharpness: float = 1.0
    ) -> NDArray[np.float64]:
        """Return the noise at places given in cells of the block; the block repeats beyond its end.

        Parameters
        ----------
        i
            Cell along the first axis.
        j, bed
            Cells along the other two, broadcast.
        sharpness
            1: linear between beds; larger: beds of nearly constant value with short transitions.

        Returns
        -------
        ndarray of float64
            Of the broadcast shape.
        """
        # One inline at a time is asked for: interpolated once along i, the rest is a cheap look-up in two dimensions.
        whole = int(np.floor(i))
        first, second = (self.values[n % len(self.values)] for n in (whole, whole + 1))
        plane = first + np.float32(i - whole) * (second - first)
        place = np.empty((2, *np.broadcast_shapes(j.shape, bed.shape)), np.float32)
        place[0], place[1] = j, _sharpened(bed, sharpness)
        return np.asarray(map_coordinates(plane, place, order=1, mode="grid-wrap"), np.float64)

    def log(self, bed: NDArray[np.float64], sharpness: float = 1.0) -> NDArray[np.float64]:
        """Return one column of the block, as a well log that holds everywhere; see :meth:`__call__`."""
        column = self.values[0, 0]
        return np.asarray(np.interp(_sharpened(bed, sharpness), np.arange(len(column)), column, period=len(column)))


def _sharpened(bed: NDArray[np.float64], sharpness: float) -> NDArray[np.float64]:
    if sharpness <= 1.0:
        return bed
    whole = np.floor(bed)
    return np.asarray(whole + smoothstep((bed - whole - 0.5) * sharpness + 0.5))
