import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.body import BODIES, body_named, body_of_radii, distance_m, metres_per_degree, wrapped
from napari_geofm.errors import UsageError

MOON = body_named("Moon")


def test_a_quarter_of_the_moon_is_a_quarter_of_its_girth() -> None:
    quarter = np.pi / 2 * 1_737_400
    assert distance_m(MOON, 0.0, 0.0, 90.0, 0.0) == pytest.approx(quarter)
    assert distance_m(MOON, 13.0, -30.0, 13.0, 60.0) == pytest.approx(quarter)
    assert distance_m(MOON, 179.0, 0.0, -179.0, 0.0) == pytest.approx(quarter / 45)
    assert distance_m(MOON, 5.0, 5.0, 5.0, 5.0) == 0.0
    assert np.isnan(distance_m(MOON, np.nan, 0.0, 1.0, 0.0))


def test_on_an_ellipsoid_a_known_geodesic_is_met() -> None:
    earth = body_named("Earth")
    # Flinders Peak to Buninyong, 54,972.271 m: Geoscience Australia's example of Vincenty's formulae (GRS 80).
    length = distance_m(earth, 144.42486789, -37.95103342, 143.92649553, -37.65282114)
    assert float(length) == pytest.approx(54_972.271, abs=1.0)
    mars = body_named("Mars")
    north, _ = metres_per_degree(mars, 10.0)
    assert distance_m(mars, 0.0, 9.5, 0.0, 10.5) == pytest.approx(float(north), rel=1e-5)


@given(st.floats(-180, 180), st.floats(-89, 89), st.floats(-180, 180), st.floats(-89, 89))
def test_there_is_as_far_as_back_and_never_more_than_half_round(a: float, b: float, c: float, d: float) -> None:
    there, back = float(distance_m(MOON, a, b, c, d)), float(distance_m(MOON, c, d, a, b))
    assert there == pytest.approx(back, abs=1e-3)
    assert 0 <= there <= np.pi * 1_737_400 + 1e-3


def test_a_degree_of_longitude_shrinks_to_nothing_at_the_poles() -> None:
    _, east = metres_per_degree(MOON, [0.0, 60.0, 90.0, -90.0])
    np.testing.assert_allclose(east, [30_323.35, 15_161.68, 0.0, 0.0], atol=0.01)


def test_bodies_are_known_by_number_name_and_size() -> None:
    assert body_of_radii(1_737_400.0, 1_737_400.0).name == "Moon"
    assert body_of_radii(1_737_400.0, 1_737_400.0, "D_Mars_2000").name == "Mars"
    assert body_of_radii(2_440_000.0, 2_440_000.0, naif=199).name == "Mercury"
    odd = body_of_radii(12_345.0, 12_345.0)
    assert (odd.name, odd.equatorial_m) == ("unknown body", 12_345.0)
    assert len({body.name for body in BODIES}) == len({body.naif for body in BODIES}) == len(BODIES)
    with pytest.raises(UsageError, match=r"No body is named 'Lun'; there are Mercury, .*Moon"):
        body_named("Lun")


@given(st.floats(-1e4, 1e4), st.sampled_from([0.0, 180.0, -40.0]))
def test_a_longitude_keeps_its_meridian_when_it_is_turned(lon: float, centre: float) -> None:
    turned = float(wrapped(lon, centre))
    assert centre - 180.0 <= turned <= centre + 180.0
    assert np.cos(np.deg2rad(turned - lon)) == pytest.approx(1.0)
