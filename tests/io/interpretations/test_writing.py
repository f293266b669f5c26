"""What is written comes back."""

import tempfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError, OutputError, UsageError
from napari_geofm.io.interpretations import (
    HORIZON_FORMATS,
    STICK_FORMATS,
    read_interpretations,
    write_horizon,
    write_sticks,
)
from napari_geofm.io.interpretations.line_writing import LINE_FORMS
from napari_geofm.io.segy.coordinates import LineAffine

# Beyond the first two samples: what lies in them alone, and has no unit, is taken for seconds.
TIMES = st.one_of(st.just(float("nan")), st.floats(8.5, 236, width=32))


# A CPS-3 grid runs north and east: that of a turned survey has other nodes than the traces, and is tried below.
@pytest.mark.parametrize("form", [form for form in HORIZON_FORMATS if form != "cps3"])
@settings(max_examples=25)
@given(z=arrays(np.float32, (9, 13), elements=TIMES))
def test_horizons_round_trip(cube: Survey, form: str, z: NDArray[np.float32]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "Top A.dat"
        if not np.isfinite(z).any():
            with pytest.raises(LabelError, match="has no pick"):
                write_horizon(Horizon("Top A", z), cube, out, form=form)
            return
        write_horizon(Horizon("Top A", z), cube, out, form=form)
        found = read_interpretations(out, cube, kind="horizon")
    (again,) = found.interpretations
    assert isinstance(again, Horizon)
    assert again.name == "Top A"
    np.testing.assert_allclose(again.z, z, atol=1e-3)
    assert not any("left out" in note for note in found.notes)


TURNS = st.sampled_from([0.0, 90.0, -90.0, 180.0, 30.0, -117.5, 61.0])
NUMBERS = st.sampled_from([(1, 1), (2, 5), (-3, 1), (10, -2)])


def turned(
    turn: float, mirrored: bool, steps: tuple[int, int], spacing: tuple[float, float], gaps: bool = False
) -> Survey:
    """Return a volume of 5 x 7 traces (of 6 x 8 lines, some of them absent) whose inlines lead ``turn`` from east."""
    import xarray as xr

    one, other = (n for n in spacing)
    angle = np.radians(turn)
    along, up = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    along, up = along * one / steps[0], (-up if mirrored else up) * other / steps[1]
    lines = [np.arange(5) * steps[0] + 100, np.arange(7) * steps[1] + 300]
    if gaps:
        lines = [np.delete(np.arange(6), 3) * steps[0] + 100, np.delete(np.arange(8), 5) * steps[1] + 300]
    matrix = np.column_stack([[431_280.25, 6_348_515.5] - 100 * along - 300 * up, along, up])
    data = xr.DataArray(
        np.zeros((5, 7, 60), np.float32),
        coords={
            "inline": lines[0],
            "crossline": lines[1],
            "twt": ("twt", np.arange(60) * 4.0, {"units": "ms"}),
        },
        dims=("inline", "crossline", "twt"),
    )
    template = SimpleNamespace(affine=LineAffine(matrix, 0.0))
    return Survey("seismic-3d", data, Path("turned.sgy"), "", template=template)


@settings(max_examples=60)
@given(
    z=arrays(np.float32, (5, 7), elements=TIMES),
    turn=TURNS,
    mirrored=st.booleans(),
    steps=NUMBERS,
    spacing=st.tuples(st.floats(5, 60), st.floats(5, 60)),
    gaps=st.booleans(),
)
def test_grids_round_trip_whatever_way_the_survey_lies(
    z: NDArray[np.float32],
    turn: float,
    mirrored: bool,
    steps: tuple[int, int],
    spacing: tuple[float, float],
    gaps: bool,
) -> None:
    survey = turned(turn, mirrored, steps, spacing, gaps)
    if not np.isfinite(z).any():
        return
    for form in ("irap", "cps3") if turn % 90 == 0 else ("irap",):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "Top A.grd"
            write_horizon(Horizon("Top A", z), survey, out, form=form)
            (again,) = read_interpretations(out, survey).interpretations
        assert isinstance(again, Horizon)
        np.testing.assert_allclose(again.z, z, atol=6e-5, err_msg=form)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("turn", [30.0, -117.5, 61.0, 150.0])
def test_a_turned_map_is_interpolated_to_the_north(turn: float, mirrored: bool, tmp_path: Path) -> None:
    survey = turned(turn, mirrored, (1, 1), (25, 12.5))
    z = (40 + 3.0 * np.arange(5)[:, None] + 1.5 * np.arange(7)).astype(np.float32)
    write_horizon(Horizon("plane", z), survey, tmp_path / "p.cps3", form="cps3")
    (again,) = read_interpretations(tmp_path / "p.cps3", survey).interpretations
    assert isinstance(again, Horizon)
    # A plane stays one; at the edge the nodes beyond it are undefined.
    assert np.isfinite(again.z[1:-1, 2:-2]).all()
    # Next to undefined nodes a trace that is all but on another one takes its value: a twentieth of the step between.
    np.testing.assert_allclose(again.z, np.where(np.isfinite(again.z), z, np.nan), atol=0.05 * 4.5)


def test_what_a_grid_cannot_be(cube: Survey, plain: Survey, line: Survey, tmp_path: Path) -> None:
    for form in ("irap", "cps3"):
        with pytest.raises(UsageError, match="needs X and Y"):
            write_horizon(Horizon("h", np.ones((5, 7), np.float32)), plain, tmp_path / "h", form=form)
        with pytest.raises(UsageError, match=r"has no 2-D form, and L07.sgy is a line; write opendtect, xyz"):
            write_horizon(Horizon("h", np.ones(40, np.float32)), line, tmp_path / "h", form=form)
    skewed = turned(0, False, (1, 1), (25, 25))
    skewed.template.affine.matrix[0, 2] = 5.0  # type: ignore[attr-defined]
    with pytest.raises(UsageError, match=r"cross at 78\.69 degrees"):
        write_horizon(Horizon("h", np.ones((5, 7), np.float32)), skewed, tmp_path / "h", form="irap")
    assert not (tmp_path / "h").exists()


LINE_TIMES = arrays(np.float32, (40,), elements=st.one_of(st.just(float("nan")), st.floats(8.5, 196, width=32)))


@pytest.mark.parametrize("form", LINE_FORMS["horizon"])
@settings(max_examples=25)
@given(z=LINE_TIMES)
def test_horizons_of_a_line_round_trip(line: Survey, form: str, z: NDArray[np.float32]) -> None:
    if not np.isfinite(z).any():
        return
    with tempfile.TemporaryDirectory() as folder:
        write_horizon(Horizon("Top A", z), line, Path(folder) / "Top A.dat", form=form)
        (again,) = read_interpretations(Path(folder) / "Top A.dat", line, kind="horizon").interpretations
    assert isinstance(again, Horizon)
    assert again.name == "Top A"
    np.testing.assert_allclose(again.z, z, atol=1e-3)


@pytest.mark.parametrize("form", LINE_FORMS["fault"])
def test_sticks_of_a_line_round_trip(line: Survey, form: str, tmp_path: Path) -> None:
    fault = FaultSticks("F 1", (np.array([[105.0, 10], [108.25, 90]]), np.array([[120.0, 10], [121.5, 60], [119, 90]])))
    write_sticks((fault,), line, tmp_path / "F 1.dat", form=form)
    (again,) = read_interpretations(tmp_path / "F 1.dat", line, kind="fault").interpretations
    assert isinstance(again, FaultSticks)
    assert again.name == "F 1"
    for one, other in zip(again.sticks, fault.sticks, strict=True):
        np.testing.assert_allclose(one, other, atol=2e-3)
    with pytest.raises(UsageError, match="has no 2-D form"):
        write_sticks((fault,), line, tmp_path / "F", form="charisma")


node = st.tuples(st.floats(1000, 1080), st.floats(2000, 2012), st.floats(0, 236))
stick = st.lists(node, min_size=2, max_size=6)
# Picks that all lie within the first two samples, in a format that tells no unit, are taken for seconds.
fault_sticks = st.lists(stick, min_size=2, max_size=4).filter(lambda sticks: max(n[2] for s in sticks for n in s) > 8)


@pytest.mark.parametrize("form", STICK_FORMATS)
@settings(max_examples=25)
@given(sticks=fault_sticks)
def test_sticks_round_trip(cube: Survey, form: str, sticks: list[list[tuple[float, float, float]]]) -> None:
    fault = FaultSticks("F 1", tuple(np.array(nodes) for nodes in sticks))
    with tempfile.TemporaryDirectory() as folder:
        write_sticks((fault,), cube, Path(folder) / "F 1.dat", form=form)
        (again,) = read_interpretations(Path(folder) / "F 1.dat", cube, kind="fault").interpretations
    assert isinstance(again, FaultSticks)
    assert again.name == "F 1"
    assert len(again.sticks) == len(fault.sticks)
    for one, other in zip(again.sticks, fault.sticks, strict=True):
        np.testing.assert_allclose(one, other, atol=2e-3)


def test_a_survey_without_coordinates(plain: Survey, tmp_path: Path) -> None:
    horizon = Horizon("h", np.full((5, 7), 4.5, np.float32))
    for form in ("opendtect", "xyz", "csv"):
        write_horizon(horizon, plain, tmp_path / f"h.{form}", form=form)
        (again,) = read_interpretations(tmp_path / f"h.{form}", plain).interpretations
        assert isinstance(again, Horizon)
        np.testing.assert_array_equal(again.z, horizon.z)
    with pytest.raises(UsageError, match="needs X and Y"):
        write_horizon(horizon, plain, tmp_path / "h.c", form="charisma")
    with pytest.raises(UsageError, match="choose one of opendtect, xyz"):
        write_horizon(horizon, plain, tmp_path / "h.c", form="zmap")
    with pytest.raises(OutputError, match="exists and is kept"):
        write_horizon(horizon, plain, tmp_path / "h.csv", form="csv")
    assert not (tmp_path / "h.c").exists()
