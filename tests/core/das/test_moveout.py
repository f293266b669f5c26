import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.das.moveout import moveout_of, slope_of

X = np.arange(0.0, 1000.0, 5.0)


@given(st.floats(20.0, 4000.0), st.sampled_from([-1.0, 1.0]), st.integers(0, 2**16))
def test_velocity_within_its_error_and_signed_by_direction(speed: float, sign: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    onset = sign * X / speed + 0.01 * rng.standard_normal(X.size)
    onset[rng.choice(X.size, 30, replace=False)] += rng.choice([-2.0, 3.0], 30)
    onset[rng.choice(X.size, 20, replace=False)] = np.nan
    found = slope_of(X, onset, np.full(X.size, 0.01))
    assert found.velocity == pytest.approx(sign * speed, rel=0.2)
    assert abs(found.velocity - sign * speed) < 6 * found.velocity_error


def test_a_wave_from_the_side_has_no_velocity() -> None:
    onset = 3.0 + 0.01 * np.random.default_rng(1).standard_normal(X.size)
    found = slope_of(X, onset, np.full(X.size, 0.01))
    assert np.isnan(found.velocity)
    assert abs(found.slowness) < 3 * found.error


def test_onsets_on_no_straight_line_have_no_velocity() -> None:
    bent = np.minimum(2.0 + X / 50, 2.0 + (X[-1] - X) / 50)
    found = slope_of(X, bent, np.full(X.size, 0.02))
    assert np.isnan(found.velocity)
    assert found.why_none == "onsets lie on no straight line"
    # A few channels that are off do not spoil the others.
    line = X / 50
    line[3:9] += 2.0
    assert slope_of(X, line, np.full(X.size, 0.02)).velocity == pytest.approx(50.0, rel=0.02)


def test_too_few_channels_tell_nothing() -> None:
    assert np.isnan(slope_of(X[:2], X[:2], X[:2]).slowness)
    assert moveout_of(X[:1], X[:1], X[:1]).apex is None


def test_a_hyperbola_has_an_apex_and_two_flanks() -> None:
    onset = np.hypot(X - 400.0, 60.0) / 500.0
    error = np.full(X.size, 0.005)
    found = moveout_of(X, onset, error)
    assert found.apex is not None
    assert X[found.apex] == pytest.approx(400.0, abs=20.0)
    assert found.before.velocity == pytest.approx(-500.0, rel=0.2)
    assert found.after.velocity == pytest.approx(500.0, rel=0.2)
    assert found.main is found.after
    assert moveout_of(X, onset, error, with_apex=False).apex is None


def test_a_straight_moveout_has_no_apex() -> None:
    rng = np.random.default_rng(2)
    assert moveout_of(X, X / 300.0 + 0.02 * rng.standard_normal(X.size), np.full(X.size, 0.02)).apex is None
