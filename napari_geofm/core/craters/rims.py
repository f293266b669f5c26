"""Craters' rims as lines on a map: whole on any projection, at the seam of longitudes and around a pole."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.body import distance_m
from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.drawing import outlines_of
from napari_geofm.core.craters.drawn_craters import turns_onto
from napari_geofm.core.craters.ground import Ground

__all__ = ["Rims", "holding", "rims_of"]

Numbers = NDArray[np.float64]

TORN = 0.4
"""How far beside the middle of two corners, part of their distance, the rim halfway between them may lie; beyond it
the map is torn there: halfway lies beside one of the two."""


@dataclass(frozen=True, slots=True, eq=False)
class Rims:
    """Lines, of which a crater has several where its rim is seen at both ends of a map.

    Attributes
    ----------
    points
        ndarray of float64, shape ``(lines, corners + 1, 2)``: row and column; of a closed line the last is the first.
    joined
        ndarray of bool, shape ``(lines, corners)``: whether a corner and the next one are joined, which they are not
        where the map is torn in between.
    owner
        ndarray of int64, shape ``(lines,)``: which of the craters.
    """

    points: Numbers
    joined: NDArray[np.bool_]
    owner: NDArray[np.int64]

    def __len__(self) -> int:
        """Count of lines."""
        return int(self.owner.size)

    @property
    def closed(self) -> NDArray[np.bool_]:
        """Which lines are closed, shape ``(lines,)``: one around a pole runs from one end of the map to the other."""
        return np.asarray(self.joined.all(axis=1) & (self.points[:, 0] == self.points[:, -1]).all(axis=1))

    def each(self) -> "list[Rims]":
        """Return the lines of one crater after the other; each is number 0 of its own."""
        ends = np.searchsorted(self.owner, np.arange(int(self.owner.max(initial=-1)) + 2))
        parts = [slice(start, stop) for start, stop in pairwise(ends.tolist())]
        return [Rims(self.points[part], self.joined[part], np.zeros_like(self.owner[part])) for part in parts]

    @classmethod
    def together(cls, every: "Sequence[Rims]", corners: int) -> "Rims":
        """Return the lines of single craters as those of many."""
        if not every:
            return cls(np.zeros((0, corners + 1, 2)), np.zeros((0, corners), np.bool_), np.zeros(0, np.int64))
        owner = np.repeat(np.arange(len(every)), [len(each) for each in every])
        points, joined = (np.concatenate([getattr(each, name) for each in every]) for name in ("points", "joined"))
        return cls(points, joined, owner)


def rims_of(craters: Sequence[Crater], ground: Ground | None, shape: tuple[int, int], *, corners: int = 48) -> Rims:
    """Return the rims of craters: all places at the radius's distance along the ground, where the map shows them.

    Parameters
    ----------
    craters, ground
        What is drawn, and where the image lies.
    shape
        Rows and columns of the image.
    corners
        Count of corners of a rim.
    """
    if not craters:
        return Rims.together([], corners)
    turn = None if ground is None else ground.columns_around
    if ground is None or turn is None:
        # Every other corner shows whether the map is torn between its neighbours.
        fine = outlines_of(craters, ground, corners=2 * corners)
        points = np.concatenate([fine[:, ::2], fine[:, :1]], axis=1)
        joined = _joined(points, fine[:, 1::2])
        return Rims(points, joined, np.arange(len(craters)))
    found = outlines_of(craters, ground, corners=corners)
    across = np.unwrap(found[..., 1], period=turn, axis=1)
    # Around a pole it ends where it began, a turn further on.
    onward = turn * np.round((across[:, -1] - across[:, 0]) / turn)
    last = np.stack([found[:, 0, 0], across[:, 0] + onward], axis=1)
    points = np.concatenate([np.stack([found[..., 0], across], axis=2), last[:, None]], axis=1)
    moves = [turns_onto(line, -0.5, shape[1] - 0.5, turn) or [0.0] for line in points[..., 1]]
    owner = np.repeat(np.arange(len(craters)), [len(each) for each in moves])
    lines = points[owner]
    lines[..., 1] += np.concatenate(moves)[:, None]
    return Rims(lines, np.isfinite(lines[:, 1:] + lines[:, :-1]).all(axis=2), owner)


def holding(craters: Sequence[Crater], ground: Ground | None, row: float, column: float) -> NDArray[np.bool_]:
    """Return which craters hold a pixel, bool, shape ``(craters,)``: on the ground, so that it holds on any map."""
    away = np.array([np.hypot(each.row - row, each.column - column) / each.diameter_px for each in craters])
    if ground is not None and all(each.placed for each in craters):
        lon, lat = (float(each) for each in ground.lonlat(row, column))
        places = np.array([(each.lon, each.lat, each.size) for each in craters], np.float64).reshape(-1, 3)
        away = distance_m(ground.body, lon, lat, places[:, 0], places[:, 1]) / 1000 / places[:, 2]
    return np.asarray(away <= 0.5)


def _joined(points: Numbers, between: Numbers) -> NDArray[np.bool_]:
    """Return which corners are joined with the next; what lies beyond the limb of a full disc is not."""
    start, stop = points[:, :-1], points[:, 1:]
    with np.errstate(invalid="ignore"):
        beside = np.linalg.norm(between - (start + stop) / 2, axis=2)
        return np.asarray(beside <= TORN * np.linalg.norm(stop - start, axis=2) + 1e-9)
