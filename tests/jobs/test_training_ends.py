"""How a training ends: cancelled, stopped, out of time or of room, diverged; and what is left of it."""

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.progress import Control, Progress
from napari_geofm.core.recipe import Recipe
from napari_geofm.core.scores import Scores
from napari_geofm.errors import CancelledError, GeoFMError, JobError, LabelError, OutputError, WeightsError
from napari_geofm.io.models import read_model
from napari_geofm.jobs import adapting, finetune
from napari_geofm.jobs.specs import FinetuneResult, FinetuneSpec, SourceSpec, Where
from tests.tiny import TinySurvey, quick, taught, tensors


def spec_of(survey: TinySurvey, output: Path, recipe: Recipe, **options: Any) -> FinetuneSpec:
    return FinetuneSpec((SourceSpec(survey.file, survey.strokes),), output, recipe, **options)


def ended(spec: FinetuneSpec, when: Callable[[Progress, int], bool], flag: str) -> FinetuneResult:
    """Run a job, raise a flag once ``when`` says so, and run on to its end."""
    control = Control()
    job, count = finetune.run(spec, control), 0
    try:
        while True:
            if when(next(job), count):
                getattr(control, flag)()
            count += 1
    except StopIteration as end:
        found: FinetuneResult = end.value
        return found


def at_report(place: int) -> Callable[[Progress, int], bool]:
    return lambda _, count: count == place


@pytest.mark.parametrize("method", ["probe", "lora"])
def test_cancel_leaves_nothing_behind_and_a_model_as_it_was(
    tiny: Path, survey: TinySurvey, probe: Path, tmp_path: Path, method: str
) -> None:
    shutil.copytree(probe, tmp_path / "model")
    before = {path.name: path.read_bytes() for path in (tmp_path / "model").iterdir()}
    spec = spec_of(survey, tmp_path / "model", quick(method), overwrite=True)
    reports: list[Progress] = []
    LocalCompute().run(dataclasses.replace(spec, output=tmp_path / "elsewhere"), reports.append)
    shutil.rmtree(tmp_path / "elsewhere")
    # Everywhere but at the last report, when the model is in place.
    for place in sorted({*range(0, len(reports) - 1, 5), len(reports) - 2}):
        with pytest.raises(CancelledError):
            ended(spec, at_report(place), "cancel")
        assert {path.name: path.read_bytes() for path in (tmp_path / "model").iterdir()} == before
        assert [path.name for path in tmp_path.iterdir()] == ["model"]


def clearly_best(scores: list[float]) -> float:
    """Return the first score that none after it beats by a hundredth."""
    best = scores[0]
    for score in scores[1:]:
        best = score if score > best + 0.01 else best
    return best


def test_stop_ends_early_and_keeps_the_best_so_far(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    spec = spec_of(survey, tmp_path / "model", quick("lora", steps=1000, patience=0))
    found = ended(spec, lambda progress, _: progress.numbers.get("step", 0) >= 2, "stop")
    assert 2 <= found.steps < 10
    assert read_model(found.output).recipe.classes.names == found.classes
    assert found.miou == pytest.approx(clearly_best([check[3] for check in found.history]))


def test_what_is_kept_scores_as_the_best_check(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    found = taught(survey, tmp_path / "model", quick("lora", "pup", steps=4, head_rate=0.05))
    scores = [check[3] for check in found.history]
    assert next(check[0] for check in found.history) == 0
    # A later check displaces the start only where its gain is clear and the strokes agree on it.
    assert any(found.miou == pytest.approx(score) for score in (scores[0], clearly_best(scores)))
    by_step = {check[0]: check[3] for check in found.history}
    assert by_step[found.kept_step] == pytest.approx(found.miou)


@pytest.mark.parametrize(
    ("method", "decoder", "start", "moves"),
    [("full", "unet", True, True), ("frozen", "pup", False, True), ("frozen", "linear", True, False)],
)
def test_strokes_that_disagree_keep_the_probe_and_not_random_weights(
    tiny: Path,
    survey: TinySurvey,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    decoder: str,
    start: bool,
    moves: bool,
) -> None:
    class Disagreeing:
        """Finds each state better than the one before, and is sure of none."""

        dense = False

        def __init__(self, *_: object) -> None:
            self.right = 0

        def __call__(self, _: object) -> tuple[Scores, bool]:
            self.right += 10
            return Scores(np.array([[self.right, 100], [100, self.right]])), False

    monkeypatch.setattr(adapting, "HeldOut", Disagreeing)
    found = taught(survey, tmp_path / "model", recipe=quick(method, decoder, steps=4, probe_start=start))
    assert (found.kept_step > 0) == moves


def test_minutes_are_obeyed(tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path) -> None:
    recipe = quick("lora", steps=0, minutes=0.05, patience=0)
    found = taught(survey, tmp_path / "model", recipe, sources=once)
    assert found.steps > 3
    # Of 3 s nothing is given away; at the end a step that began in time is let go on.
    assert 2.9 <= found.seconds <= 3.0 + 15.0
    assert found.history[-1][1] <= 3.0 + 5.0
    assert read_model(found.output).recipe.training.minutes == 0.05


def test_minutes_hold_for_both_rounds_together(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    found = taught(survey, tmp_path / "model", quick("lora", steps=0, minutes=0.05))
    assert found.steps > 1
    assert found.seconds <= 3.0 + 15.0


def test_an_output_is_checked_before_the_work(tiny: Path, survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    (tmp_path / "holiday").mkdir()
    (tmp_path / "holiday" / "photo.jpg").touch()
    (tmp_path / "file").touch()
    heard: list[Progress] = []
    for output, overwrite, line in (
        (probe, False, "exists and is kept"),
        (tmp_path / "holiday", True, "is not replaced"),
        (tmp_path / "file", True, "it is a file"),
        (tmp_path / "file" / "model", False, "a part of the path is a file"),
    ):
        with pytest.raises(OutputError, match=line) as caught:
            taught(survey, output, report=heard.append, overwrite=overwrite)
        assert "\n" not in str(caught.value)
    assert heard == []
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "holiday", "photo.jpg"]


def test_a_disk_that_fills_up_at_the_end_leaves_the_old_model(
    tiny: Path, survey: TinySurvey, probe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import safetensors.numpy

    shutil.copytree(probe, tmp_path / "model")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(safetensors.numpy, "save", full)
    with pytest.raises(OutputError, match="no space left"):
        taught(survey, tmp_path / "model", overwrite=True)
    assert tensors(tmp_path / "model") == tensors(probe)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_loss_that_is_no_number_is_no_model(
    tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from napari_geofm.nets import training

    monkeypatch.setattr(training, "build_loss", lambda *_: NoNumber())
    with pytest.raises(JobError, match="diverged"):
        taught(survey, tmp_path / "model", quick("lora"), sources=once)
    assert list(tmp_path.iterdir()) == []


def test_a_training_that_diverges_later_keeps_what_was_good_and_says_so(
    tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from napari_geofm.nets import training
    from napari_geofm.nets.losses import build_loss

    def later(*words: Any) -> Any:
        good, taken = build_loss(*words), list[int]()

        def loss(scores: Any, labels: Any) -> Any:
            taken.append(1)
            return good(scores, labels) * (float("nan") if len(taken) > 2 else 1.0)

        return type("Later", (NoNumber,), {"__call__": lambda _, *given: loss(*given)})()

    monkeypatch.setattr(training, "build_loss", later)
    for name, sources in (("nothing held out", once), ("held out", (SourceSpec(survey.file, survey.strokes),))):
        found = taught(survey, tmp_path / name, quick("lora", "pup", steps=9, patience=0), sources=sources)
        assert (found.diverged_at, found.steps) == (3, 2)
        model = read_model(found.output)
        assert all(np.isfinite(value).all() for value in (*model.head.values(), *model.adapter.values()))
        assert "diverged at step 3 (the loss is not a number) and ended; the best state before is kept" in model.card


class NoNumber:
    def to(self, _: object) -> "NoNumber":
        return self

    def __call__(self, scores: Any, labels: Any) -> Any:
        return scores.sum() * float("nan")


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"where": Where(weights=Path("nowhere.safetensors"))}, WeightsError),
        ({"where": Where(device="abacus")}, GeoFMError),
        ({"class_table": Path("nowhere.csv")}, GeoFMError),
        ({"base_model": Path("nowhere")}, GeoFMError),
        ({"rest_is": "-3"}, LabelError),
        ({"along": "depth"}, GeoFMError),
    ],
)
def test_what_cannot_be_done_leaves_nothing(
    tiny: Path, survey: TinySurvey, tmp_path: Path, options: dict[str, Any], kind: type[GeoFMError]
) -> None:
    with pytest.raises(kind) as caught:
        taught(survey, tmp_path / "model", **options)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
