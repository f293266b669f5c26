"""The lines of a volume as a lattice: from header numbers and map coordinates to positions, and back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.axis import Axis
from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeometryError

__all__ = ["Lattice"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """Inlines, crosslines, samples and the way to X and Y.

    Attributes
    ----------
    name
        The survey's file.
    inlines, crosslines, samples
        Its axes.
    matrix
        ndarray of float64, shape ``(2, 3)``: ``X`` and ``Y`` as ``a + b * inline + c * crossline``; None where the
        survey's headers have no coordinates.
    is_length
        Whether X and Y are lengths, and no angles.
    """

    name: str
    inlines: Axis
    crosslines: Axis
    samples: Axis
    matrix: Floats | None
    is_length: bool = True

    @classmethod
    def of(cls, survey: Survey) -> "Lattice":
        """Return the lattice of a volume.

        Raises
        ------
        GeometryError
            When the survey is none.
        """
        if survey.kind != "seismic-3d":
            msg = f"{survey.path.name} is {survey.kind}; horizons and faults belong to seismic: open a volume or a line"
            raise GeometryError(msg)
        affine = getattr(survey.template, "affine", None)
        matrix = None if affine is None else np.asarray(affine.matrix, np.float64)
        if matrix is not None and abs(float(np.linalg.det(matrix[:, 1:]))) <= 1e-12:
            matrix = None
        inlines, crosslines, samples = survey.axes
        return cls(survey.path.name, inlines, crosslines, samples, matrix, not getattr(affine, "angle", ""))

    @property
    def shape(self) -> tuple[int, int]:
        """Counts of inlines and crosslines."""
        return self.inlines.size, self.crosslines.size

    def lines(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return the inline and crossline numbers, with fractions, of map coordinates.

        Raises
        ------
        GeometryError
            When the survey has no coordinates.
        """
        if self.matrix is None:
            msg = f"{self.name} has no X and Y in its headers; give inline and crossline numbers instead of X and Y"
            raise GeometryError(msg)
        inverse = np.linalg.inv(self.matrix[:, 1:])
        found = inverse @ (np.stack([x, y]) - self.matrix[:, :1])
        return found[0], found[1]

    def xy(self, inline: Floats, crossline: Floats) -> tuple[Floats, Floats] | None:
        """Return the map coordinates of lines; None where the survey has none."""
        if self.matrix is None:
            return None
        found = np.tensordot(self.matrix, np.stack([np.ones_like(inline), inline, crossline]), axes=1)
        return found[0], found[1]

    def everywhere(self) -> tuple[Floats, Floats] | None:
        """Return X and Y of every trace, each of shape ``shape``; None where the survey has none."""
        numbers = (axis.values.astype(np.float64) for axis in (self.inlines, self.crosslines))
        inline, crossline = np.meshgrid(*numbers, indexing="ij")
        return self.xy(inline, crossline)

    def fits(self, x: Floats, y: Floats) -> float:
        """Return the part of map coordinates that lies in the survey; 0 where it has none."""
        return 0.0 if self.matrix is None else float(self.cells(*self.lines(x, y))[2].mean())

    def box(self) -> tuple[float, float, float, float] | None:
        """Return the least and largest X, and the least and largest Y, of the survey's corners; None where unknown."""
        ends = [(float(i), float(c)) for i in _ends(self.inlines) for c in _ends(self.crosslines)]
        found = self.xy(np.array([i for i, _ in ends]), np.array([c for _, c in ends]))
        if found is None:
            return None
        x, y = found
        return float(x.min()), float(x.max()), float(y.min()), float(y.max())

    def flat(self, picks: Floats) -> NDArray[np.int64]:
        """Return the flat position in the map of the trace nearest to each pick of inline, crossline, ..."""
        rows, columns, _ = self.cells(picks[:, 0], picks[:, 1])
        return rows * self.shape[1] + columns

    def cells(
        self, inline: Floats, crossline: Floats
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Return the positions of the nearest traces, and whether a place lies in the survey at all."""
        rows, in_rows = nearest(self.inlines, inline)
        columns, in_columns = nearest(self.crosslines, crossline)
        return rows, columns, in_rows & in_columns


def nearest(axis: Axis, numbers: Floats) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the positions of the closest numbers of an axis, and whether they are within half a step of it."""
    values = axis.values.astype(np.float64)
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    steps = np.diff(ranked)
    half = 0.5001 * (float(np.median(steps)) if steps.size else 1.0)
    with np.errstate(invalid="ignore"):
        place = np.searchsorted(0.5 * (ranked[1:] + ranked[:-1]), numbers)
        gap = np.abs(ranked[place] - numbers)
        inside = np.isfinite(numbers) & (gap <= half)
    return order[place], inside


def _ends(axis: Axis) -> tuple[float, float]:
    values = axis.values.astype(np.float64)
    return float(values.min()), float(values.max())
