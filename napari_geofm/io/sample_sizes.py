"""How large a sample is: a volume where it is known, an area by a time where only that is."""

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey
from napari_geofm.errors import UsageError

__all__ = ["SLOWEST_FASTEST", "in_feet", "said_unit", "sample_size", "sample_volume", "why_no_velocity"]

METRES_PER_FOOT = 0.3048

SLOWEST_FASTEST = (300.0, 9000.0)
"""Average velocities that may be meant, m/s: dry sand, and more than any sediment."""

_AREA_TIME = "km2*ms"


def sample_volume(survey: Survey, velocity: float | None = None) -> tuple[float, str] | None:
    """Return the volume of a sample and its unit, ``"m3"``, or ``"ft3"`` where the survey's lengths are in feet.

    Parameters
    ----------
    survey
        A volume.
    velocity
        Average velocity in m/s, by which two-way times become depths; None where it is not known.

    Returns
    -------
    tuple of float and str, or None
        None where the headers have no coordinates, or in time without a velocity. Coordinates are taken to be in the
        unit of the depths.

    Raises
    ------
    UsageError
        When there is a velocity, and the survey has no use for it, or it is none.
    """
    if velocity is not None:
        reason = why_no_velocity(survey)
        if reason:
            raise UsageError(f"Velocity {velocity:g} m/s: {reason}; leave it out")
        low, high = SLOWEST_FASTEST
        if not low <= velocity <= high:
            raise UsageError(f"Velocity {velocity:g} m/s: an average velocity is {low:g} to {high:g} m/s")
    area = _area_m2(survey)
    if area is None:
        return None
    samples = survey.axes[-1]
    step = _step(samples.values.astype(np.float64))
    if samples.units == "ms":
        if velocity is None:
            return None
        depth = 0.5 * velocity * step / 1000.0
    else:
        depth = step * {"m": 1.0, "ft": METRES_PER_FOOT}[samples.units]
    return (area * depth / METRES_PER_FOOT**3, "ft3") if in_feet(survey) else (area * depth, "m3")


def sample_size(survey: Survey, velocity: float | None = None) -> tuple[float, str]:
    """Return what a sample is stated as: its volume, else its area by its time (km2*ms), else one sample.

    Parameters and errors are those of :func:`sample_volume`.
    """
    volume = sample_volume(survey, velocity)
    if volume is not None:
        return volume
    area = _area_m2(survey)
    if area is None:
        return 1.0, "samples"
    return area / 1e6 * _step(survey.axes[-1].values.astype(np.float64)), _AREA_TIME


def why_no_velocity(survey: Survey) -> str:
    """Return why an average velocity makes no volume of a survey's samples; empty where it does."""
    if survey.kind != "seismic-3d":
        return f"{survey.path.name} is {survey.kind}, and volumes are those of 3-D seismic"
    if survey.axes[-1].units in {"m", "ft"}:
        return f"{survey.path.name} is in depth already"
    if _area_m2(survey) is None:
        return f"{survey.path.name} does not tell how far its traces are apart"
    return ""


def said_unit(unit: str) -> str:
    """Return a unit as it is read.

    Examples
    --------
    >>> said_unit("m3"), said_unit("km2*ms"), said_unit("samples")
    ('m³', 'km²·ms', 'samples')
    """
    return unit.replace("3", "³").replace("2", "²").replace("*", "·")


def _area_m2(survey: Survey) -> float | None:
    """Return the area of a trace in m2; None where distances are not known."""
    affine = getattr(survey.template, "affine", None)
    if survey.kind != "seismic-3d" or affine is None or survey.axes[-1].units not in {"ms", "m", "ft"}:
        return None
    if getattr(affine, "angle", ""):
        return None
    inlines, crosslines, _ = survey.axes
    per_cell = abs(float(np.linalg.det(np.asarray(affine.matrix, np.float64)[:, 1:])))
    steps = [_step(axis.values.astype(np.float64)) for axis in (inlines, crosslines)]
    area = per_cell * steps[0] * steps[1] * (METRES_PER_FOOT**2 if in_feet(survey) else 1.0)
    return area if area > 0 else None


def in_feet(survey: Survey) -> bool:
    """Return whether a survey's lengths, those of its coordinates too, are in feet (bytes 3255-3256)."""
    layout = getattr(survey.template, "layout", None)
    return survey.axes[-1].units == "ft" or bool(getattr(layout, "feet", False))


def _step(numbers: NDArray[np.float64]) -> float:
    return float(np.median(np.abs(np.diff(numbers)))) if numbers.size > 1 else 1.0
