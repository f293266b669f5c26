"""An event that is looked at window by window is listed once, as if it had been looked at whole."""

import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.border_joining import Look, taken_in
from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.finding import EventSource, find_events
from napari_geofm.core.das.placed_mask import PlacedMask
from napari_geofm.core.progress import run_to_end
from napari_geofm.core.survey import Survey
from tests.fibre import recording

LENGTH, STEP = 900, 0.01
EVERY = (0, 39)


def mask_of(slope: float, first: float = 100.0, duration: int = 60, kind: int = 1) -> np.ndarray:
    since = np.arange(LENGTH) - (first + slope * np.arange(40.0))[:, None]
    return np.where((since >= 0) & (since < duration), kind, 0).astype(np.uint8)


@pytest.fixture(scope="module")
def survey() -> Survey:
    return recording(np.random.default_rng(0).standard_normal((40, LENGTH)))


def looked(mask: np.ndarray, survey: Survey, *samples: tuple[int, int], name: str = "vehicle") -> EventList:
    """Look at windows one after the other, as the viewer does."""
    listed = EventList.of(survey, ClassTable.named(["noise", name]))
    for low, high in samples:
        source = EventSource(mask, listed.classes, window=(low, high))
        found = run_to_end(find_events(source, survey))
        listed = taken_in(listed, found, Look((low * STEP, (high - 1) * STEP), EVERY))
    return listed


@pytest.mark.parametrize(
    "windows",
    [
        ((0, 300), (300, 600), (600, 900)),
        ((600, 900), (300, 600), (0, 300)),
        ((0, 300), (600, 900), (300, 600)),
        ((0, 400), (300, 700), (600, 900)),
        ((0, 900), (300, 600)),
        ((0, 300), (300, 600), (600, 900), (300, 600), (0, 300)),
    ],
)
def test_windows_in_any_order_give_the_event_of_the_whole(survey: Survey, windows: tuple[tuple[int, int], ...]) -> None:
    mask = mask_of(15.0)
    (whole,) = looked(mask, survey, (0, LENGTH)).events
    (event,) = looked(mask, survey, *windows).events
    np.testing.assert_allclose(event.onset_s, whole.onset_s, atol=0.005)
    assert (event.start_s, event.end_s, event.cut) == (whole.start_s, whole.end_s, ())
    assert event.moveout.main.velocity == pytest.approx(whole.moveout.main.velocity, rel=0.01)


def test_vehicles_that_cross_near_a_border_stay_two(survey: Survey) -> None:
    mask = mask_of(15.0) | mask_of(-15.0, 700.0)
    whole = looked(mask, survey, (0, LENGTH)).events
    assert len(whole) == 2
    for border in (250, 400, 500):
        parts = looked(mask, survey, (0, border), (border, LENGTH)).events
        assert len(parts) == 2
        for part, one in zip(parts, whole, strict=True):
            assert part.moveout.main.velocity == pytest.approx(one.moveout.main.velocity, rel=0.1)


def test_what_no_window_has_shown_is_told(survey: Survey) -> None:
    (event,) = looked(mask_of(15.0), survey, (300, 500), (500, 600)).events
    assert event.cut == ("start", "end")


def test_others_stay_apart(survey: Survey) -> None:
    # One event ends long before the border, the other begins long behind it.
    apart = mask_of(0.0, 150) | mask_of(0.0, 350)
    assert len(looked(apart, survey, (0, 300), (300, 600))) == 2
    # At the border, but on other channels.
    other = np.where(np.arange(40)[:, None] < 15, mask_of(0.0, 250), mask_of(0.0, 300))
    other[12:24] = 0
    assert len(looked(other, survey, (0, 300), (300, 600))) == 2
    # Of another class.
    before = looked(mask_of(0.0, 270), survey, (0, 300))
    source = EventSource(mask_of(0.0, 270, kind=2), ClassTable.named(["noise", "vehicle", "event"]), window=(300, 600))
    found = run_to_end(find_events(source, survey))
    assert len(taken_in(before, found, Look((3.0, 5.99), EVERY))) == 2


def test_an_event_over_channels_of_two_windows(survey: Survey) -> None:
    mask = mask_of(3.0, 300)
    listed = EventList.of(survey, ClassTable.named(["noise", "event"]))
    for left, right in ((0, 19), (20, 39)):
        part = PlacedMask(mask[left : right + 1], (left, 0), (40, LENGTH))
        found = run_to_end(find_events(EventSource(part, listed.classes), survey))
        listed = taken_in(listed, found, Look((0.0, 8.99), (left, right)))
    (event,) = listed.events
    assert (event.first, event.last) == (0, 39)


def test_an_event_that_is_shorter_by_now_ends_where_it_does(survey: Survey) -> None:
    before = looked(mask_of(0.0, 250, 200), survey, (0, LENGTH))
    found = run_to_end(find_events(EventSource(mask_of(0.0, 250, 100), before.classes, window=(300, 600)), survey))
    (event,) = taken_in(before, found, Look((3.0, 5.99), EVERY)).events
    assert (event.start_s, event.end_s) == (pytest.approx(2.5), pytest.approx(3.5))
