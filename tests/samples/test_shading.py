import numpy as np

from napari_geofm.samples.shading import shade


def test_light_comes_from_the_sun() -> None:
    rows, columns = np.mgrid[:40, :40]
    hill = 60.0 * np.exp(-((rows - 20.0) ** 2 + (columns - 20.0) ** 2) / 60.0)
    lit = shade(hill, 10.0, 270.0, 30.0)
    assert lit[20, 14] > 1 > lit[20, 26]
    from_north = shade(hill, 10.0, 0.0, 30.0)
    assert from_north[14, 20] > 1 > from_north[26, 20]
    np.testing.assert_allclose(shade(np.zeros((9, 9)), 1.0, 10.0, 35.0), 1.0)


def test_a_tower_casts_a_shadow_away_from_the_sun() -> None:
    ground = np.zeros((41, 41))
    ground[20, 20] = 100.0
    dark = shade(ground, 10.0, 90.0, 45.0) == 0
    assert dark[20, 12]
    assert not dark[20, 30]
    assert not dark[20, 5]
