"""The layers of a synthetic survey: where each unit lies, and the impedance of its beds."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from napari_geofm.samples.noise import NoiseBlock, SmoothField
from napari_geofm.samples.structure import Extent
from napari_geofm.samples.styles import Facies, Setting, Style

__all__ = ["Channel", "Stratigraphy"]

_CHANNELS, _CLINOFORMS, _SLIDE, _BASEMENT = 1, 2, 3, 6


@dataclass(frozen=True, slots=True)
class Channel:
    """A meandering channel cut into the channel complex.

    Parameters
    ----------
    course
        Angular direction in radians, offset in lines.
    meander
        Amplitude and wavelength in lines, phase in radians.
    half_width, depth, level
        In lines; in samples; in samples below the top of the complex.
    """

    course: tuple[float, float]
    meander: tuple[float, float, float]
    half_width: float
    depth: float
    level: float

    def incision(self, i: float, j: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the depth of the channel in samples, 0 outside."""
        c, s = np.cos(self.course[0]), np.sin(self.course[0])
        along, across = i * c + j * s, j * c - i * s - self.course[1]
        amplitude, length, phase = self.meander
        distance = (across - amplitude * np.sin(2 * np.pi * along / length + phase)) / self.half_width
        return np.asarray(self.depth * np.clip(1 - distance**2, 0, None))


@dataclass(frozen=True, slots=True)
class Stratigraphy:
    """Units, their bounding surfaces and their beds, before faulting.

    Parameters
    ----------
    style
        Thicknesses and structural relief.
    facies
        How each unit looks.
    samples
        Length of the record in samples.
    sample_ms
        Sample interval in ms.
    fold, tilt
        The folds, and the extra tilt of the beds in the basement.
    growth
        One field per unit: where it is thick and where it is thin.
    dip_azimuth
        Direction of the regional dip in radians.
    progradation
        Direction of the clinoforms' progradation in radians.
    channels
        The channels of the channel complex.
    beds
        The noise that gives the beds their impedance.
    """

    style: Style
    facies: tuple[Facies, ...]
    samples: float
    sample_ms: float
    fold: SmoothField
    tilt: SmoothField
    growth: tuple[SmoothField, ...]
    dip_azimuth: float
    progradation: float
    channels: tuple[Channel, ...]
    beds: NoiseBlock

    @classmethod
    def draw(
        cls, rng: np.random.Generator, setting: Setting, extent: Extent, sample_ms: float, beds: NoiseBlock
    ) -> Self:
        """Draw the layers of a survey."""
        style = setting.style
        size = extent.size
        thick = style.thickness[_CHANNELS] * extent.samples
        span = max(extent.inlines, extent.crosslines)
        channels = tuple(
            Channel(
                course=(rng.uniform(-0.9, 0.9), rng.uniform(-0.1, 1.1) * span),
                meander=(rng.uniform(5, 22), rng.uniform(70, 160), rng.uniform(0, 6.3)),
                half_width=rng.uniform(8, 20),
                depth=rng.uniform(0.3, 0.65) * thick,
                level=rng.uniform(-0.1, 0.6) * thick,
            )
            for _ in range(2 + int(span / 40))
        )
        return cls(
            style=style,
            facies=setting.facies,
            samples=extent.samples,
            sample_ms=sample_ms,
            fold=SmoothField.draw(rng, (size * style.fold_lines[0], size * style.fold_lines[1]), 10),
            tilt=SmoothField.draw(rng, (90.0 * size, 200.0 * size), 6),
            growth=tuple(SmoothField.draw(rng, (110.0 * size, 300.0 * size), 10) for _ in setting.facies[:7]),
            dip_azimuth=rng.uniform(0.3, 1.3),
            progradation=rng.uniform(0.9, 2.2) * rng.choice([-1.0, 1.0]),
            channels=channels,
            beds=beds,
        )

    def surfaces(self, i: float, j: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the base of each unit above the basement as laid down, before erosion by what lies above.

        Returns
        -------
        ndarray of float64, shape (6, n)
            In samples; a surface may lie above its upper neighbour, which then has eroded it.
        """
        style = self.style
        fold = self.fold(i, j)
        # A hyperbola for a line: anticlines, the small times, are tight in a fold belt and synclines broad.
        fold = (1 - style.asymmetry) * fold + style.asymmetry * 1.6 * (np.hypot(fold + 0.3, 0.35) - 0.9)
        lines = (i - 200.0) * np.cos(self.dip_azimuth) + (j - 128.0) * np.sin(self.dip_azimuth)
        bend = style.fold * fold + style.dip * lines / 100.0
        base, bases = np.zeros(j.shape), []
        for k, thickness in enumerate(style.thickness):
            grown = self.growth[k](i, j)
            if k == _SLIDE:
                # It cut its bed into what lay there, moved no deeper layer, and pinches out between its lobes.
                lobes = 0.55 * (grown + 0.8 + np.hypot(grown + 0.8, 0.5)) - 0.15
                bases.append(base + thickness * np.clip(lobes, 0, None) + style.relief[k] * bend)
                base = base + thickness
            else:
                base = base + thickness * np.exp(style.variation * grown)
                bases.append(base + style.relief[k] * bend)
        return self.samples * np.stack(bases)

    def units(self, surfaces: NDArray[np.float64], t: NDArray[np.float64]) -> NDArray[np.uint8]:
        """Return the unit at each sample ``t``, shape (n, m); what lies above has eroded what lies below."""
        eroded = np.maximum.accumulate(surfaces, axis=0)
        units = np.zeros(t.shape, np.uint8)
        for base in eroded:
            units += t >= base[:, None]
        return units

    def impedance(
        self, unit: int, i: float, j: NDArray[np.float64], t: NDArray[np.float64], surfaces: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the impedance at places of one unit on one inline.

        Parameters
        ----------
        unit
            Its class number.
        i
            Line offset of the inline.
        j, t
            Line offsets and unfaulted samples of the places, shape (n,).
        surfaces
            ndarray of shape (6, n): :meth:`surfaces` at the places.

        Returns
        -------
        ndarray of float64, shape (n,)
            Relative to 1.
        """
        facies = self.facies[unit]
        # Waves in the bedding: hummocks, or the disorder inside a slide.
        depth = (t - surfaces[min(unit, 5)]) * self.sample_ms
        wave = self.beds(i / facies.wave_lines + 7.0 * unit, j / facies.wave_lines, depth / facies.wave_depth_ms)
        bed = (self._level(unit, i, j, t, surfaces) * self.sample_ms + facies.wave_ms * wave) / facies.bed_ms
        bed = bed + 23.0 * unit
        # Beds of their own character, and the part of it that is the same everywhere.
        local = self.beds(i / facies.reach + 5.0 * unit, j / facies.reach, bed, 3.0)
        log = np.sqrt(1 - facies.shared) * local + np.sqrt(facies.shared) * self.beds.log(bed, 3.0)
        impedance = np.asarray(facies.impedance * np.exp(facies.contrast * np.clip(log, -4, 4)))
        if unit == _CHANNELS:
            impedance = self._cut_channels(impedance, i, j, t - surfaces[0])
        return impedance

    def _level(
        self, unit: int, i: float, j: NDArray[np.float64], t: NDArray[np.float64], surfaces: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the height of a place in its unit's own layering, in samples: beds are where this is constant."""
        if unit == _CLINOFORMS:
            top, base = surfaces[1], surfaces[2]
            height = np.maximum(base - top, 4.0)
            share = np.clip((t - top) / height, 0.02, 0.98)
            # Sigmoids: steep in the middle, flattening to topsets and bottomsets.
            ahead = j * np.sin(self.progradation) + i * np.cos(self.progradation)
            foreset = ahead - 0.3 * height * np.log(share / (1 - share))
            return np.asarray(0.4 * (t - base) - 0.55 * foreset)
        if unit == _BASEMENT:
            return np.asarray(t - surfaces[5] + 0.09 * self.samples * self.tilt(i, j))
        if unit == 0:
            return np.asarray(t - 0.6 * surfaces[0])
        reference = {_CHANNELS: 0, _SLIDE: 3}.get(unit, 4)
        return np.asarray(t - surfaces[reference])

    def _cut_channels(
        self, impedance: NDArray[np.float64], i: float, j: NDArray[np.float64], t: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the impedance with channels cut and filled; ``t`` counts from the top of the complex."""
        for n, channel in enumerate(self.channels):
            cut = channel.incision(i, j)
            inside = (t > channel.level) & (t < channel.level + cut)
            bed = (t[inside] - channel.level) * self.sample_ms / 16.0 + 11.0 * n
            fill = self.beds(i / 90.0, j[inside] / 50.0, bed, 2.0)
            impedance[inside] = (0.86 if n % 2 else 1.1) * np.exp(0.09 * np.clip(fill, -3, 3))
        return impedance
