"""``geofm finetune``: what an interrupted training leaves."""

from pathlib import Path
from typing import Any

import pytest

from napari_geofm.errors import CancelledError
from tests.cli.conftest import Geofm
from tests.tiny import TinySurvey


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(("words", "way"), [((), False), (("--method", "lora"), True)])
def test_an_interrupted_training_says_that_nothing_is_kept(
    geofm: Geofm, survey: TinySurvey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], way: bool
) -> None:
    def interrupted(*_: Any) -> None:
        raise CancelledError("Cancelled; everything is as it was before.")

    monkeypatch.setattr("napari_geofm.cli.finetune.run_job", interrupted)
    line = geofm("finetune", survey.file, "--labels", survey.strokes, "-o", tmp_path / "model", *words).line
    assert "Cancelled; no model was written, and what was learned is not kept" in line
    assert ("--minutes N ends in time, with the best model so far" in line) is way
