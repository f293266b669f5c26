"""The boundary between two classes as a horizon."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from napari_geofm.core.horizon import Horizon
from napari_geofm.core.labels import ArrayLike, checked_classes
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError, OutputError

__all__ = ["Boundary", "boundary_job"]

_AT_ONCE = 2**22


@dataclass(frozen=True, slots=True, eq=False)
class Boundary:
    """What was found.

    Attributes
    ----------
    horizon
        Times or depths half way between the last sample of the upper class and the first of the lower one.
    several
        Traces in which the classes meet more than once; the shallowest place is taken.
    """

    horizon: Horizon
    several: int


def boundary_job(
    values: ArrayLike,
    survey: Survey,
    upper: int,
    lower: int,
    name: str,
    control: Control | None = None,
    *,
    names: Sequence[str] = (),
) -> Job[Boundary]:
    """Find where one class lies right on another, some inlines at a time.

    Parameters
    ----------
    values
        Outside classes in the survey's shape and order.
    survey
        A volume, or a 2-D line.
    upper, lower
        The classes.
    name
        Of the horizon.
    control
        Cancels.
    names
        Of the upper and the lower class, for what is said; empty: their numbers.

    Raises
    ------
    OutputError
        When the survey is neither.
    LabelError
        When the classes are the same, or meet nowhere.
    """
    if survey.kind not in {"seismic-3d", "seismic-2d"}:
        raise OutputError(
            f"{survey.path.name} is {survey.kind}; horizons are found in seismic: give labels of a volume or a line"
        )
    said = tuple(names) or (f"class {upper}", f"class {lower}")
    if upper == lower:
        raise LabelError(f"Upper and lower class are both {said[0]}; a boundary lies between two classes")
    flags = control or Control()
    samples = survey.axes[-1].values.astype(np.float64)
    z = np.full(survey.shape[:-1], np.nan, np.float32)
    several = 0
    for rows in _blocks(survey.shape):
        flags.check()
        yield Progress(rows.start, survey.shape[0], "looking for the boundary")
        part = checked_classes(np.asarray(values[rows]))
        meets = (part[..., :-1] == upper) & (part[..., 1:] == lower)
        there = meets.any(axis=-1)
        first = meets.argmax(axis=-1)
        z[rows] = np.where(there, 0.5 * (samples[first] + samples[first + 1]), np.nan)
        several += int(np.count_nonzero(meets.sum(axis=-1) > 1))
    found = Horizon(name, z)
    if not found.picked:
        raise LabelError(f"Nowhere does {said[1]} lie right below {said[0]}; choose another two, or exchange them")
    return Boundary(found, several)


def _blocks(shape: tuple[int, ...]) -> Iterator[slice]:
    rows = max(1, _AT_ONCE // max(1, int(np.prod(shape[1:], dtype=np.int64))))
    for start in range(0, shape[0], rows):
        yield slice(start, min(start + rows, shape[0]))
