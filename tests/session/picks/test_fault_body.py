from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.survey import Survey
from napari_geofm.errors import UsageError
from napari_geofm.io.opening import open_survey
from napari_geofm.samples.seismic import SeismicSampleSpec, make_seismic, write_segy
from napari_geofm.session.picks.fault_body import FaultBody, fault_radii
from tests.io.segy.build import Trace, write, write_line

SHAPE = (20, 30, 40)


@pytest.fixture
def cube(tmp_path: Path) -> Survey:
    np.save(tmp_path / "cube.npy", np.zeros(SHAPE, np.float32))
    return open_survey(tmp_path / "cube.npy")


def sloping() -> FaultSticks:
    """Return the plane crossline = 5 + z / 2 from inline 3 to 15."""
    sticks = [np.array([[inline, 5.0, 0.0], [inline, 20.0, 30.0]]) for inline in (3.0, 9.0, 15.0)]
    return FaultSticks("f", tuple(sticks))


def filled(body: FaultBody, step: int) -> np.ndarray:
    return np.concatenate([body.inside(slice(row, min(row + step, SHAPE[0]))) for row in range(0, SHAPE[0], step)])


@pytest.mark.parametrize("thickness", [1, 3, 7, 15])
def test_it_is_as_thick_as_asked_whatever_the_blocks(cube: Survey, thickness: int) -> None:
    body = FaultBody.of(sloping(), cube, fault_radii(cube, thickness, "samples"), 2)
    found = filled(body, 20)
    for step in (1, 7):
        np.testing.assert_array_equal(filled(body, step), found)
    assert set(np.unique(found)) == {0, 3}
    i, j, k = np.indices(SHAPE)
    distance = np.abs(j - 5 - k / 2) / np.hypot(1, 0.5)
    inner = (i >= 3) & (i <= 15) & (k >= 9) & (k <= 21)
    # The surface is on samples, half a sample off at most.
    half = (thickness - 1) / 2
    assert (found[inner & (distance <= half - 0.5)] == 3).all()
    assert (found[inner & (distance > half + 0.75)] == 0).all()
    assert found[3, 5, 0] == found[15, 20, 30] == 3
    assert not found[: max(3 - thickness, 0)].any()


def test_it_has_no_holes(cube: Survey) -> None:
    from scipy.ndimage import label

    found = filled(FaultBody.of(sloping(), cube, fault_radii(cube, 1, "samples"), 0), 20)
    assert (found[3:16].max(axis=1)[:, :31] == 1).all()
    assert label(found, np.ones((3, 3, 3)))[1] == 1


def test_many_near_points_are_marked_as_distances_tell(cube: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    from napari_geofm.session.picks import fault_body

    body = FaultBody.of(sloping(), cube, (1.5, 2.5, 3.0), 0)
    one = filled(body, 20)
    monkeypatch.setattr(fault_body, "_DEAR", 0)
    np.testing.assert_array_equal(filled(body, 20), one)
    marked = np.ones(SHAPE, bool)
    marked[tuple(body.points[(body.points < SHAPE).all(1)].T)] = False
    near = distance_transform_edt(marked, sampling=(1 / 1.5, 1 / 2.5, 1 / 3.0)) <= 1
    np.testing.assert_array_equal(one > 0, near)


def test_a_fault_beyond_the_survey_is_cut_off(cube: Survey) -> None:
    sticks = tuple(np.array([[inline, -4.0, -10.0], [inline, 50.0, 70.0]]) for inline in (-5.0, 30.0))
    found = filled(FaultBody.of(FaultSticks("f", sticks), cube, (1.1, 1.1, 1.1), 0), 3)
    assert found.shape == SHAPE
    assert found.any(axis=(1, 2)).all()


def test_metres_are_those_of_the_headers(cube: Survey, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="give it in samples"):
        fault_radii(cube, 50, "m")
    with pytest.raises(UsageError, match="Thickness 0"):
        fault_radii(cube, 0, "samples")
    write_segy(make_seismic(SeismicSampleSpec(seed=1, inlines=4, crosslines=5, samples=32)), tmp_path / "a.sgy")
    mapped = open_survey(tmp_path / "a.sgy")
    # 125 m between inlines, 12.5 m between crosslines, 4 ms.
    np.testing.assert_allclose(fault_radii(mapped, 100, "m"), (0, 3.5, 12), atol=0.01)


def test_on_a_line_a_stick_is_the_fault(tmp_path: Path) -> None:
    line = open_survey(write_line(tmp_path / "L07.sgy"))
    fault = FaultSticks("f", (np.array([[103.0, 40], [111, 72]]), np.array([[120.0, 20], [120, 60]])))
    body = FaultBody.of(fault, line, fault_radii(line, 1, "samples"), 0)
    found = np.concatenate([body.inside(slice(row, row + 7)) for row in range(0, 40, 7)])
    expected = np.zeros((40, 50), np.uint8)
    expected[np.arange(2, 11), np.arange(10, 19)] = 1
    expected[19, 5:16] = 1
    np.testing.assert_array_equal(found, expected)
    # 22.4 m from trace to trace, 4 ms of 1 m down: 40 m reach a trace to either side, and five samples.
    assert fault_radii(line, 67.1, "m") == pytest.approx((1.0, 7.89), abs=0.01)


def test_headers_in_feet_are_turned_into_metres(tmp_path: Path) -> None:
    radii = []
    for feet in (False, True):
        traces = [
            Trace(np.ones(6, np.float32), {189: 1 + i, 193: 1 + k, 71: 1, 181: 4000 + 25 * i, 185: 6000 + 50 * k})
            for i in range(4)
            for k in range(5)
        ]
        file = write(tmp_path / f"{feet}.sgy", traces, binary={3255: ("h", 2 if feet else 1)})
        radii.append(np.array(fault_radii(open_survey(file, domain="depth"), 200, "m")) + 0.5)
    np.testing.assert_allclose(radii[1], radii[0] / 0.3048, rtol=1e-4)
