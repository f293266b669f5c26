"""Synthetic wavefields along a fibre, in channels and samples: all moveouts, bands and strengths, with truth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft, rfftfreq
from scipy.ndimage import gaussian_filter1d, map_coordinates

from napari_geofm.core.labels import UNLABELLED

NOISE, P, S, SURFACE, VEHICLE = range(5)

FAINT, CLEAR = 0.7, 1.6
"""Strength, in deviations of the channel's noise, below which nothing is said to be there, and from which it is."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Wavefield:
    """Signal (float64) and classes (uint8, 255 where it is too faint to tell), both ``(channels, samples)``."""

    signal: Floats
    classes: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Fibre:
    """A fibre on the ground: places and directions in channel spacings, and how well each channel is coupled."""

    places: Floats
    headings: Floats
    coupling: Floats

    @classmethod
    def drawn(cls, channels: int, rng: np.random.Generator) -> "Fibre":
        """Draw one that is straight, bent or winding."""
        bend = rng.choice([0.0, 0.5, 1.5]) * _smooth(channels, rng.uniform(0.1, 0.4) * channels, rng)
        headings = np.stack([np.cos(bend), np.sin(bend)], axis=1)
        coupling = np.exp(rng.uniform(0.1, 0.6) * _smooth(channels, rng.uniform(2, 12), rng))
        return cls(np.cumsum(headings, axis=0), headings, coupling)


class Wavefields:
    """Draws wavefields over a noise.

    Parameters
    ----------
    channels, samples
        Their size.
    rng
        Decides everything.
    """

    def __init__(self, channels: int, samples: int, rng: np.random.Generator) -> None:
        self.channels, self.samples, self.rng = channels, samples, rng

    def over(self, noise: Floats) -> Wavefield:
        """Return a noise with some events in it, or none."""
        rng = self.rng
        self._fibre = Fibre.drawn(self.channels, rng)
        self._level = noise.std(axis=1)
        self._signal, self._classes = noise.copy(), np.zeros(noise.shape, np.uint8)
        what = rng.random()
        for _ in range(int(rng.integers(1, 3)) if rng.random() < 0.35 else 0):
            self._vehicle()
        if what < 0.25:
            self._surface(float(rng.uniform(0.1, 0.6)))
        elif what < 0.9:
            self._quake()
        self._spoil()
        return Wavefield(self._signal, self._classes)

    def _quake(self) -> None:
        """Add P and S of a source anywhere, near or far, and sometimes the surface wave behind them."""
        rng, span = self.rng, self.channels
        source = np.array([rng.uniform(-0.6, 1.6), rng.normal(0, 0.5)]) * span
        depth = span * float(np.exp(rng.uniform(np.log(0.05), np.log(3.0))))
        away = self._fibre.places - source
        path = np.hypot(np.hypot(*away.T), depth)
        along = (away * self._fibre.headings).sum(1) / path
        ratio = rng.uniform(1.55, 1.9)
        # Slowness in samples per channel, such that S follows P by so many samples at the nearest channel.
        gap = float(np.exp(rng.uniform(np.log(12), np.log(0.5 * self.samples))))
        slowness = min(gap / (path.min() * (ratio - 1)), 4.0)
        origin = rng.uniform(0.1, 0.6) * self.samples - slowness * path.min()
        statics = rng.uniform(0, 2.5) * _smooth(span, rng.uniform(2, 8), rng)
        period = float(np.exp(rng.uniform(np.log(4), np.log(45))))
        strength = float(np.exp(rng.uniform(np.log(1.5), np.log(25))))
        # Strain along the fibre: P as the squared cosine of its angle, S as sine times cosine, with a change of sign;
        # velocity along it: as the cosine. Lobes of the source turn the sign elsewhere.
        kind = rng.random()
        radiation = along**2 + 0.15 if kind < 0.5 else along + 0.1 * np.sign(along)
        shear = along * np.sqrt(np.clip(1 - along**2, 0, 1)) * 2 if kind < 0.5 else np.sqrt(np.clip(1 - along**2, 0, 1))
        near = (path.min() / path) ** rng.uniform(0.5, 1.5)
        p = strength * radiation / np.abs(radiation).max() * self._lobes() * near
        s = strength * rng.uniform(0.8, 5.0) * shear / max(np.abs(shear).max(), 1e-9) * self._lobes() * near
        self._arrive(P, origin + slowness * path + statics, p, period)
        self._arrive(S, origin + ratio * slowness * path + ratio * statics, s, period * rng.uniform(1.0, 2.5))
        if depth < 0.5 * span and rng.random() < 0.5:
            after = origin + slowness * rng.uniform(2.2, 3.5) * np.hypot(*away.T)
            self._arrive(SURFACE, after, np.abs(s).max() * near**0.5 * rng.uniform(0.5, 2), period * 3)

    def _surface(self, begins: float) -> None:
        """Add surface waves that run along the fibre from a place near it."""
        rng, span = self.rng, self.channels
        source = np.array([rng.uniform(-0.3, 1.3), rng.normal(0, 0.1)]) * span
        path = np.hypot(*(self._fibre.places - source).T)
        slowness = float(np.exp(rng.uniform(np.log(0.6), np.log(8.0))))
        onset = begins * self.samples + slowness * (path - path.min())
        strength = float(np.exp(rng.uniform(np.log(2), np.log(25)))) * np.exp(-path / (span * rng.uniform(0.2, 1.5)))
        period = float(np.exp(rng.uniform(np.log(6), np.log(60))))
        self._arrive(SURFACE, onset, strength, period, dispersion=float(rng.uniform(0, 1)) * path / span)

    def _arrive(
        self, kind: int, onset: Floats, strength: Floats, period: float, dispersion: Floats | float = 0.0
    ) -> None:
        """Add a train of waves that begins at ``onset`` (samples, per channel) and dies away."""
        rng = self.rng
        rise = period * float(np.exp(rng.uniform(np.log(0.08), np.log(1.5))))
        fall = period * float(np.exp(rng.uniform(np.log(1.5), np.log(12))))
        stretch = (1 + np.broadcast_to(dispersion, onset.shape))[:, None]
        since = np.arange(self.samples)[None] - onset[:, None]
        after = np.clip(since, 0, None)
        envelope = (1 - np.exp(-after / rise)) * np.exp(-after / (fall * stretch))
        # The same train everywhere, shifted by the moveout; it changes slowly along the fibre.
        carrier = self._band(period, rng.uniform(2, 25))
        rows = np.broadcast_to(np.arange(self.channels, dtype=np.float64)[:, None], since.shape)
        train = map_coordinates(carrier, [rows, after / stretch], order=1, mode="grid-wrap")
        gain = strength * self._fibre.coupling
        self._signal += gain[:, None] * envelope * train * float(np.median(self._level))
        loud = np.abs(gain)[:, None] * envelope * np.median(self._level) / self._level[:, None]
        # From its onset, while the envelope is still small, an arrival counts as what it grows to.
        peak = loud.max(axis=1, keepdims=True)
        loud = np.where(since < 3 * rise, peak, loud)
        self._classes[(since >= 0) & (loud >= FAINT)] = UNLABELLED
        self._classes[(since >= 0) & (loud >= CLEAR)] = kind

    def _vehicle(self) -> None:
        """Add the track of a vehicle: the ground sags under it, and its wheels rumble."""
        rng, span = self.rng, float(self.channels)
        speed = rng.choice([-1.0, 1.0]) * rng.uniform(0.3, 1.8) * span / self.samples
        slow = _smooth(self.samples, 0.1 * self.samples, rng)
        drift = np.cumsum(1 + 0.12 * slow)
        start = rng.uniform(-0.4, 0.5) * span if speed > 0 else rng.uniform(0.5, 1.4) * span
        off = (np.arange(self.channels)[:, None] - (start + speed * drift)[None]) / rng.uniform(1.2, 5.0)
        weight = rng.uniform(3.0, 14.0)
        sag = -weight * 2.6 * off / (1 + off**2) ** 2 * np.sign(speed)
        rumble = rng.uniform(0.05, 0.5) * weight * self._band(rng.uniform(3, 10), 0.7) / (1 + off**2)
        self._signal += self._fibre.coupling[:, None] * (sag + rumble) * float(np.median(self._level))
        self._classes[np.abs(off) < 1.5] = VEHICLE

    def _spoil(self) -> None:
        """Add what is no event: dead and loud channels, hum, spikes, jolts of the instrument on all channels."""
        rng, level = self.rng, float(np.median(self._level))
        for channel in rng.choice(self.channels, int(rng.integers(0, 1 + self.channels // 25)), replace=False):
            self._signal[channel] = rng.choice([0.02, 1.0, 12.0]) * level * rng.standard_normal(self.samples)
            self._classes[channel] = NOISE
        if rng.random() < 0.3:
            wave = np.sin(2 * np.pi * np.arange(self.samples) / rng.uniform(4, 30) + rng.uniform(0, 6.3))
            self._signal += level * rng.uniform(0.5, 2) * np.abs(_smooth(self.channels, 4, rng))[:, None] * wave
        if rng.random() < 0.4:
            jolts = (rng.random(self.samples) < 2.0 / self.samples) * rng.standard_normal(self.samples)
            self._signal += 25 * level * gaussian_filter1d(jolts, 0.8, mode="nearest")[None]
        self._signal += level * (rng.random(self._signal.shape) < 5e-5) * 20

    def _lobes(self) -> Floats:
        """Return signs along the fibre that change at up to three places, gently."""
        rng = self.rng
        found = np.full(self.channels, rng.choice([-1.0, 1.0]))
        for place in rng.uniform(0, self.channels, int(rng.integers(0, 4))):
            found = found * np.tanh((np.arange(self.channels) - place) / rng.uniform(0.7, 6))
        return found

    def _band(self, period: float, across: float) -> Floats:
        """Return noise of standard deviation 1 around a period in samples, alike over ``across`` channels."""
        n = next_fast_len(self.samples, real=True)
        white = gaussian_filter1d(self.rng.standard_normal((self.channels, n)), across, axis=0, mode="reflect")
        octaves = np.log2(np.maximum(rfftfreq(n), 1e-6) * period)
        gain = np.exp(-0.5 * (octaves / self.rng.uniform(0.25, 0.8)) ** 2)
        band = np.asarray(irfft(rfft(white, axis=1) * gain, n, axis=1))[:, : self.samples]
        return np.asarray(band / band.std())


def _smooth(count: int, width: float, rng: np.random.Generator) -> Floats:
    """Return a smooth random curve of standard deviation 1."""
    curve = gaussian_filter1d(rng.standard_normal(count), max(width, 0.1), mode="reflect")
    return np.asarray(curve / max(float(curve.std()), 1e-9))
