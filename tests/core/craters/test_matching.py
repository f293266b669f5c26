import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.body import body_named
from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.matching import iou_of_circles, match_craters, overlapping, score_craters


def in_pixels(*circles: tuple[float, float, float]) -> Catalogue:
    return Catalogue(tuple(Crater(row, column, diameter) for row, column, diameter in circles))


def on_the_moon(*circles: tuple[float, float, float]) -> Catalogue:
    craters = tuple(Crater(0, 0, 1, lat=lat, lon=lon, diameter_km=size) for lat, lon, size in circles)
    return Catalogue(craters, body_named("Moon"))


@given(st.floats(5, 50), st.floats(5, 50), st.floats(0, 80))
def test_the_overlap_of_circles_is_that_of_their_pixels(r: float, s: float, apart: float) -> None:
    size = max(r, s, 1e-3)
    x, y = np.meshgrid(np.linspace(-size, apart + size, 400), np.linspace(-size, size, 300))
    one, other = np.hypot(x, y) < r, np.hypot(x - apart, y) < s
    counted = (one & other).sum() / max(1, (one | other).sum())
    assert float(iou_of_circles(apart, r, s)) == pytest.approx(counted, abs=0.04)


def test_pairs_are_chosen_for_the_best_sum_not_one_by_one() -> None:
    # The first found circle fits both true ones, the second only the first: greedily one would be lost.
    found, truth = in_pixels((0, 3, 20), (0, -6, 20)), in_pixels((0, 0, 20), (0, 8, 20))
    pairs = {(pair.found, pair.true) for pair in match_craters(found, truth)}
    assert pairs == {(0, 1), (1, 0)}


@given(st.integers(0, 2**31))
def test_the_assignment_is_the_best_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    found, truth = (
        in_pixels(*((rng.uniform(0, 20), rng.uniform(0, 20), rng.uniform(8, 20)) for _ in range(4))) for _ in range(2)
    )
    table = np.zeros((4, 4))
    one, other, iou = overlapping(found, truth, 0.3)
    table[one, other] = iou
    best = max(sum(table[i, j] for i, j in enumerate(order)) for order in itertools.permutations(range(4)))
    assert sum(pair.iou for pair in match_craters(found, truth)) == pytest.approx(best)


def test_across_the_180th_meridian_and_at_a_pole_circles_meet() -> None:
    found = on_the_moon((10, 179.9, 60), (89.9, 0, 60))
    truth = on_the_moon((10, -179.9, 60), (89.9, 180, 60))
    pairs = match_craters(found, truth)
    assert {(pair.found, pair.true) for pair in pairs} == {(0, 0), (1, 1)}
    apart = math.radians(0.2) * 1737.4 * math.cos(math.radians(10))
    assert pairs[0].iou == pytest.approx(float(iou_of_circles(apart, 30, 30)), abs=1e-4)


def test_a_crater_measured_just_below_the_limit_is_neither_missed_nor_false() -> None:
    truth = in_pixels((0, 0, 21), (100, 0, 19), (200, 0, 50))
    found = in_pixels((0, 0, 19), (100, 0, 21), (300, 0, 40))
    scores = score_craters(found, truth, 20)
    # Found of 20 and above: one right (true 19), one false. True of 20 and above: one found (as 19), one missed.
    assert (scores.found, scores.true, scores.precision, scores.recall) == (2, 2, 0.5, 0.5)
    assert scores.f1 == pytest.approx(0.5)
    assert scores.diameter_error == pytest.approx(2 / 21)
    assert scores.diameter_bias == pytest.approx(-2 / 21)
    assert "F1 0.500" in str(scores)


def test_nothing_found_scores_nothing() -> None:
    scores = score_craters(in_pixels(), in_pixels((0, 0, 30)), 10)
    assert (scores.found, scores.true, scores.f1, scores.recall) == (0, 1, 0.0, 0.0)
    assert math.isnan(scores.precision)
    assert math.isnan(scores.diameter_error)
