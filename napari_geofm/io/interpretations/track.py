"""A 2-D line as a row of traces: from trace numbers, shot points and map coordinates to places along it, and back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.axis import Axis
from napari_geofm.core.survey import Survey
from napari_geofm.io.interpretations.lattice import nearest
from napari_geofm.io.segy import SegyTemplate

__all__ = ["Track"]

Floats = NDArray[np.float64]

_OFF_LINE = 1.0
"""Trace spacings beside the line within which a pick is on it: programs differ in how they place a common midpoint."""


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Traces and samples of a line.

    Attributes
    ----------
    name
        The survey's file.
    traces, samples
        Its axes.
    positions
        ndarray of float64, shape ``(traces, 2)``: X and Y, NaN where a trace is missing; None where the headers have
        none.
    shots
        ndarray of float64, shape ``(traces,)``: shot points; None where the headers have none that run along the line.
    """

    name: str
    traces: Axis
    samples: Axis
    positions: Floats | None
    shots: Floats | None

    @classmethod
    def of(cls, survey: Survey) -> "Track":
        """Return the track of a 2-D line; the headers of a SEG-Y are read for coordinates and shot points."""
        traces, samples = survey.axes
        positions = shots = None
        if isinstance(survey.template, SegyTemplate):
            from napari_geofm.io.segy.coordinates import trace_positions

            template = survey.template
            positions = trace_positions(template.layout, template.grid, template.options)
            shots = _shots(template)
        return cls(survey.path.name, traces, samples, positions, shots)

    @property
    def shape(self) -> tuple[int]:
        """Count of traces."""
        return (self.traces.size,)

    @property
    def spacing(self) -> float:
        """Usual distance between neighbouring traces in the unit of the coordinates; 0 where unknown."""
        if self.positions is None or self.traces.size < 2:
            return 0.0
        gaps = np.linalg.norm(np.diff(self.positions, axis=0), axis=1)
        return float(np.median(gaps[np.isfinite(gaps)])) if np.isfinite(gaps).any() else 0.0

    def everywhere(self) -> tuple[Floats, Floats] | None:
        """Return X and Y of every trace, NaN where one is missing; None where the line has none."""
        return None if self.positions is None else (self.positions[:, 0], self.positions[:, 1])

    def fits(self, x: Floats, y: Floats) -> float:
        """Return the part of map coordinates that lies on the line; 0 where it has none."""
        return float(np.isfinite(self.of_xy(x, y)).mean()) if len(x) else 0.0

    def box(self) -> tuple[float, float, float, float] | None:
        """Return the least and largest X, and the least and largest Y; None where unknown."""
        if self.positions is None:
            return None
        low, high = np.nanmin(self.positions, axis=0), np.nanmax(self.positions, axis=0)
        return float(low[0]), float(high[0]), float(low[1]), float(high[1])

    def flat(self, picks: Floats) -> NDArray[np.int64]:
        """Return the position of the trace nearest to each pick."""
        return nearest(self.traces, picks[:, 0])[0]

    def inside(self, numbers: Floats) -> NDArray[np.bool_]:
        """Return which trace numbers lie on the line."""
        return nearest(self.traces, numbers)[1]

    def of_shots(self, shots: Floats) -> Floats:
        """Return trace numbers, with fractions, of shot points; NaN for those beyond the line."""
        if self.shots is None:
            return np.full(len(shots), np.nan)
        there = np.isfinite(self.shots)
        known, first = np.unique(self.shots[there], return_index=True)
        # Where several traces share a shot point, the middle one stands for it.
        counts = np.bincount(np.searchsorted(known, self.shots[there]))
        places = np.flatnonzero(there)[first] + 0.5 * (counts - 1)
        half = 0.5001 * float(np.median(np.diff(known)))
        inside = (shots >= known[0] - half) & (shots <= known[-1] + half)
        return np.where(inside, self._numbers(np.interp(shots, known, places)), np.nan)

    def of_xy(self, x: Floats, y: Floats) -> Floats:
        """Return trace numbers, with fractions, of map coordinates; NaN for those that are not on the line."""
        found = np.full(len(x), np.nan)
        fine = np.isfinite(x) & np.isfinite(y)
        if self.positions is None or not fine.any():
            return found
        from scipy.spatial import cKDTree

        there = np.flatnonzero(np.isfinite(self.positions).all(axis=1))
        points = np.column_stack([x[fine], y[fine]])
        near = np.asarray(cKDTree(self.positions[there]).query(points)[1], np.int64)
        places, gaps = self._along(points, there, near)
        found[fine] = np.where(gaps <= _OFF_LINE * self.spacing + 1e-6, self._numbers(places), np.nan)
        return found

    def xy(self, numbers: Floats) -> tuple[Floats, Floats] | None:
        """Return the map coordinates of trace numbers; None where the line has none."""
        if self.positions is None:
            return None
        there = np.isfinite(self.positions).all(axis=1)
        order = np.argsort(self.traces.values[there], kind="stable")
        known = self.traces.values[there].astype(np.float64)[order]
        x, y = (np.interp(numbers, known, self.positions[there, n][order]) for n in range(2))
        return x, y

    def _along(self, points: Floats, there: NDArray[np.int64], near: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Return the place along the line that is closest to each point, and how far it is from it."""
        assert self.positions is not None
        best, gap = there[near].astype(np.float64), np.linalg.norm(points - self.positions[there[near]], axis=1)
        for one in (near - 1, near):
            low, high = there[np.clip(one, 0, len(there) - 1)], there[np.clip(one + 1, 0, len(there) - 1)]
            way = self.positions[high] - self.positions[low]
            length = np.maximum((way**2).sum(axis=1), 1e-12)
            part = np.clip(((points - self.positions[low]) * way).sum(axis=1) / length, 0.0, 1.0)
            off = np.linalg.norm(points - self.positions[low] - part[:, None] * way, axis=1)
            best, gap = np.where(off < gap, low + part * (high - low), best), np.minimum(off, gap)
        return best, gap

    def _numbers(self, places: Floats) -> Floats:
        return np.interp(places, np.arange(self.traces.size), self.traces.values.astype(np.float64))


def _shots(template: SegyTemplate) -> Floats | None:
    """Return the shot point of each trace (bytes 197 by its scalar at 201, else 17) where they run one way."""
    from napari_geofm.io.segy.probing import headers_at

    index = template.grid.index.reshape(-1)
    there = np.flatnonzero(index >= 0)
    headers = headers_at(template.layout, index[there])
    scalar = headers.field(201, "i2").astype(np.float64)
    factor = np.where(scalar < 0, 1.0 / np.maximum(np.abs(scalar), 1.0), np.maximum(scalar, 1.0))
    for numbers in (headers.field(197) * factor, headers.field(17).astype(np.float64)):
        steps = np.diff(numbers)
        if steps.any() and ((steps >= 0).all() or (steps <= 0).all()):
            found = np.full(index.size, np.nan)
            found[there] = numbers
            return found
    return None
