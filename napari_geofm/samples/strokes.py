"""Strokes as an interpreter draws them: thin, curved, inside the regions of a truth; for tests and benchmarks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from napari_geofm.errors import LabelError, UsageError

__all__ = ["draw_strokes"]

_UNLABELLED = 255
_MARGINS_PX = (4.0, 2.0, 0.5, 0.0)
"""Distances kept between a stroke and its region's edge: the first that leaves room is taken."""


def draw_strokes(
    truth: NDArray[np.uint8], fraction: float = 0.015, seed: int = 0, width_px: tuple[int, int] = (2, 4)
) -> NDArray[np.uint8]:
    """Draw seeded strokes inside the regions of a truth.

    Every class that occurs gets a stroke; larger regions get more, though less than in proportion, as by hand.

    Parameters
    ----------
    truth
        ndarray of uint8, shape (rows, columns): classes 0..253; 255 where the truth is unknown.
    fraction
        Share of all pixels to label. Met within 10 % where the known regions have room for it.
    seed
        The same seed draws the same strokes.
    width_px
        Narrowest and widest stroke in pixels.

    Returns
    -------
    ndarray of uint8
        Of the shape of ``truth``: the class on strokes, 255 elsewhere.

    Raises
    ------
    LabelError
        When the truth is not 2-D uint8, or knows no pixel.
    UsageError
        When the fraction is not between 0 and 1, or a width is below 1.
    """
    if truth.ndim != 2 or truth.dtype != np.uint8:
        raise LabelError(f"The truth is {truth.dtype} of {truth.ndim} dimensions; give uint8 (rows, columns)")
    if not 0 < fraction <= 1 or not 1 <= width_px[0] <= width_px[1]:
        raise UsageError(
            f"Strokes of {fraction:g} of the pixels, {width_px} px wide, cannot be drawn; ask for 0..1, 1 px or more"
        )
    classes, sizes = np.unique(truth[truth != _UNLABELLED], return_counts=True)
    if not classes.size:
        raise LabelError("The truth knows no pixel (all are 255), so there is nothing to draw strokes in; give another")
    rng = np.random.default_rng(seed)
    strokes = np.full(truth.shape, _UNLABELLED, np.uint8)
    painters = [_Painter.of(truth, int(k), strokes, rng, width_px) for k in classes]
    wanted = round(fraction * truth.size)
    for margin in range(len(_MARGINS_PX)):
        missing = wanted - int((strokes != _UNLABELLED).sum())
        shares = _shares(missing, np.sqrt(sizes), [p.room() for p in painters])
        for painter, share in zip(painters, shares, strict=True):
            painter.paint(share, margin)
    return strokes


def _shares(wanted: int, weights: NDArray[np.floating], room: list[int]) -> list[int]:
    """Split ``wanted`` pixels over classes by weight, none above its room."""
    shares, left = np.zeros(len(room)), float(max(wanted, 0))
    free = np.asarray(room, np.float64)
    # Water filling: what a full class cannot take goes to the others.
    for _ in range(len(room)):
        open_ = weights * (free - shares > 0.5)
        if left < 0.5 or not open_.any():
            break
        shares += np.minimum(left * open_ / open_.sum(), free - shares)
        left = max(wanted, 0) - shares.sum()
    return [round(share) for share in shares]


@dataclass(slots=True)
class _Painter:
    """Draws the strokes of one class into a shared picture."""

    label: int
    region: NDArray[np.bool_]
    depth: NDArray[np.float64]
    strokes: NDArray[np.uint8]
    rng: np.random.Generator
    width_px: tuple[int, int]

    @classmethod
    def of(
        cls,
        truth: NDArray[np.uint8],
        label: int,
        strokes: NDArray[np.uint8],
        rng: np.random.Generator,
        width_px: tuple[int, int],
    ) -> "_Painter":
        region = truth == label
        # Where no other class is, the picture's edge is no edge of the region, and there is no distance to any.
        depth = np.full(truth.shape, np.inf) if region.all() else np.asarray(distance_transform_edt(region))
        return cls(label, region, depth, strokes, rng, width_px)

    def room(self) -> int:
        """Return how many pixels of the region carry no stroke."""
        return int((self.region & (self.strokes == _UNLABELLED)).sum())

    def paint(self, wanted: int, margin: int) -> None:
        """Draw strokes until ``wanted`` pixels more are labelled, or there is no room; at least one in all."""
        if wanted <= 0 and (self.strokes == self.label).any():
            return
        level, place = self._core(margin)
        left, tries = max(wanted, 1), 0
        while left > 0 and tries < 60 and len(place):
            drawn = self._stroke(self._start(place), level, left)
            tries = tries + 1 if drawn == 0 else 0
            left -= drawn
            if drawn == 0:
                place = place[self.strokes[place[:, 0], place[:, 1]] == _UNLABELLED]

    def _core(self, margin: int) -> tuple[float, NDArray[np.intp]]:
        """Return the eroded region's least depth, and its unlabelled pixels, shape (n, 2)."""
        place: NDArray[np.intp] = np.empty((0, 2), np.intp)
        for level in _MARGINS_PX[margin:]:
            free = (self.depth > level + self.width_px[1] / 2 if level else self.region) & (self.strokes == _UNLABELLED)
            place = np.argwhere(free)
            # A region that is new gets its stroke at the first level that leaves room; later rounds only fill up.
            if len(place) or (self.strokes == self.label).any():
                return (level + self.width_px[1] / 2 if level else 0.0), place
        return 0.0, place

    def _start(self, place: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return a place to start from, rather far from the strokes that are there."""
        picks = place[self.rng.integers(len(place), size=6)]
        there = np.argwhere(self.strokes == self.label)
        if not len(there):
            return np.asarray(picks[0])
        there = there[:: max(1, len(there) // 300)]
        gap = np.abs(picks[:, None] - there[None]).sum(axis=2).min(axis=1)
        return np.asarray(picks[gap.argmax()])

    def _stroke(self, start: NDArray[np.intp], level: float, most: int) -> int:
        """Draw one stroke; return how many pixels it labelled."""
        rng, shape = self.rng, np.array(self.region.shape)
        brush = _brush(int(rng.integers(self.width_px[0], self.width_px[1] + 1)) if level else 1)
        # Mostly along the layers, as one follows a reflector; at times across them.
        heading = rng.normal(0.0, 0.3) + (np.pi if rng.random() < 0.5 else 0.0)
        if rng.random() < 0.25:
            heading += np.pi / 2
        bend, position, drawn = rng.normal(0.0, 0.015), start.astype(np.float64), 0
        for _ in range(int(rng.uniform(0.08, 0.35) * shape.max()) + 4):
            drawn += self._dab(position, brush, most - drawn)
            if drawn >= most:
                break
            bend = 0.95 * bend + rng.normal(0.0, 0.009)
            step = self._step(position, heading + bend, level)
            if step is None:
                break
            heading, position = step
        return drawn

    def _step(
        self, position: NDArray[np.float64], heading: float, level: float
    ) -> tuple[float, NDArray[np.float64]] | None:
        """Return the next heading and position, turned as little as keeps it in the region; None at a dead end."""
        for turn in (0.0, 0.25, -0.25, 0.5, -0.5, 0.9, -0.9, 1.4, -1.4):
            angle = heading + turn
            ahead = position + np.array([np.sin(angle), np.cos(angle)])
            row, column = np.rint(ahead).astype(int)
            inside = 0 <= row < self.region.shape[0] and 0 <= column < self.region.shape[1]
            if inside and self.region[row, column] and self.depth[row, column] > level:
                return angle, ahead
        return None

    def _dab(self, position: NDArray[np.float64], brush: NDArray[np.intp], most: int) -> int:
        """Label the unlabelled pixels under the brush, ``most`` at most; return how many."""
        rows, columns = (np.rint(position).astype(np.intp) + brush).T
        inside = (rows >= 0) & (rows < self.region.shape[0]) & (columns >= 0) & (columns < self.region.shape[1])
        rows, columns = rows[inside], columns[inside]
        # Asked again here, so that no rounding can ever label a pixel of another class.
        new = np.flatnonzero(self.region[rows, columns] & (self.strokes[rows, columns] == _UNLABELLED))[:most]
        self.strokes[rows[new], columns[new]] = self.label
        return len(new)


def _brush(width_px: int) -> NDArray[np.intp]:
    """Return the offsets of a round brush's pixels, shape (n, 2)."""
    reach = (width_px - 1) / 2
    axis = np.arange(-np.floor(reach), np.ceil(reach) + 1)
    rows, columns = np.meshgrid(axis, axis, indexing="ij")
    off = (width_px - 1) % 2 / 2
    inside = np.hypot(rows - off, columns - off) <= width_px / 2
    return np.stack([rows[inside], columns[inside]], axis=1).astype(np.intp)
