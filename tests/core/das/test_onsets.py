import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.fibre_event import FibreEvent
from napari_geofm.core.das.finding import EventSource, find_events
from napari_geofm.core.progress import run_to_end
from napari_geofm.core.survey import Survey
from napari_geofm.samples.das import DasSampleSpec, make_das
from tests.fibre import coarse, recording, sample_recording, wave

CLASSES = ClassTable.named(["noise", "event"])
CHANNELS, LENGTH = 90, 900
TRUTH = 200 + 2.1 * np.hypot(np.arange(CHANNELS) - 30.0, 15.0)


def only_event(mask: np.ndarray, survey: Survey) -> FibreEvent:
    (event,) = run_to_end(find_events(EventSource(mask, CLASSES), survey)).events
    return event


@pytest.mark.parametrize("shift", [-10.0, 0.0, 10.0])
def test_a_mask_in_cells_and_shifted_still_gives_the_onsets(shift: float) -> None:
    event = only_event(coarse(TRUTH, LENGTH, shift=shift), recording(wave(TRUTH, LENGTH)))
    off = 100 * event.onset_s - TRUTH
    assert np.median(np.abs(off)) < 3.0
    assert np.percentile(np.abs(off), 90) < 6.0
    assert np.median(np.abs(off) / (100 * event.error_s)) < 1.5


def test_bad_channels_are_not_followed() -> None:
    samples = wave(TRUTH, LENGTH)
    samples[20] = 0.0
    samples[40] = 30 * np.random.default_rng(3).standard_normal(LENGTH)
    samples[60] = np.nan
    off = 100 * only_event(coarse(TRUTH, LENGTH), recording(samples)).onset_s - TRUTH
    assert np.abs(off).max() < 12.0


def test_a_channel_without_the_class_has_no_onset() -> None:
    mask = coarse(TRUTH, LENGTH)
    mask[[10, 50]] = 0
    event = only_event(mask, recording(wave(TRUTH, LENGTH)))
    assert np.flatnonzero(np.isnan(event.onset_s)).tolist() == [10, 50]
    assert event.channels.size == CHANNELS - 2


def test_an_earlier_event_is_not_picked_for_a_later_one() -> None:
    later = TRUTH + 150.0
    samples = 2.5 * wave(TRUTH, LENGTH) + wave(later, LENGTH, strength=25.0, seed=1)
    mask = coarse(TRUTH, LENGTH)
    mask[coarse(later, LENGTH) == 1] = 2
    mask[(mask == 0) & (np.arange(LENGTH) > TRUTH[:, None]) & (np.arange(LENGTH) < later[:, None] - 10)] = 1
    classes = ClassTable.named(["noise", "P wave", "S wave"])
    found = run_to_end(find_events(EventSource(mask, classes), recording(samples)))
    assert [found.name(event) for event in found.events] == ["P wave", "S wave"]
    for event, truth in zip(found.events, (TRUTH, later), strict=True):
        assert np.median(np.abs(100 * event.onset_s - truth)) < 8.0
    assert [len(group) for group in found.earthquakes()] == [2]


def test_s_waves_are_looked_for_as_emergent_ones() -> None:
    offs: dict[str, list[float]] = {"S wave": [], "event": []}
    for seed in (202, 204, 207):
        sample = make_das(DasSampleSpec(seed=seed, vehicles=0, surface_waves=0, channels=56, samples=2000))
        truth = next(each.onset_s for each in sample.events if each.kind == 2)
        for name, off in offs.items():
            classes = ClassTable.named(["noise", "P wave", name])
            found = run_to_end(find_events(EventSource(sample.classes, classes), sample_recording(sample)))
            event = max((each for each in found.events if each.kind == 2), key=lambda each: each.channels.size)
            off.append(float(np.nanmedian(np.abs(event.onset_s - truth[event.first : event.last + 1]))))
    assert np.mean(offs["S wave"]) < np.mean(offs["event"])
