from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.das.bad_channels import REASONS, BadChannels, FoundBad, find_bad, listed
from napari_geofm.core.das.signal import Signal
from napari_geofm.core.das.units import Units
from napari_geofm.errors import UsageError
from napari_geofm.samples import DasSampleSpec, make_das
from tests.core.das.recordings import noise, signal_of


def found(values: np.ndarray) -> FoundBad:
    def parts() -> Iterator[tuple[slice, np.ndarray]]:
        half = values.shape[1] // 2
        for where in (slice(0, half), slice(half, values.shape[1])):
            yield where, values[:, where]

    return find_bad(parts())


def coherent(channels: int = 60, seed: int = 1) -> np.ndarray:
    """Return waves that neighbours have in common, over noise."""
    rng = np.random.default_rng(seed)
    common = rng.standard_normal((channels + 8, 3000))
    smooth = sum(common[place : place + channels] for place in range(8))
    return np.asarray(smooth + 0.5 * rng.standard_normal((channels, 3000)))


def test_each_kind_of_bad_channel_is_found_and_no_other() -> None:
    values = coherent()
    values[7] = 3.25
    values[8] = np.nan
    values[20] *= 20
    values[21] *= 0.02
    values[33] = np.random.default_rng(2).standard_normal(3000) * values[32].std()
    values[45, 1234] += 4000 * values[45].std()
    bad = found(values)
    reasons = {int(channel): REASONS[bad.reasons[channel]] for channel in np.flatnonzero(bad.bad)}
    assert reasons == {
        7: "dead", 8: "dead", 20: "noisy", 21: "noisy", 33: "incoherent", 45: "spikes",
    }  # fmt: skip
    assert bad.words() == "2 dead, 1 spikes, 2 noisy, 1 incoherent"


def test_an_event_on_a_few_channels_makes_none_bad() -> None:
    values = coherent()
    moment = np.arange(3000)
    for channel in range(60):
        arrival = 1500 + 8 * abs(channel - 30)
        values[channel] += 400 * np.exp(-((moment - arrival) ** 2) / 200) * np.sin(moment / 3) / (1 + abs(channel - 30))
    assert not found(values).bad.any()


def test_a_gap_longer_than_a_window_makes_no_channel_bad() -> None:
    values = coherent()
    values[7] = 3.25
    windows = [slice(start, start + 500) for start in range(0, 3000, 500)]
    values[:, 500:1500] = np.nan
    values[9, :2000] = np.nan
    bad = find_bad((where, values[:, where]) for where in windows)
    assert np.flatnonzero(bad.bad).tolist() == [7]
    # Half of its recorded windows are enough: a channel that went dead on the way.
    values[20, 1900:] = 0.5
    bad = find_bad((where, values[:, where]) for where in windows)
    assert {int(each): REASONS[bad.reasons[each]] for each in np.flatnonzero(bad.bad)} == {7: "dead", 20: "dead"}


def test_gaps_make_no_channel_bad() -> None:
    values = coherent()
    values[:, 1000:1200] = np.nan
    values[5, 2000:2400] = np.nan
    values[5, 2000:] += 500
    assert not found(values).bad.any()


def test_noise_that_nobody_has_in_common_is_all_good() -> None:
    assert not found(noise(40)).bad.any()


def test_the_samples_own_bad_channels_are_found() -> None:
    for seed in range(3):
        sample = make_das(DasSampleSpec(seed=seed))
        bad = found(sample.strain_rate.astype(float)).bad
        assert (bad & sample.bad).sum() == sample.bad.sum()
        assert (bad & ~sample.bad).sum() <= 2


def test_a_real_recording_without_bad_channels_has_none(shared_data: Path) -> None:
    from napari_geofm.io.opening import open_survey
    from napari_geofm.io.processed import bad_channels_of

    survey = open_survey(shared_data / "das/mine_event/deformation_rate_event_1.hdf5")
    assert not bad_channels_of(survey).bad.any()


@pytest.mark.parametrize("words", ["none", "auto", "12, 40-43", "auto, 12", "2410.5-2450 m", "7"])
def test_words_are_read_as_they_are_written(words: str) -> None:
    assert BadChannels.parse(words).words() == words


def test_channels_are_named_by_number_or_by_metres() -> None:
    signal = signal_of(noise())
    bad = BadChannels.parse("1, 4 - 3, 150-155 m").named(signal)
    assert np.flatnonzero(bad).tolist() == [1, 3, 4, 10, 11]
    assert listed(bad, signal) == "1, 3-4, 10-11"
    assert listed(bad & False, signal) == ""
    # Where the file numbers its channels, these numbers are meant.
    numbered = Signal(np.arange(300.0, 312.0), "", 4000, 500.0, Units.parse(""))
    bad = BadChannels.parse("301-302").named(numbered)
    assert listed(bad, numbered) == "301-302"
    assert np.flatnonzero(bad).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("3-x", "write auto, none, or a list as in 12, 40-43, 2410-2450 m"),
        ("3.5", "channels have whole numbers"),
        ("12", "channels run from 0 to 11"),
        ("500 m", "channels run from 100 to 155 m"),
    ],
)
def test_what_is_no_channel_is_refused(words: str, told: str) -> None:
    with pytest.raises(UsageError, match=r"^Bad channels") as caught:
        BadChannels.parse(words).named(signal_of(noise()))
    assert told in str(caught.value)
