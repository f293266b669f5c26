"""From horizons, faults and classes by number to what is filled, in the interpreter's words."""

from collections.abc import Sequence

import numpy as np

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.core.survey import Survey
from napari_geofm.session.picks.bodies import Above, Below, Between, Body
from napari_geofm.session.picks.fault_body import FaultBody, fault_radii
from napari_geofm.session.picks.gaps import without_gaps

__all__ = ["between", "fault_body", "sides"]


def between(one: Horizon, other: Horizon, survey: Survey, number: int, *, gaps: bool = True) -> list[Body]:
    """Return what lies between two horizons; ``gaps`` interpolates them between their picks."""
    maps = [without_gaps(each)[0].z if gaps else each.z for each in (one, other)]
    return [Between(maps[0], maps[1], _samples(survey), number)]


def sides(
    horizon: Horizon, survey: Survey, *, above: int | None = None, below: int | None = None, gaps: bool = True
) -> list[Body]:
    """Return what lies above a horizon, and at it and below, as classes; None leaves a side alone."""
    z = without_gaps(horizon)[0].z if gaps else horizon.z
    found: list[Body] = []
    if above is not None:
        found.append(Above(z, _samples(survey), above))
    if below is not None:
        found.append(Below(z, _samples(survey), below))
    return found


def fault_body(
    faults: Sequence[FaultSticks], survey: Survey, number: int, thickness: float = 3.0, unit: str = "samples"
) -> list[Body]:
    """Return the surfaces between sticks, ``thickness`` samples or m thick.

    Raises
    ------
    UsageError
        As :func:`~napari_geofm.session.picks.fault_body.fault_radii`.
    """
    radii = fault_radii(survey, thickness, unit)
    return [FaultBody.of(fault, survey, radii, number) for fault in faults]


def _samples(survey: Survey) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    return survey.axes[-1].values.astype(np.float64)
