"""A sample is stated as what is known of it, never as a volume that is not."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from napari_geofm.core.survey import Survey
from napari_geofm.errors import UsageError
from napari_geofm.io.opening import open_survey
from napari_geofm.io.sample_sizes import sample_size, sample_volume, why_no_velocity
from napari_geofm.io.segy.coordinates import LineAffine
from tests.io.segy.build import Trace, write, write_line


def volume(path: Path, *, domain: str = "twt", numbers: dict[int, int] | None = None, feet: bool = False) -> Survey:
    """Return 4 inlines x 5 crosslines, 25 x 50 apart, 4 ms or 4 m, with headers of one's own."""
    traces = [
        Trace(
            np.full(6, 1 + i + k, np.float32),
            {189: 10 + i, 193: 100 + k, 71: 1, 181: 400000 + 25 * i, 185: 6000000 + 50 * k} | (numbers or {}),
        )
        for i in range(4)
        for k in range(5)
    ]
    return open_survey(write(path, traces, binary={3255: ("h", 2 if feet else 1)}), domain=domain)


def test_depth_time_and_velocity(tmp_path: Path) -> None:
    in_depth = volume(tmp_path / "d.sgy", domain="depth")
    assert sample_size(in_depth) == (pytest.approx(25 * 50 * 4), "m3")
    in_time = volume(tmp_path / "t.sgy")
    assert sample_volume(in_time) is None
    assert sample_size(in_time) == (pytest.approx(25 * 50 / 1e6 * 4), "km2*ms")
    # Two-way time: 4 ms at 3,000 m/s are 6 m.
    assert sample_size(in_time, 3000) == (pytest.approx(25 * 50 * 6), "m3")


def test_feet(tmp_path: Path) -> None:
    in_depth = volume(tmp_path / "d.sgy", domain="depth", feet=True)
    assert sample_size(in_depth) == (pytest.approx(25 * 50 * 4), "ft3")
    in_time = volume(tmp_path / "t.sgy", feet=True)
    # Coordinates are in feet, the velocity in m/s all the same.
    assert sample_size(in_time) == (pytest.approx(25 * 50 * 0.3048**2 / 1e6 * 4), "km2*ms")
    assert sample_size(in_time, 3000) == (pytest.approx(25 * 50 * 6 / 0.3048), "ft3")


def test_what_has_no_volume(tmp_path: Path) -> None:
    np.save(tmp_path / "plain.npy", np.zeros((4, 5, 6), np.float32))
    plain = open_survey(tmp_path / "plain.npy")
    assert sample_size(plain) == (1.0, "samples")
    degrees = volume(tmp_path / "deg.sgy", numbers={89: 2 << 16})
    assert sample_size(degrees) == (1.0, "samples")
    for survey, words in (
        (plain, "does not tell how far its traces are apart"),
        (degrees, "does not tell how far"),
        (volume(tmp_path / "d.sgy", domain="depth"), "is in depth already"),
        (open_survey(write_line(tmp_path / "L07.sgy")), "is seismic-2d"),
    ):
        assert words in why_no_velocity(survey)
        with pytest.raises(UsageError, match=r"Velocity 2000 m/s: .*; leave it out"):
            sample_volume(survey, 2000)
    with pytest.raises(UsageError, match="an average velocity is 300 to 9000 m/s"):
        sample_volume(volume(tmp_path / "t.sgy"), 2.5)


def test_a_cube_without_headers_is_in_metres(tmp_path: Path) -> None:
    made = volume(tmp_path / "t.sgy")
    affine = LineAffine(np.array([[0.0, 25, 0], [0, 0, 50]]), 0.0)
    cube = Survey(made.kind, made.data, made.path, "", template=SimpleNamespace(affine=affine))
    assert sample_size(cube, 2000) == (pytest.approx(25 * 50 * 4), "m3")
