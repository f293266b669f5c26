"""How long the sides of a sample of the decimated survey are on the screen."""

from typing import TYPE_CHECKING

from napari_geofm.core.axis import Axis
from napari_geofm.gui.canvas.geometry import METRES_PER_FOOT, METRES_PER_MS, spacing_m

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey
    from napari_geofm.session.overview import Grid

__all__ = ["volume_scale"]

THINNEST = 0.25
"""Shortest side of the box over its longest: a survey of few lines is drawn wider, a long one is not a thread."""


def volume_scale(survey: "Survey", grid: "Grid", exaggeration: float) -> tuple[float, float, float]:
    """Return the sides of a grid's sample: away from the user (inline), down (time or depth), to the right (crossline).

    Parameters
    ----------
    survey, grid
        A volume, and what is kept of it.
    exaggeration
        Vertical exaggeration, above 0.
    """
    first, second, down = survey.axes
    sides = [spacing_m(survey, first.name), spacing_m(survey, second.name), _depth(down)]
    # What is not known makes a cube of the whole.
    lengths = [side * size if side is not None else 0.0 for side, size in zip(sides, survey.shape, strict=True)]
    longest = max(lengths) or 1.0
    lengths = [length or longest for length in lengths]
    lengths[2] *= exaggeration
    longest = max(lengths)
    lengths = [max(length, THINNEST * longest) for length in lengths]
    away, right, deep = (length / size for length, size in zip(lengths, grid.shape, strict=True))
    return away, deep, right


def _depth(axis: Axis) -> float | None:
    step = abs(float(axis.step or 0.0))
    return step * {"ms": METRES_PER_MS, "m": 1.0, "ft": METRES_PER_FOOT}.get(axis.units, 0.0) or None
