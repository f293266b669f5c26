"""Vehicles that cross are an event each."""

import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.finding import EventSource, find_events
from napari_geofm.core.progress import run_to_end
from napari_geofm.core.survey import Survey
from napari_geofm.samples.das import DAS_CLASSES, DasSampleSpec, make_das
from tests.fibre import recording, sample_recording

CHANNELS, LENGTH = 80, 3000


@pytest.fixture(scope="module")
def survey() -> Survey:
    return recording(np.random.default_rng(0).standard_normal((CHANNELS, LENGTH)))


def track(first: float, slope: float) -> np.ndarray:
    since = np.arange(LENGTH) - (first + slope * np.arange(CHANNELS))[:, None]
    return (since >= 0) & (since < 60)


def found(mask: np.ndarray, survey: Survey, name: str = "vehicle") -> EventList:
    source = EventSource(mask.astype(np.uint8), ClassTable.named(["noise", name]))
    return run_to_end(find_events(source, survey))


@pytest.mark.parametrize(
    "tracks",
    [
        ((200.0, 20.0), (2000.0, -20.0)),
        ((200.0, 20.0), (1700.0, -8.0)),
        ((200.0, 30.0), (900.0, 8.0)),
        ((100.0, 3.0), (400.0, -3.0)),
        ((200.0, 20.0), (2000.0, -20.0), (1000.0, 5.0)),
    ],
)
def test_crossing_tracks_are_followed(survey: Survey, tracks: tuple[tuple[float, float], ...]) -> None:
    events = found(np.any([track(*each) for each in tracks], axis=0), survey)
    speeds = sorted(event.moveout.main.velocity for event in events.events)
    np.testing.assert_allclose(speeds, sorted(10.0 / (0.01 * slope) for _, slope in tracks), rtol=0.02)
    # Each has the whole track, through the crossing as well.
    assert all((event.first, event.last) == (0, CHANNELS - 1) for event in events.events)


def test_others_are_left_alone(survey: Survey) -> None:
    (one,) = found(track(200.0, 20.0), survey).events
    assert one.moveout.main.velocity == pytest.approx(50.0, rel=0.02)
    # Waves may well cross themselves: they come from one place.
    assert len(found(track(200.0, 20.0) | track(2000.0, -20.0), survey, "P wave")) == 1
    # A short spur is no vehicle.
    spur = track(200.0, 20.0)
    spur[30:33, 840:1000] = True
    assert len(found(spur, survey)) == 1


def test_two_that_meet_where_the_window_ends(survey: Survey) -> None:
    both = np.where(np.arange(CHANNELS)[:, None] < 40, track(200.0, 20.0), track(1780.0, -20.0))
    for mask in (both, both[:, ::-1]):
        speeds = [event.moveout.main.velocity for event in found(mask, survey).events]
        np.testing.assert_allclose(np.sort(speeds), [-50.0, 50.0], rtol=0.02)


@pytest.mark.parametrize("seed", [1, 3, 4, 9])
def test_vehicles_of_changing_speed(seed: int) -> None:
    sample = make_das(DasSampleSpec(seed=seed, earthquakes=0, surface_waves=0, vehicles=2))
    source = EventSource((sample.classes == 4).astype(np.uint8) * 4, ClassTable.named(DAS_CLASSES))
    events = run_to_end(find_events(source, sample_recording(sample)))
    speeds = []
    for event in sample.events:
        known = np.isfinite(event.onset_s)
        speeds.append(1 / np.polyfit(sample.distance_m[known], event.onset_s[known], 1)[0])
    got = sorted(event.moveout.main.velocity for event in events.events)
    np.testing.assert_allclose(got, sorted(speeds), rtol=0.08)
