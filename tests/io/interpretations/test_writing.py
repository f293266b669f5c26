"""What is written comes back."""

import tempfile
from pathlib import Path

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

TIMES = st.one_of(st.just(float("nan")), st.floats(0, 236, width=32))


@pytest.mark.parametrize("form", HORIZON_FORMATS)
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


node = st.tuples(st.floats(1000, 1080), st.floats(2000, 2012), st.floats(0, 236))
stick = st.lists(node, min_size=2, max_size=6)


@pytest.mark.parametrize("form", STICK_FORMATS)
@settings(max_examples=25)
@given(sticks=st.lists(stick, min_size=2, max_size=4))
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
