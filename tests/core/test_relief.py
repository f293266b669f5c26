import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from napari_geofm.core.relief import (
    REACH,
    ReliefFit,
    Sun,
    detrended,
    fit_relief,
    gradients,
    hillshade,
    relief_picture,
    rises,
    slope_degrees,
)
from napari_geofm.errors import UsageError


def tilted(south: float, east: float, shape: tuple[int, int] = (6, 8)) -> np.ndarray:
    """Return a plane that rises by so much per pixel to the south and to the east."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    return np.asarray(south * rows + east * columns)


def test_a_plane_has_one_slope_and_one_brightness() -> None:
    plane = tilted(3.0, 4.0)
    np.testing.assert_allclose(slope_degrees(plane, 10.0, 10.0), np.rad2deg(np.arctan(0.5)), rtol=1e-6)
    down, right = gradients(plane, 10.0, 20.0)
    np.testing.assert_allclose(down, 0.3)
    np.testing.assert_allclose(right, 0.2)


@pytest.mark.parametrize(("azimuth", "brightest"), [(0, "north"), (90, "east"), (180, "south"), (270, "west")])
def test_the_side_that_faces_the_sun_is_bright(azimuth: float, brightest: str) -> None:
    # Ground that falls towards a side faces it.
    sides = {"north": tilted(5, 0), "south": tilted(-5, 0), "east": tilted(0, -5), "west": tilted(0, 5)}
    lit = {name: float(hillshade(plane, 10.0, 10.0, Sun(azimuth, 30))[2, 3]) for name, plane in sides.items()}
    assert max(lit, key=lambda name: lit[name]) == brightest
    assert lit[brightest] == pytest.approx(np.cos(np.deg2rad(60 - np.rad2deg(np.arctan(0.5)))), rel=1e-5)


def test_level_ground_is_as_bright_as_the_sun_is_high() -> None:
    for height in (10.0, 45.0, 90.0):
        assert hillshade(np.zeros((4, 4)), 1.0, 1.0, Sun(123.0, height)) == pytest.approx(np.sin(np.deg2rad(height)))
    with pytest.raises(UsageError, match="its height is above 0 and at most 90"):
        Sun(315.0, 0.0)


def test_missing_ground_stays_missing_and_leaves_its_neighbours_sound() -> None:
    plane = tilted(1.0, 2.0, (9, 9))
    plane[4, 4] = np.nan
    shade, steep, above = hillshade(plane, 1.0, 1.0), slope_degrees(plane, 1.0, 1.0), detrended(plane)
    for values in (shade, steep, above):
        assert np.isnan(values[4, 4])
        assert np.isnan(values).sum() == 1
    np.testing.assert_allclose(steep[np.isfinite(steep)], steep[0, 0], rtol=1e-6)
    nothing = np.full((5, 5), np.nan)
    assert np.isnan(relief_picture(nothing, 1.0, 1.0, ReliefFit(1.0, 1.0))).all()
    assert fit_relief([(nothing, 1.0, 1.0)]) == ReliefFit(1.0, 1.0)


@settings(max_examples=20)
@given(arrays(np.float32, (7, 9), elements=st.floats(-1e4, 1e4, width=32)))
def test_it_is_numpys_gradient_where_nothing_is_missing(elevation: np.ndarray) -> None:
    down, right = gradients(elevation, 3.0, 2.0)
    expected = np.gradient(elevation.astype(np.float64), 3.0, 2.0)
    np.testing.assert_allclose(down, expected[0], atol=1e-9)
    np.testing.assert_allclose(right, expected[1], atol=1e-9)


def test_pixels_that_narrow_towards_a_pole_make_no_cliffs() -> None:
    rng = np.random.default_rng(0)
    # Rounded to half metres on pixels of 10 km x 30 m the steps alone would be slopes of one in sixty.
    elevation = np.round(rng.normal(0.0, 0.5, (4, 400)) * 2) / 2
    wide = np.array([30.0, 300.0, 3000.0, 10_000.0])[:, None]
    _, right = gradients(elevation, 10_000.0, wide)
    assert np.abs(right[0]).max() < 2e-3
    np.testing.assert_allclose(right[3, 1:-1], (elevation[3, 2:] - elevation[3, :-2]) / 20_000.0)


def test_a_window_with_its_margin_is_cut_from_the_whole() -> None:
    rng = np.random.default_rng(1)
    elevation = rng.normal(0, 100, (260, 300)).cumsum(0).cumsum(1) / 50
    elevation[100:110, 120:150] = np.nan
    sizes = np.linspace(50.0, 100.0, 260)[:, None]
    fit = fit_relief([(elevation, 100.0, sizes)])
    whole = relief_picture(elevation, 100.0, sizes, fit)
    box = np.s_[80:150, 90:200]
    around = np.s_[80 - REACH : 150 + REACH, 90 - REACH : 200 + REACH]
    part = relief_picture(elevation[around], 100.0, sizes[around[0]], fit)[REACH:-REACH, REACH:-REACH]
    np.testing.assert_allclose(part, whole[box], atol=1e-5)
    assert 0.0 <= np.nanmin(whole) <= np.nanmax(whole) <= 1.0


def test_the_unit_and_the_size_of_pixels_do_not_change_the_picture() -> None:
    elevation = np.random.default_rng(2).normal(0, 100, (200, 200)).cumsum(0)
    pictures = []
    for unit, metres in ((1.0, 10.0), (2.0, 10.0), (1.0, 1900.0)):
        fit = fit_relief([(unit * elevation, metres, metres)])
        pictures.append(relief_picture(unit * elevation, metres, metres, fit))
    np.testing.assert_allclose(pictures[1], pictures[0], atol=1e-5)
    np.testing.assert_allclose(pictures[2], pictures[0], atol=1e-5)


def test_a_trend_is_taken_off_and_a_crater_stays() -> None:
    rows, columns = np.mgrid[:200, :200]
    crater = -100.0 * (np.hypot(rows - 100, columns - 100) < 8)
    above = detrended(crater + 3.0 * columns)
    assert abs(float(above[100, 60])) < 15
    assert above[100, 100] < -80


def test_bands_of_a_large_map_are_what_the_whole_is(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    elevation = (1000 * rng.normal(size=(700, 90)).cumsum(axis=0) / 30).astype(np.float32)
    elevation[300:320, 20:40] = np.nan
    # Narrow towards the pole, where neighbours further off are compared.
    high, wide = np.full((700, 1), 100.0), np.linspace(2, 100, 700)[:, None]
    fit = ReliefFit(500.0, 0.4)

    def every() -> list[np.ndarray]:
        pictures = [hillshade(elevation, high, wide), slope_degrees(elevation, high, wide)]
        return [*pictures, rises(elevation, high, wide), relief_picture(elevation, high, wide, fit)]

    whole = every()
    monkeypatch.setattr("napari_geofm.core.bands.AT_ONCE", 90 * 160)
    for part, expected in zip(every(), whole, strict=True):
        np.testing.assert_allclose(part, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(whole[2][..., 1], gradients(elevation, high, wide)[1].astype(np.float32))


def test_slopes_of_a_large_map_take_little_beside_what_they_are() -> None:
    import tracemalloc

    elevation = np.zeros((3000, 2000), np.float32)
    tracemalloc.start()
    try:
        found = rises(elevation, 100.0, 100.0)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < found.nbytes + 150 * 2**20
    assert found.shape == (3000, 2000, 2)
