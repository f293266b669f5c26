"""Round numbers on rulers: where they lie, that they are the headers', that there is room."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.axis import Axis
from napari_geofm.gui.canvas.ticks import round_step, ticks

STEPS = st.one_of(st.integers(1, 50), st.integers(-50, -1))


@given(st.integers(-5000, 5000), STEPS, st.integers(2, 900), st.integers(1, 20))
def test_ticks_lie_where_their_numbers_are(first: int, step: int, size: int, most: int) -> None:
    axis = Axis("crossline", first + step * np.arange(size))
    found = ticks(axis, 0, size - 1, most)
    for tick in found:
        assert np.isclose(first + step * tick.place, float(tick.text))
        assert 0 <= tick.place <= size - 1
    assert len(found) <= most + 1


def test_uneven_lines_are_met_exactly() -> None:
    numbers = np.array([100, 101, 105, 110, 130, 200])
    found = {tick.text: tick.place for tick in ticks(Axis("inline", numbers), 0, 5, 30)}
    assert found["105"] == 2.0
    assert found["110"] == 3.0
    assert found["200"] == 5.0
    assert 3.0 < found["120"] < 4.0


def test_only_what_is_seen_has_ticks() -> None:
    axis = Axis("twt", np.arange(0.0, 4000.0, 4.0), "ms")
    found = ticks(axis, 100, 150, 6)
    assert [tick.text for tick in found] == ["400", "450", "500", "550", "600"] or len(found) <= 7
    assert all(100 <= tick.place <= 150 for tick in found)
    assert ticks(axis, 2000, 3000, 5) == []
    assert ticks(axis, -50, -10, 5) == []


def test_lines_have_whole_numbers_however_far_one_zooms_in() -> None:
    found = ticks(Axis("inline", np.arange(10, 20)), 2.0, 4.0, 40)
    assert [tick.text for tick in found] == ["12", "13", "14"]


def test_fractions_are_written_as_people_do() -> None:
    axis = Axis("time", np.arange(1250) * 0.004, "s")
    assert [tick.text for tick in ticks(axis, 0, 1249, 6)] == ["0", "1", "2", "3", "4"]
    assert [tick.text for tick in ticks(axis, 100, 200, 4)] == ["0.4", "0.5", "0.6", "0.7", "0.8"]


def test_names_and_numbers_to_and_fro_are_named_themselves() -> None:
    assert [tick.text for tick in ticks(Axis("tile", np.array(["a", "b", "c"])), 0, 2, 9)] == ["a", "b", "c"]
    assert [tick.text for tick in ticks(Axis("cdp", np.array([5, 9, 7])), 0, 2, 9)] == ["5", "9", "7"]
    assert [tick.text for tick in ticks(Axis("cdp", np.array([5])), 0, 0, 9)] == ["5"]


@given(st.floats(1e-6, 1e6))
def test_round_steps_are_1_2_or_5(least: float) -> None:
    step = round_step(least)
    assert least * (1 - 1e-6) <= step <= 2.5 * least * (1 + 1e-6)
    assert f"{step:e}"[0] in "125"
