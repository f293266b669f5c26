"""Finding the events of a recording, asked for from a window."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.event_options import EventOptions
from napari_geofm.io.file_options import FileOptions
from napari_geofm.jobs.spec import JobSpec, Lane

__all__ = ["FindEventsSpec", "FindWindowEventsSpec"]


@dataclass(frozen=True, slots=True)
class FindEventsSpec(JobSpec[EventList]):
    """Find events in labels or a prediction of a recording.

    Attributes
    ----------
    file
        The recording.
    classes
        Names and colours; None: those stored with the labels.
    labels
        A session's labels folder, or a file of labels or a prediction in the recording's shape.
    confidence
        A file of the same shape, or None.
    options
        What counts as an event.
    reading
        How the recording is read.
    """

    file: Path
    classes: ClassTable | None = None
    labels: Path | None = None
    confidence: Path | None = None
    options: EventOptions = field(default_factory=EventOptions)
    reading: FileOptions | None = None

    body: ClassVar[str] = "napari_geofm.jobs.find_events:run"
    lane: ClassVar[Lane] = "job"
    title: ClassVar[str] = "looking for events"
    reads: ClassVar[str] = "reading"


@dataclass(frozen=True, slots=True)
class FindWindowEventsSpec(FindEventsSpec):
    """Find events in what is on the screen: a quick view, which waits for no training.

    Attributes
    ----------
    mask
        ndarray of uint8, shape ``(channels, samples)`` of the window: outside classes.
    sure
        ndarray of float32 of the same shape: confidence; None where there is none.
    first
        First channel and sample of the window.
    """

    mask: NDArray[Any] | None = None
    sure: NDArray[Any] | None = None
    first: tuple[int, int] = (0, 0)

    body: ClassVar[str] = "napari_geofm.jobs.find_events:run_window"
    lane: ClassVar[Lane] = "view"
