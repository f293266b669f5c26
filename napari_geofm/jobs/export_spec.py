"""Taking labels or a finished prediction home, asked for from a window."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.event_options import EventOptions
from napari_geofm.io.exports import ExportOptions
from napari_geofm.io.file_options import FileOptions
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
        ``.sgy``, ``.tif``, ``.csv``, ``.geojson``, ``.ply`` (:mod:`napari_geofm.io.exports`), ``.npy``, ``.zarr``, or
        ``.png`` of one section. Several numbers a sample become several SEG-Y files or pictures
        (:func:`napari_geofm.io.results.outputs_of`); the first of them is the result.
    options
        Format, null, overwrite, section.
    quantity
        ``"labels"`` for class numbers; ``"confidence"``, ``"probabilities"`` or ``"features"`` for numbers, which go to
        ``.sgy``, ``.zarr``, ``.npy``, ``.npz``, ``.tif`` and ``.png``; ``"events"`` or ``"onsets"`` for what the
        classes of a fibre recording show, as ``.csv`` or QuakeML. Empty: what the file says of itself.
    reading
        How a survey that is SEG-Y is read; None: as was chosen for files like it before, else as its headers say.
    classes
        Names and colours; None: those that are stored with the labels or beside them.
    between
        Upper and lower class of a horizon, by name or number.
    events
        What counts as an event of a fibre recording.
    confidence, probabilities
        How sure the mask is, for events: files in the recording's shape, the latter with the classes first.
    """

    file: Path
    labels: Path
    output: Path
    options: ExportOptions = field(default_factory=ExportOptions)
    quantity: str = "labels"
    reading: FileOptions | None = None
    classes: ClassTable | None = None
    between: tuple[str, str] | None = None
    events: EventOptions = field(default_factory=EventOptions)
    confidence: Path | None = None
    probabilities: Path | None = None

    body: ClassVar[str] = "napari_geofm.jobs.export:run"
    lane: ClassVar[Lane] = "job"
    title: ClassVar[str] = "exporting"
    reads: ClassVar[str] = "reading"
