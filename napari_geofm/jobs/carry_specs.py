"""What can be asked for of a labelled section's neighbours: its labels, carried to them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.region import At
from napari_geofm.io.file_options import FileOptions
from napari_geofm.jobs.spec import JobSpec, Lane
from napari_geofm.jobs.specs import Where

__all__ = ["LEAST", "SURE", "CarriedSection", "CarryNextSpec", "CarryResult", "CarrySpec"]

SURE = 0.8
"""A carried sample counts as sure from this probability on that it is right."""

LEAST = 0.6
"""Where less than this part of what is carried to a section is sure, carrying stops before it."""


@dataclass(frozen=True, slots=True, eq=False)
class CarriedSection:
    """Labels as they were carried to a section.

    Attributes
    ----------
    at
        The section.
    classes
        uint8, ``(rows, columns)`` in display order: outside class numbers, 255 where nothing is carried, where that is
        unsure, and where there is no trace.
    confidence
        float32, the same shape: how probable it is that the class is right, 0 to 1; NaN where nothing is carried and
        where there is no trace.
    sure
        Part of what is carried that is sure, 0 to 1.
    """

    at: At
    classes: NDArray[np.uint8]
    confidence: NDArray[np.float32]
    sure: float


@dataclass(frozen=True, slots=True, eq=False)
class CarryResult:
    """Result of :class:`CarrySpec`.

    Attributes
    ----------
    sections
        In the order in which they were come to.
    stopped
        Where and why it went no further, a sentence; empty where it came to the end.
    seconds
        Spent.
    """

    sections: tuple[CarriedSection, ...]
    stopped: str
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class CarrySpec(JobSpec[CarryResult]):
    """Carry the labels of a section to its neighbours, one after the other, until that is unsure.

    Attributes
    ----------
    file
        The survey, a volume.
    source
        The labelled section.
    labels
        uint8, display order: its outside classes, 255 unlabelled; strokes or all of it.
    to
        The sections to come to, in this order, along the same axis.
    through
        Sections to pass on the way there, in this order: labels were carried to them before, and are not again.
    sure
        Probability from which on a sample counts as sure, 0 to 1; unsure ones stay unlabelled.
    least
        Part of what is carried to a section that must be sure, 0 to 1; else carrying stops before it.
    options
        How the file is read, and a recording processed; None: as was chosen for files like it before, else as it says.
    """

    file: Path
    source: At
    labels: NDArray[np.uint8]
    to: tuple[At, ...]
    through: tuple[At, ...] = ()
    sure: float = SURE
    least: float = LEAST
    options: FileOptions | None = None
    where: Where = field(default_factory=Where)

    body: ClassVar[str] = "napari_geofm.jobs.neighbours:run"
    lane: ClassVar[Lane] = "job"
    title: ClassVar[str] = "carrying labels"
    reads: ClassVar[str] = "options"


@dataclass(frozen=True, slots=True, eq=False)
class CarryNextSpec(CarrySpec):
    """The same to one section, while a viewer waits: beside a training, too."""

    lane: ClassVar[Lane] = "view"
