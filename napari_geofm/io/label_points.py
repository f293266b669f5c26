"""Labels as a table: a line per labelled sample, with the numbers that the survey's headers hold."""

import csv
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import UNLABELLED, ArrayLike, checked_classes
from napari_geofm.core.progress import Job, Progress
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError, OutputError
from napari_geofm.io.raster import RasterTemplate
from napari_geofm.io.segy import SegyTemplate

__all__ = ["MOST_POINTS", "points_job"]

MOST_POINTS = 20_000_000
"""Lines above which a table helps nobody: about a gigabyte."""


def points_job(values: ArrayLike, survey: Survey, classes: ClassTable, out: Path) -> Job[None]:
    """Write ``<axis>,...,class,name`` lines; ``x,y`` as well where coordinates are known.

    Parameters
    ----------
    values
        Outside classes (255 unlabelled) in the survey's shape and order; read slice by slice.
    survey
        Its axes give the first columns, in their units (twt in ms, distance in m, time in s).
    classes
        Names of the classes.
    out
        The file, which does not exist yet.

    Raises
    ------
    LabelError
        When nothing is labelled.
    OutputError
        When there are more than 20 million labelled samples.
    """
    axes = survey.axes
    xy = _coordinates(survey)
    written = 0
    with out.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow([*survey.dims, "class", "name", *(("x", "y") if xy else ())])
        for place, first in enumerate(axes[0].values.tolist()):
            yield Progress(place, axes[0].size, "listing samples")
            part = checked_classes(np.asarray(values[place]))
            inner = np.nonzero(part != UNLABELLED)
            written += inner[0].size
            if written > MOST_POINTS:
                msg = f"{out.suffix} with more than {MOST_POINTS:,} labelled samples is of no use; write .sgy or .tif"
                raise OutputError(msg)
            numbers = [axis.at(where).tolist() for axis, where in zip(axes[1:], inner, strict=True)]
            found = part[inner].tolist()
            for row in zip(*numbers, found, strict=True):
                *rest, number = row
                where = xy(first, rest[0]) if xy else ()
                table.writerow([first, *rest, number, _name(classes, number), *where])
    if written == 0:
        msg = "Nothing is labelled, so there is nothing to export; label some"
        raise LabelError(msg)


def _name(classes: ClassTable, number: int) -> str:
    return classes.names[number] if number < len(classes) else f"class {number}"


def _coordinates(survey: Survey) -> Any:
    """Return the function from a survey's first two numbers to X and Y, or None where they have none."""
    template = survey.template
    if isinstance(template, SegyTemplate) and template.affine is not None and len(survey.dims) == 3:
        affine = template.affine

        @lru_cache(maxsize=1024)  # The samples of a trace lie at one place.
        def of_lines(iline: float, xline: float) -> tuple[float, float]:
            x, y = affine.xy(iline, xline)
            return round(x, 3), round(y, 3)

        return of_lines
    if isinstance(template, RasterTemplate) and template.transform is not None and survey.dims[0] == "row":
        a, b, c, d, e, f = template.transform
        return lambda row, column: (
            a * (column + 0.5) + b * (row + 0.5) + c,
            d * (column + 0.5) + e * (row + 0.5) + f,
        )
    return None
