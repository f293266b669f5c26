import math

import numpy as np
import pytest

from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.size_frequency import area_km2, completeness_limit, size_frequency
from napari_geofm.errors import LabelError
from tests.core.craters.test_finding import ground_of


def of_sizes(*sizes: float) -> list[Crater]:
    return [Crater(0, 0, 1, 0, 0, size) for size in sizes]


def test_bins_counts_and_errors_are_those_of_the_working_group() -> None:
    found = size_frequency(of_sizes(1.0, 1.2, 1.5, 2.1, 2.2, 5.0), 100.0, "km")
    assert found.edges == pytest.approx(2 ** (np.arange(6) / 2))
    assert found.counts.tolist() == [2, 1, 2, 0, 1]
    assert found.cumulative.tolist() == [0.06, 0.04, 0.03, 0.01, 0.01]
    assert found.cumulative_error == pytest.approx(np.sqrt([6, 4, 3, 1, 1]) / 100)
    # R = D^3 N / (A (b - a)), D the geometric mean of the bin's ends.
    first = (2**0.25) ** 3 * 2 / (100 * (2**0.5 - 1))
    assert found.r_values[0] == pytest.approx(first)
    assert found.r_error[0] == pytest.approx(first / math.sqrt(2))
    assert math.isnan(found.r_error[3])


def test_a_population_of_slope_minus_two_has_constant_r() -> None:
    sizes = 4 / np.linspace(1, 1e-4, 40000) ** 0.5
    found = size_frequency(of_sizes(*sizes.tolist()), 1e4, "km")
    # Cumulative numbers fall as D^-2: R is flat where bins are full.
    full = found.r_values[1:10]
    assert np.ptp(full) / full.mean() < 0.02


def test_the_limit_is_where_a_catalogue_begins_to_miss_craters() -> None:
    rng = np.random.default_rng(1)
    sizes = 2 / rng.random(20000) ** 0.5
    chance = np.clip((sizes / 7) ** 3, 0, 1)
    seen = sizes[rng.random(sizes.size) < chance]
    assert 5.5 < completeness_limit(seen) < 8
    assert math.isnan(completeness_limit(seen[:10]))
    assert size_frequency(of_sizes(*seen), 1.0, "km", limit=12.0).limit == 12


def test_the_area_of_the_moon_is_that_of_its_sphere() -> None:
    moon = ground_of("+proj=longlat +R=1737400", (0.5, 0, -180, 0, -0.5, 90), (360, 720))
    sphere = 4 * math.pi * 1737.4**2
    assert area_km2(np.full((360, 1), 720.0), 720, moon) == pytest.approx(sphere, rel=2e-3)
    half = np.where(np.arange(360) < 180, 720.0, 0)[:, None]
    assert area_km2(half, 720, moon) == pytest.approx(sphere / 2, rel=5e-3)
    # A polar map, whose pixels are of one size to within a few per cent.
    polar = ground_of("+proj=stere +lat_0=90 +R=1737400 +units=m", (500, 0, -250000, 0, -500, 250000), (1000, 1000))
    assert area_km2(np.full((1000, 20), 50.0), 1000, polar) == pytest.approx(250000, rel=0.01)


def test_places_beside_a_maps_outline_have_no_area() -> None:
    step = math.pi * 1_737_400 / 360
    sinusoidal = ground_of("+proj=sinu +R=1737400", (step, 0, -360 * step, 0, -step, 180 * step), (360, 720))
    # Of equal areas: all pixels within the outline make the whole sphere, 2 / pi of the rectangle.
    found = area_km2(np.full((360, 120), 6.0), 720, sinusoidal)
    assert found == pytest.approx(4 * math.pi * 1737.4**2, rel=0.01)


def test_pixels_of_unlike_areas_count_as_what_they_are() -> None:
    polar = ground_of("+proj=stere +lat_0=90 +R=1737400 +units=m", (5000, 0, -2.5e6, 0, -5000, 2.5e6), (1000, 1000))
    middle, edge = np.zeros((1000, 100)), np.zeros((1000, 100))
    middle[500, 50] = edge[500, 0] = 10.0
    # Scale grows as 1 + (r / 2R)^2 from the pole.
    grown = (1 + (2.475e6 / (2 * 1_737_400)) ** 2) ** 2
    assert area_km2(middle, 1000, polar) / area_km2(edge, 1000, polar) == pytest.approx(grown, rel=0.02)


def test_nothing_has_no_distribution() -> None:
    with pytest.raises(LabelError, match="No craters"):
        size_frequency([], 10, "km")
    with pytest.raises(LabelError, match="area is empty"):
        size_frequency(of_sizes(2), 0, "km")
