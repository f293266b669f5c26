"""``geofm view``: what keeps a window from opening is said in one line."""

import sys
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.cli.main import main
from napari_geofm.io.segy import SegyOptions, read_segy, recall
from tests.io.segy.build import Trace, write


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there is always a screen")
def test_without_a_screen_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "a.sgy").touch()
    assert main(["view", str(tmp_path / "a.sgy")]) != 0
    assert "There is no screen here (DISPLAY is not set)" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told_before_a_window_opens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["view", str(tmp_path / "gone.sgy")]) != 0
    assert "gone.sgy; check the path" in capsys.readouterr().err


def test_options_are_remembered_for_the_viewer_and_its_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    opened: list[Path] = []
    monkeypatch.setattr("napari_geofm.gui.opening.starting.run_viewer", opened.extend)
    traces = [Trace(np.ones(5), {189: i, 193: x, 37: 100 * o}) for i in (1, 2) for x in (1, 2, 3) for o in (1, 2)]
    path = write(tmp_path / "a.sgy", traces)
    assert main(["view", str(path), "--offset", "200"]) == 0
    assert opened == [path]
    assert recall(path) == SegyOptions(offset=200)
    assert read_segy(path).shape == (2, 3, 5)
    assert main(["view", str(path)]) == 0
    assert recall(path) == SegyOptions(offset=200)
    assert main(["view", str(path), "--as-found"]) == 0
    assert recall(path) is None
