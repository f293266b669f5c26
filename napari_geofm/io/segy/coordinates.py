"""Coordinates of traces: from line numbers to X and Y."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.segy.geometry import Grid
from napari_geofm.io.segy.layout import SegyLayout
from napari_geofm.io.segy.options import SegyOptions
from napari_geofm.io.segy.probing import headers_at

__all__ = ["LineAffine", "coordinates_of", "fit_affine", "trace_positions"]

_AS_FOUND = SegyOptions()

_SAMPLE = 256
"""Traces of which the fit is made: each is a page of its own, which a network drive fetches one by one."""


@dataclass(frozen=True, slots=True, eq=False)
class LineAffine:
    """Least-squares map from ``(inline, crossline)`` to ``(X, Y)``; surveys are rotated and scaled.

    Attributes
    ----------
    matrix
        ndarray of float64, shape ``(2, 3)``: ``X`` and ``Y`` as ``a + b * inline + c * crossline``, in the headers'
        unit of length after the coordinate scalar.
    rms
        Root mean square distance of the traces' own coordinates from the fit.
    """

    matrix: NDArray[np.float64]
    rms: float

    def xy(self, iline: float, xline: float) -> tuple[float, float]:
        """Return ``(X, Y)`` of a place."""
        x, y = self.matrix @ np.array([1.0, iline, xline])
        return float(x), float(y)


def fit_affine(layout: SegyLayout, grid: Grid, options: SegyOptions = _AS_FOUND) -> LineAffine | None:
    """Fit CDP X/Y (bytes 181/185, or 73/77 where those are empty; scalar at 71) of a volume's traces.

    ``options`` may name other bytes and another scalar.

    Returns
    -------
    LineAffine or None
        None where the file has no coordinates, or the traces lie on one line.
    """
    cells = np.flatnonzero(grid.index.reshape(-1) >= 0)
    cells = cells[np.unique(np.linspace(0, cells.size - 1, _SAMPLE).astype(np.int64))]
    traces = grid.index.reshape(-1)[cells]
    places = np.unravel_index(cells, grid.index.shape)
    design = np.stack([np.ones(cells.size), grid.lines[0][places[0]], grid.lines[1][places[1]]], axis=1)
    xy = coordinates_of(layout, traces, options)
    if xy is None:
        return None
    solution, _, rank, _ = np.linalg.lstsq(design, xy, rcond=None)
    if rank < 3:
        return None
    gaps = design @ solution - xy
    return LineAffine(np.ascontiguousarray(solution.T), float(np.sqrt((gaps**2).sum(axis=1).mean())))


def trace_positions(layout: SegyLayout, grid: Grid, options: SegyOptions = _AS_FOUND) -> NDArray[np.float64] | None:
    """Return X and Y of each trace of a line, in the headers' unit after the coordinate scalar.

    Returns
    -------
    ndarray of float64, shape ``(traces, 2)``, or None
        NaN where there is no trace; None where the file has no coordinates.
    """
    flat = grid.index.reshape(-1)
    there = np.flatnonzero(flat >= 0)
    xy = coordinates_of(layout, flat[there], options)
    if xy is None:
        return None
    found = np.full((flat.size, 2), np.nan)
    found[there] = xy
    return found


def coordinates_of(
    layout: SegyLayout, traces: NDArray[np.integer], options: SegyOptions = _AS_FOUND
) -> NDArray[np.float64] | None:
    """Return X and Y of traces by number, shape ``(traces, 2)``, float64, or None where all are the same."""
    headers = headers_at(layout, traces)
    scalar = headers.field(71, "i2").astype(np.float64)
    if options.scalar is not None:
        scalar[:] = options.scalar
    factor = np.where(scalar < 0, 1.0 / np.maximum(np.abs(scalar), 1.0), np.maximum(scalar, 1.0))
    named = options.x_byte is not None or options.y_byte is not None
    pairs = ((options.x_byte or 181, options.y_byte or 185),) if named else ((181, 185), (73, 77))
    for bytes_xy in pairs:
        x, y = (headers.field(byte).astype(np.float64) * factor for byte in bytes_xy)
        if np.ptp(x) > 0.0 or np.ptp(y) > 0.0:
            return np.stack([x, y], axis=1)
    return None
