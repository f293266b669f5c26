"""What ``geofm info`` tells of a DAS recording."""

from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Geofm
from tests.io.das.recorder import noise, split

pytestmark = pytest.mark.usefixtures("own_cache")


def test_a_folder_of_recordings(geofm: Geofm, tmp_path: Path) -> None:
    split(tmp_path / "run", noise(4, 300), 100, 200, skip=(1,))
    told = geofm("info", tmp_path / "run").out
    assert "  fibre      4 channels every 4 m, gauge length 10 m\n" in told
    assert "  signal     500 Hz, strain rate in 1/s\n" in told
    assert "  recorded   2024-03-01 12:00:00.000 UTC, 600 ms in 2 files, 1 gap of 200 ms\n" in told
    data = geofm("info", tmp_path / "run", "--json").data
    assert data["kind"] == "das"
    assert data["recording"] == {
        "channels": 4,
        "spacing_m": 4.0,
        "rate_hz": 500.0,
        "gauge_length_m": 10.0,
        "quantity": "strain rate",
        "units": "1/s",
        "start_utc": "2024-03-01T12:00:00.000Z",
        "seconds": 0.6,
        "gaps": 1,
        "gap_seconds": 0.2,
        "files": 2,
    }


def test_a_window_with_a_gap_in_it(geofm: Geofm, tmp_path: Path) -> None:
    whole = noise(4, 300)
    split(tmp_path / "run", whole, 100, 200, skip=(1,))
    geofm("section", tmp_path / "run", "--at", "time=2024-03-01T12:00:00.1/0.4", "-o", tmp_path / "s.npy")
    found = np.load(tmp_path / "s.npy")
    assert found.shape == (200, 4)
    np.testing.assert_array_equal(found[:50], whole[:, 50:100].T)
    assert np.isnan(found[50:150]).all()
    np.testing.assert_array_equal(found[150:], whole[:, 200:250].T)


def test_other_surveys_have_no_recording(geofm: Geofm, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", noise(30, 40))
    assert geofm("info", tmp_path / "a.npy", "--json").data["recording"] is None
