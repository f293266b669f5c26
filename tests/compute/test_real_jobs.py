"""The product's own jobs in a worker: views while training, a kill in the middle, no torch here."""

import os
import signal
import threading
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.compute.worker_compute import WorkerCompute
from napari_geofm.core.recipe import Recipe, TrainingRecipe
from napari_geofm.core.region import At
from napari_geofm.errors import CancelledError, JobError
from napari_geofm.jobs.specs import FeaturesSpec, FinetuneSpec, SourceSpec
from napari_geofm.samples import SeismicSampleSpec, draw_strokes, make_seismic, write_segy

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("dinov2_weights")]

LONG = TrainingRecipe(minutes=0, steps=2000, crop_tokens=6, batch=1)


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small survey with strokes on one inline."""
    folder = tmp_path_factory.mktemp("survey")
    sample = make_seismic(SeismicSampleSpec(inlines=3, crosslines=98, samples=98))
    write_segy(sample, folder / "survey.sgy")
    strokes = np.full(sample.facies.shape, 255, np.uint8)
    strokes[1] = draw_strokes(np.ascontiguousarray(sample.facies[1].T), 0.05, 0).T
    np.save(folder / "strokes.npy", strokes)
    return folder


def _training(survey: Path, output: Path) -> FinetuneSpec:
    recipe = Recipe.for_method("lora")
    recipe = Recipe(method="lora", encoder=recipe.encoder, training=LONG)
    return FinetuneSpec((SourceSpec(survey / "survey.sgy", survey / "strokes.npy"),), output, recipe, model=str(output))


def test_view_is_answered_while_training_and_cancel_leaves_nothing(survey: Path, tmp_path: Path) -> None:
    output = tmp_path / "model"
    with WorkerCompute() as compute:
        stepped = threading.Event()
        job = compute.submit_job(_training(survey, output))
        job.on_progress(lambda progress: stepped.set() if progress.numbers.get("step", 0) >= 1 else None)
        assert stepped.wait(240), "training never took a step"
        view = compute.submit_view(FeaturesSpec(survey / "survey.sgy", At("inline", 1000)))
        found = view.result(240)
        assert found.colours is not None
        assert found.colours.shape == (7, 7, 3)
        assert not job.over, "the view was to be answered during training"
        job.cancel()
        with pytest.raises(CancelledError):
            job.result(60)
    assert not output.exists()
    assert list(tmp_path.iterdir()) == []


def test_killed_worker_is_told_and_the_next_view_is_answered(survey: Path, tmp_path: Path) -> None:
    with WorkerCompute() as compute:
        stepped = threading.Event()
        job = compute.submit_job(_training(survey, tmp_path / "model"))
        job.on_progress(lambda progress: stepped.set() if progress.numbers.get("step", 0) >= 1 else None)
        assert stepped.wait(240), "training never took a step"
        pid = compute.status().pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(JobError) as caught:
            job.result(60)
        assert "training" in str(caught.value)
        assert len(str(caught.value).splitlines()) == 1
        view = compute.submit_view(FeaturesSpec(survey / "survey.sgy", At("inline", 1000)))
        assert view.result(240).colours is not None
    assert not (tmp_path / "model").exists()
