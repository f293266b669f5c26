"""Where a line lies, as ``geofm info`` tells it."""

import json
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.cli.main import main
from tests.io.segy.build import Trace, write


def line(path: Path) -> Path:
    """Write a line from (100, 500) to (140, 480), with padding at (0, 0)."""
    places = [(10_000 + 1000 * k, 50_000 - 500 * k) if k != 2 else (0, 0) for k in range(5)]
    traces = [Trace(np.ones(8, np.float32), {21: 10 + k, 181: x, 185: y, 71: -100}) for k, (x, y) in enumerate(places)]
    return write(path, traces)


def test_ends_and_ranges(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = line(tmp_path / "a.sgy")
    assert main(["info", str(path)]) == 0
    told = capsys.readouterr().out
    assert "X and Y    100.0, 500.0 to 140.0, 480.0 from its first to its last trace" in told
    assert "X 100.0 to 140.0, Y 480.0 to 500.0" in told
    assert main(["info", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["coordinates"]
    assert (found["first"], found["last"]) == ([100.0, 500.0], [140.0, 480.0])
    assert (found["x_range"], found["y_range"], found["angle"]) == ([100.0, 140.0], [480.0, 500.0], "")


def test_a_line_without_coordinates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    traces = [Trace(np.ones(8, np.float32), {21: 10 + k}) for k in range(5)]
    assert main(["info", str(write(tmp_path / "a.sgy", traces))]) == 0
    assert "X and Y" not in capsys.readouterr().out
