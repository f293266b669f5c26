"""What to ask for, and what comes back: the spec of a synthetic survey, and the survey with its truth."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from napari_geofm.samples.styles import SALT, Setting

__all__ = ["SeismicSample", "SeismicSampleSpec"]

_BIN_M = 12.5
_ORIGIN = (431_280.0, 6_348_515.0)
_AZIMUTH_DEGREES = 27.5


@dataclass(frozen=True, slots=True)
class SeismicSampleSpec:
    """A synthetic survey to make.

    Parameters
    ----------
    seed
        Chooses the earth.
    inlines, crosslines, samples
        How many.
    inline_first, inline_step, crossline_first, crossline_step
        Header numbers. The earth changes with the number: with steps of 10, neighbouring inlines differ visibly.
    sample_interval_ms
        In ms.
    delay_ms
        Two-way time of the first sample in ms.
    style
        A key of ``STYLES``: ``"shelf"``, ``"foldbelt"`` or ``"minibasins"``.
    setting
        In place of a style by name: one that was drawn, :func:`~napari_geofm.samples.settings.draw_setting`.
    """

    seed: int = 0
    inlines: int = 40
    crosslines: int = 256
    samples: int = 256
    inline_first: int = 1000
    inline_step: int = 10
    crossline_first: int = 2000
    crossline_step: int = 1
    sample_interval_ms: float = 4.0
    delay_ms: float = 0.0
    style: str = "shelf"
    setting: Setting | None = None


@dataclass(frozen=True, slots=True)
class SeismicSample:
    """A synthetic survey with its truth; arrays in survey order (inline, crossline, twt).

    Parameters
    ----------
    spec
        What it was made from.
    amplitude
        ndarray of float32, shape (inline, crossline, twt); finite, not clipped.
    facies
        ndarray of uint8, same shape: index into ``FACIES``.
    faults
        ndarray of uint8, same shape: 1 on a fault with visible throw, about 2 pixels wide; never in salt.
    horizons
        ndarray of float32, shape (6, inline, crossline): two-way time in ms of each unit's base, NaN where it was
        eroded, lies outside the record or in salt.
    inlines, crosslines
        ndarrays of int32: header numbers.
    twt_ms
        ndarray of float64: two-way time in ms.
    x, y
        ndarrays of float64, shape (inline, crossline): coordinates in m of a rotated grid.
    """

    spec: SeismicSampleSpec
    amplitude: NDArray[np.float32]
    facies: NDArray[np.uint8]
    faults: NDArray[np.uint8]
    horizons: NDArray[np.float32]
    inlines: NDArray[np.int32]
    crosslines: NDArray[np.int32]
    twt_ms: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]

    @property
    def salt(self) -> NDArray[np.uint8]:
        """Mask of the salt: ndarray of uint8, shape (inline, crossline, twt), 1 in salt and 0 elsewhere."""
        return np.asarray(self.facies == SALT, np.uint8)

    @classmethod
    def numbered(
        cls,
        spec: SeismicSampleSpec,
        amplitude: NDArray[np.float32],
        facies: NDArray[np.uint8],
        faults: NDArray[np.uint8],
        horizons: NDArray[np.float32],
    ) -> Self:
        """Return the arrays with header numbers, times and coordinates; ``horizons`` in samples."""
        inlines = spec.inline_first + spec.inline_step * np.arange(spec.inlines, dtype=np.int32)
        crosslines = spec.crossline_first + spec.crossline_step * np.arange(spec.crosslines, dtype=np.int32)
        i = _BIN_M * spec.inline_step * np.arange(spec.inlines)[:, None]
        j = _BIN_M * spec.crossline_step * np.arange(spec.crosslines)[None, :]
        angle = np.deg2rad(_AZIMUTH_DEGREES)
        return cls(
            spec=spec,
            amplitude=amplitude,
            facies=facies,
            faults=faults,
            horizons=spec.delay_ms + spec.sample_interval_ms * horizons,
            inlines=inlines,
            crosslines=crosslines,
            twt_ms=np.asarray(spec.delay_ms + spec.sample_interval_ms * np.arange(spec.samples), np.float64),
            x=_ORIGIN[0] + i * np.sin(angle) + j * np.cos(angle),
            y=_ORIGIN[1] + i * np.cos(angle) - j * np.sin(angle),
        )
