"""Faults and salt: what moves the layers of a synthetic survey after they were laid down."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from napari_geofm.samples.noise import NoiseBlock, SmoothField, smoothstep
from napari_geofm.samples.styles import Style

__all__ = ["Extent", "Fault", "SaltBody", "SaltProvince"]

_LEAST_THROW = 2.0
"""Samples of throw from which a fault is marked: less cannot be seen on the section."""

Place = tuple[float, float]
"""Where in the map something lies, 0..1 along the inlines' and the crosslines' extent."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a survey reaches from its first inline, crossline and sample.

    Parameters
    ----------
    inlines, crosslines
        In lines.
    samples
        In samples.
    """

    inlines: float
    crosslines: float
    samples: float

    @property
    def size(self) -> float:
        """By how much structures are larger than in a record of 256 samples: longer records, same dips."""
        return max(self.samples / 256.0, 0.4)


@dataclass(frozen=True, slots=True)
class Fault:
    """A curved fault surface that dies out along its strike and towards its tips.

    Parameters
    ----------
    centre
        Line offsets and sample at the middle of the surface.
    normal
        Unit vector in the map, pointing to where the fault dips.
    slope
        Lines of heave per sample.
    listric, bend
        Curvature with depth (lines per sample squared) and along strike (per line).
    wiggle
        Irregularity of the trace in the map, in units of 1.5 lines.
    throw
        Largest throw in samples, positive where the hanging wall has moved down.
    reach
        Half the length along strike in lines, and half the height in samples.
    """

    centre: tuple[float, float, float]
    normal: tuple[float, float]
    slope: float
    listric: float
    bend: float
    wiggle: SmoothField
    throw: float
    reach: tuple[float, float]

    @classmethod
    def draw(cls, rng: np.random.Generator, style: Style, extent: Extent, place: float) -> Self:
        """Draw a fault; ``place`` (0..1) is where along the inlines its centre lies, roughly."""
        # Strikes spread about one trend. Normal faults dip to either side; thrusts mostly share one vergence.
        azimuth = rng.normal(0.0, 0.45) + (np.pi if rng.random() < (0.2 if style.reverse else 0.5) else 0.0)
        steep = rng.uniform(0.45, 0.75) if style.reverse else rng.uniform(0.2, 0.38)
        n = extent.samples
        return cls(
            centre=(place * extent.inlines, rng.uniform(0.08, 0.92) * extent.crosslines, rng.uniform(0.45, 0.8) * n),
            normal=(float(np.sin(azimuth)), float(np.cos(azimuth))),
            slope=steep,
            listric=rng.uniform(0.1, 0.9) * steep / (1.3 * n),
            bend=rng.normal(0.0, 6e-4) / extent.size,
            wiggle=SmoothField.draw(rng, (30.0, 90.0), 6),
            throw=float((-1 if style.reverse else 1) * rng.uniform(0.45, 1.0) * style.throw * n),
            reach=(rng.uniform(90.0, 200.0) * extent.size, rng.uniform(0.4, 0.65) * n),
        )

    def __call__(
        self, i: float, j: NDArray[np.float64], t: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return the throw, and where the fault is seen, on one inline.

        Parameters
        ----------
        i
            Line offset of the inline.
        j, t
            Line offsets of the crosslines, shape (n, 1), and samples, shape (1, m).

        Returns
        -------
        throw : ndarray of float64, shape (n, m)
            By how many samples a layer found here has been moved down.
        mask : ndarray of bool, shape (n, m)
            True on the fault, about 2 pixels wide.
        """
        p, q = i - self.centre[0], j - self.centre[1]
        depth = t - self.centre[2]
        along = p * self.normal[1] - q * self.normal[0]
        trace = p * self.normal[0] + q * self.normal[1] + self.bend * along**2
        trace = trace + 1.5 * self.wiggle(i, j)
        distance = trace - self.slope * depth - self.listric * depth**2
        taper = np.clip(1 - (along / self.reach[0]) ** 2, 0, None) * np.clip(1 - (depth / self.reach[1]) ** 2, 0, None)
        # The hanging wall bends back to its place away from the fault, as rollover and drag do.
        wall = np.clip(distance + 0.5, 0, 1) * np.exp(-np.clip(distance, 0, None) / 90.0)
        across = np.hypot(self.normal[1], self.slope)
        mask = (np.abs(distance) < 1.1 * across) & (np.abs(self.throw) * taper > _LEAST_THROW)
        return self.throw * taper * wall, mask


@dataclass(frozen=True, slots=True)
class SaltBody:
    """A wall or pillow of salt that has pierced, lifted and dragged the layers around it.

    Parameters
    ----------
    centre
        Line offsets of the middle.
    azimuth
        Direction of the long axis, radians from the inline axis.
    half
        Half the width and half the length, in lines.
    crest, rise, overhang
        Sample of the crest, samples over which the body reaches its width, and the bulge under the crest.
    lift
        Samples by which the layers at its flank have been dragged up.
    outline, roof
        Irregularity of the body's outline and of its top in the map.
    lumps
        Irregularity of its surface in three dimensions.
    """

    centre: tuple[float, float]
    azimuth: float
    half: tuple[float, float]
    crest: float
    rise: float
    overhang: float
    lift: float
    outline: SmoothField
    roof: SmoothField
    lumps: NoiseBlock

    @classmethod
    def draw(
        cls, rng: np.random.Generator, style: Style, extent: Extent, lumps: NoiseBlock, place: Place | None = None
    ) -> Self:
        """Draw a body at ``place``, roughly; without one somewhere in the middle of the survey."""
        n, diapir = extent.samples, style.salt_kind == "diapir"
        # Never longer than the survey: sections without salt are wanted too.
        length = min(extent.size * style.salt_along, max(extent.inlines, 60.0) / 2.4)
        width = min(extent.size * style.salt_across, 0.22 * extent.crosslines)
        about = ((0.35, 0.65), (0.3, 0.7)) if place is None else tuple((x - 0.04, x + 0.04) for x in place)
        return cls(
            centre=(rng.uniform(*about[0]) * extent.inlines, rng.uniform(*about[1]) * extent.crosslines),
            azimuth=float(rng.choice([-1, 1]) * rng.uniform(0.25, 0.6)),
            half=(width, length),
            crest=style.salt_crest * n,
            rise=(0.10 if diapir else 0.35) * n,
            overhang=style.salt_overhang if diapir else 0.0,
            lift=(0.14 if diapir else 0.10) * n,
            outline=SmoothField.draw(rng, (45.0 * extent.size, 140.0 * extent.size), 10),
            roof=SmoothField.draw(rng, (20.0, 70.0), 10),
            lumps=lumps,
        )

    def __call__(
        self, i: float, j: NDArray[np.float64], t: NDArray[np.float64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Return where the salt is, and by how many samples the layers have been lifted; see :class:`Fault`."""
        salt, lift, _ = self.around(i, j, t)
        return salt, lift

    def around(
        self, i: float, j: NDArray[np.float64], t: NDArray[np.float64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]:
        """Return what a call does, and how near the body is: 1 in it, 0 far away."""
        p, q = i - self.centre[0], j - self.centre[1]
        c, s = np.cos(self.azimuth), np.sin(self.azimuth)
        radius = np.hypot((p * c + q * s) / self.half[1], (q * c - p * s) / self.half[0])
        radius = radius * (1 + 0.12 * self.outline(i, j))
        # The crest plunges towards the ends of the wall.
        top = self.crest + 0.9 * self.rise * np.clip(radius, 0, 1.2) ** 2 + 0.12 * self.rise * self.roof(i, j)
        below = t - top
        girth = np.sqrt(np.clip(below / self.rise, 0, 1))
        girth = girth * (0.8 + self.overhang * np.exp(-(((below - self.rise) / (1.6 * self.rise)) ** 2)))
        lumps = 0.03 * np.clip(self.lumps(i / 12.0, j / 12.0, t / 12.0), -2, 2)
        salt = (radius < girth * (1 + lumps)) & (below > 0)
        outside = np.clip(radius - 0.75 * girth, 0, None)
        # Layers far above the crest know nothing of the salt.
        onset = smoothstep((below + 2.2 * self.lift) / (3.2 * self.lift))
        near = np.exp(-((outside / 0.75) ** 2))
        return salt, self.lift * near * onset, near


@dataclass(frozen=True, slots=True)
class SaltProvince:
    """All salt of a survey: one body, or several with minibasins between them, which sank as the salt left.

    Parameters
    ----------
    bodies
        The salt.
    withdrawal
        Part of its depth by which a layer has sunk between the bodies.
    basins
        How unevenly, in the map.
    """

    bodies: tuple[SaltBody, ...]
    withdrawal: float
    basins: SmoothField | None

    @classmethod
    def draw(cls, rng: np.random.Generator, style: Style, extent: Extent, lumps: NoiseBlock) -> Self:
        """Draw the salt of a survey."""
        if style.salt_bodies == 1:
            return cls((SaltBody.draw(rng, style, extent, lumps),), 0.0, None)
        first = rng.random()
        places = [
            # The golden section puts each body far from those on the lines before it.
            ((k + 0.5) / style.salt_bodies, 0.08 + 0.84 * ((first + k * 0.618) % 1.0))
            for k in range(style.salt_bodies)
        ]
        bodies = tuple(SaltBody.draw(rng, style, extent, lumps, place) for place in places)
        basins = SmoothField.draw(rng, (120.0 * extent.size, 300.0 * extent.size), 10)
        return cls(bodies, style.withdrawal, basins)

    def __call__(
        self, i: float, j: NDArray[np.float64], t: NDArray[np.float64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Return where salt is, and by how many samples layers have been lifted (sunk: below 0); see :class:`Fault`."""
        if self.basins is None:
            return self.bodies[0](i, j, t)
        salt, moved, near = self.bodies[0].around(i, j, t)
        for body in self.bodies[1:]:
            more, lift, nearer = body.around(i, j, t)
            salt, moved, near = salt | more, moved + lift, np.maximum(near, nearer)
        # The deeper a layer, the longer it has been sinking: its fill is thick in the middle and thins to the salt.
        uneven = np.clip(1 + 0.4 * self.basins(i, j), 0.2, 1.8)
        return salt, moved - self.withdrawal * uneven * (1 - near) * t
