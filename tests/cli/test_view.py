"""``geofm view``: what keeps a window from opening is said in one line."""

import sys
from pathlib import Path

import pytest

from napari_geofm.cli.main import main


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
