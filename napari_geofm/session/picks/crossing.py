"""Where interpretations cross a section."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.axis import Axis
from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.core.polygon import Polygon
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.io.interpretations.reading import Interpretation

__all__ = ["Crossing", "crossing"]

Floats = NDArray[np.float64]

MOST_CELLS = 250_000
"""Traces of a horizon of which a contour is drawn on a time slice; of more every second, third ... is taken."""


@dataclass(frozen=True, slots=True, eq=False)
class Crossing:
    """What is drawn on a section, in its samples: column and row, 0 in the middle of the first.

    Attributes
    ----------
    lines
        ndarrays of float64, shape ``(points, 2)``, two points at least.
    dots
        ndarray of float64, shape ``(dots, 2)``: picks whose neighbours have none, and nodes of sticks on the section.
    """

    lines: tuple[Floats, ...] = ()
    dots: Floats = field(default_factory=lambda: np.empty((0, 2)))


def crossing(what: Interpretation, survey: Survey, at: At) -> Crossing:
    """Return where an interpretation crosses a section.

    Parameters
    ----------
    what
        A horizon, fault or polygon.
    survey, at
        The survey and the section.
    """
    if isinstance(what, Polygon):
        return _of_polygon(what, survey, at)
    if survey.kind == "seismic-2d" and at == At():
        return _on_line(what, survey)
    if at.axis not in survey.dims:
        return Crossing()
    return _of_horizon(what, survey, at) if isinstance(what, Horizon) else _of_fault(what, survey, at)


def _of_horizon(what: Horizon, survey: Survey, at: At) -> Crossing:
    samples = survey.axes[2]
    if at.axis == samples.name:
        step = 1 + int(np.sqrt(what.z.size / MOST_CELLS))
        # A little off: a horizon whose times are samples would else have its contours' corners on every trace.
        return Crossing(tuple(_contours(what.z[::step, ::step], _number(at) + 1e-3, float(step))))
    place = survey.axis(at.axis).index(_number(at))
    return _along(what.z[place] if at.axis == survey.dims[0] else what.z[:, place], samples)


def _on_line(what: Horizon | FaultSticks, survey: Survey) -> Crossing:
    """Return what is seen on a 2-D line: the horizon along it, and the sticks as they were picked."""
    traces, samples = survey.axes
    if isinstance(what, Horizon):
        return _along(what.z, samples)
    sticks = [np.column_stack([traces.places(stick[:, 0]), samples.places(stick[:, 1])]) for stick in what.sticks]
    return Crossing(tuple(sticks), np.concatenate(sticks) if sticks else np.empty((0, 2)))


def _along(z: NDArray[np.float32], samples: Axis) -> Crossing:
    """Return the lines between neighbouring picks of a row of traces, and picks without neighbours."""
    there = np.isfinite(z)
    rows = np.full(z.size, np.nan)
    rows[there] = samples.places(z[there].astype(np.float64))
    ends = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(np.int8)))
    columns = np.arange(z.size, dtype=np.float64)
    lines: list[Floats] = []
    dots: list[Floats] = []
    for first, last in zip(ends[::2].tolist(), ends[1::2].tolist(), strict=True):
        points = np.column_stack([columns[first:last], rows[first:last]])
        (lines if last - first > 1 else dots).append(points)
    return Crossing(tuple(lines), np.concatenate(dots) if dots else np.empty((0, 2)))


def _of_fault(what: FaultSticks, survey: Survey, at: At) -> Crossing:
    dimension, number = survey.dims.index(at.axis), _number(at)
    across, down = _shown(survey, at)
    columns = [survey.dims.index(across.name), survey.dims.index(down.name)]

    def placed(points: Floats) -> Floats:
        return np.column_stack([axis.places(points[:, n]) for axis, n in zip((across, down), columns, strict=True)])

    half = 0.5 * abs(float(survey.axis(at.axis).step or 1.0))
    on = [placed(stick) for stick in what.sticks if np.abs(stick[:, dimension] - number).max() < half]
    ends = what.cut(dimension, number)
    segments = placed(ends.reshape(-1, 3)).reshape(-1, 2, 2)
    return Crossing((*on, *segments), np.concatenate(on) if on else np.empty((0, 2)))


def _of_polygon(what: Polygon, survey: Survey, at: At) -> Crossing:
    if at != what.at:
        return Crossing()
    across, down = _shown(survey, at)
    lines = []
    for ring in what.rings:
        closed = np.concatenate([ring, ring[:1]])
        if survey.kind in {"image", "tiles"}:
            lines.append(closed - 0.5)
        else:
            lines.append(np.column_stack([across.places(closed[:, 0]), down.places(closed[:, 1])]))
    return Crossing(tuple(lines))


def _number(at: At) -> float:
    return float(at.value if at.value is not None else 0.0)


def _shown(survey: Survey, at: At) -> tuple[Axis, Axis]:
    layout = survey.layout(at)
    return survey.axis(layout.columns), survey.axis(layout.rows)


def _contours(z: NDArray[np.float32], level: float, step: float) -> list[Floats]:
    if min(z.shape) < 2 or not np.isfinite(z).any():
        return []
    from skimage.measure import find_contours

    # Rows and columns of a time slice are inlines and crosslines, as in the map.
    found = find_contours(z, level)
    return [step * np.asarray(line, np.float64)[:, ::-1] for line in found]
