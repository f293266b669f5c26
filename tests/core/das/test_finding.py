from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das import finding
from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.event_options import EventOptions
from napari_geofm.core.das.finding import EventSource, find_events
from napari_geofm.core.progress import run_to_end
from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeometryError, LabelError, UsageError
from napari_geofm.samples.das import DAS_CLASSES, DasSampleSpec, make_das
from tests.fibre import coarse, recording, sample_recording, wave

CLASSES = ClassTable.named(["noise", "event"])
TRUTH = 300 + 1.5 * np.arange(40.0)
LENGTH = 900


def found(mask: np.ndarray, survey: Survey, options: EventOptions | None = None, **more: object) -> EventList:
    return run_to_end(find_events(EventSource(mask, CLASSES, **more), survey, options))  # type: ignore[arg-type]


def test_an_event_has_times_channels_velocity_and_peak() -> None:
    events = found(coarse(TRUTH, LENGTH), recording(wave(TRUTH, LENGTH)), confidence=np.full((40, LENGTH), 0.75))
    (event,) = events.events
    assert (event.first, event.last) == (0, 39)
    assert event.start_s == pytest.approx(3.0, abs=0.04)
    assert event.end_s == pytest.approx(3.0 + 0.585 + 1.2, abs=0.2)
    assert event.moveout.main.velocity == pytest.approx(10.0 / 0.015, rel=0.1)
    assert events.speed_unit == "m/s"
    assert event.confidence == pytest.approx(0.75)
    assert 4.0 < event.peak < 9.0
    assert event.cut == ()
    assert events.utc(event.start_s).startswith("2024-03-05T06:07:1")


def test_an_event_over_page_borders_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    mask, survey = coarse(TRUTH, LENGTH), recording(wave(TRUTH, LENGTH))
    (whole,) = found(mask, survey).events
    monkeypatch.setattr(finding, "PAGE", 40 * 61)
    (paged,) = found(mask, survey).events
    np.testing.assert_array_equal(paged.onset_s, whole.onset_s)
    assert (paged.end_s, paged.peak, paged.samples) == (whole.end_s, whole.peak, whole.samples)


def test_specks_are_dropped_and_thresholds_are_lengths() -> None:
    mask, survey = coarse(TRUTH, LENGTH), recording(wave(TRUTH, LENGTH))
    mask[10:13, 700:705] = 1
    assert len(found(mask, survey)) == 1
    assert len(found(mask, survey, EventOptions(least_s=0.05, least_m=30.0))) == 2
    assert len(found(mask, survey, EventOptions(least_m=410.0))) == 0


def test_nothing_in_the_mask_is_no_event() -> None:
    survey = recording(wave(TRUTH, LENGTH))
    for value in (0, 255):
        assert len(found(np.full((40, LENGTH), value, np.uint8), survey)) == 0


def test_one_channel_has_an_onset_and_no_velocity() -> None:
    truth = np.array([300.0])
    (event,) = found(coarse(truth, LENGTH), recording(wave(truth, LENGTH))).events
    assert 100 * event.onset_s[0] == pytest.approx(300.0, abs=6.0)
    assert np.isnan(event.moveout.main.velocity)


def test_an_event_cut_by_the_window_says_so() -> None:
    mask, survey = coarse(TRUTH, LENGTH), recording(wave(TRUTH, LENGTH))
    (event,) = found(mask, survey, window=(330, 400)).events
    assert event.cut == ("start", "end")
    assert event.start_s >= 3.3
    assert event.end_s == pytest.approx(4.0)


def test_a_gap_in_the_recording_is_told_and_does_no_harm() -> None:
    samples = wave(TRUTH, LENGTH)
    samples[:, 320:330] = np.nan
    mask = coarse(TRUTH, LENGTH)
    (event,) = found(mask, recording(samples)).events
    assert event.cut == ("gap",)
    assert np.isfinite(event.onset_s).all()


def test_numbered_channels_and_a_recording_without_a_date() -> None:
    events = found(coarse(TRUTH, LENGTH), recording(wave(TRUTH, LENGTH), start="", numbered=True))
    (event,) = events.events
    assert events.speed_unit == "channels/s"
    assert event.moveout.main.velocity == pytest.approx(1 / 0.015, rel=0.1)
    assert events.utc(event.start_s) == ""
    assert events.channel(event.first) == 1000


@pytest.mark.parametrize("unit", ["m/s", "µm/s", "nm"])
def test_motion_is_picked_on_its_difference_along_the_fibre(unit: str) -> None:
    strain = wave(TRUTH, LENGTH)
    shaking = 40 * np.random.default_rng(5).standard_normal(LENGTH)
    motion = np.cumsum(strain, axis=0) + shaking
    (event,) = found(coarse(TRUTH, LENGTH, shift=8.0), recording(motion, units=unit)).events
    assert np.median(np.abs(100 * event.onset_s - TRUTH)) < 3.0


def test_synthetic_arrivals_are_found_near_their_truth() -> None:
    sample = make_das(DasSampleSpec(seed=1))
    classes = ClassTable.named(DAS_CLASSES)
    events = run_to_end(find_events(EventSource(sample.classes, classes), sample_recording(sample)))
    assert [events.name(event) for event in events.events] == [
        "vehicle", "vehicle", "P wave", "S wave", "surface wave",
    ]  # fmt: skip
    assert [[events.name(each) for each in group] for group in events.earthquakes()][2] == ["P wave", "S wave"]
    most = {"P wave": 0.05, "S wave": 0.18, "surface wave": 0.06}
    for event in events.events[2:]:
        truth = next(each.onset_s for each in sample.events if each.kind == event.kind)
        off = np.abs(event.onset_s - truth[event.first : event.last + 1])
        assert np.nanmedian(off) < most[events.name(event)]


def test_a_vehicle_has_a_speed_and_no_apex() -> None:
    sample = make_das(DasSampleSpec(seed=3, earthquakes=0, surface_waves=0, vehicles=1))
    (event,) = run_to_end(
        find_events(EventSource(sample.classes, ClassTable.named(DAS_CLASSES)), sample_recording(sample))
    ).events
    truth = sample.events[0].onset_s
    known = np.isfinite(truth)
    slope = np.polyfit(sample.distance_m[known], truth[known], 1)[0]
    assert event.vehicle
    assert event.moveout.main.velocity == pytest.approx(1 / slope, rel=0.15)


def test_what_does_not_fit_is_refused_in_one_line() -> None:
    survey = recording(wave(TRUTH, LENGTH))
    with pytest.raises(LabelError, match=r"\(40, 900\)"):
        found(np.zeros((40, 800), np.uint8), survey)
    with pytest.raises(LabelError, match="confidence"):
        found(np.zeros((40, 900), np.uint8), survey, confidence=np.zeros((40, 3)))
    uneven = survey.data.assign_coords(time=np.arange(900.0) ** 1.5)
    with pytest.raises(GeometryError, match="uneven"):
        found(np.zeros((40, 900), np.uint8), Survey("das", uneven, survey.path, "0"))
    with pytest.raises(GeometryError, match="one sample a channel"):
        found(np.zeros((40, 1), np.uint8), recording(np.ones((40, 1))))
    with pytest.raises(UsageError, match="DAS"):
        found(np.zeros((40, 900), np.uint8), Survey("image", survey.data, Path("a.tif"), "0"))
    with pytest.raises(UsageError, match="gap -1 s"):
        EventOptions(gap_s=-1.0)
