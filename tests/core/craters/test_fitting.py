import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from napari_geofm.core.craters.fitting import fit_circle, fit_ellipse


def circle(
    x: float, y: float, radius: float, first: float = 0.0, last: float = 2 * np.pi, count: int = 90
) -> NDArray[np.float64]:
    way = np.linspace(first, last, count, endpoint=False)
    return np.stack([x + radius * np.cos(way), y + radius * np.sin(way)], axis=1)


@given(
    x=st.floats(-1e4, 1e4),
    y=st.floats(-1e4, 1e4),
    radius=st.floats(2.0, 3000.0),
    first=st.floats(0, 6.2),
    part=st.floats(0.4, 1.0),
)
def test_a_circle_is_found_wherever_it_is(x: float, y: float, radius: float, first: float, part: float) -> None:
    found = fit_circle(circle(x, y, radius, first, first + part * 2 * np.pi), 0.5)
    assert found is not None
    assert np.hypot(found.x - x, found.y - y) < 1e-3 * radius
    assert found.radius == pytest.approx(radius, rel=1e-3)
    assert found.residual < 1e-3
    # Sectors are 10 degrees, of the smallest circles 45.
    assert abs(found.arc - part) < (0.06 if radius > 12 else 0.2)


def test_a_neighbours_rim_in_the_outline_does_not_pull_the_circle() -> None:
    rng = np.random.default_rng(3)
    own = circle(50, 60, 20, 0.6, 2 * np.pi) + rng.normal(0, 0.3, (90, 2))
    other = circle(72, 68, 9, -1.5, 2.0, 40)
    found = fit_circle(np.concatenate([own, other]), 1.0)
    assert found is not None
    assert np.hypot(found.x - 50, found.y - 60) < 0.3
    assert found.radius == pytest.approx(20, abs=0.3)
    assert found.inside[:90].mean() > 0.95
    assert found.inside[90:].mean() < 0.35


def test_few_points_and_lines_are_no_circle() -> None:
    assert fit_circle(circle(0, 0, 5, count=5), 0.5) is None
    assert fit_circle(np.stack([np.arange(20.0), np.arange(20.0)], axis=1), 0.5) is None
    assert fit_circle(np.zeros((20, 2)), 0.5) is None


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0, 150.0])
def test_an_ellipse_has_its_axes_and_direction_clockwise_from_up(angle: float) -> None:
    way = np.linspace(0, 2 * np.pi, 100)
    along, across = 9 * np.cos(way), 6 * np.sin(way)
    turn = np.radians(angle)
    # Clockwise from up: the major axis points along (sin, cos).
    points = np.stack([along * np.sin(turn) + across * np.cos(turn), along * np.cos(turn) - across * np.sin(turn)], 1)
    found = fit_ellipse(points + np.array([400.0, -20.0]))
    assert found is not None
    assert (found.semi_major, found.semi_minor) == (pytest.approx(9, rel=1e-3), pytest.approx(6, rel=1e-3))
    assert min(abs(found.angle_degrees - angle), 180 - abs(found.angle_degrees - angle)) < 0.1
    assert (found.x, found.y) == (pytest.approx(400, abs=0.01), pytest.approx(-20, abs=0.01))


def test_points_on_a_line_are_no_ellipse() -> None:
    assert fit_ellipse(np.stack([np.arange(20.0), 2 * np.arange(20.0)], axis=1)) is None
