"""Craters of two catalogues that are the same, and what that says of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.crater import Crater

__all__ = ["LEAST_IOU", "CraterScores", "Match", "iou_of_circles", "match_craters", "overlapping", "score_craters"]

Numbers = NDArray[np.float64]

LEAST_IOU = 0.3
"""Intersection over union of their circles from which on two craters may be the same."""


@dataclass(frozen=True, slots=True)
class Match:
    """Two craters that are the same: their places in the two catalogues, and the overlap of their circles."""

    found: int
    true: int
    iou: float


@dataclass(frozen=True, slots=True)
class CraterScores:
    """How well craters were found.

    Attributes
    ----------
    found, true
        Craters found, and in the truth, of the limit and above.
    precision
        Part of the found ones that the truth has; NaN where none was found.
    recall
        Part of the true ones that were found; NaN where there are none.
    diameter_error
        Median of abs(found - true) / true of the diameters of the true craters that were found.
    diameter_bias
        Median of (found - true) / true.
    """

    found: int
    true: int
    precision: float
    recall: float
    diameter_error: float
    diameter_bias: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 where nothing is right."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both > 0 else 0.0

    def __str__(self) -> str:
        """Return the figures in a line."""
        return (
            f"F1 {self.f1:.3f}  precision {self.precision:.3f}  recall {self.recall:.3f}  "
            f"diameter error {self.diameter_error:.1%} (bias {self.diameter_bias:+.1%})  "
            f"{self.found} found, {self.true} true"
        )


def score_craters(found: Catalogue, truth: Catalogue, limit: float, *, least_iou: float = LEAST_IOU) -> CraterScores:
    """Score craters against a catalogue that is complete from ``limit`` on (km, or px without a ground).

    All craters are matched, also smaller ones: one that is measured a little too small, or too large, is then neither
    missed nor false. Of those counted, a found one of the limit and above is right when it is any true one's match,
    and a true one of the limit and above is found when it has a match.
    """
    pairs = match_craters(found, truth, least_iou=least_iou)
    sizes, true_sizes = (np.array([each.size for each in one.craters]) for one in (found, truth))
    right, seen = np.zeros(len(found), bool), np.zeros(len(truth), bool)
    right[[pair.found for pair in pairs]] = True
    seen[[pair.true for pair in pairs]] = True
    counted, counted_true = sizes >= limit, true_sizes >= limit
    errors = np.array(
        [sizes[pair.found] / true_sizes[pair.true] - 1 for pair in pairs if true_sizes[pair.true] >= limit]
    )
    return CraterScores(
        int(counted.sum()),
        int(counted_true.sum()),
        float(right[counted].mean()) if counted.any() else float("nan"),
        float(seen[counted_true].mean()) if counted_true.any() else float("nan"),
        float(np.median(np.abs(errors))) if errors.size else float("nan"),
        float(np.median(errors)) if errors.size else float("nan"),
    )


def match_craters(found: Catalogue, truth: Catalogue, *, least_iou: float = LEAST_IOU) -> tuple[Match, ...]:
    """Match craters one to one so that the sum of the overlaps of their circles is largest (Kuhn 1955).

    Two craters may be the same from an overlap of ``least_iou`` on. Circles lie on the ground where both catalogues
    have one, else in pixels.
    """
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    one, other, iou = overlapping(found, truth, least_iou)
    if not one.size:
        return ()
    count = len(found)
    graph = coo_matrix((np.ones(one.size), (one, count + other)), shape=(count + len(truth),) * 2)
    group = connected_components(graph, directed=False)[1][one]
    order = np.argsort(group, kind="stable")
    matches: list[Match] = []
    for part in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        rows, place = np.unique(one[part], return_inverse=True)
        columns, place_true = np.unique(other[part], return_inverse=True)
        table = np.zeros((rows.size, columns.size))
        table[place, place_true] = iou[part]
        chosen = zip(*linear_sum_assignment(table, maximize=True), strict=True)
        matches += [Match(int(rows[i]), int(columns[j]), float(table[i, j])) for i, j in chosen if table[i, j] > 0]
    return tuple(matches)


def overlapping(
    one: Catalogue, other: Catalogue, least_iou: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], Numbers]:
    """Return all pairs of craters that overlap so much: places in the first, in the second, and the overlap."""
    from scipy.spatial import KDTree

    radius_km = one.radius_km if one.radius_km is not None and other.body is not None else None
    centres, radii = _circles(one.craters, radius_km)
    centres_other, radii_other = _circles(other.craters, radius_km)
    none = np.zeros(0, np.int64)
    if not radii.size or not radii_other.size:
        return none, none, np.zeros(0)
    # Circles that overlap by IoU t have radii in a ratio of at most 1 / sqrt(t), and centres within both radii.
    reach = radii * (1 + least_iou**-0.5)
    near = KDTree(centres_other).query_ball_point(centres, reach)
    first = np.repeat(np.arange(radii.size), [len(each) for each in near])
    second = np.concatenate([np.asarray(each, np.int64) for each in near])
    chord = np.linalg.norm(centres[first] - centres_other[second], axis=1)
    apart = chord if radius_km is None else 2 * radius_km * np.arcsin(np.clip(chord / (2 * radius_km), 0, 1))
    iou = iou_of_circles(apart, radii[first], radii_other[second])
    good = iou >= least_iou
    return first[good], second[good], iou[good]


def iou_of_circles(apart: ArrayLike, radius: ArrayLike, other: ArrayLike) -> Numbers:
    """Return the intersection over union of two circles whose centres are ``apart``, all in one unit.

    Examples
    --------
    >>> iou_of_circles([0.0, 0.0, 3.0], [1.0, 1.0, 1.0], [1.0, 2.0, 1.0]).tolist()
    [1.0, 0.25, 0.0]
    """
    d, r, s = np.broadcast_arrays(*(np.asarray(each, np.float64) for each in (apart, radius, other)))
    small = np.minimum(r, s)
    with np.errstate(divide="ignore", invalid="ignore"):
        one = np.arccos(np.clip((d**2 + r**2 - s**2) / (2 * d * r), -1, 1))
        two = np.arccos(np.clip((d**2 + s**2 - r**2) / (2 * d * s), -1, 1))
        kite = np.sqrt(np.clip((-d + r + s) * (d + r - s) * (d - r + s) * (d + r + s), 0, None))
        lens = r**2 * one + s**2 * two - kite / 2
    common = np.where(d >= r + s, 0.0, np.where(d <= np.abs(r - s), np.pi * small**2, lens))
    return np.asarray(common / (np.pi * (r**2 + s**2) - common))


def _circles(craters: Sequence[Crater], radius_km: float | None) -> tuple[Numbers, Numbers]:
    """Return centres, shape ``(n, 3)``, and radii: km in space on the body, or px."""
    if radius_km is None:
        flat = np.array([(each.column, each.row, 0.0) for each in craters], np.float64).reshape(-1, 3)
        return flat, np.array([each.diameter_px / 2 for each in craters], np.float64)
    place = np.radians(np.array([(each.lon, each.lat) for each in craters], np.float64).reshape(-1, 2))
    lon, lat = place.T
    there = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
    return radius_km * there, np.array([each.size / 2 for each in craters], np.float64)
