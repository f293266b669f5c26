"""Body: find the craters of a mask."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.jobs.craters_spec import CratersSpec
from napari_geofm.jobs.workbench import workbench

if TYPE_CHECKING:
    from napari_geofm.core.craters.catalogue import Catalogue
    from napari_geofm.core.craters.label_mask import LabelMask
    from napari_geofm.core.survey import Survey
    from napari_geofm.io.raster.ground import Ground

__all__ = ["run"]


def run(spec: CratersSpec, control: Control) -> "Job[Catalogue]":
    """Find craters, of labels or a prediction; those of a window have the rows and columns of the image.

    Raises
    ------
    GeoFMError
        When the labels cannot be read, have no class of craters, or are of no image.
    """
    from napari_geofm.core.craters.finding import find_craters
    from napari_geofm.core.craters.window_mask import WindowMask
    from napari_geofm.io.raster.ground import Ground

    yield Progress(0, 0, f"reading {spec.labels.name if isinstance(spec.labels, Path) else spec.file.name}")
    survey = workbench().survey(spec.file, spec.reading)
    mask, ground = _mask(spec, survey, control), Ground.of(survey.template)
    if spec.window is None:
        return (yield from find_craters(mask, ground, spec.search, control))
    top, left, height, width = spec.window
    here = None if ground is None else _moved(ground, top, left, (height, width))
    found = yield from find_craters(WindowMask(mask, spec.window), here, spec.search, control)
    moved = (dataclasses.replace(each, row=each.row + top, column=each.column + left) for each in found)
    return dataclasses.replace(found, craters=tuple(moved))


def _mask(spec: CratersSpec, survey: "Survey", control: Control) -> "LabelMask":
    from napari_geofm.core.craters.label_mask import LabelMask
    from napari_geofm.core.craters.window_mask import PlacedArray
    from napari_geofm.io.labels import read_labels
    from napari_geofm.io.result_source import numbers_in

    sure = None if spec.probabilities is None else numbers_in(spec.probabilities, survey)
    if isinstance(spec.labels, Path):
        labels = read_labels(spec.labels, survey, spec.classes, on_part=control.check)
        return LabelMask.of(labels.values, labels.classes, survey, sure)
    top, left = (spec.window or (0, 0))[:2]
    rows, columns = survey.shape
    values = PlacedArray(spec.labels, (top, left), (rows, columns))
    return LabelMask.of(values, spec.classes or ClassTable.numbered(2), survey, sure)


def _moved(ground: "Ground", top: int, left: int, shape: tuple[int, int]) -> "Ground":
    """Return the ground under a window of an image."""
    a, b, c, d, e, f = ground.transform
    corner = (a * left + b * top + c, d * left + e * top + f)
    return dataclasses.replace(ground, transform=(a, b, corner[0], d, e, corner[1]), shape=shape)
