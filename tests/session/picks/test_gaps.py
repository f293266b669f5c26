import numpy as np

from napari_geofm.core.horizon import Horizon
from napari_geofm.session.picks.gaps import without_gaps

ROWS, COLUMNS = np.indices((21, 31))
PLANE = (100 + 2 * ROWS - 0.5 * COLUMNS).astype(np.float32)


def test_every_fifth_line_becomes_every_line_within_the_outline() -> None:
    z = np.where((ROWS % 5 == 0) & (COLUMNS >= 4), PLANE, np.nan).astype(np.float32)
    found, count = without_gaps(Horizon("h", z))
    np.testing.assert_allclose(found.z[:, 4:], PLANE[:, 4:], atol=1e-3)
    assert np.isnan(found.z[:, :4]).all()
    assert count == np.count_nonzero(np.isfinite(found.z)) - np.count_nonzero(np.isfinite(z))


def test_a_hole_in_a_picked_area() -> None:
    z = PLANE.copy()
    z[5:12, 8:20] = np.nan
    found, count = without_gaps(Horizon("h", z))
    np.testing.assert_allclose(found.z, PLANE, atol=1e-3)
    assert count == 7 * 12


def test_one_line_is_interpolated_along_itself() -> None:
    z = np.full((21, 31), np.nan, np.float32)
    z[:, 7][[2, 10]] = 20, 36
    found, count = without_gaps(Horizon("h", z))
    assert count == 7
    assert found.z[6, 7] == 28
    assert np.count_nonzero(np.isfinite(found.z)) == 9
    single = Horizon("h", np.where((ROWS == 3) & (COLUMNS == 3), 1, np.nan).astype(np.float32))
    assert without_gaps(single) == (single, 0)


def test_a_line_is_interpolated_between_its_picks() -> None:
    z = np.full(9, np.nan, np.float32)
    z[[2, 6]] = 10, 30
    found, count = without_gaps(Horizon("h", z))
    assert count == 3
    np.testing.assert_array_equal(found.z, [np.nan, np.nan, 10, 15, 20, 25, 30, np.nan, np.nan])
