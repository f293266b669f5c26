"""Body: find the craters of a mask."""

from typing import TYPE_CHECKING

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.jobs.craters_spec import CratersSpec
from napari_geofm.jobs.workbench import workbench

if TYPE_CHECKING:
    from napari_geofm.core.craters.catalogue import Catalogue

__all__ = ["run"]


def run(spec: CratersSpec, control: Control) -> "Job[Catalogue]":
    """Find craters, of labels, a prediction, or probabilities.

    Raises
    ------
    GeoFMError
        When the labels cannot be read, have no class of craters, or are of no image.
    """
    from napari_geofm.core.craters.finding import find_craters
    from napari_geofm.core.craters.label_mask import LabelMask
    from napari_geofm.io.labels import read_labels
    from napari_geofm.io.raster.ground import Ground
    from napari_geofm.io.result_source import numbers_in

    yield Progress(0, 0, f"reading {spec.labels.name}")
    survey = workbench().survey(spec.file, None)
    labels = read_labels(spec.labels, survey, spec.classes, on_part=control.check)
    sure = None if spec.probabilities is None else numbers_in(spec.probabilities, survey)
    mask = LabelMask.of(labels.values, labels.classes, survey, sure)
    return (yield from find_craters(mask, Ground.of(survey.template), spec.search, control))
