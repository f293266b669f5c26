"""How large a sample and a trace are on the screen."""

import numpy as np

from napari_geofm.core.axis import Axis
from napari_geofm.core.section import Section
from napari_geofm.core.survey import Survey

__all__ = ["pixel_scale", "spacing_m"]

METRES_PER_MS = 1.0
"""Two-way time is shown as if sound ran at 2,000 m/s, as in shallow sediment: 1 ms is 1 m."""


def pixel_scale(survey: Survey, section: Section, exaggeration: float) -> tuple[float, float]:
    """Return height and width of a sample on the screen, in metres where both are known.

    Parameters
    ----------
    survey, section
        What is shown.
    exaggeration
        Vertical exaggeration, above 0; time slices and images have none.
    """
    if section.rows.name in {"row", "lat"}:
        return 1.0, 1.0
    down, across = _step(section.rows, survey), _step(section.columns, survey)
    if down is None or across is None:
        # Lengths that cannot be compared: two thirds as high as wide.
        height, width = section.shape
        return exaggeration * 2.0 / 3.0 * width / height, 1.0
    if section.rows.name in {"inline", "crossline"}:
        return down, across
    return exaggeration * down, across


def spacing_m(survey: Survey, axis: str) -> float | None:
    """Return the distance between neighbouring lines in m, from the coordinates in the headers; None where unknown."""
    affine = getattr(survey.template, "affine", None)
    if affine is None or axis not in {"inline", "crossline"}:
        return None
    first, second = survey.axis("inline"), survey.axis("crossline")
    here = (float(first.first), float(second.first))
    step = (1.0, 0.0) if axis == "inline" else (0.0, 1.0)
    try:
        ends = [np.hypot(*np.subtract(affine.xy(here[0] + step[0], here[1] + step[1]), affine.xy(*here)))]
    except (TypeError, ValueError, AttributeError):
        return None
    number = survey.axis(axis)
    between = float(np.median(np.abs(np.diff(number.values.astype(float))))) if number.size > 1 else 1.0
    found = float(ends[0]) * between
    return found if 0.01 < found < 1e4 else None


def _step(axis: Axis, survey: Survey) -> float | None:
    """Return how far apart two numbers of an axis are in m, None where that is not known."""
    if axis.name in {"inline", "crossline"}:
        return spacing_m(survey, axis.name)
    step = float(axis.step or 0.0)
    if axis.name == "twt" and axis.units == "ms":
        return step * METRES_PER_MS or None
    return (step or None) if axis.units in {"m", "ft"} else None
