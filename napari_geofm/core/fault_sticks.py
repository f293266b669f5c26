"""A fault as interpreters pick it: sticks, between which the surface is a ruled one."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import GeometryError

__all__ = ["FaultSticks"]

_MOST_RUNGS = 200


@dataclass(frozen=True, slots=True, eq=False)
class FaultSticks:
    """Picked lines down a fault, in the order in which they follow each other along it.

    Attributes
    ----------
    name
        What interpreters call it.
    sticks
        One ndarray of float64 for each stick, shape ``(nodes, 3)``, at least two nodes: inline and crossline (header
        numbers, fractions between lines), and two-way time or depth in the unit of the survey's last axis. On a 2-D
        line ``(nodes, 2)``: the trace's number, and time or depth; each stick is then the fault where the line cuts it.
    """

    name: str
    sticks: tuple[NDArray[np.float64], ...]

    kind: ClassVar[str] = "fault"

    def __post_init__(self) -> None:
        """Refuse what is no stick."""
        for stick in self.sticks:
            if stick.ndim != 2 or stick.shape[1] not in {2, 3} or len(stick) < 2:
                msg = (
                    f"Fault '{self.name}' has a stick of shape {stick.shape}; "
                    "a stick is two or more nodes of three numbers, on a line of two."
                )
                raise GeometryError(msg)

    @property
    def picked(self) -> int:
        """Count of nodes."""
        return sum(len(stick) for stick in self.sticks)

    @property
    def span(self) -> tuple[float, float]:
        """Shallowest and deepest node, NaN where there is none."""
        if not self.sticks:
            return float("nan"), float("nan")
        return min(float(s[:, -1].min()) for s in self.sticks), max(float(s[:, -1].max()) for s in self.sticks)

    def renamed(self, name: str) -> "FaultSticks":
        """Return the same sticks under another name."""
        return replace(self, name=name)

    def patches(self) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Return for each two neighbouring sticks both with as many nodes, from top to bottom: rungs join them.

        Columns as in ``sticks``; the nodes of either are at the same parts of its length. None on a 2-D line, which
        does not tell what lies between.
        """
        found: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []
        if self.sticks and self.sticks[0].shape[1] == 2:
            return found
        for one, other in zip(self.sticks, self.sticks[1:], strict=False):
            count = min(max(len(one), len(other), 2), _MOST_RUNGS)
            found.append((_resampled(one, count), _resampled(other, count)))
        return found

    def triangles(self) -> NDArray[np.float64]:
        """Return the surface between neighbouring sticks.

        Each two neighbours, both read downwards, are joined by rungs at the same parts of their lengths.

        Returns
        -------
        ndarray of float64, shape ``(triangles, 3 corners, 3)``
            Columns as in ``sticks``; empty for a single stick.
        """
        faces = [_between(left, right) for left, right in self.patches()]
        return np.concatenate(faces) if faces else np.empty((0, 3, 3))

    def cut(self, dimension: int, value: float) -> NDArray[np.float64]:
        """Return where the surface crosses a section.

        Parameters
        ----------
        dimension
            0 for an inline, 1 for a crossline, 2 for a time or depth slice.
        value
            The section's number.

        Returns
        -------
        ndarray of float64, shape ``(segments, 2 ends, 3)``
            Columns as in ``sticks``; empty where the section is not crossed.
        """
        faces = self.triangles()
        side = faces[:, :, dimension] - value
        # A corner right on the section counts as behind it: then each triangle is crossed at no or two edges.
        ahead = side > 0
        crossed = ahead.any(1) & ~ahead.all(1)
        faces, side, ahead = faces[crossed], side[crossed], ahead[crossed]
        ends = np.empty((len(faces), 2, 3))
        # The corner that lies alone on its side, and the two that it is joined to.
        alone = np.where(ahead.sum(1) == 1, ahead.argmax(1), (~ahead).argmax(1))
        rows = np.arange(len(faces))
        for place, step in enumerate((1, 2)):
            other = (alone + step) % 3
            near, far = side[rows, alone], side[rows, other]
            part = (near / (near - far))[:, None]
            ends[:, place] = faces[rows, alone] * (1 - part) + faces[rows, other] * part
        return ends


def _between(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the triangles between two sticks of as many nodes."""
    upper = np.stack([left[:-1], right[:-1], left[1:]], axis=1)
    lower = np.stack([right[:-1], right[1:], left[1:]], axis=1)
    return np.concatenate([upper, lower])


def _resampled(stick: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return a stick, read downwards, as ``count`` nodes at even parts of its length."""
    down = stick if stick[-1, 2] >= stick[0, 2] else stick[::-1]
    if len(down) == count:
        return down
    # Lengths in ranges of each column, since lines and times have no common unit.
    size = np.maximum(np.ptp(down, axis=0), 1e-12)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(down, axis=0) / size, axis=1))])
    if length[-1] <= 0:
        return np.repeat(down[:1], count, axis=0)
    where = np.linspace(0.0, length[-1], count)
    return np.stack([np.interp(where, length, down[:, column]) for column in range(3)], axis=1)
