"""What the zoo's crater model learns from, and what decides which state is kept: parts of the Moon's elevation map."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import UNLABELLED
from tools.crater_pictures import (
    KM_PER_DEGREE,
    METRES_PER_LEVEL,
    PX_PER_DEGREE,
    LabelledPicture,
    MoonPart,
    drawn,
    enlarged,
    moon_part,
    shaded,
)

__all__ = ["MoonSplit", "judged_pictures", "learned_pictures"]

Turn = Callable[[NDArray[np.generic]], NDArray[np.generic]]

TURNS: tuple[Turn, ...] = (lambda a: a, lambda a: a[::-1], np.rot90, lambda a: np.rot90(a, 3))
"""A map of heights is as good turned; training itself mirrors left to right."""
SCALES = ((1.0, 4), (1.5, 2))
"""Times that the map is enlarged, and of how many :data:`TURNS` it is shown."""
WORN_COPIES = 2
BLOCKS = 3
"""Bands of latitude that are shown in a light of their own."""
WORN_PX = 40.0
WORN, LANDSCAPE = (0.08, 0.3), 0.3
"""What is left of a worn copy's forms and of its landscape, which is all that :data:`WORN_PX` smooths."""
JUDGED_SUN = (300.0, 20.0)
JUDGED_LIT_ROWS = 300


@dataclass(frozen=True, slots=True)
class MoonSplit:
    """Which part of the map is learned from and which decides; all numbers in degrees.

    Attributes
    ----------
    west, east
        Longitudes of both together.
    judged_west, judged_south
        What lies east and north of them decides, and is hidden from what is learned from.
    latitude
        Of the map up to here, north and south.
    """

    west: float = -180.0
    east: float = -60.0
    judged_west: float = -85.0
    judged_south: float = 15.0
    latitude: float = 60.0

    def part(self, maps: Path) -> MoonPart:
        """Return the map of both."""
        return moon_part(maps, self.west, self.east, self.latitude)

    @property
    def row(self) -> int:
        """The first row south of what decides."""
        return round((self.latitude - self.judged_south) * PX_PER_DEGREE)

    @property
    def column(self) -> int:
        """The first column of what decides."""
        return round((self.judged_west - self.west) * PX_PER_DEGREE)


def learned_pictures(part: MoonPart, split: MoonSplit, rng: np.random.Generator, *, rim: bool) -> list[LabelledPicture]:
    """Return a part of the map as elevation, turned, worn down, and in the light of several suns, at two scales.

    Worn copies stand for maria: forms of a few steps of the map's 8 bits.
    """
    found = []
    for factor, turns in SCALES:
        elevation, labels = _hidden(part, split, factor, rim=rim)
        for number, turn in enumerate(TURNS[:turns]):
            found.append(_turned(f"moon elevation x{factor:g} {number}", elevation, labels, turn))
        if factor == 1:
            worn = (_worn(elevation, rng) for _ in range(WORN_COPIES))
            found += [_turned(f"moon worn {n}", each, labels, TURNS[2 * n]) for n, each in enumerate(worn)]
        for number, rows in enumerate(np.array_split(np.arange(len(elevation)), BLOCKS)):
            span = slice(rows[0], rows[-1] + 1)
            sun = (float(rng.uniform(0, 360)), float(rng.uniform(8, 45)))
            found.append(
                LabelledPicture(f"moon in light x{factor:g} {number}", _lit(elevation[span], factor, sun), labels[span])
            )
    return found


def judged_pictures(part: MoonPart, split: MoonSplit, *, rim: bool) -> list[LabelledPicture]:
    """Return what decides, as elevation, and a part of it in the light."""
    labels = drawn(part.elevation.shape, part.discs, rim=rim)[: split.row, split.column :]
    elevation = part.elevation[: split.row, split.column :]
    lit = _lit(elevation, 1.0, JUDGED_SUN)
    return [
        LabelledPicture("judged elevation", elevation, labels),
        LabelledPicture("judged in light", lit[:JUDGED_LIT_ROWS], labels[:JUDGED_LIT_ROWS]),
    ]


def _hidden(
    part: MoonPart, split: MoonSplit, factor: float, *, rim: bool
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return the enlarged map and its labels, without what decides."""
    elevation, discs = enlarged(part.elevation, factor), part.discs.scaled(factor)
    labels = drawn(elevation.shape, discs, rim=rim)
    judged = (slice(0, int(split.row * factor) + 1), slice(max(0, int(split.column * factor) - 1), None))
    labels[judged] = UNLABELLED
    elevation = elevation.copy()
    elevation[judged] = np.median(elevation)
    return elevation, labels


def _turned(name: str, values: NDArray[np.float32], labels: NDArray[np.uint8], turn: Turn) -> LabelledPicture:
    return LabelledPicture(name, np.ascontiguousarray(turn(values)), np.ascontiguousarray(turn(labels)))


def _worn(elevation: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return a map with the same craters, of which a few steps are left."""
    from scipy.ndimage import gaussian_filter

    landscape = gaussian_filter(elevation, WORN_PX)
    left = rng.uniform(*WORN)
    worn = landscape * LANDSCAPE + (elevation - landscape) * left
    stepped: NDArray[np.float32] = np.round(worn + rng.normal(0, 0.3, elevation.shape)).astype(np.float32)
    return stepped


def _lit(levels: NDArray[np.float32], factor: float, sun: tuple[float, float]) -> NDArray[np.float32]:
    return shaded(METRES_PER_LEVEL * levels, 1000 * KM_PER_DEGREE / PX_PER_DEGREE / factor, sun)
