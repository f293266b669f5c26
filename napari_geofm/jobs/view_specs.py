"""What a viewer asks for while an interpreter clicks through sections: answered at once, the newest first."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.region import At
from napari_geofm.jobs.spec import JobSpec, Lane
from napari_geofm.jobs.specs import Where

__all__ = ["DeviceResult", "DeviceSpec", "PredictionResult", "PredictionSpec"]


@dataclass(frozen=True, slots=True, eq=False)
class PredictionResult:
    """Result of :class:`PredictionSpec`.

    Attributes
    ----------
    at
        The section.
    classes
        uint8, ``(rows, columns)`` in display order: outside class numbers, 255 where there is no trace.
    confidence
        float32, the same shape: probability of the class less that of the next best, NaN where there is no trace.
    names
        The model's classes.
    """

    at: At
    classes: NDArray[np.uint8]
    confidence: NDArray[np.float32]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PredictionSpec(JobSpec[PredictionResult]):
    """Classes of one section by a model on disk.

    Attributes
    ----------
    file, at
        The section.
    model_folder
        The model, as it was last published.
    """

    file: Path
    at: At
    model_folder: Path
    where: Where = field(default_factory=Where)

    body: ClassVar[str] = "napari_geofm.jobs.viewing:predict"
    lane: ClassVar[Lane] = "view"
    title: ClassVar[str] = "predicting the section"


@dataclass(frozen=True, slots=True)
class DeviceResult:
    """Result of :class:`DeviceSpec`: the device in words, whether it is a GPU, free memory in GB, and the weights."""

    device: str
    is_gpu: bool
    free_gb: float
    weights: str


@dataclass(frozen=True, slots=True)
class DeviceSpec(JobSpec[DeviceResult]):
    """What is computed with."""

    where: Where = field(default_factory=Where)

    body: ClassVar[str] = "napari_geofm.jobs.viewing:describe"
    lane: ClassVar[Lane] = "view"
    title: ClassVar[str] = "looking for a GPU"
