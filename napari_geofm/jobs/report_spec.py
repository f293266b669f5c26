"""A report, asked for from a window or the command line."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.region import At
from napari_geofm.io.file_options import FileOptions
from napari_geofm.jobs.spec import JobSpec, Lane

__all__ = ["ReportSpec"]


@dataclass(frozen=True, slots=True)
class ReportSpec(JobSpec[Path]):
    """Write a report; the result is the file.

    Attributes
    ----------
    file
        The survey.
    output
        ``.html`` or ``.png``.
    labels, prediction
        Files in the survey's shape, or a session's labels; None for none.
    sections
        What is shown; empty: the middle section along each axis.
    models
        Folders of models, the one in use first.
    classes
        Names and colours; None: those of the labels, else of the prediction.
    overwrite
        Whether an existing file is replaced.
    velocity
        Average velocity in m/s that makes volumes of a survey in time; None: their area by their time is stated.
    options
        How the file is read, and a recording processed; None: as was chosen for files like it before, else as it says.
    """

    file: Path
    output: Path
    labels: Path | None = None
    prediction: Path | None = None
    sections: tuple[At, ...] = ()
    models: tuple[Path, ...] = ()
    classes: ClassTable | None = None
    overwrite: bool = False
    velocity: float | None = None
    options: FileOptions | None = None

    body: ClassVar[str] = "napari_geofm.jobs.report:run"
    lane: ClassVar[Lane] = "job"
    title: ClassVar[str] = "writing a report"
    reads: ClassVar[str] = "options"
