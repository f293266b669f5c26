"""A section on which an interpretation is seen."""

import numpy as np

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.polygon import Polygon
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.io.interpretations.reading import Interpretation

__all__ = ["section_of"]


def section_of(what: Interpretation, survey: Survey, here: At) -> At | None:
    """Return the section through the middle of an interpretation, along the axis that is looked along.

    A polygon's is its own, and a 2-D line has but one. None where there is nothing to go to.
    """
    if isinstance(what, Polygon):
        return what.at
    if len(survey.dims) == 2:
        return At()
    axis = here.axis if here.axis in survey.dims else survey.dims[0]
    dimension = survey.dims.index(axis)
    if isinstance(what, FaultSticks):
        numbers = np.concatenate([stick[:, dimension] for stick in what.sticks]) if what.sticks else np.empty(0)
    elif dimension == 2:
        numbers = what.z[np.isfinite(what.z)].astype(np.float64)
    else:
        places = np.nonzero(np.isfinite(what.z))[dimension]
        numbers = survey.axis(axis).values.astype(np.float64)[places]
    if not numbers.size:
        return None
    found = survey.axis(axis)
    return At(axis, found.values[found.nearest(float(np.median(numbers)))].item())
