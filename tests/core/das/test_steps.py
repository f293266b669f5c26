"""Each step does what its formula, scipy or dascore says."""

from typing import Any

import numpy as np
import pytest

from tests.core.das.recordings import RATE, noise, processed, signal_of

TIME = np.arange(4000) / RATE


def sine(hertz: float) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * TIME)[None].repeat(3, axis=0)


def loudness(values: np.ndarray) -> float:
    """Return the amplitude of a sine in the middle, away from the ends."""
    return float(np.sqrt(2) * values[:, 1000:3000].std())


@pytest.fixture(scope="module")
def patch() -> Any:
    import dascore

    values = noise()
    signal = signal_of(values)
    return dascore.Patch(
        data=values,
        dims=("distance", "time"),
        coords={
            "distance": signal.places,
            "time": np.datetime64("2024-01-01", "ns") + (1e9 * TIME).round().astype("timedelta64[ns]"),
        },
        attrs={"data_type": "velocity", "data_units": "m/s"},
    )


@pytest.mark.parametrize(("low", "high"), [(5, 100), (5, None), (None, 100)])
def test_passes_are_dascores(patch: Any, low: float | None, high: float | None) -> None:
    words = f"bandpass {low}-{high} Hz" if low and high else f"highpass {low} Hz" if low else f"lowpass {high} Hz"
    expected = patch.pass_filter(time=(low, high)).data
    np.testing.assert_allclose(processed(noise(), words), expected, atol=1e-4)


def test_differences_of_velocity_are_dascores(patch: Any) -> None:
    expected = patch.velocity_to_strain_rate(step_multiple=4).data
    found = processed(noise(), "strain-rate gauge 20 m")
    np.testing.assert_allclose(found[2:-2], expected[2:-2], atol=1e-5)
    expected = patch.velocity_to_strain_rate(step_multiple=2).data
    np.testing.assert_allclose(processed(noise(), "derivative")[1:-1], expected[1:-1], atol=1e-5)


def test_phase_becomes_strain_by_the_formula(patch: Any) -> None:
    phase = noise()
    signal = signal_of(phase, "rad")
    words = "strain gauge 10 m index 1.468 wavelength 1550 nm factor 0.78"
    expected = 1550e-9 * phase / (4 * np.pi * 1.468 * 10 * 0.78)
    np.testing.assert_allclose(processed(phase, words, signal), expected, rtol=1e-6)
    radians = patch.set_units("radian").update_attrs(data_type="phase")
    theirs = radians.radians_to_strain(10, 1550e-9, 0.78, 1.468)
    np.testing.assert_allclose(expected, theirs.data, rtol=1e-6)
    rate = processed(phase, "strain-rate gauge 10 m", signal)
    np.testing.assert_allclose(rate, np.gradient(expected, 1 / RATE, axis=1), rtol=1e-4, atol=1e-12)
    per_metre = processed(phase, words, signal_of(phase, "rad/m"))
    np.testing.assert_allclose(per_metre, 10 * expected, rtol=1e-6)
    milli = processed(1e3 * phase, words, signal_of(phase, "mrad"))
    np.testing.assert_allclose(milli, expected, rtol=1e-6)


def test_a_linear_field_has_its_slope_over_any_gauge_length() -> None:
    field = 0.25 * signal_of(noise()).places[:, None] + np.zeros(4000)
    for words in ("derivative", "strain-rate gauge 7 m", "strain-rate gauge 30 m"):
        np.testing.assert_allclose(processed(field, words), 0.25, rtol=1e-6)


def test_filters_keep_and_take_out_what_they_should() -> None:
    assert loudness(processed(sine(50), "notch 50 Hz q 10")) < 0.01
    assert loudness(processed(sine(70), "notch 50 Hz q 10")) == pytest.approx(1.0, abs=0.03)
    assert loudness(processed(sine(30), "bandpass 10-100 Hz")) == pytest.approx(1.0, abs=0.01)
    assert loudness(processed(sine(3), "bandpass 10-100 Hz")) < 1e-3
    # Forward and backward: no delay, and half the amplitude at a corner.
    np.testing.assert_allclose(processed(sine(30), "lowpass 200 Hz")[:, 500:-500], sine(30)[:, 500:-500], atol=1e-3)
    assert loudness(processed(sine(100), "lowpass 100 Hz")) == pytest.approx(0.5, abs=0.01)


def test_decimation_leaves_no_aliases() -> None:
    kept = processed(sine(20), "decimate 4")
    np.testing.assert_allclose(kept[:, 100:-100], sine(20)[:, ::4][:, 100:-100], atol=0.01)
    assert kept.shape == (3, 1000)
    assert float(np.abs(processed(sine(110), "decimate 4")[:, 100:-100]).max()) < 0.01
    # Ends hold on to the offset.
    np.testing.assert_allclose(processed(0 * sine(1) + 7.0, "decimate 4"), 7.0, rtol=1e-6)


def test_integral_and_derivative_undo_each_other_above_the_corner() -> None:
    wave = sine(20)
    there = processed(wave, "integrate 2 Hz")
    np.testing.assert_allclose(
        there[:, 1000:3000],
        (-np.cos(2 * np.pi * 20 * TIME) / (2 * np.pi * 20))[None, 1000:3000].repeat(3, 0),
        atol=1e-4,
    )
    again = processed(wave, "integrate 2 Hz; differentiate")
    np.testing.assert_allclose(again[:, 1000:3000], wave[:, 1000:3000], atol=0.03)


def test_common_mode_is_what_all_channels_have() -> None:
    values = noise(9)
    values += 10 * np.random.default_rng(5).standard_normal(4000)
    np.testing.assert_allclose(processed(values, "median"), values - np.median(values, axis=0), atol=1e-4)
    np.testing.assert_allclose(processed(values, "mean"), values - values.mean(axis=0), atol=1e-4)


def test_stack_is_the_mean_of_neighbours() -> None:
    values = noise(10)
    values[4] = np.nan
    found = processed(values, "stack 3")
    assert found.shape == (3, 4000)
    np.testing.assert_allclose(found[0], values[:3].mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(found[1], values[[3, 5]].mean(axis=0), rtol=1e-6)


def test_amplitudes_are_evened() -> None:
    values = noise(6) - 50.0
    values[2] *= 1000
    values[3] = 0.0
    middle = np.median(np.abs(processed(values, "scale robust")), axis=1)
    np.testing.assert_allclose(middle, 0.67449 * np.array([1, 1, 1, 0, 1, 1]), rtol=1e-5)
    loud = processed(values * np.linspace(1, 1000, 4000), "agc 0.5 s")
    early, late = (float(np.abs(loud[0, part]).mean()) for part in (slice(0, 1000), slice(3000, 4000)))
    assert early == pytest.approx(late, rel=0.3)
    assert (loud[3] == 0).all()
    np.testing.assert_allclose(processed(values, "root") ** 2 * np.sign(values), values, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("velocity", "kept"), [(1000, True), (-1000, True), (150, False), (30000, False)])
def test_slopes_outside_the_fan_are_taken_out(velocity: float, kept: bool) -> None:
    place = 5.0 * np.arange(80)[:, None]
    wave = np.sin(2 * np.pi * 20 * (TIME[None] - place / velocity))
    found = processed(wave, "slope 400-2000 m/s")[24:56, 500:3500]
    gain = float(found.std() / wave.std())
    assert gain > 0.9 if kept else gain < 0.1, gain
