"""Absolute times of a recording, in UTC, and seconds from its start."""

import re
from typing import TYPE_CHECKING

import numpy as np

from napari_geofm.errors import UsageError

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["looks_absolute", "parse_utc", "seconds_of", "start_of", "utc_words"]

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
        Date and time, or a time of the day on which the recording begins.
    survey
        The recording.

    Raises
    ------
    UsageError
        When the words are no time, or the recording has no date.
    """
    start = start_of(survey)
    if start is None:
        msg = f"Time {text}: {survey.path.name} has no date; give seconds from its start"
        raise UsageError(msg)
    clock = _CLOCK.fullmatch(text.strip())
    if clock is not None:
        hours, rest = clock[0].split(":", 1)
        text = f"{np.datetime_as_string(start, unit='D')}T{int(hours):02d}:{rest}"
    passed = int((parse_utc(text) - start) / np.timedelta64(1, "ns"))
    return passed / 1e9 + float(survey.axis("time").first)


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
