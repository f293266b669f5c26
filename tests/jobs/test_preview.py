"""What a stop would keep can be looked at while a training runs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.progress import Control, Progress
from napari_geofm.core.recipe import Recipe
from napari_geofm.core.region import At
from napari_geofm.errors import CancelledError, OutputError
from napari_geofm.io.models import read_model
from napari_geofm.jobs import finetune
from napari_geofm.jobs.specs import FinetuneSpec, SourceSpec
from napari_geofm.jobs.view_specs import PredictionSpec
from tests.tiny import TinySurvey, left_beside, quick, taught


def training(survey: TinySurvey, folder: Path, recipe: Recipe | None = None, **options: Any) -> FinetuneSpec:
    sources = (SourceSpec(survey.file, survey.strokes),)
    given = {"preview": folder / "preview"} | options
    return FinetuneSpec(sources, folder / "model", recipe or quick("lora", steps=4), **given)


def until_first(job: Any) -> Progress:
    for progress in job:
        if progress.numbers.get("previews"):
            assert isinstance(progress, Progress)
            return progress
    raise AssertionError("no preview was published")


def test_the_section_can_be_predicted_while_it_trains(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    spec = training(survey, tmp_path)
    job = finetune.run(spec, Control())
    first = until_first(job)
    assert first.numbers["step"] == 1
    assert "loss" in first.numbers
    assert "held-out mIoU" in first.numbers
    found = LocalCompute().run(PredictionSpec(survey.file, At("inline", 1020), tmp_path / "preview"))
    assert found.names == ("class 0", "class 1", "class 2")
    rest = list(job)
    assert rest[-1].text == f"model written to {tmp_path / 'model'}"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]


def test_the_preview_is_what_a_stop_keeps(
    tiny: Path, survey: TinySurvey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = Control()
    spec = training(survey, tmp_path, quick("lora", steps=50))
    job = finetune.run(spec, control)
    until_first(job)
    next(job)
    preview = read_model(tmp_path / "preview")
    control.stop()
    list(job)
    kept = read_model(tmp_path / "model")
    assert kept.recipe == preview.recipe
    for now, before in ((kept.head, preview.head), (kept.adapter, preview.adapter)):
        assert now.keys() == before.keys()
        for name, value in now.items():
            np.testing.assert_array_equal(value, before[name], err_msg=name)


def test_cancel_leaves_neither_preview_nor_model(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    control = Control()
    job = finetune.run(training(survey, tmp_path), control)
    until_first(job)
    control.cancel()
    with pytest.raises(CancelledError):
        list(job)
    assert list(tmp_path.iterdir()) == []


def test_a_job_that_is_closed_leaves_nothing(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    """As the worker does with a body that was cancelled between two steps."""
    job = finetune.run(training(survey, tmp_path), Control())
    until_first(job)
    job.close()
    assert list(tmp_path.iterdir()) == []


def test_previews_change_nothing_of_what_is_learned(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    recipe = quick("lora", "pup", steps=3)
    plain = read_model(taught(survey, tmp_path / "plain", recipe).output)
    seen = read_model(taught(survey, tmp_path / "seen", recipe, preview=tmp_path / "preview").output)
    assert plain.fingerprint == seen.fingerprint


def test_without_held_out_strokes_the_state_is_published_every_few_seconds(
    tiny: Path, survey: TinySurvey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from napari_geofm.nets import training as nets_training

    monkeypatch.setattr(nets_training, "PUBLISH_S", 0.0)
    few = np.where(np.arange(96) < 3, survey.drawn, np.uint8(255))  # too few strokes to spare one
    few[1, 40:44, 0:40], few[1, 40:44, 50:60] = 0, 1
    few[4] = 255
    np.save(tmp_path / "few.npy", few)
    heard: list[Progress] = []
    taught(
        survey,
        tmp_path / "model",
        quick("lora", steps=3),
        heard.append,
        sources=(SourceSpec(survey.file, tmp_path / "few.npy"),),
        preview=tmp_path / "preview",
    )
    counts = [progress.numbers["previews"] for progress in heard if "previews" in progress.numbers]
    assert counts == [1.0, 2.0, 3.0]


def test_one_left_behind_is_written_over_and_nothing_else_is(
    tiny: Path, survey: TinySurvey, tmp_path: Path, lora: Path
) -> None:
    job = finetune.run(training(survey, tmp_path), Control())
    until_first(job)
    left = tmp_path / "left"
    (tmp_path / "preview").rename(left)  # as after a kill
    job.close()
    taught(survey, tmp_path / "model", quick("lora", steps=1), preview=left)
    assert not left.exists()
    with pytest.raises(OutputError):
        taught(survey, tmp_path / "another", quick("lora", steps=1), preview=lora)
    assert read_model(lora).recipe.method == "lora"
    with pytest.raises(OutputError, match="for the model and for its previews"):
        taught(survey, tmp_path / "third", quick("lora", steps=1), preview=tmp_path / "third")
    assert left_beside(tmp_path / "model") == []
