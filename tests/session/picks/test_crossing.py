from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.core.polygon import Polygon
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.io.opening import open_survey
from napari_geofm.samples.seismic import SeismicSampleSpec, make_seismic, write_segy
from napari_geofm.session.picks.crossing import crossing
from tests.io.segy.build import write_line

ROWS, COLUMNS = np.indices((9, 13))


@pytest.fixture(scope="module")
def cube(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """Return inlines 1000 to 1080 by 10, crosslines 2000 to 2012, 0 to 156 ms by 4."""
    file = tmp_path_factory.mktemp("cube") / "cube.sgy"
    write_segy(make_seismic(SeismicSampleSpec(seed=1, inlines=9, crosslines=13, samples=40)), file)
    return open_survey(file)


def dipping() -> Horizon:
    return Horizon("h", (20 + 8 * ROWS + 2 * COLUMNS).astype(np.float32))


def test_a_horizon_on_lines(cube: Survey) -> None:
    (line,) = crossing(dipping(), cube, At("inline", 1030)).lines
    np.testing.assert_allclose(line, np.column_stack([np.arange(13), (20 + 8 * 3 + 2 * np.arange(13)) / 4]))
    (line,) = crossing(dipping(), cube, At("crossline", 2005)).lines
    np.testing.assert_allclose(line, np.column_stack([np.arange(9), (20 + 8 * np.arange(9) + 10) / 4]))


def test_gaps_break_the_line_and_single_picks_are_dots(cube: Survey) -> None:
    z = dipping().z
    z[3, [4, 5, 8, 10]] = np.nan
    found = crossing(Horizon("h", z), cube, At("inline", 1030))
    assert [len(line) for line in found.lines] == [4, 2, 2]
    np.testing.assert_allclose(found.dots, [[9, (20 + 24 + 18) / 4]])
    assert crossing(Horizon("h", np.full((9, 13), np.nan, np.float32)), cube, At("inline", 1030)).lines == ()


def test_a_horizon_on_a_time_slice_is_its_contour(cube: Survey) -> None:
    (line,) = crossing(dipping(), cube, At("twt", 60.0)).lines
    np.testing.assert_allclose(20 + 8 * line[:, 1] + 2 * line[:, 0], 60, atol=0.01)
    assert len(line) > 5
    assert crossing(dipping(), cube, At("twt", 156.0)).lines == ()


def test_a_large_horizon_is_contoured_coarsely_in_the_same_place(cube: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    from napari_geofm.session.picks import crossing as module

    monkeypatch.setattr(module, "MOST_CELLS", 30)
    (line,) = crossing(dipping(), cube, At("twt", 60.0)).lines
    np.testing.assert_allclose(20 + 8 * line[:, 1] + 2 * line[:, 0], 60, atol=0.01)


def test_a_fault_on_its_stick_between_sticks_and_on_a_slice(cube: Survey) -> None:
    sticks = tuple(np.array([[i, 2002.0, 20], [i, 2010.0, 100]]) for i in (1020.0, 1060.0))
    fault = FaultSticks("f", sticks)
    on = crossing(fault, cube, At("inline", 1020))
    np.testing.assert_allclose(on.lines[0], [[2, 5], [10, 25]])
    np.testing.assert_allclose(on.dots, [[2, 5], [10, 25]])
    between = np.concatenate(crossing(fault, cube, At("inline", 1040)).lines)
    np.testing.assert_allclose(between[:, 0] - 2, (between[:, 1] - 5) * 0.4, atol=1e-9)
    on_slice = np.concatenate(crossing(fault, cube, At("twt", 60.0)).lines)
    np.testing.assert_allclose(on_slice[:, 0], 6, atol=1e-9)
    assert (on_slice[:, 1].min(), on_slice[:, 1].max()) == (2, 6)
    assert crossing(fault, cube, At("inline", 1070)).lines == ()


def test_a_polygon_on_its_own_section_only(cube: Survey) -> None:
    polygon = Polygon("p", At("inline", 1030), (np.array([[2001.0, 20], [2008, 20], [2004, 80]]),))
    (line,) = crossing(polygon, cube, At("inline", 1030)).lines
    np.testing.assert_allclose(line, [[1, 5], [8, 5], [4, 20], [1, 5]])
    assert crossing(polygon, cube, At("inline", 1040)).lines == ()


def test_a_line_shows_its_horizons_and_sticks(tmp_path: Path) -> None:
    line = open_survey(write_line(tmp_path / "L07.sgy"))
    z = np.full(40, np.nan, np.float32)
    z[3:6], z[9] = 40, 80
    found = crossing(Horizon("h", z), line, At())
    np.testing.assert_allclose(found.lines[0], np.array([[3.0, 10], [4, 10], [5, 10]]))
    np.testing.assert_allclose(found.dots, [[9, 20]])
    found = crossing(FaultSticks("f", (np.array([[105.0, 40], [107.5, 60]]),)), line, At())
    np.testing.assert_allclose(found.lines[0], np.array([[4, 10], [6.5, 15]]))
    ring = np.array([[105.0, 40], [107, 40], [106, 60]])
    assert len(crossing(Polygon("p", At(), (ring,)), line, At()).lines[0]) == 4
