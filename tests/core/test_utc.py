import dataclasses
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from napari_geofm.core.page_places import in_seconds
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.core.utc import parse_utc, seconds_of, utc_words
from napari_geofm.errors import AxisError, UsageError


def recording(start: str = "2022-06-04T10:00:00.000000000Z", samples: int = 50_000) -> Survey:
    coords = {"distance": np.arange(3.0), "time": 0.0005 * np.arange(samples)}
    data = xr.DataArray(np.arange(3 * samples, dtype=np.float32).reshape(3, -1), coords, ("distance", "time"))
    return Survey("das", data.assign_attrs(start_utc=start), Path("a.h5"), "0")


def test_a_window_is_named_by_its_absolute_time() -> None:
    survey = recording()
    section = survey.section(At.parse("time=2022-06-04T10:00:00.5/2"))
    assert section.at == At("time", 0.5, 2.0)
    assert (section.rows.first, section.shape) == (0.5, (4000, 3))
    np.testing.assert_array_equal(section.values, survey.section(At("time", 0.5, 2.0)).values)
    assert At.parse(str(section.at)) == section.at
    assert str(At.parse("time=2022-06-04T10:00:00.5Z/2")) == "time=2022-06-04T10:00:00.5Z/2"


@pytest.mark.parametrize("seconds", [0.0, 12.345, 3599.9995, 86_400.000001])
def test_seconds_and_dates_say_the_same(seconds: float) -> None:
    survey = recording()
    assert seconds_of(utc_words(survey, seconds, 9), survey) == pytest.approx(seconds, abs=1e-9)


def test_the_start_as_it_is_shown_is_the_start() -> None:
    survey = recording("2022-06-04T10:00:00.884208128Z")
    shown = utc_words(survey, 0.0)
    assert shown == "2022-06-04T10:00:00.884"
    assert survey.section(At.parse(f"time={shown}")).shape == (50_000, 3)
    assert in_seconds(survey, At.parse(f"time={shown}/2")) == At("time", 0.0, 2.0)
    with pytest.raises(AxisError, match="choose a time between"):
        survey.section(At.parse("time=2022-06-04T10:00:00.88"))


def test_a_time_of_the_day_is_one_of_the_first_day() -> None:
    assert seconds_of("10:00:07.25", recording()) == 7.25
    assert seconds_of("9:59", recording()) == -60.0
    long = recording()
    days = long.data.isel(time=[0, -1]).assign_coords(time=[0.0, 90_000.0])
    with pytest.raises(UsageError, match="on 2 days; give the date as well, as in 2022-06-04T10:00:07"):
        seconds_of("10:00:07", dataclasses.replace(long, data=days))


@pytest.mark.parametrize("words", ["2022-13-04T10:00:00", "2022-06-04T10:00:00+02:00", "2022-06-04T10", "2022-06-4"])
def test_what_is_no_time_in_utc_is_refused(words: str) -> None:
    with pytest.raises(UsageError, match="as in 2022-06-04T10:00:00"):
        parse_utc(words)
    with pytest.raises(UsageError, match="as in 2022-06-04T10:00:00"):
        At.parse(f"time={words}/2")


@pytest.mark.parametrize(
    ("words", "start", "line"),
    [
        (
            "time=2022-06-05/2",
            "2022-06-04T10:00:00Z",
            "was recorded from 2022-06-04T10:00:00.000 to 2022-06-04T10:00:24",
        ),
        ("time=2022-06-04T09:00:00/2", "2022-06-04T10:00:00Z", "choose a time between"),
        ("time=2022-06-04T10:00:00/2", "", "a.h5 has no date; give seconds from its start"),
        ("time=30/2", "", "lies outside a.h5, which runs from 0 to 24.9995 s"),
        ("time=3/0.001", "", "holds at least 4 samples, here 0.002 s"),
    ],
)
def test_windows_that_are_none_are_refused_in_one_line(words: str, start: str, line: str) -> None:
    with pytest.raises((AxisError, UsageError)) as caught:
        recording(start).section(At.parse(words))
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_recording_that_no_memory_holds_is_not_read_as_one() -> None:
    coords = {"distance": np.arange(100_000.0), "time": 0.001 * np.arange(5000)}
    values = np.broadcast_to(np.float32(1), (100_000, 5000))
    survey = Survey("das", xr.DataArray(values, coords, ("distance", "time")), Path("a.h5"), "0")
    with pytest.raises(
        UsageError, match=r"100,000 x 5,000 samples: the whole is too large; .* --at time=0/2 distance="
    ):
        survey.section(At())
