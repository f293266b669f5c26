"""Where lines lie on the small map: shape, direction, north."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.axis import Axis
from napari_geofm.gui.survey.map_frame import THINNEST_PX, MapFrame
from napari_geofm.io.segy.coordinates import LineAffine

BOX = (5.0, 5.0, 240.0, 100.0)


def survey(inlines: Any, crosslines: Any, matrix: Any = None) -> Any:
    """Return what a map needs of a survey; ``matrix``: X and Y per inline and per crossline."""
    axes = {"inline": Axis("inline", np.asarray(inlines)), "crossline": Axis("crossline", np.asarray(crosslines))}
    affine = None if matrix is None else LineAffine(np.column_stack([[500.0, 700.0], matrix]), 0.0)
    return SimpleNamespace(axis=axes.__getitem__, template=SimpleNamespace(affine=affine))


def turned(degrees: float, inline_m: float, crossline_m: float, *, mirrored: bool = False) -> Any:
    """Return the matrix of a survey whose crosslines run ``degrees`` from east, counter-clockwise."""
    angle = np.radians(degrees)
    crossline = np.array([np.cos(angle), np.sin(angle)])
    inline = np.array([-crossline[1], crossline[0]]) * (-1 if mirrored else 1)
    return np.column_stack([inline * inline_m, crossline * crossline_m])


def test_the_outline_has_the_surveys_shape() -> None:
    frame = MapFrame.fitted(survey(range(100), range(0, 400, 2), turned(0, 25.0, 12.5)), BOX)
    # 100 inlines 25 m apart, 200 crosslines 25 m apart: twice as wide as high.
    assert frame.true_aspect
    assert frame.width / frame.height == pytest.approx(2.0)
    assert frame.width <= BOX[2]
    assert frame.height <= BOX[3]


def test_few_lines_are_drawn_wide_enough_to_be_clicked() -> None:
    frame = MapFrame.fitted(survey(range(4), range(800), turned(0, 12.0, 12.0)), BOX)
    assert frame.height == THINNEST_PX
    assert not frame.true_aspect


def test_north_is_up_where_lines_run_so() -> None:
    frame = MapFrame.fitted(survey(range(50), range(100), turned(0, 20.0, 20.0)), BOX)
    assert frame.north == pytest.approx((0.0, -1.0))
    # Crosslines count to the east, inlines to the north.
    assert frame.line("crossline", 90)[0][0] > frame.line("crossline", 10)[0][0]
    assert frame.line("inline", 40)[0][1] < frame.line("inline", 10)[0][1]


def test_without_coordinates_there_is_no_north() -> None:
    frame = MapFrame.fitted(survey([1, 2, 7], range(10)), BOX)
    assert frame.north is None
    assert not frame.true_aspect


@given(st.floats(0, 360), st.floats(5, 50), st.floats(5, 50), st.booleans(), st.integers(20, 90), st.integers(20, 90))
def test_the_map_is_turned_but_never_mirrored(
    degrees: float, inline_m: float, crossline_m: float, mirrored: bool, inlines: int, crosslines: int
) -> None:
    """Angles between directions on the map are those on the ground, with north where the arrow shows."""
    matrix = turned(degrees, inline_m, crossline_m, mirrored=mirrored)
    frame = MapFrame.fitted(survey(range(inlines), range(crosslines), matrix), BOX)
    assert frame.north is not None
    right, down = frame.north
    assert down <= 1e-9
    for axis, column in (("inline", 0), ("crossline", 1)):
        other = "crossline" if axis == "inline" else "inline"
        drawn = np.subtract(_cross(frame, {axis: 10.0, other: 10.0}), _cross(frame, {axis: 5.0, other: 10.0}))
        drawn = drawn / np.linalg.norm(drawn)
        ground = matrix[:, column] / np.linalg.norm(matrix[:, column])
        # The ground's north and east, as they lie on the screen.
        expected = ground[1] * np.array([right, down]) + ground[0] * np.array([-down, right])
        np.testing.assert_allclose(drawn, expected, atol=1e-6)


def _cross(frame: MapFrame, numbers: dict[str, float]) -> tuple[float, float]:
    """Return where an inline and a crossline cross, px."""
    found = [0.0, 0.0]
    for axis, number in numbers.items():
        (x0, y0), (x1, _) = frame.line(axis, number)
        if x0 == x1:
            found[0] = x0
        else:
            found[1] = y0
    return found[0], found[1]


@given(st.lists(st.integers(1, 5000), min_size=2, max_size=40, unique=True), st.integers(0, 10**6))
def test_the_line_that_is_drawn_is_the_line_that_is_found(numbers: list[int], chosen: int) -> None:
    inlines = sorted(numbers)
    frame = MapFrame.fitted(survey(inlines, range(10)), BOX)
    number = inlines[chosen % len(inlines)]
    (x0, y0), (x1, y1) = frame.line("inline", number)
    found = frame.at((x0 + x1) / 2, (y0 + y1) / 2)
    assert found["inline"] == number
    assert frame.holds((x0 + x1) / 2, (y0 + y1) / 2, 0.0)
