"""Coordinates of traces: from line numbers to X and Y."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.segy.geometry import Grid
from napari_geofm.io.segy.hints import named_bytes
from napari_geofm.io.segy.layout import SegyLayout
from napari_geofm.io.segy.options import SegyOptions
from napari_geofm.io.segy.probing import headers_at, pieces_at
from napari_geofm.io.segy.scan import HeaderSample
from napari_geofm.io.segy.text import TEXT_BYTES, decode_text

__all__ = ["Course", "LineAffine", "coordinates_of", "fit_affine", "line_course", "trace_positions"]

_AS_FOUND = SegyOptions()

_ANGLES = {2: "seconds of arc", 3: "degrees", 4: "degrees, minutes and seconds"}
"""What bytes 89-90 say where coordinates are no lengths."""

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
    angle
        What X and Y are in where they are no lengths: ``"seconds of arc"``, ``"degrees"`` ...; empty where they are.
    """

    matrix: NDArray[np.float64]
    rms: float
    angle: str = ""

    def xy(self, iline: float, xline: float) -> tuple[float, float]:
        """Return ``(X, Y)`` of a place."""
        x, y = self.matrix @ np.array([1.0, iline, xline])
        return float(x), float(y)


def fit_affine(
    layout: SegyLayout, grid: Grid, options: SegyOptions = _AS_FOUND, taken: tuple[int, ...] = ()
) -> LineAffine | None:
    """Fit X and Y (see :func:`coordinates_of`) of a volume's traces; those at (0, 0), as of padding, have none.

    Parameters
    ----------
    layout, grid
        The file, and which trace lies where.
    options
        May name other bytes and another scalar.
    taken
        Bytes that hold the line numbers, which are no coordinates.

    Returns
    -------
    LineAffine or None
        None where the file has no coordinates, or the traces lie on one line.
    """
    cells = np.flatnonzero(grid.index.reshape(-1) >= 0)
    cells = cells[np.unique(np.linspace(0, cells.size - 1, _SAMPLE).astype(np.int64))]
    headers = headers_at(layout, grid.index.reshape(-1)[cells])
    xy = _coordinates(layout, headers, options, taken)
    if xy is None:
        return None
    there = xy.any(axis=1)
    places = np.unravel_index(cells[there], grid.index.shape)
    design = np.stack([np.ones(places[0].size), grid.lines[0][places[0]], grid.lines[1][places[1]]], axis=1)
    solution, _, rank, _ = np.linalg.lstsq(design, xy[there], rcond=None)
    if rank < 3:
        return None
    gaps = design @ solution - xy[there]
    rms = float(np.sqrt((gaps**2).sum(axis=1).mean()))
    return LineAffine(np.ascontiguousarray(solution.T), rms, _angle(headers))


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Where a line runs.

    Attributes
    ----------
    xy
        ndarray of float64, shape ``(n, 2)``: X and Y of traces spread evenly along it, in the headers' unit of length.
    angle
        As of :class:`LineAffine`.
    """

    xy: NDArray[np.float64]
    angle: str


def line_course(layout: SegyLayout, grid: Grid, options: SegyOptions = _AS_FOUND, most: int = 1000) -> Course | None:
    """Return where up to ``most`` traces of a line lie, in its order; None where it has no coordinates.

    Traces at (0, 0), as of padding, have none.
    """
    flat = grid.index.reshape(-1)
    there = flat[flat >= 0]
    headers = headers_at(layout, there[np.unique(np.linspace(0, there.size - 1, most).astype(np.int64))])
    xy = _coordinates(layout, headers, options, ())
    if xy is None:
        return None
    return Course(xy[xy.any(axis=1)], _angle(headers))


def _angle(headers: HeaderSample) -> str:
    kinds, counts = np.unique(headers.field(89, "i2"), return_counts=True)
    return _ANGLES.get(int(kinds[counts.argmax()]), "")


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
    layout: SegyLayout, traces: NDArray[np.integer], options: SegyOptions = _AS_FOUND, taken: tuple[int, ...] = ()
) -> NDArray[np.float64] | None:
    """Return X and Y of traces by number, shape ``(traces, 2)``, float64, or None where all are the same.

    They are those of the CDP (bytes 181/185), where these are empty those that the text header names, then the source's
    (73/77); the scalar is at 71. ``options`` may name others; ``taken`` are bytes that hold line numbers.
    """
    return _coordinates(layout, headers_at(layout, traces), options, taken)


def _coordinates(
    layout: SegyLayout, headers: HeaderSample, options: SegyOptions, taken: tuple[int, ...]
) -> NDArray[np.float64] | None:
    scalar = headers.field(71, "i2").astype(np.float64)
    if options.scalar is not None:
        scalar[:] = options.scalar
    factor = np.where(scalar < 0, 1.0 / np.maximum(np.abs(scalar), 1.0), np.maximum(scalar, 1.0))
    for bytes_xy in _pairs(layout, options):
        if options.x_byte is None and options.y_byte is None and set(bytes_xy) <= set(taken):
            continue
        x, y = (headers.field(byte).astype(np.float64) * factor for byte in bytes_xy)
        if np.ptp(x) > 0.0 or np.ptp(y) > 0.0:
            return np.stack([x, y], axis=1)
    return None


def _pairs(layout: SegyLayout, options: SegyOptions) -> Iterator[tuple[int, int]]:
    """Yield the bytes of X and Y that may be, the most trustworthy first."""
    if options.x_byte is not None or options.y_byte is not None:
        yield options.x_byte or 181, options.y_byte or 185
        return
    yield 181, 185
    named = named_bytes(decode_text(pieces_at(layout.path, [0], TEXT_BYTES)[0]))
    yield from zip(named.get("x", ()), named.get("y", ()), strict=False)
    yield 73, 77
