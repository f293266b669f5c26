"""Taking labels or a finished prediction home, asked for from a window."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from napari_geofm.io.exports import ExportOptions
from napari_geofm.jobs.spec import JobSpec, Lane

__all__ = ["ExportSpec"]


@dataclass(frozen=True, slots=True)
class ExportSpec(JobSpec[Path]):
    """Write labels in another program's format; the result is the file.

    Attributes
    ----------
    file
        The survey.
    labels
        A session's labels folder, or any file of labels or predictions in the survey's shape.
    output
        ``.sgy``, ``.tif``, ``.csv``, ``.geojson``, ``.ply`` (:mod:`napari_geofm.io.exports`), or ``.npy`` with outside
        classes.
    options
        Format, null, overwrite.
    quantity
        ``"labels"`` for class numbers; ``"confidence"`` or ``"probabilities"`` for fractions that a prediction of the
        survey left beside it, which go to ``.sgy``, ``.tif`` or ``.npy``, and to ``.npy`` only.
    """

    file: Path
    labels: Path
    output: Path
    options: ExportOptions = field(default_factory=ExportOptions)
    quantity: str = "labels"

    body: ClassVar[str] = "napari_geofm.jobs.export:run"
    lane: ClassVar[Lane] = "job"
    title: ClassVar[str] = "exporting"
