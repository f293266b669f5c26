"""Craters asked for from a window."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.finding import CraterSearch
from napari_geofm.io.file_options import FileOptions
from napari_geofm.jobs.spec import JobSpec, Lane

__all__ = ["CratersSpec"]


@dataclass(frozen=True, slots=True, eq=False)
class CratersSpec(JobSpec[Catalogue]):
    """Find the craters of a mask; the result is their catalogue.

    Attributes
    ----------
    file
        The image.
    labels
        A session's labels folder, or any file of labels or a prediction in the image's shape; or ndarray of uint8, the
        classes of ``window`` alone (255 none).
    search
        What counts as a crater.
    probabilities
        A file of them in the image's shape; None: confidence goes by the rim alone.
    classes
        Names; None: those that are stored with the labels or beside them.
    window
        Top, left, height and width of the part that is looked at; None: the whole image.
    reading
        How the image is read; None: as it says itself.
    """

    file: Path
    labels: Path | NDArray[np.uint8]
    search: CraterSearch = field(default_factory=CraterSearch)
    probabilities: Path | None = None
    classes: ClassTable | None = None
    window: tuple[int, int, int, int] | None = None
    reading: FileOptions | None = None

    body: ClassVar[str] = "napari_geofm.jobs.craters:run"
    lane: ClassVar[Lane] = "job"
    title: ClassVar[str] = "finding craters"
    reads: ClassVar[str] = "reading"
