"""Find the events of a recording in a mask of classes: page by page, so that recordings of any length will do."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.event_options import CELL, EventOptions, EventScales, sample_step
from napari_geofm.core.das.grouping import Grouped, grouped
from napari_geofm.core.das.phases import background_of, is_vehicle
from napari_geofm.core.das.picking import EventPicker
from napari_geofm.core.das.runs import Runs, runs_in
from napari_geofm.core.das.tracks import tracks_of
from napari_geofm.core.labels import ArrayLike, checked_classes
from napari_geofm.core.progress import Job, Progress
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError, UsageError

__all__ = ["EventSource", "find_events"]

PAGE = 2**23
"""Samples of a page: read, searched and forgotten."""


@dataclass(frozen=True, slots=True, eq=False)
class EventSource:
    """Where the classes stand.

    Attributes
    ----------
    mask
        Array-like of the recording's shape ``(distance, time)``: outside classes, 255 unlabelled.
    classes
        Their names and colours.
    confidence
        Array-like of the same shape, 0 to 1, or None.
    probabilities
        Array-like of shape ``(classes, distance, time)``, or None.
    window
        First sample that is looked at, and the one behind the last; None: all.
    background
        Classes that are no events; None: those that are called noise or background, else the first.
    """

    mask: ArrayLike
    classes: ClassTable
    confidence: ArrayLike | None = None
    probabilities: ArrayLike | None = None
    window: tuple[int, int] | None = None
    background: frozenset[int] | None = None
    wanted: NDArray[np.bool_] = field(init=False, repr=False)
    hiding: NDArray[np.bool_] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Note which classes are events, and which of them lie over others."""
        left_out = background_of(self.classes.names) if self.background is None else self.background
        numbers = np.arange(256)
        object.__setattr__(self, "wanted", (numbers < 255) & ~np.isin(numbers, sorted(left_out)))
        vehicles = [number for number, name in enumerate(self.classes.names) if is_vehicle(name)]
        object.__setattr__(self, "hiding", np.isin(numbers, vehicles))

    def require_fits(self, survey: Survey) -> None:
        """Refuse what is no fibre recording, or arrays of another shape.

        Raises
        ------
        UsageError
            When the survey is no DAS recording.
        LabelError
            When a shape is another.
        """
        if survey.kind != "das":
            msg = f"{survey.path.name} is {survey.kind}; events are found in DAS recordings"
            raise UsageError(msg)
        for name, array, shape in (
            ("Labels have", self.mask, survey.shape),
            ("The confidence has", self.confidence, survey.shape),
            ("Probabilities have", self.probabilities, (len(self.classes), *survey.shape)),
        ):
            if array is not None and tuple(array.shape) != shape:
                msg = (
                    f"{name} shape {tuple(array.shape)}, where {survey.path.name} asks for {shape}; "
                    "give arrays in the recording's shape (distance, time)"
                )
                raise LabelError(msg)


def find_events(source: EventSource, survey: Survey, options: EventOptions | None = None) -> Job[EventList]:
    """Return the events of a recording, and their onsets.

    Parameters
    ----------
    source
        Mask, and what more is known of it.
    survey
        The recording, whose samples refine the onsets. Between two reports it is read once at most.
    options
        Thresholds.

    Raises
    ------
    UsageError
        When the survey is no DAS recording.
    LabelError
        When shapes do not fit.
    GeometryError
        When time is not evenly spaced.
    """
    source.require_fits(survey)
    chosen = options or EventOptions()
    scales = chosen.scales(survey.axis("distance"), survey.axis("time"))
    sample_step(survey.axis("time"))
    first, last = source.window or (0, survey.shape[1])
    pages: list[Runs] = []
    length = max(4 * CELL, PAGE // max(1, survey.shape[0]))
    for start in range(first, last, length):
        yield Progress(start - first, last - first, "looking for events")
        pages.append(_page(source, survey, start, min(start + length, last)))
    found = []
    for each in grouped(Runs.together(pages), scales, source.hiding):
        found += tracks_of(each, scales) if source.hiding[each.runs.kind[0]] else [each]
    found.sort(key=lambda each: (each.start, each.first))
    # What is not known is not below anything.
    found = [each for each in found if not each.sure < chosen.sure]
    return (yield from _described(found, source, survey, chosen, scales, (first, last)))


def _described(
    found: list[Grouped],
    source: EventSource,
    survey: Survey,
    options: EventOptions,
    scales: EventScales,
    window: tuple[int, int],
) -> Job[EventList]:
    """Pick onsets event by event."""
    picker = EventPicker(survey, source.classes, scales, found, window, refine=options.refine)
    events = []
    for number in range(len(found)):
        yield Progress(number, len(found), f"picking onsets of event {number + 1} of {len(found)}")
        events.append(picker.event(number))
    return EventList.of(survey, source.classes, tuple(events))


def _page(source: EventSource, survey: Survey, start: int, stop: int) -> Runs:
    """Return the runs of one page; its samples are read only where there are any."""
    mask = checked_classes(np.asarray(source.mask[:, start:stop]))
    if not source.wanted[mask].any():
        return Runs.none()
    confidence = None if source.confidence is None else np.asarray(source.confidence[:, start:stop])
    chances = None if source.probabilities is None else np.asarray(source.probabilities[:, :, start:stop])
    if confidence is None and chances is not None:
        confidence = np.take_along_axis(chances, np.minimum(mask, len(chances) - 1)[None], axis=0)[0]
    samples = survey.read((slice(None), slice(start, stop)))
    return runs_in(mask, source.wanted, start, confidence, samples, chances)
