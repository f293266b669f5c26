"""A short sitting of the monkey that `make bench` lets loose for ten minutes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.viewer_monkey import Monkey, survey
from benchmarks.viewer_pulse import Pulse
from benchmarks.viewer_stage import Stage
from tests.gui.conftest import FakeEngine


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_breaks_and_nothing_is_lost(
    make_napari_viewer: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    file = survey(tmp_path)
    stage = Stage(file, engine=FakeEngine, viewer=make_napari_viewer())  # type: ignore[arg-type]
    pulse = Pulse()
    monkey = Monkey(stage, seed, pulse)
    try:
        monkey.play(12.0)
        monkey.check_all()
    finally:
        pulse.stop()
        stage.opening.close()
    monkey.reopened(file)
    assert not pulse.errors
    assert monkey.count.total() > 20
    assert monkey.record.done
