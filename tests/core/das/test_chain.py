import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.das.amplitude_steps import Detrend, Gain, Root, Scale, Unit
from napari_geofm.core.das.chain import PRESETS, Chain
from napari_geofm.core.das.fibre_steps import Derivative, Mean, Median, Stack, Strain, StrainRate
from napari_geofm.core.das.frequency_steps import BandPass, Decimate, Differentiate, HighPass, Integrate, LowPass, Notch
from napari_geofm.core.das.slope_step import Slope
from napari_geofm.core.das.words import STEPS
from napari_geofm.errors import UsageError
from tests.core.das.recordings import noise, signal_of

HERTZ = st.floats(0.001, 1e5)
STEP = st.one_of(
    st.builds(BandPass, st.floats(0.001, 10), st.floats(11, 1e5), st.integers(1, 16)),
    st.builds(HighPass, HERTZ, st.integers(1, 16)),
    st.builds(LowPass, HERTZ, st.integers(1, 16)),
    st.builds(Notch, HERTZ, st.floats(0.5, 1000)),
    st.builds(Slope, st.floats(1, 500), st.floats(501, 1e5)),
    st.builds(Decimate, st.integers(2, 100)),
    st.builds(Integrate, HERTZ),
    st.builds(Stack, st.integers(2, 100)),
    st.builds(Detrend, st.sampled_from(["linear", "constant"])),
    st.builds(Scale, st.sampled_from(["robust", "rms"])),
    st.builds(Gain, st.floats(0.001, 1000)),
    st.builds(Strain, st.floats(0.1, 100), st.floats(1, 3), st.floats(500, 2000), st.floats(0.1, 1.5)),
    st.builds(StrainRate, st.floats(0.1, 100)),
    st.builds(Unit, st.sampled_from(["rad", "rad/s", "m/s", "1/s"])),
    st.sampled_from([Median(), Mean(), Derivative(), Differentiate(), Root()]),
)


@given(st.lists(STEP, max_size=6).map(lambda steps: Chain(tuple(steps))))
def test_words_and_tables_are_read_as_they_are_written(chain: Chain) -> None:
    assert Chain.from_list(chain.to_list()) == chain
    again = Chain.parse(chain.words())
    assert [type(step) for step in again.steps] == [type(step) for step in chain.steps]
    for one, other in zip(again.to_list(), chain.to_list(), strict=True):
        # Twelve digits are written: no instrument has more.
        assert all(_alike(value, other[name]) for name, value in one.items())
    assert Chain.parse(again.words()) == again


def _alike(value: float | str, other: float | str) -> bool:
    return value == (other if isinstance(other, str) else pytest.approx(other, rel=1e-11))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("bandpass 5-200Hz", "bandpass 5-200 Hz"),
        ("bandpass 5 Hz to 200 Hz", "bandpass 5-200 Hz"),
        ("BandPass 5 – 200", "bandpass 5-200 Hz"),
        ("bandpass 0.005-0.2 kHz order 2", "bandpass 5-200 Hz order 2"),
        ("highpass 100 mHz", "highpass 0.1 Hz"),
        ("highpass 1e-1 Hz", "highpass 0.1 Hz"),
        ("notch 50 q 10", "notch 50 Hz q 10"),
        ("agc 500 ms; sqrt", "agc 0.5 s; root"),
        ("demean;; common-mode", "detrend constant; median"),
        ("strain gauge 1000 cm wavelength 1.55 um", "strain gauge 10 m"),
        ("fk 0.3 to 6 km/s", "slope 300-6000 m/s"),
        ("none", ""),
        ("Earthquake; decimate 2", PRESETS["earthquake"] + "; decimate 2"),
    ],
)
def test_people_write_steps_in_many_ways(said: str, meant: str) -> None:
    assert Chain.parse(said).words() == meant


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("bandpas 5-200 Hz", "the nearest is 'bandpass'"),
        ("frobnicate", "known are unit, detrend"),
        ("earthqake", "the nearest is 'earthquake'"),
        ("bandpass 5 Hz", "high corner is missing; write it as in 'bandpass 1-20 Hz'"),
        ("bandpass 200-5 Hz", "the lower corner first"),
        ("bandpass 5-200 m", "'m' is not understood"),
        ("notch fifty", "'fifty' is not a number"),
        ("lowpass 5 Hz order", "'order' is followed by nothing"),
        ("lowpass 5 Hz order 17", "must be 1 to 16"),
        ("decimate 2.5", "is not a whole number"),
        ("scale loud", "is none of robust, rms"),
        ("slope 500-300 m/s", "the slower velocity first"),
        ("strain", "gauge length is missing"),
        ("unit", "unit is missing"),
    ],
)
def test_what_is_written_wrongly_is_refused_in_one_line(said: str, told: str) -> None:
    with pytest.raises(UsageError, match=r"^Processing") as caught:
        Chain.parse(said)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("plain", "told"),
    [
        ({"step": "banana"}, "is unknown"),
        ({"step": "bandpass", "corner": 4}, "has no 'corner'"),
        ({"step": "bandpass", "low_hz": "5"}, "must be of type float"),
        ({"step": "decimate", "factor": 2.0}, "must be of type int"),
    ],
)
def test_tables_with_unknown_keys_or_types_are_refused(plain: dict[str, object], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        Chain.from_list([plain])
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("words", "units", "told"),
    [
        ("lowpass 250 Hz", "m/s", "below the Nyquist frequency, 250 Hz"),
        ("decimate 5; lowpass 60 Hz", "m/s", "below the Nyquist frequency, 50 Hz (half of 100 samples"),
        ("bandpass 0.1-5 Hz", "m/s", "at least 0.125 Hz: the recording is 8 s long"),
        ("notch 300 Hz", "m/s", "below the Nyquist frequency"),
        ("agc 9 s", "m/s", "at most 8 s"),
        ("agc 2 ms", "m/s", "at least 0.006 s"),
        ("decimate 300", "m/s", "at most 200: the recording has 4000 samples"),
        ("stack 7", "m/s", "at most 6, half of the channels"),
        ("strain gauge 10 m", "m/s", "samples in m/s: must be in rad, rad/m, m; leave the step out"),
        ("strain-rate gauge 10 m", "", "say what they are with 'unit rad' before it"),
        ("root; strain-rate gauge 10 m", "m/s", "must be before scale, gain and root"),
        ("strain-rate gauge 100 m", "m/s", "at most 55 m, the length of the fibre"),
        ("unit rad", "m/s", "what the file says, m/s; leave the step out"),
    ],
)
def test_a_step_that_does_not_suit_the_recording_is_refused(words: str, units: str, told: str) -> None:
    with pytest.raises(UsageError, match=r"^Processing step") as caught:
        Chain.parse(words).after(signal_of(noise(), units))
    assert told in str(caught.value)


def test_units_and_grid_change_with_the_steps() -> None:
    chain = Chain.parse("detrend; integrate 1 Hz; differentiate; strain-rate gauge 10 m; decimate 4; stack 3")
    after = chain.after(signal_of(noise()))
    assert (after.units.words, after.quantity) == ("1/s", "strain rate")
    assert (after.channels, after.samples, after.rate_hz) == (4, 1000, 125.0)
    assert after.places.tolist() == [105.0, 120.0, 135.0, 150.0]
    assert chain.moves_grid
    assert not Chain.parse(PRESETS["earthquake"]).moves_grid
    scaled = Chain.parse("unit rad; strain gauge 10 m; scale; root").after(signal_of(noise(), ""))
    assert (scaled.units.words, scaled.quantity) == ("", "scaled")


def test_uneven_times_take_no_filter() -> None:
    signal = signal_of(noise(), rate=float("nan"))
    with pytest.raises(UsageError, match="times are not evenly spaced"):
        Chain.parse("lowpass 5 Hz").after(signal)
    assert np.isnan(Chain.parse("median; root").after(signal).rate_hz)


def test_every_step_says_what_it_does_and_is_read_by_its_own_words() -> None:
    for kind in STEPS.values():
        assert kind.about
        assert Chain.parse(kind().words()).steps == (kind(),)
        assert all(parameter.label for parameter in kind.parameters)
