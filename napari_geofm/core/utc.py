"""Absolute times of a recording, in UTC, and seconds from its start."""

import re
from typing import TYPE_CHECKING

import numpy as np

from napari_geofm.errors import UsageError

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["is_clock", "looks_absolute", "parse_utc", "passed_since", "seconds_of", "start_of", "utc_words"]

_DAY_S = 86_400.0

_FORM = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?))?(?:Z|\+00:?00)?")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?")


def looks_absolute(text: str) -> bool:
    """Return whether words are meant as a date and time, well written or not.

    Examples
    --------
    >>> looks_absolute("2022-06-04T10:00:00"), looks_absolute("1.5e-3"), looks_absolute("-2")
    (True, False, False)
    """
    return re.match(r"\d{4}-\d", text) is not None


def parse_utc(text: str) -> np.datetime64:
    """Read ``2022-06-04T10:00:00.5``, with or without Z at its end, as datetime64 in ns.

    Raises
    ------
    UsageError
        When it is no date and time in UTC.
    """
    found = _FORM.fullmatch(text.strip())
    try:
        if found is not None:
            return np.datetime64(f"{found[1]}T{found[2] or '00:00'}", "ns")
    except ValueError:
        pass
    msg = f"Time {text}: write a UTC date and time, as in 2022-06-04T10:00:00.5"
    raise UsageError(msg)


def start_of(survey: "Survey") -> np.datetime64 | None:
    """Return the absolute time of a recording's first sample, datetime64 in ns; None where it has no date."""
    text = str(survey.data.attrs.get("start_utc") or "")
    return parse_utc(text) if text else None


def seconds_of(text: str, survey: "Survey") -> float:
    """Return where an absolute time lies, in s on the recording's time axis.

    Parameters
    ----------
    text
        Date and time, or a time of the day: of the one on which the recording has it, else of that on which it begins.
    survey
        The recording.

    Raises
    ------
    UsageError
        When the words are no time, the recording has no date, or it has that time on several days.
    """
    start = start_of(survey)
    if start is None:
        msg = f"Time {text}: {survey.path.name} has no date; give seconds from its start"
        raise UsageError(msg)
    axis = survey.axis("time")
    first = float(axis.first)
    return first + passed_since(text, start, float(axis.last) - first)


def is_clock(text: str) -> bool:
    """Return whether words are a time of the day.

    >>> is_clock("06:07:09.5"), is_clock("6:07"), is_clock("2022-06-04T06:07"), is_clock("7.5")
    (True, True, False, False)
    """
    return _CLOCK.fullmatch(text.strip()) is not None


def passed_since(text: str, start: np.datetime64, length: float) -> float:
    """Return how many seconds after the start of a recording of ``length`` seconds a date or time of the day is.

    Raises
    ------
    UsageError
        When the words are no time, or the recording has that time on several days.
    """
    if not is_clock(text):
        return float((parse_utc(text) - start).astype(np.int64)) / 1e9
    hours, rest = text.strip().split(":", 1)
    day = np.datetime_as_string(start, unit="D")
    since = float((parse_utc(f"{day}T{int(hours):02d}:{rest}") - start).astype(np.int64)) / 1e9
    days = [number for number in range(int(length // _DAY_S) + 2) if 0 <= since + number * _DAY_S <= length]
    if len(days) > 1:
        msg = (
            f"Time {text.strip()}: the recording has it on {len(days)} days; give the date as well, as in "
            f"{day}T{int(hours):02d}:{rest}"
        )
        raise UsageError(msg)
    return since + (days[0] if days else 0) * _DAY_S


def utc_words(survey: "Survey", seconds: float, digits: int = 3) -> str:
    """Return the absolute time at ``seconds`` on the time axis, with as many digits after the second; "" without date.

    Examples
    --------
    >>> import xarray as xr
    >>> from pathlib import Path
    >>> from napari_geofm.core.survey import Survey
    >>> data = xr.DataArray(np.zeros((2, 5)), {"distance": [0.0, 1.0], "time": np.arange(5.0)}, ("distance", "time"))
    >>> survey = Survey("das", data.assign_attrs(start_utc="2022-06-04T10:00:00.000000000Z"), Path("a.h5"), "0")
    >>> utc_words(survey, 3.25, 1)
    '2022-06-04T10:00:03.2'
    """
    start = start_of(survey)
    if start is None:
        return ""
    passed = np.timedelta64(round((seconds - float(survey.axis("time").first)) * 1e9), "ns")
    text = str(np.datetime_as_string(start + passed, unit="ns"))
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction[:digits]}" if digits > 0 else whole
