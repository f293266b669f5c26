"""Fault sticks as samples: the surface between them, with a thickness."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.survey import Survey
from napari_geofm.errors import UsageError
from napari_geofm.io.interpretations.lattice import Lattice
from napari_geofm.io.interpretations.track import Track
from napari_geofm.io.sample_sizes import in_feet

__all__ = ["FaultBody", "fault_radii"]

METRES_PER_MS = 1.0
"""Of two-way time, as in the viewer's proportions: sound at 2,000 m/s."""

METRES_PER_FOOT = 0.3048

_DEAR = 20
"""Samples that are marked one by one in the time in which a distance is found for one."""

_STEP = 0.5
"""Samples between two points of the surface at most."""


@dataclass(frozen=True, slots=True, eq=False)
class FaultBody:
    """Samples near the surface between a fault's sticks.

    Attributes
    ----------
    points
        ndarray of int32, shape ``(points, dimensions)``: positions of the samples on the surface, by inline, or of
        those on the sticks of a 2-D line, by trace.
    shape
        The survey's.
    radii
        How far from the surface samples belong to the fault along each dimension, in samples.
    number
        The class (outside number).
    """

    points: NDArray[np.int32]
    shape: tuple[int, ...]
    radii: tuple[float, ...]
    number: int

    @classmethod
    def of(cls, fault: FaultSticks, survey: Survey, radii: tuple[float, ...], number: int) -> "FaultBody":
        """Find the samples on a fault's surface, or along its sticks on a 2-D line."""
        axes = survey.axes
        found = [np.empty((0, len(axes)), np.int32)]
        patches = fault.patches() if len(axes) == 3 else [(stick, stick) for stick in fault.sticks]
        for left, right in patches:
            ends = [np.column_stack([axis.places(side[:, n]) for n, axis in enumerate(axes)]) for side in (left, right)]
            found.append(_surface(*ends))
        points = _thinned(np.unique(np.concatenate(found), axis=0), radii)
        return cls(points, survey.shape, radii, number)

    def inside(self, rows: slice) -> NDArray[np.uint8]:
        """Return the class near the surface."""
        start, stop, _ = rows.indices(self.shape[0])
        found = np.zeros((stop - start, *self.shape[1:]), np.uint8)
        reach = [int(np.ceil(radius)) for radius in self.radii]
        low, high = np.searchsorted(self.points[:, 0], [start - reach[0], stop + reach[0]])
        points = self.points[low:high]
        if not len(points):
            return found
        # A box around the points, with room for the thickness on every side.
        corner = points.min(axis=0) - reach
        size = points.max(axis=0) + reach + 1 - corner
        near = _near(points - corner, tuple(size.tolist()), self.radii)
        box: list[slice] = []
        part: list[slice] = []
        edges, lengths = (start, *(0 for _ in self.shape[1:])), (stop - start, *self.shape[1:])
        for place, edge, length in zip(corner.tolist(), edges, lengths, strict=True):
            first, last = max(place, edge), min(place + near.shape[len(box)], edge + length)
            if first >= last:
                return found
            box.append(slice(first - edge, last - edge))
            part.append(slice(first - place, last - place))
        found[tuple(box)] = near[tuple(part)] * np.uint8(self.number + 1)
        return found


def fault_radii(survey: Survey, thickness: float, unit: str) -> tuple[float, ...]:
    """Return how far from its middle a fault reaches along each dimension, in samples.

    Parameters
    ----------
    survey
        A volume, or a 2-D line.
    thickness
        Above 0.
    unit
        ``"samples"``, or ``"m"``: across lines by the coordinates in the headers, down by depth, or by time as if sound
        ran at 2,000 m/s (1 ms is 1 m).

    Raises
    ------
    UsageError
        When the thickness is not above 0, or in m where the survey's distances are not known.
    """
    if not 0 < thickness < 1e5:
        raise UsageError(f"Thickness {thickness:g}: a fault's thickness is above 0 and below 100,000 {unit}")
    if unit == "samples":
        # Three samples are the one on the surface and one on either side.
        return ((0.5 * (thickness - 1) if thickness > 1 else 0.0) + 1e-6,) * len(survey.dims)
    spacing = _spacing(survey)
    if spacing is None:
        raise UsageError(f"Thickness in m: the distances in {survey.path.name} are not known; give it in samples")
    return tuple(max(0.5 * thickness / each - 0.5, 0.0) + 1e-6 for each in spacing)


def _spacing(survey: Survey) -> tuple[float, ...] | None:
    """Return how far neighbouring samples are apart along each dimension, in m; None where not known."""
    *across, samples = survey.axes
    down = {"ms": METRES_PER_MS, "m": 1.0, "ft": METRES_PER_FOOT}.get(samples.units)
    if down is None:
        return None
    metres = METRES_PER_FOOT if in_feet(survey) else 1.0
    if len(across) == 1:
        spacing = metres * Track.of(survey).spacing
        return (spacing, down * _step(samples.values.astype(np.float64))) if spacing > 0 else None
    lattice = Lattice.of(survey)
    if lattice.matrix is None or not lattice.is_length:
        return None
    per_line = (metres * np.linalg.norm(lattice.matrix[:, 1:], axis=0)).tolist()
    steps = [_step(axis.values.astype(np.float64)) for axis in survey.axes]
    return per_line[0] * steps[0], per_line[1] * steps[1], down * steps[2]


def _step(numbers: NDArray[np.float64]) -> float:
    return float(np.median(np.abs(np.diff(numbers)))) if numbers.size > 1 else 1.0


def _surface(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return the samples on the surface between two polylines of as many nodes."""
    found = []
    for place in range(len(left) - 1):
        corners = left[place], left[place + 1], right[place], right[place + 1]
        down = _count(corners[0] - corners[1], corners[2] - corners[3])
        across = _count(corners[0] - corners[2], corners[1] - corners[3])
        v = np.linspace(0.0, 1.0, down)[:, None, None]
        u = np.linspace(0.0, 1.0, across)[None, :, None]
        points = (corners[0] * (1 - v) + corners[1] * v) * (1 - u) + (corners[2] * (1 - v) + corners[3] * v) * u
        found.append(np.unique(np.round(points).astype(np.int32).reshape(-1, points.shape[-1]), axis=0))
    return np.concatenate(found)


def _thinned(points: NDArray[np.int32], radii: tuple[float, ...]) -> NDArray[np.int32]:
    """Return fewer points where the fault is thick: balls a quarter of their radius apart make the same body."""
    cell = np.array([max(1, int(radius / 4)) for radius in radii], np.int32)
    if cell.max() == 1:
        return points
    _, first = np.unique(points // cell, axis=0, return_index=True)
    kept: NDArray[np.int32] = points[np.sort(first)]
    return kept


def _count(one: NDArray[np.float64], other: NDArray[np.float64]) -> int:
    return int(np.ceil(max(np.abs(one).max(), np.abs(other).max()) / _STEP)) + 1


def _near(points: NDArray[np.int32], size: tuple[int, ...], radii: tuple[float, ...]) -> NDArray[np.bool_]:
    """Return which samples of a box are near points, in an ellipsoid of the given radii."""
    marked = np.zeros(size, np.bool_)
    reach = [int(radius) for radius in radii]
    around = np.meshgrid(*(np.arange(-far, far + 1) for far in reach), indexing="ij")
    steps = np.stack(around, axis=-1).reshape(-1, len(reach))
    steps = steps[((steps / np.array(radii)) ** 2).sum(axis=1) <= 1.0]
    if len(steps) * len(points) < _DEAR * marked.size:
        for step in steps:
            marked[tuple((points + step).T)] = True
        return marked
    from scipy.ndimage import distance_transform_edt

    marked[tuple(points.T)] = True
    # The square root of the sum of squares, each in its radius: inside the ellipsoid where it is at most 1.
    return np.asarray(distance_transform_edt(~marked, sampling=tuple(1 / radius for radius in radii)) <= 1.0)
