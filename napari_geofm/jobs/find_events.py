"""Body: find the events of a recording, or of a window of it."""

from typing import TYPE_CHECKING

from napari_geofm.core.progress import Control, Job
from napari_geofm.errors import LabelError
from napari_geofm.jobs.find_events_spec import FindEventsSpec, FindWindowEventsSpec
from napari_geofm.jobs.workbench import workbench

if TYPE_CHECKING:
    from napari_geofm.core.das.event_list import EventList
    from napari_geofm.core.das.finding import EventSource
    from napari_geofm.core.survey import Survey

__all__ = ["run", "run_window"]


def run(spec: FindEventsSpec, control: Control) -> "Job[EventList]":
    """Find the events of the whole recording.

    Raises
    ------
    GeoFMError
        When the labels cannot be read or do not fit.
    CancelledError
        When it was cancelled.
    """
    from napari_geofm.core.das.finding import EventSource
    from napari_geofm.io.arrays import read_array
    from napari_geofm.io.labels import read_labels

    survey = workbench().survey(spec.file, spec.reading)
    if spec.labels is None:
        msg = "There are neither labels nor a prediction to find events in; label or predict first"
        raise LabelError(msg)
    labels = read_labels(spec.labels, survey, spec.classes, on_part=control.check)
    confidence = None if spec.confidence is None else read_array(spec.confidence)
    return (yield from _found(EventSource(labels.values, labels.classes, confidence), survey, spec, control))


def run_window(spec: FindWindowEventsSpec, control: Control) -> "Job[EventList]":
    """Find the events of a window.

    Raises
    ------
    GeoFMError
        When there is no mask, or time is not evenly spaced.
    CancelledError
        When it was cancelled.
    """
    from napari_geofm.core.classes import ClassTable
    from napari_geofm.core.das.finding import EventSource
    from napari_geofm.core.das.placed_mask import PlacedMask

    survey = workbench().survey(spec.file, spec.reading)
    if spec.mask is None:
        msg = "There are neither labels nor a prediction to find events in; label or predict first"
        raise LabelError(msg)
    shape = (survey.shape[0], survey.shape[1])
    mask = PlacedMask(spec.mask, spec.first, shape)
    sure = None if spec.sure is None else PlacedMask(spec.sure, spec.first, shape, float("nan"))
    window = spec.first[1], spec.first[1] + spec.mask.shape[1]
    classes = spec.classes or ClassTable.numbered(0)
    return (yield from _found(EventSource(mask, classes, sure, window=window), survey, spec, control))


def _found(source: "EventSource", survey: "Survey", spec: FindEventsSpec, control: Control) -> "Job[EventList]":
    from napari_geofm.core.das.finding import find_events

    job = find_events(source, survey, spec.options)
    try:
        while True:
            try:
                news = next(job)
            except StopIteration as end:
                events: EventList = end.value
                return events
            control.check()
            yield news
    finally:
        job.close()
