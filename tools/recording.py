"""Ways in which one and the same rock is recorded differently: wavelet, gain, mixing of traces, coherent noise."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

__all__ = ["Recording"]


@dataclass(frozen=True, slots=True)
class Recording:
    """How a survey is recorded and processed; each section of it with gain and noise of its own.

    Attributes
    ----------
    low_cut, high_cut
        Where the band begins and ends, cycles per sample; 0 and 0.5 keep all.
    tilt
        Exponent of the frequency by which the spectrum is tilted.
    phase
        Constant phase rotation, radians.
    mixing
        Standard deviation of the Gaussian under which neighbouring traces are mixed, traces.
    uneven
        Standard deviation of the logarithm of a gain that changes smoothly over a section.
    coherent
        Amplitude of noise that dips through a section, over that of the section.
    """

    low_cut: float = 0.0
    high_cut: float = 0.5
    tilt: float = 0.0
    phase: float = 0.0
    mixing: float = 0.0
    uneven: float = 0.0
    coherent: float = 0.0

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "Recording":
        """Draw one; each of its parts is as it was in about half of them."""

        def some(value: float, otherwise: float) -> float:
            return float(value) if rng.random() < 0.5 else otherwise

        return cls(
            low_cut=some(rng.uniform(0.005, 0.03), 0.0),
            high_cut=some(rng.uniform(0.1, 0.3), 0.5),
            tilt=some(rng.normal(0, 0.4), 0.0),
            phase=some(rng.uniform(-math.pi / 2, math.pi / 2), 0.0),
            mixing=some(rng.uniform(0.5, 2.5), 0.0),
            uneven=some(rng.uniform(0.1, 0.5), 0.0),
            coherent=some(rng.uniform(0.02, 0.25), 0.0),
        )

    def of(self, section: Tensor, rng: np.random.Generator) -> Tensor:
        """Return a section, HxW around zero, as recorded so, with the spread that it had."""
        spread = section.std()
        found = self._filtered(section)
        if self.mixing:
            found = _blurred(found, self.mixing)
        if self.uneven:
            rough = torch.from_numpy(rng.standard_normal((1, 1, 5, 5)).astype(np.float32))
            smooth = functional.interpolate(rough, (*found.shape,), mode="bicubic", align_corners=True)[0, 0]
            found = found * torch.exp(self.uneven * smooth)
        if self.coherent:
            found = found + self.coherent * found.std() * _dipping((found.shape[0], found.shape[1]), rng)
        return found * (spread / found.std().clamp(min=1e-6))

    def _filtered(self, section: Tensor) -> Tensor:
        if (self.low_cut, self.high_cut, self.tilt, self.phase) == (0.0, 0.5, 0.0, 0.0):
            return section
        rows = section.shape[0]
        # Mirrored at both ends, so that the top does not ring into the bottom.
        long = torch.cat([section.flip(0), section, section.flip(0)])
        frequency = torch.fft.rfftfreq(len(long))
        band = torch.sigmoid((frequency - self.low_cut) / 0.004) if self.low_cut else torch.ones_like(frequency)
        if self.high_cut < 0.5:
            band = band * torch.sigmoid((self.high_cut - frequency) / 0.02)
        band = band * ((frequency + 0.01) / 0.06) ** self.tilt
        turned = torch.polar(band, torch.full_like(band, self.phase))
        filtered: Tensor = torch.fft.irfft(torch.fft.rfft(long, dim=0) * turned[:, None], n=len(long), dim=0)
        return filtered[rows : 2 * rows]


def _blurred(section: Tensor, deviation: float) -> Tensor:
    reach = math.ceil(3 * deviation)
    kernel = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / deviation) ** 2)
    padded = functional.pad(section[None, None], (reach, reach, 0, 0), mode="replicate")
    return functional.conv2d(padded, (kernel / kernel.sum())[None, None, None])[0, 0]


def _dipping(shape: tuple[int, int], rng: np.random.Generator) -> Tensor:
    """Return noise of one dip and one band, about as wide as a wavelet, standard deviation 1."""
    rows, columns = shape
    dip = float(rng.uniform(-1.5, 1.5))
    trace = torch.from_numpy(rng.standard_normal((1, rows + 2 * columns)).astype(np.float32))
    trace = _blurred(trace, float(rng.uniform(1.0, 3.0)))[0]
    start = torch.arange(columns) * dip
    start = (start - start.min()).round().long()
    noise = trace[torch.arange(rows)[:, None] + start[None, :].clamp(max=2 * columns)]
    return (noise - noise.mean()) / noise.std().clamp(min=1e-6)
