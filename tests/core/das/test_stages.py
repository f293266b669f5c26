"""A window of a processed recording is the same window of the whole recording processed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_geofm.core.das import amplitudes
from napari_geofm.core.das.chain import Chain
from napari_geofm.core.das.stages import Stages
from tests.core.das.recordings import noise, processed, signal_of, stages_of, with_gaps

TOLERANCE = 1e-6
"""Of the largest amplitude: what recursive filters remember beyond what a window is padded by."""

WORDS = (
    "detrend linear",
    "detrend constant",
    "bandpass 20-100 Hz",
    "bandpass 8-12 Hz order 6",
    "highpass 4 Hz order 2",
    "lowpass 100 Hz",
    "notch 50 Hz q 5",
    "median",
    "mean",
    "slope 300-6000 m/s",
    "derivative",
    "integrate 8 Hz",
    "differentiate",
    "decimate 3",
    "decimate 4; decimate 2",
    "stack 3",
    "strain-rate gauge 20 m",
    "strain-rate gauge 13 m",
    "scale robust",
    "scale rms",
    "agc 0.2 s",
    "root",
    "detrend; bandpass 20-100 Hz; median; derivative; decimate 2; stack 2; scale; agc 0.4 s; root",
)
VALUES = noise()
HOLEY = with_gaps(VALUES)


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("values", [VALUES, HOLEY], ids=["whole", "with gaps"])
@settings(max_examples=12)
@given(data=st.data())
def test_a_window_is_that_of_the_whole(words: str, values: np.ndarray, data: st.DataObject) -> None:
    stages = stages_of(values, words)
    whole = processed(values, words)
    channels, samples = whole.shape
    first = data.draw(st.integers(0, channels - 1))
    last = data.draw(st.integers(first + 1, channels))
    start = data.draw(st.integers(0, samples - 1))
    stop = data.draw(st.integers(start + 1, min(samples, start + 700)))
    window = stages.read(slice(first, last), slice(start, stop))
    expected = whole[first:last, start:stop]
    assert window.dtype == np.float32
    np.testing.assert_array_equal(np.isnan(window), np.isnan(expected))
    largest = float(np.nanmax(np.abs(whole)))
    np.testing.assert_allclose(window, expected, rtol=0, atol=TOLERANCE * largest)


def test_an_interior_window_reads_no_more_than_the_filters_need() -> None:
    values = noise(4, 20_000)
    read: list[slice] = []

    def spied(channels: slice, times: slice) -> np.ndarray:
        read.append(times)
        return values[channels, times]

    spying = Stages(spied, signal_of(values), _chain("bandpass 20-100 Hz; agc 0.2 s"))
    spying.read(slice(0, 4), slice(10_000, 10_100))
    assert len(read) == 1
    assert 100 < read[0].stop - read[0].start < 2500


def _chain(words: str) -> Chain:
    return Chain.parse(words)


@pytest.mark.parametrize("words", [each for each in WORDS if "stack" not in each and "decimate" not in each])
def test_gaps_stay_gaps_and_go_no_further_than_the_neighbours(words: str) -> None:
    holey, whole = processed(HOLEY, words), processed(VALUES, words)
    gone = np.isnan(HOLEY)
    assert np.isnan(holey[gone]).all()
    spread = np.isnan(holey) & ~gone
    across = any(each in words for each in ("derivative", "strain-rate"))
    assert spread.any() == across
    # Beside a gap in time nothing is lost.
    assert np.isfinite(holey[0, : int(0.4 * 4000)]).all()
    assert np.isfinite(holey[0, int(0.45 * 4000) :]).all()
    assert np.isfinite(whole).all()


def test_each_piece_between_gaps_is_filtered_by_itself() -> None:
    holey = processed(HOLEY, "bandpass 20-100 Hz")
    first = processed(HOLEY[:1, :1600], "bandpass 20-100 Hz")
    np.testing.assert_array_equal(holey[:1, :1600], first)


def test_what_is_fitted_once_does_not_depend_on_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    import scipy.signal

    np.testing.assert_allclose(processed(VALUES, "detrend linear"), scipy.signal.detrend(VALUES, axis=1), atol=1e-5)
    rms = np.sqrt((VALUES**2).mean(axis=1, keepdims=True))
    np.testing.assert_allclose(processed(VALUES, "scale rms"), VALUES / rms, rtol=1e-6)
    # Of a recording that is too large, windows stand for all of it.
    monkeypatch.setattr(amplitudes, "WHOLE", VALUES.size // 2)
    line = 3.0 + 0.01 * np.arange(VALUES.shape[1])
    flat = processed(VALUES[:2] * 0 + line, "detrend linear")
    np.testing.assert_allclose(flat, 0.0, atol=1e-5)
    windows = amplitudes.sample_windows(*VALUES.shape)
    assert len(windows) == 16
    assert (windows[0].start, windows[-1].stop) == (0, VALUES.shape[1])
    stages = stages_of(VALUES, "detrend; scale")
    whole = processed(VALUES, "detrend; scale")
    np.testing.assert_array_equal(stages.read(slice(2, 5), slice(70, 90)), whole[2:5, 70:90])


def test_many_channels_with_wide_margins_are_filtered_some_after_others(monkeypatch: pytest.MonkeyPatch) -> None:
    values = noise(12, 20_000)
    read: list[int] = []

    def spied(channels: slice, times: slice) -> np.ndarray:
        read.append((channels.stop - channels.start) * (times.stop - times.start))
        return values[channels, times]

    chain = _chain("highpass 5 Hz; median")
    whole = Stages(spied, signal_of(values), chain).read(slice(0, 12), slice(9_000, 9_100))
    assert len(read) == 1
    most = read[0] // 4
    monkeypatch.setattr("napari_geofm.core.das.stages.LARGEST", most)
    read.clear()
    parts = Stages(spied, signal_of(values), chain).read(slice(0, 12), slice(9_000, 9_100))
    np.testing.assert_array_equal(parts, whole)
    assert len(read) == 4
    assert max(read) <= most


def test_bad_channels_are_left_out_of_what_channels_have_in_common() -> None:
    values = VALUES.copy()
    values[4] *= 1e6
    bad = np.arange(12) == 4
    stages = Stages(lambda channels, times: values[channels, times], signal_of(values), _chain("mean"), bad)
    found = stages.read(slice(0, 12), slice(0, 4000))
    others = np.delete(VALUES, 4, axis=0)
    np.testing.assert_allclose(np.delete(found, 4, axis=0), others - others.mean(axis=0), atol=1e-4)
    assert np.isnan(found[4]).all()
