"""How large a sample and a trace are on the screen."""

import re
from dataclasses import dataclass

import numpy as np

from napari_geofm.core.axis import Axis
from napari_geofm.core.section import Section
from napari_geofm.core.survey import Survey
from napari_geofm.io.raster.crs import body_of

__all__ = ["METRES_PER_FOOT", "Proportions", "in_feet", "proportions", "spacing_m"]

METRES_PER_MS = 1.0
"""Two-way time is shown as if sound ran at 2,000 m/s, as in shallow sediment: 1 ms is 1 m."""

METRES_PER_FOOT = 0.3048

WIDEST, NARROWEST = 1.5, 0.8
"""Width over height of a section at an exaggeration of 1: beyond, it is stretched or squeezed vertically, since a line
of sixteen traces or of a hundred kilometres in true proportions would be a sliver."""

WIDEST_MAP = 4.0
"""The same for time slices and images, whose shape is a map's and is kept as long as it can be read."""

UNKNOWN = 1.4
"""Width over height where lengths down and across cannot be compared."""


@dataclass(frozen=True, slots=True)
class Proportions:
    """Height and width of a sample on the screen.

    Attributes
    ----------
    down, across
        In m where ``in_metres``, else relative to each other.
    in_metres
        Whether ``across`` is a length in m.
    stretch
        How much higher than in true proportions the section is shown; None where these are not known.
    told_in_feet
        Whether the survey's lengths are in feet, and people are told them so.
    """

    down: float
    across: float
    in_metres: bool = False
    stretch: float | None = None
    told_in_feet: bool = False

    @property
    def scale(self) -> tuple[float, float]:
        """Height and width."""
        return self.down, self.across


def proportions(survey: Survey, section: Section, exaggeration: float) -> Proportions:
    """Return how large the samples of a section are shown.

    Parameters
    ----------
    survey, section
        What is shown.
    exaggeration
        Vertical exaggeration on top of what a readable shape needs, above 0; time slices and images have none.
    """
    height, width = section.shape
    down, across, in_metres = _true(survey, section)
    is_map = section.rows.name in {"row", "lat", "inline", "crossline"}
    if down is None:
        shown = across * width / height / UNKNOWN * exaggeration
        return Proportions(shown, across, in_metres, told_in_feet=in_feet(survey))
    ratio = across * width / (down * height)
    widest, narrowest = (WIDEST_MAP, 1 / WIDEST_MAP) if is_map else (WIDEST, NARROWEST)
    stretch = ratio / min(max(ratio, narrowest), widest)
    if not is_map:
        stretch *= exaggeration
    return Proportions(down * stretch, across, in_metres, stretch if in_metres else None, in_feet(survey))


def spacing_m(survey: Survey, axis: str) -> float | None:
    """Return the distance between neighbouring lines in m, from the coordinates in the headers; None where unknown."""
    affine = getattr(survey.template, "affine", None)
    if affine is None or affine.angle or axis not in {"inline", "crossline"}:
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
    found = float(ends[0]) * between * (METRES_PER_FOOT if in_feet(survey) else 1.0)
    return found if 0.01 < found < 1e4 else None


def in_feet(survey: Survey) -> bool:
    """Return whether a survey's coordinates are in feet, as its headers say; a metric system that is named wins."""
    layout = getattr(survey.template, "layout", None)
    return bool(getattr(layout, "feet", False)) and not _is_metric(getattr(survey, "crs", None) or "")


def _true(survey: Survey, section: Section) -> tuple[float | None, float, bool]:
    """Return height and width of a sample in the same unit, and whether that is m; height None: not comparable."""
    if section.rows.name in {"row", "lat"}:
        return _of_image(survey, section)
    down, across = _step(section.rows, survey), _step(section.columns, survey)
    if down is not None and across is not None:
        return down, across, True
    if section.rows.name in {"inline", "crossline"}:
        # Line numbers without coordinates: as a grid of squares.
        return 1.0, 1.0, False
    return None, across or 1.0, across is not None


def _of_image(survey: Survey, section: Section) -> tuple[float, float, bool]:
    """Return height and width of a pixel: m on a projected map, or on the body whose latitudes these are."""
    transform = getattr(survey.template, "transform", None)
    if transform is None:
        return 1.0, 1.0, False
    a, b, _, d, e, _ = transform
    across, down = float(np.hypot(a, d)), float(np.hypot(b, e))
    if section.rows.name == "row":
        return down, across, _is_metric(survey.crs or "")
    middle = float(np.median(section.rows.values.astype(float)))
    # Towards a pole meridians meet; a map that ends there is drawn as at 80 degrees at most.
    across *= float(np.cos(np.radians(min(abs(middle), 80.0))))
    body = body_of(survey.crs) if survey.crs else None
    degree = float(np.radians(1.0)) * body.equatorial_m if body is not None else 0.0
    return (down * degree, across * degree, True) if degree > 0 else (down, across, False)


def _is_metric(wkt: str) -> bool:
    """Return whether a coordinate system's lengths are in m: the unit that it names last."""
    units = re.findall(r'(?:LENGTHUNIT|UNIT)\["([^"]*)"', wkt)
    return bool(units) and units[-1].lower() in {"metre", "meter", "m"}


def _step(axis: Axis, survey: Survey) -> float | None:
    """Return how far apart two numbers of an axis are in m, None where that is not known."""
    if axis.name in {"inline", "crossline"}:
        return spacing_m(survey, axis.name)
    step = abs(float(axis.step or 0.0))
    if axis.name == "twt" and axis.units == "ms":
        return step * METRES_PER_MS or None
    return step * {"m": 1.0, "ft": METRES_PER_FOOT}.get(axis.units, 0.0) or None
