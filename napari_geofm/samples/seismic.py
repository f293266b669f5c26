"""A synthetic post-stack survey with truth: layers, unconformities, channels, a slide, folds, faults and salt.

Beds are laid down unit by unit, folded, eroded, lifted by salt and cut by faults; their impedance gives reflection
coefficients, which are convolved with a wavelet that loses its high frequencies with time (convolutional model,
e.g. Yilmaz 2001, ch. 2), and migration noise is added.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import convolve1d, gaussian_filter1d

from napari_geofm.errors import UsageError
from napari_geofm.samples.noise import NoiseBlock
from napari_geofm.samples.segy import write_labels_npy, write_segy
from napari_geofm.samples.stratigraphy import Stratigraphy
from napari_geofm.samples.structure import Extent, Fault, SaltProvince
from napari_geofm.samples.styles import FACIES, SALT, STREAMS, STYLES, Facies, Setting, Style
from napari_geofm.samples.survey_sample import SeismicSample, SeismicSampleSpec

__all__ = [
    "FACIES",
    "SALT",
    "STYLES",
    "SeismicSample",
    "SeismicSampleSpec",
    "make_seismic",
    "write_labels_npy",
    "write_segy",
]

_GAIN = 9000.0
"""Amplitudes get the size that they have in float SEG-Y files of common processing systems."""


def make_seismic(spec: SeismicSampleSpec) -> SeismicSample:
    """Make a synthetic survey with its truth.

    Parameters
    ----------
    spec
        Size, numbering, style and seed. The same spec gives the same bytes.

    Returns
    -------
    SeismicSample
        Amplitudes and truth in survey order.

    Raises
    ------
    UsageError
        When the style is unknown or a size is below 8.
    """
    earth = _Earth.draw(spec)
    shape = (spec.inlines, spec.crosslines, spec.samples)
    amplitude = np.empty(shape, np.float32)
    facies, faults = np.empty(shape, np.uint8), np.empty(shape, np.uint8)
    horizons = np.empty((len(FACIES) - 2, spec.inlines, spec.crosslines), np.float32)
    for n in range(spec.inlines):
        line = earth.inline(n * spec.inline_step)
        facies[n], faults[n], horizons[:, n] = line.facies, line.faults, line.horizons
        amplitude[n] = earth.record(n * spec.inline_step, line)
    return SeismicSample.numbered(spec, amplitude, facies, faults, horizons)


@dataclass(frozen=True, slots=True)
class _Line:
    """One inline of the earth: arrays of shape (crosslines, samples); horizons (6, crosslines) in samples."""

    impedance: NDArray[np.float64]
    facies: NDArray[np.uint8]
    faults: NDArray[np.bool_]
    horizons: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Earth:
    """Everything that a spec's seed decides."""

    spec: SeismicSampleSpec
    style: Style
    facies: tuple[Facies, ...]
    strata: Stratigraphy
    faults: tuple[Fault, ...]
    salt: SaltProvince
    noise: NoiseBlock

    @classmethod
    def draw(cls, spec: SeismicSampleSpec) -> Self:
        """Draw an earth."""
        if spec.setting is None and spec.style not in STYLES:
            raise UsageError(f"Style {spec.style!r} is unknown; the styles are {', '.join(STYLES)}")
        if min(spec.inlines, spec.crosslines, spec.samples) < 1 or spec.samples < 32:
            raise UsageError("A synthetic survey needs at least 1 inline, 1 crossline and 32 samples; ask for more")
        setting = spec.setting or Setting(STYLES[spec.style])
        style = setting.style
        # Python's own hash of a string changes from run to run; these numbers do not.
        rng = np.random.default_rng([spec.seed, STREAMS["" if spec.setting else spec.style]])
        extent = Extent(spec.inlines * spec.inline_step, spec.crosslines * spec.crossline_step, spec.samples)
        noise = NoiseBlock.draw(rng)
        strata = Stratigraphy.draw(rng, setting, extent, spec.sample_interval_ms, noise)
        salt = SaltProvince.draw(rng, style, extent, noise)
        # Large surveys hold more faults; they are spread over the inlines so that none is without.
        area = extent.inlines * extent.crosslines / (400.0 * 256.0 * extent.size**2)
        n = max(min(3, style.n_faults), round(style.n_faults * area))
        faults = tuple(Fault.draw(rng, style, extent, (k + rng.random()) / n) for k in range(n))
        return cls(spec, style, setting.facies, strata, faults, salt, noise)

    def inline(self, i: float) -> _Line:
        """Return the earth under the inline ``i`` lines from the first one."""
        spec = self.spec
        j = np.arange(spec.crosslines, dtype=np.float64)[:, None] * spec.crossline_step
        t = np.arange(spec.samples, dtype=np.float64)[None, :]
        # Where each sample lay before faulting and salt.
        salt, moved = self.salt(i, j, t)
        origin, faulted = t + moved, np.zeros((spec.crosslines, spec.samples), np.bool_)
        for fault in self.faults:
            throw, mask = fault(i, j, t)
            origin = origin - throw
            faulted |= mask
        # The beds found there.
        surfaces = self.strata.surfaces(i, j[:, 0])
        facies = self.strata.units(surfaces, origin)
        horizons = _horizons(facies, salt)
        facies[salt] = SALT
        impedance = np.empty(facies.shape)
        for unit in range(SALT):
            column, _ = np.nonzero(facies == unit)
            inside = facies == unit
            if column.size:
                impedance[inside] = self.strata.impedance(unit, i, j[column, 0], origin[inside], surfaces[:, column])
        impedance[salt] = self._salt_impedance(i, *np.nonzero(salt))
        return _Line(impedance, facies, faulted & ~salt, horizons)

    def _salt_impedance(self, i: float, column: NDArray[np.intp], row: NDArray[np.intp]) -> NDArray[np.float64]:
        facies = self.facies[SALT]
        j = np.asarray(column * self.spec.crossline_step, np.float64)
        chaos = self.noise(
            i / facies.reach,
            j / facies.reach,
            np.asarray(row * self.spec.sample_interval_ms / facies.bed_ms, np.float64),
        )
        return facies.impedance * np.exp(facies.contrast * chaos)

    def record(self, i: float, line: _Line) -> NDArray[np.float32]:
        """Return the amplitudes recorded over one inline, shape (crosslines, samples)."""
        spec, style = self.spec, self.style
        log = np.log(line.impedance)
        # A stack resolves no single trace: the Fresnel zone left by migration smooths over about a line.
        log = gaussian_filter1d(log, 0.65, axis=0, mode="nearest")
        reflectivity = 0.5 * np.diff(log, axis=1, prepend=log[:, :1])
        # Under salt little light arrives.
        shadow = np.minimum(np.cumsum(line.facies == SALT, axis=1), 40) / 40.0 * (line.facies != SALT)
        reflectivity *= 1 - 0.45 * gaussian_filter1d(shadow, 2.0, axis=0)
        share = np.linspace(0.0, 1.0, spec.samples) ** 0.8
        shallow, deep = (_wavelet(hertz, style.phase_degrees, spec.sample_interval_ms) for hertz in style.hertz)
        trace = (1 - share) * convolve1d(reflectivity, shallow, axis=1, mode="nearest")
        trace += share * convolve1d(reflectivity, deep, axis=1, mode="nearest")
        trace *= np.exp(-0.55 * np.linspace(0.0, 1.0, spec.samples))
        trace += 0.019 * style.noise * self._noise(i, 1 + 1.2 * share + 1.0 * shadow)
        return (_GAIN * trace * self._footprint(i)).astype(np.float32)

    def _noise(self, i: float, weight: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return noise: random, and two families of dipping events as migration leaves them."""
        spec = self.spec
        j = np.arange(spec.crosslines, dtype=np.float64)[:, None] * spec.crossline_step
        t = np.arange(spec.samples, dtype=np.float64)[None, :] * spec.sample_interval_ms
        rng = np.random.default_rng([spec.seed, 7, round(i)])
        white = rng.standard_normal((spec.crosslines, spec.samples))
        noise = 1.1 * gaussian_filter1d(white, 0.8, axis=0)
        for n, slowness in enumerate((1.5, -2.1)):  # ms per line
            noise += 0.6 * self.noise(i / 6.0 + 13 * n, j / 9.0, (t + slowness * j) / 9.0)
        hertz = 0.5 * sum(self.style.hertz)
        band = convolve1d(noise * weight, _wavelet(hertz, 0.0, spec.sample_interval_ms), axis=1, mode="reflect")
        return np.asarray(band, np.float64)

    def _footprint(self, i: float) -> NDArray[np.float64]:
        """Return a gain for each crossline, shape (n, 1): no two traces are recorded equally well."""
        rng = np.random.default_rng([self.spec.seed, 8, round(i)])
        return np.exp(0.05 * rng.standard_normal((self.spec.crosslines, 1)))


def _horizons(units: NDArray[np.uint8], salt: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the first sample at or below each unit's base, shape (6, n); NaN where there is none, or in salt."""
    horizons = np.full((len(FACIES) - 2, units.shape[0]), np.nan, np.float32)
    columns = np.arange(units.shape[0])
    for k in range(len(horizons)):
        below = units > k
        first = below.argmax(axis=1)
        seen = below.any(axis=1) & ~salt[columns, first] & (first > 0)
        horizons[k, seen] = first[seen]
    return horizons


def _wavelet(hertz: float, phase_degrees: float, sample_ms: float) -> NDArray[np.float64]:
    """Return a Ricker wavelet of constant phase, ndarray of float64, of an odd number of samples."""
    n = 2 * int(np.ceil(1500.0 / hertz / sample_ms)) + 1
    t = (np.arange(n) - n // 2) * sample_ms / 1000.0
    a = (np.pi * hertz * t) ** 2
    spectrum = np.fft.rfft(np.fft.ifftshift((1 - 2 * a) * np.exp(-a)))
    turned = spectrum * np.exp(1j * np.deg2rad(phase_degrees))
    return np.asarray(np.fft.fftshift(np.fft.irfft(turned, n)), np.float64)
