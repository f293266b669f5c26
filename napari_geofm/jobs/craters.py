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
    from napari_geofm.core.craters.crater import Crater
    from napari_geofm.core.craters.label_mask import LabelMask
    from napari_geofm.core.survey import Survey
    from napari_geofm.io.raster.ground import Ground

__all__ = ["run"]

AROUND_PX = 160
"""Least that is read around a window."""


def run(spec: CratersSpec, control: Control) -> "Job[Catalogue]":
    """Find craters, of labels or a prediction; those of a window have the rows and columns of the image.

    A window has the craters whose centres lie in it, or beyond the image's border; those across its own border are
    seen whole where the labels are those of the image.

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
    shape = (survey.shape[0], survey.shape[1])
    seen = _with_around(spec.window, shape) if isinstance(spec.labels, Path) else spec.window
    top, left, height, width = seen
    here = None if ground is None else _moved(ground, top, left, (height, width))
    found = yield from find_craters(WindowMask(mask, seen), here, spec.search, control)
    moved = (dataclasses.replace(each, row=each.row + top, column=each.column + left) for each in found)
    return dataclasses.replace(found, craters=tuple(each for each in moved if _belongs(each, spec.window, shape)))


def _with_around(window: tuple[int, int, int, int], shape: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return a window with a quarter of itself on all sides, as far as the image reaches."""
    top, left, height, width = window
    down, across = max(AROUND_PX, height // 4), max(AROUND_PX, width // 4)
    first, start = max(0, top - down), max(0, left - across)
    return first, start, min(shape[0], top + height + down) - first, min(shape[1], left + width + across) - start


def _belongs(crater: "Crater", window: tuple[int, int, int, int], shape: tuple[int, int]) -> bool:
    """Tell whether a crater's centre lies in a window, or beyond the image where the window ends with it.

    A crater across two windows is then found in one of them, however often both are looked through.
    """
    top, left, height, width = window
    return all(
        (start - 0.5 <= centre or start == 0) and (centre < start + length - 0.5 or start + length == size)
        for centre, start, length, size in (
            (crater.row, top, height, shape[0]),
            (crater.column, left, width, shape[1]),
        )
    )


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
