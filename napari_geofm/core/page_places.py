"""Windows of recordings and images: from what ``--at`` says to samples of the array, and back."""

from dataclasses import replace
from typing import TYPE_CHECKING

from napari_geofm.core.paging import FEWEST
from napari_geofm.core.region import At
from napari_geofm.core.utc import seconds_of, utc_words
from napari_geofm.errors import AxisError, UsageError

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["common_part", "image_window", "in_seconds", "place_of_box", "time_window"]

Box = tuple[slice, slice]


def place_of_box(survey: "Survey", box: Box) -> At:
    """Return the place of a part of a recording or an image; of all of it the whole.

    Numbers are rounded to the digits that :meth:`At.__str__` writes, so that what is read again is the same place.
    """
    if all((part.start, part.stop) == (0, size) for part, size in zip(box, survey.shape, strict=True)):
        return At()
    if survey.kind != "das":
        (top, bottom), (left, right) = ((part.start, part.stop) for part in box)
        return At("window", None, None, (float(top), float(left), float(bottom - top), float(right - left)))
    channels, times = box
    time, distance = survey.axis("time"), survey.axis("distance")
    span = None
    if (channels.start, channels.stop) != (0, distance.size):
        first, last = (float(distance.value(place)) for place in (channels.start, channels.stop - 1))
        span = (_written(min(first, last), 10), _written(max(first, last), 10))
    length = _written((times.stop - times.start) * time.pace)
    return At("time", _written(float(time.value(times.start)), 14), length, span)


def in_seconds(survey: "Survey", at: At) -> At:
    """Return a place whose start, where it is a date and time, is in s from the recording's start.

    Raises
    ------
    AxisError
        When the time lies outside the recording.
    UsageError
        When the recording has no date.
    """
    if at.axis != "time" or not isinstance(at.value, str):
        return at
    seconds = seconds_of(at.value, survey)
    axis = survey.axis("time")
    first, last = float(axis.first), float(axis.last)
    # Times are shown without their last digits: the start as it is shown is a little before the start.
    if first - 1e-3 < seconds < first:
        seconds = first
    if not first <= seconds <= last and not first - (at.length or 0.0) < seconds < first:
        msg = (
            f"--at {at}: {survey.path.name} was recorded from {utc_words(survey, float(axis.first))} to "
            f"{utc_words(survey, float(axis.last))} UTC; choose a time between"
        )
        raise AxisError(msg)
    return replace(at, value=_written(seconds, 14))


def time_window(survey: "Survey", at: At) -> dict[str, slice]:
    """Return the samples of a window in time, and of its channels where some are named.

    Raises
    ------
    AxisError
        When the survey has no time, or the window lies outside it.
    UsageError
        When the window holds hardly a sample.
    """
    axis = survey.axis("time")
    first, last = float(axis.first), float(axis.last)
    start = float(at.value) if at.value is not None else first
    # Without a length as far as the recording goes, its last sample included.
    inside = axis.stretch(start, at.length if at.length is not None else 2.0 * (last - first) + abs(start) + 1.0)
    fewest = min(FEWEST, axis.size) if at.length is not None else 1
    if at.length is not None and at.length < (fewest - 0.5) * axis.pace:
        msg = f"--at {at}: a window holds at least {fewest} samples, here {fewest * axis.pace:.4g} s; give a longer one"
        raise UsageError(msg)
    if inside.stop - inside.start < fewest:
        msg = f"--at {at} lies outside {survey.path.name}, which runs from {first:.10g} to {last:.10g} s; start within"
        raise AxisError(msg)
    found = {"time": inside}
    if at.span is not None:
        found["distance"] = survey.axis("distance").between(at.span[0], at.span[1])
    return found


def image_window(survey: "Survey", at: At) -> dict[str, slice]:
    """Return the rows and columns of a window, counted from 0 as the file has them, in degrees or not.

    Raises
    ------
    AxisError
        When the window reaches beyond the image.
    UsageError
        When the survey is no image.
    """
    rows, columns = survey.dims[-2:]
    top, left, height, width = (int(part) for part in at.span or (0, 0, 1, 1))
    sizes = dict(zip(survey.dims, survey.shape, strict=True))
    if len(survey.dims) != 2 or survey.kind not in {"image", "seismic-2d"}:
        msg = f"--at {at}: a window is cut from an image; {survey.path.name} is {survey.kind}"
        raise UsageError(msg)
    if top + height > sizes[rows] or left + width > sizes[columns]:
        msg = f"--at {at} reaches beyond the image, which has {sizes[rows]} rows and {sizes[columns]} columns"
        raise AxisError(msg)
    return {rows: slice(top, top + height), columns: slice(left, left + width)}


def common_part(name: str, window: slice, limits: int | slice | None, at: At) -> slice:
    """Return what a window and a range along one axis have in common; the window where there is no range.

    Raises
    ------
    AxisError
        When they have nothing.
    """
    if not isinstance(limits, slice):
        return window
    low, high = max(window.start, limits.start), min(window.stop, limits.stop)
    if low >= high:
        msg = f"--at {at} and the range of {name} have no sample in common; widen one of them"
        raise AxisError(msg)
    return slice(low, high)


def _written(number: float, digits: int = 12) -> float:
    return float(f"{number:.{digits}g}")
