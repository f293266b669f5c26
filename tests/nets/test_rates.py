import numpy as np
import pytest

from napari_geofm.nets.rates import epoch_factor, rate_factor


def test_rates_rise_and_fall() -> None:
    factors = [rate_factor(step / 100, step, 10) for step in range(100)]
    assert factors[0] == pytest.approx(0.1)
    assert factors[:10] == sorted(factors[:10])
    assert factors[10:] == sorted(factors[10:], reverse=True)
    assert factors[-1] < 0.001
    assert rate_factor(2.0, 500, 0) == 0


def test_the_papers_curve() -> None:
    """Table S4: 100 epochs, 10 of them warm-up, then a cosine; here of the facies' 84 steps each."""
    factors = np.array([epoch_factor(step, 8400, 840) for step in range(8400)])
    np.testing.assert_allclose(np.diff(factors[:840]), 1 / 840)
    assert factors[839] == factors[840] == 1
    assert (np.diff(factors[840:]) < 0).all()
    # Half way between the end of the rise and the end it is half; a quarter of the way half of 1 + the root of a half.
    assert factors[840 + 3780] == pytest.approx(0.5)
    assert factors[840 + 1890] == pytest.approx(0.5 * (1 + 0.5**0.5))
    assert 0 < factors[-1] < 1e-6


def test_a_rise_without_and_alone() -> None:
    assert epoch_factor(0, 10, 0) == 1
    assert [epoch_factor(step, 3, 3) for step in range(3)] == pytest.approx([1 / 3, 2 / 3, 1])
