import numpy as np
import pytest

from napari_geofm.core.das.spectrum import spectrum_of
from napari_geofm.errors import UsageError
from tests.core.das.recordings import RATE, signal_of

TIME = np.arange(8000) / RATE


def test_noise_is_flat_and_its_density_is_its_variance_over_the_band() -> None:
    values = 3.0 * np.random.default_rng(0).standard_normal((20, 8000))
    found = spectrum_of([values], signal_of(values, "1/s"))
    assert found.units == "(1/s)²/Hz"
    assert found.channels == 20
    assert found.hertz[0] > 0
    assert found.hertz[-1] == pytest.approx(RATE / 2)
    step = found.hertz[1] - found.hertz[0]
    assert float(found.mean.sum() * step) == pytest.approx(9.0, rel=0.03)
    low, middle, high = found.quantiles
    assert (low <= middle).all()
    assert (middle <= high).all()


def test_a_tone_stands_out_at_its_frequency_and_gaps_do_not_matter() -> None:
    values = np.sin(2 * np.pi * 60 * TIME)[None].repeat(4, 0) + 0.01 * np.random.default_rng(1).standard_normal(
        (4, 8000)
    )
    holey = values.copy()
    holey[:, 3000:3500] = np.nan
    holey[2] = np.nan
    for each, channels in ((values, 4), (holey, 3)):
        found = spectrum_of([each], signal_of(each), 1.0)
        assert found.hertz[np.argmax(found.quantiles[1])] == pytest.approx(60.0)
        assert found.channels == channels


def test_windows_of_a_long_recording_are_averaged() -> None:
    values = np.random.default_rng(2).standard_normal((3, 8000))
    whole = spectrum_of([values], signal_of(values), 0.5)
    parts = spectrum_of([values[:, :4000], values[:, 4000:]], signal_of(values), 0.5)
    np.testing.assert_allclose(parts.mean, whole.mean, rtol=0.3)


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.001, "give 0.032 to 16 s"), (17.0, "give 0.032 to 16 s"), (14.0, "without a gap")]
)
def test_segments_that_do_not_fit_are_refused(seconds: float, told: str) -> None:
    values = np.ones((2, 8000))
    values[:, 4000] = np.nan
    with pytest.raises(UsageError, match=r"^Spectrum") as caught:
        spectrum_of([values], signal_of(values), seconds)
    assert told in str(caught.value)
