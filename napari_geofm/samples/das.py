"""A synthetic DAS recording with truth: an earthquake's P and S, surface waves, vehicles, and a fibre's own noise."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft, rfftfreq
from scipy.ndimage import gaussian_filter1d, map_coordinates

from napari_geofm.errors import UsageError
from napari_geofm.io.atomic import replacing

__all__ = ["DAS_CLASSES", "DasEvent", "DasSample", "DasSampleSpec", "make_das", "write_das"]

DAS_CLASSES = ("noise", "P wave", "S wave", "surface wave", "vehicle")
"""The classes of the truth: the position is the class number."""

_UNIT = 2e-8
"""Strain rate of the instrument's noise in 1/s."""


@dataclass(frozen=True, slots=True)
class DasSampleSpec:
    """A synthetic DAS recording to make.

    Parameters
    ----------
    seed
        Chooses events and noise.
    channels, spacing_m
        How many channels, and their distance in m.
    samples, rate_hz
        How many samples, and how many a second.
    start
        UTC of the first sample, ISO 8601.
    earthquakes, surface_waves, vehicles
        How many events of each kind.
    """

    seed: int = 0
    channels: int = 240
    spacing_m: float = 10.0
    samples: int = 3000
    rate_hz: float = 100.0
    start: str = "2024-03-05T06:07:08"
    earthquakes: int = 1
    surface_waves: int = 1
    vehicles: int = 2


@dataclass(frozen=True, slots=True)
class DasEvent:
    """One arrival.

    Parameters
    ----------
    kind
        Class number, index into ``DAS_CLASSES``.
    onset_s
        ndarray of float64, shape (channels,): first arrival in s from the recording's start; NaN where it does not
        arrive within the recording, and on bad channels.
    """

    kind: int
    onset_s: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DasSample:
    """A synthetic DAS recording with its truth; arrays in survey order (distance, time).

    Parameters
    ----------
    spec
        What it was made from.
    strain_rate
        ndarray of float32, shape (distance, time), in 1/s.
    classes
        ndarray of uint8, same shape: index into ``DAS_CLASSES``; the later of ``events`` where two
        overlap; noise on bad channels.
    events
        The arrivals with their onsets.
    bad
        ndarray of bool, shape (distance,): True where a channel records noise only.
    distance_m, time_s
        ndarrays of float64: along the fibre, and from the start of the recording.
    """

    spec: DasSampleSpec
    strain_rate: NDArray[np.float32]
    classes: NDArray[np.uint8]
    events: tuple[DasEvent, ...]
    bad: NDArray[np.bool_]
    distance_m: NDArray[np.float64]
    time_s: NDArray[np.float64]


def make_das(spec: DasSampleSpec) -> DasSample:
    """Make a synthetic DAS recording with its truth.

    Parameters
    ----------
    spec
        Size, sampling, events and seed. The same spec gives the same bytes.

    Returns
    -------
    DasSample
        Strain rate and truth in survey order.

    Raises
    ------
    UsageError
        When there are fewer than 8 channels or 64 samples.
    """
    if spec.channels < 8 or spec.samples < 64:
        raise UsageError(f"{spec.channels} channels of {spec.samples} samples: ask for at least 8 of 64")
    maker = _Recording(spec, np.random.default_rng([spec.seed, 41]))
    arrivals: list[_Arrival] = []
    for _ in range(spec.earthquakes):
        arrivals += maker.earthquake()
    arrivals += [maker.surface_wave() for _ in range(spec.surface_waves)]
    arrivals += [maker.vehicle() for _ in range(spec.vehicles)]
    strain, bad = maker.background()
    classes = np.zeros((spec.channels, spec.samples), np.uint8)
    for arrival in arrivals:
        strain[~bad] += arrival.strain[~bad]
        classes[arrival.seen] = arrival.event.kind
        arrival.event.onset_s[bad] = np.nan
    classes[bad] = 0
    return DasSample(
        spec=spec,
        strain_rate=(_UNIT * strain).astype(np.float32),
        classes=classes,
        events=tuple(arrival.event for arrival in arrivals),
        bad=bad,
        distance_m=maker.x,
        time_s=maker.t,
    )


def write_das(sample: DasSample, path: Path | str, *, overwrite: bool = False) -> None:
    """Write a synthetic DAS recording in DASCore's own format (DASDAE, HDF5).

    Raises
    ------
    OutputError
        When the file exists or cannot be written.
    """
    import dascore

    start = np.datetime64(sample.spec.start, "ns")
    patch = dascore.Patch(
        data=sample.strain_rate,
        dims=("distance", "time"),
        coords={
            "distance": sample.distance_m,
            "time": start + np.round(sample.time_s * 1e9).astype("timedelta64[ns]"),
        },
        attrs={"data_type": "strain_rate", "data_units": "1/s", "category": "DAS", "station": "SYNTH"},
    ).set_units("1/s", distance="m", time="s")
    with replacing(path, overwrite=overwrite) as temporary:
        patch.io.write(temporary, "dasdae")


@dataclass(frozen=True, slots=True)
class _Arrival:
    """One arrival's strain rate in units of the noise, where it is to be seen, and its onsets."""

    strain: NDArray[np.float64]
    seen: NDArray[np.bool_]
    event: DasEvent


class _Recording:
    """Draws the parts of one recording; arrays of shape (channels, samples), in units of the instrument's noise."""

    def __init__(self, spec: DasSampleSpec, rng: np.random.Generator) -> None:
        self.spec, self.rng = spec, rng
        self.x = spec.spacing_m * np.arange(spec.channels, dtype=np.float64)
        self.t = np.arange(spec.samples, dtype=np.float64) / spec.rate_hz
        # How well each piece of fibre is coupled to the ground, and how it points to the waves.
        rough = gaussian_filter1d(rng.standard_normal(spec.channels), 6.0, mode="reflect")
        self.coupling = np.exp(0.5 * rough / max(float(rough.std()), 1e-9))

    def noise(self, low_hz: float, high_hz: float, across: float) -> NDArray[np.float64]:
        """Return band-limited noise of standard deviation 1, alike over ``across`` channels."""
        n = next_fast_len(self.spec.samples, real=True)
        white = self.rng.standard_normal((self.spec.channels, n))
        if across > 0:
            white = gaussian_filter1d(white, across, axis=0, mode="reflect")
        hertz = rfftfreq(n, 1 / self.spec.rate_hz)
        # Butterworth-like flanks ring less than a box.
        gain = 1 / (1 + (hertz / high_hz) ** 8) * (1 - 1 / (1 + (hertz / low_hz) ** 8))
        band = np.asarray(irfft(rfft(white, axis=1) * gain, n, axis=1))[:, : self.spec.samples]
        return np.asarray(band / band.std())

    def background(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return what is recorded without an event, and the bad channels."""
        spec, rng, nyquist = self.spec, self.rng, 0.5 * self.spec.rate_hz
        strain = (
            0.8
            * rng.standard_normal((spec.channels, spec.samples))
            * np.exp(0.25 * rng.standard_normal((spec.channels, 1)))
        )
        strain += 0.7 * self.noise(0.002 * nyquist, 0.15 * nyquist, 3.0) * self.coupling[:, None]
        # The interrogator shakes, and its laser drifts: the same on every channel, at the same moment.
        strain += 0.6 * self.noise(0.02 * nyquist, 0.5 * nyquist, 0.0)[:1]
        bursts = rng.random(spec.samples) < 2.0 / spec.samples
        strain += 9.0 * gaussian_filter1d(bursts * rng.standard_normal(spec.samples), 0.6, mode="reflect")[None]
        bad = np.zeros(spec.channels, np.bool_)
        bad[rng.choice(spec.channels, max(1, spec.channels // 60), replace=False)] = True
        for channel in np.flatnonzero(bad):
            strain[channel] = rng.choice([0.0, 12.0]) * rng.standard_normal(spec.samples)
        return strain, bad

    def earthquake(self) -> list[_Arrival]:
        """Return the P and the S wave of a local earthquake."""
        span, length = float(self.x[-1]), float(self.t[-1])
        vp = self.rng.uniform(2200.0, 4500.0)
        vs = vp / self.rng.uniform(1.65, 1.85)
        at, depth = self.rng.uniform(-1.0, 2.0) * span, self.rng.uniform(800.0, 4000.0)
        path = np.hypot(self.x - at, depth)
        # Weathered ground delays single channels.
        statics = gaussian_filter1d(self.rng.standard_normal(len(self.x)), 4.0, mode="reflect") * 0.02
        origin = self.rng.uniform(0.12, 0.3) * length - path.min() / vp
        p = self._wave(1, origin + path / vp + statics, (4.0, 18.0), (0.08, 0.05 * length), 7.0)
        s = self._wave(2, origin + path / vs + 1.8 * statics, (1.5, 9.0), (0.25, 0.10 * length), 11.0)
        return [p, s]

    def surface_wave(self) -> _Arrival:
        """Return surface waves that run both ways from a place on the fibre."""
        length = float(self.t[-1])
        at = self.rng.uniform(0.1, 0.9) * self.x[-1]
        speed = self.rng.uniform(280.0, 600.0)
        distance = np.abs(self.x - at)
        onset = self.rng.uniform(0.45, 0.7) * length + distance / speed
        loss = np.exp(-distance / (0.5 * self.x[-1]))
        return self._wave(3, onset, (2.0, 8.0), (0.15, 0.035 * length), 9.0, loss)

    def _wave(
        self,
        kind: int,
        onset: NDArray[np.float64],
        band_hz: tuple[float, float],
        rise_fall_s: tuple[float, float],
        strength: float,
        loss: NDArray[np.float64] | None = None,
    ) -> _Arrival:
        """Return a wave train that starts at ``onset`` (s, per channel) and dies away as a coda does."""
        rate, nyquist = self.spec.rate_hz, 0.5 * self.spec.rate_hz
        since = self.t[None] - onset[:, None]
        rise, fall = rise_fall_s
        after = np.clip(since, 0, None)
        envelope = (1 - np.exp(-after / rise)) * np.exp(-after / fall)
        carrier = self.noise(min(band_hz[0], 0.2 * nyquist), min(band_hz[1], 0.7 * nyquist), 5.0)
        # The same train everywhere, shifted by the moveout; the coda changes slowly along the fibre.
        rows = np.broadcast_to(np.arange(self.spec.channels, dtype=np.float64)[:, None], since.shape)
        train = map_coordinates(carrier, [rows, after * rate], order=1, mode="grid-wrap")
        gain = strength * self.coupling * (1 if loss is None else loss)
        strain = gain[:, None] * envelope * train
        # An arrival is seen from its onset, while its envelope is still small, until its coda drowns in the noise.
        begins = (since < 3 * rise) & (gain[:, None] > 2.0)
        seen = (since >= 0) & (begins | (gain[:, None] * envelope > 2.0))
        arrived = (onset >= 0) & (onset <= self.t[-1])
        return _Arrival(strain, seen, DasEvent(kind, np.where(arrived, onset, np.nan)))

    def vehicle(self) -> _Arrival:
        """Return a vehicle's track: the road sags under it, and its wheels rumble."""
        span, length = float(self.x[-1]), float(self.t[-1])
        speed = self.rng.choice([-1.0, 1.0]) * self.rng.uniform(0.5, 1.6) * span / length
        slow = gaussian_filter1d(self.rng.standard_normal(self.spec.samples), 0.08 * self.spec.samples, mode="reflect")
        drift = np.cumsum(1 + 0.35 * slow / max(float(np.abs(slow).max()), 1e-9)) / self.spec.rate_hz
        start = self.rng.uniform(-0.4, 0.5) * span if speed > 0 else self.rng.uniform(0.5, 1.4) * span
        place = start + speed * drift
        width = 1.6 * self.spec.spacing_m + 8.0
        off = (self.x[:, None] - place[None]) / width
        weight = self.rng.uniform(4.0, 10.0)
        sag = -weight * 2.6 * off / (1 + off**2) ** 2 * np.sign(speed)
        rumble = 0.2 * weight * self.noise(0.15 * self.spec.rate_hz, 0.4 * self.spec.rate_hz, 0.7) / (1 + off**2)
        seen = np.abs(off) < 1.5
        first = seen.argmax(axis=1) / self.spec.rate_hz
        event = DasEvent(4, np.where(seen.any(axis=1), first, np.nan))
        return _Arrival(self.coupling[:, None] * (sag + rumble), seen, event)
